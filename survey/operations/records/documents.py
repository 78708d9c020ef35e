"""Registers read as they were filed: what a page of a thousand records needs, and no more.

A record that is read as a page of its own is completed and checked question by question, which
takes milliseconds for each. A map of two thousand records reads the answers only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import Nonanswer
from survey.models import Record

_NONE = frozenset({"", *Nonanswer})


@dataclass(frozen=True)
class Filed:
    """A record as it lies in the register.

    Attributes
    ----------
    id : int
        Its number.
    answers : mapping of str to str
        What was answered, by item; ways out and empty answers are not here.
    parts : frozenset of str
        The parts that somebody has filled in.
    """

    id: int
    answers: Mapping[str, str]
    parts: frozenset[str]

    def said(self, name: str) -> str:
        """Return the answer to an item; empty when there is none."""
        return self.answers.get(name, "")

    def marked(self, name: str) -> list[str]:
        """Return the answers to an item that takes several."""
        return self.said(name).split()

    def number(self, name: str) -> int | None:
        """Return the answer to an item that asks for a number; None when there is none."""
        said = self.said(name)
        return int(said) if said.isdecimal() else None


def list_filed(session: Session, project_id: int, instrument: str) -> list[Filed]:
    """Return the records of one instrument in their order; deleted ones are left out."""
    rows = session.execute(
        select(Record.id, Record.document)
        .where(
            Record.project_id == project_id,
            Record.instrument == instrument,
            Record.deleted_on.is_(None),
        )
        .order_by(Record.id)
    )
    return [_filed(number, document) for number, document in rows]


def _filed(number: int, document: Mapping[str, Mapping[str, str]]) -> Filed:
    answers = {
        name: answer
        for section in document.values()
        for name, answer in section.items()
        if answer not in _NONE
    }
    return Filed(number, answers, frozenset(document))
