"""A wave ("round" on screen): one instrument, asked in some places, between two days."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, LargeBinary, false
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class Sampling(StrEnum):
    """How the people of a wave were chosen; it decides what its report may claim."""

    PROBABILITY = "probability"
    CENSUS = "census"
    CONVENIENCE = "convenience"


class Protection(StrEnum):
    """Who can read the closed answers of a wave; free text is sealed to its keys in any case."""

    OPEN = "open"  # the server
    SEALED = "sealed"  # whoever holds a key of the team, and nobody else


class Door(StrEnum):
    """A way into a wave; each answer that came through another one tells so by its mode."""

    OPEN = "open"  # whoever knows the link
    CODES = "codes"  # whoever has a code of a pack that nobody has used
    KIOSK = "kiosk"  # whoever stands before a device of the team
    ENUMERATOR = "enumerator"  # whom staff interview
    PAPER = "paper"  # sheets that staff enter


#: How the answers of a wave came that says nothing of its doors.
USUAL_DOORS = (Door.OPEN,)


class Wave(Base):
    """One round of questions.

    Opening it freezes its instrument: everything later reads `instrument_json`, never the file.
    `facts` holds, by language, what its pages say of it: ``title``, ``organisation``,
    ``contact``, ``help`` (a list), ``results`` and ``next_steps``.
    `recipients` are the public keys to which answers are sealed. A wave that `awaits_test` takes
    no answers until a recovery share has opened its test message, whose word `test_hash` knows.
    `doors` are the ways in (`Door`); `linking` offers people to make a code of their own by which
    their answers to several waves of a project belong together.
    """

    __tablename__ = "wave"
    __table_args__ = (
        CheckConstraint("opens_on <= closes_on", name="opens_before_it_closes"),
        CheckConstraint(
            "sampling IN ('probability', 'census', 'convenience')", name="sampling_is_known"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    link: Mapped[str] = mapped_column(unique=True)
    form: Mapped[str]
    sampling: Mapped[str]
    languages: Mapped[list[str]] = mapped_column(JSON)
    breakdowns: Mapped[list[str]] = mapped_column(JSON)
    facts: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON)
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    keep_until: Mapped[date]
    is_closed: Mapped[bool] = mapped_column(default=False)
    protection: Mapped[str] = mapped_column(server_default=Protection.OPEN)
    recipients: Mapped[list[str]] = mapped_column(JSON, server_default="[]")
    awaits_test: Mapped[bool] = mapped_column(server_default=false())
    test_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    doors: Mapped[list[str]] = mapped_column(JSON, server_default='["open"]')
    linking: Mapped[bool] = mapped_column(server_default=false())
    instrument_sha256: Mapped[str]
    instrument_json: Mapped[str] = mapped_column(deferred=True)

    @property
    def suits_phones(self) -> bool:
        """Whether phones without a network may keep answers: there are keys, and no codes."""
        is_paper = set(self.doors) <= {Door.PAPER}
        return bool(self.recipients) and Door.CODES not in self.doors and not is_paper

    def fact(self, language: str, name: str) -> Any:  # noqa: ANN401 - a line, or a list of lines
        """Return a fact in `language`, or in the wave's first language."""
        first = self.facts[self.languages[0]]
        return self.facts.get(language, first).get(name) or first.get(name, "")
