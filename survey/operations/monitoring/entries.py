"""Lines of a register: found, added, changed, removed; each act with its entry in the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.errors import RefusedError
from survey.messages import _
from survey.models import Indicator, IndicatorValue, Project
from survey.models.monitoring import Entry
from survey.operations.audit import Action, actor_of, append
from survey.operations.editing import Clash, clash_of, set_part
from survey.operations.gaps import Gap
from survey.operations.monitoring.registers import LEVELS, Register

#: The part of the document of a line that holds what was typed.
PART = "entry"
#: The most lines of a register; what is longer nobody watches.
MOST = 5_000


@dataclass(frozen=True)
class Kept:
    """What came of storing a line: the line, or what must be mended first, or a clash."""

    entry: Entry | None = None
    gaps: Sequence[Gap] = ()
    clash: Clash | None = None
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A line to be read: its number, its version, and what it holds, column by column."""

    id: int
    version: int
    typed: dict[str, str]


def typed_of(entry: Entry) -> dict[str, str]:
    """Return what a line holds, column by column."""
    return entry.document.get(PART) or {}


def lines_of(session: Session, register: Register, project_id: int) -> list[Line]:
    """Return the lines of a register in the order in which they are read."""
    model = register.model
    chosen = select(model.id, model.version, model.document)
    rows = session.execute(chosen.where(model.project_id == project_id))
    lines = [Line(number, version, document.get(PART) or {}) for number, version, document in rows]
    return sorted(lines, key=lambda each: _ORDERS[register.name](each.typed))


def entries_of(session: Session, register: Register, project_id: int) -> dict[str, Entry]:
    """Return the lines of a register by their codes, to be changed."""
    model = register.model
    chosen = select(model).where(model.project_id == project_id)
    return {typed_of(each)["code"]: each for each in session.scalars(chosen)}


def find_entry(session: Session, register: Register, project_id: int, number: int) -> Entry | None:
    """Return a line, if it is one of the project; else None."""
    found = session.get(register.model, number)
    return found if found is not None and found.project_id == project_id else None


def add_entry(
    session: Session, register: Register, project_id: int, typed: Mapping[str, str], today: date
) -> Kept:
    """Add a line, unless something in it must be mended; commits.

    Raises
    ------
    RefusedError
        If the project is deleted, or the register is full.
    """
    check_alive(session, project_id)
    there = lines_of(session, register, project_id)
    if len(there) >= MOST:
        raise RefusedError(_("there are %(most)s lines already; remove some first"), most=MOST)
    clean, gaps = register.check(typed, today)
    gaps = gaps or _taken(there, clean["code"])
    if gaps:
        return Kept(gaps=gaps, typed=typed)
    entry = put_entry(session, register, project_id, None, clean)
    _note(session, Action.MONITORING_ADDED, register, entry)
    session.commit()
    return Kept(entry, typed=clean)


def change_entry(
    session: Session,
    register: Register,
    entry: Entry,
    typed: Mapping[str, str],
    *,
    seen: int,
    today: date,
) -> Kept:
    """Store a line as it was typed, unless it must be mended or somebody was faster; commits."""
    check_alive(session, entry.project_id)
    clean, gaps = register.check(typed, today)
    others = [each for each in lines_of(session, register, entry.project_id) if each.id != entry.id]
    gaps = gaps or _taken(others, clean["code"])
    if gaps:
        return Kept(entry, gaps, typed=typed)
    if clean == typed_of(entry):
        return Kept(entry, typed=clean)
    clash = clash_of(entry, PART, seen)
    if clash is not None:
        return Kept(entry, clash=clash, typed=clean)
    put_entry(session, register, entry.project_id, entry, clean)
    _note(session, Action.MONITORING_CHANGED, register, entry)
    session.commit()
    return Kept(entry, typed=clean)


def remove_entry(session: Session, register: Register, entry: Entry) -> None:
    """Remove a line, of an indicator with its values; commits."""
    check_alive(session, entry.project_id)
    _note(session, Action.MONITORING_REMOVED, register, entry)
    if isinstance(entry, Indicator):
        session.execute(delete(IndicatorValue).where(IndicatorValue.indicator_id == entry.id))
    session.delete(entry)
    session.commit()


def put_entry(
    session: Session,
    register: Register,
    project_id: int,
    entry: Entry | None,
    clean: Mapping[str, str],
    *,
    fills: bool = True,
) -> Entry:
    """Store clean columns in a line, or in a new one; the caller commits.

    An indicator that is bound to another number than before loses what it was filled with, and
    is filled anew, unless the caller fills many at once.
    """
    before = typed_of(entry) if entry is not None else {}
    if entry is None:
        entry = register.model(project_id=project_id, document={}, version=0, changes={})
        session.add(entry)
    set_part(session, entry, PART, dict(clean))
    session.flush()
    if binding_of(clean) != binding_of(before):
        filled = delete(IndicatorValue).where(
            IndicatorValue.indicator_id == entry.id, IndicatorValue.release_id.is_not(None)
        )
        session.execute(filled)
        if isinstance(entry, Indicator) and clean.get("measure") and fills:
            from survey.operations.monitoring.bindings import fill  # noqa: PLC0415 - numpy

            fill(session, project_id, [entry])
    return entry


def binding_of(typed: Mapping[str, str]) -> tuple[str, str]:
    """Return the released number that an indicator fills itself from; two empty texts for none."""
    return typed.get("measure", ""), typed.get("domain", "")


def check_alive(session: Session, project_id: int) -> None:
    """Make sure that a project is not deleted.

    Raises
    ------
    RefusedError
        If it is.
    """
    if session.get_one(Project, project_id).deleted_on is not None:
        raise RefusedError(_("this project was deleted; take it back first"))


def _taken(others: Sequence[Line], code: str) -> list[Gap]:
    if code not in {each.typed["code"] for each in others}:
        return []
    return [Gap(_("Another line has this code; give this one its own."), {}, "code")]


def _note(session: Session, action: Action, register: Register, entry: Entry) -> None:
    session.flush()
    append(session, actor_of(session), action, f"{register.name} {entry.id}", entry.project_id)


def _by_level(typed: Mapping[str, str]) -> tuple[int, str]:
    return LEVELS.index(typed["level"]), typed["code"]


def _by_days(typed: Mapping[str, str]) -> tuple[str, str]:
    return typed["begins"], typed["code"]


def _by_review(typed: Mapping[str, str]) -> tuple[bool, str, str]:
    return typed["state"] == "closed", typed["review"], typed["code"]


_ORDERS: dict[str, Callable[[Mapping[str, str]], tuple[Any, ...]]] = {
    "indicators": _by_level,
    "activities": _by_days,
    "risks": _by_review,
}
