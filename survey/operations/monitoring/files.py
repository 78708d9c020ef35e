"""Registers as files: given out as CSV or Excel, and read back; nothing is stored unasked.

A line is known by its code: a code that is there already is changed, a new one is added, and
nothing is removed. Every row that cannot be used is named with what to mend.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from survey.cells import unescaped
from survey.errors import RefusedError
from survey.formats import Table, Variable, format_of
from survey.forms import UNCLEAN
from survey.messages import _
from survey.models import Indicator
from survey.operations.audit import Action, actor_of, append
from survey.operations.csv_tables import Misrow, read_table
from survey.operations.editing import check_seen
from survey.operations.gaps import Gap
from survey.operations.monitoring.columns import Rule
from survey.operations.monitoring.entries import (
    MOST,
    binding_of,
    check_alive,
    entries_of,
    lines_of,
    put_entry,
    typed_of,
)
from survey.operations.monitoring.registers import INDICATORS, Register
from survey.operations.monitoring.values import latest, points_of, progress_at

#: The formats in which a register is given out.
FORMATS = ("csv", "xlsx")
#: What a file of indicators tells besides, and what is not read back: values have their own days.
_TOLD = ("actual", "actual_day", "progress_percent")
#: The day from which Excel counts.
_EPOCH = date(1899, 12, 30)


@dataclass
class RegisterFile:
    """What was read: rows that can be used, the problems of others, columns that nobody needs."""

    rows: list[dict[str, str]] = field(default_factory=list)
    problems: list[Misrow] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    same: int = 0

    @property
    def wrong_rows(self) -> int:
        """How many rows cannot be used."""
        return len({each.row for each in self.problems})


def register_file(session: Session, register: Register, project_id: int, kind: str) -> bytes:
    """Return a register as a file in one of `FORMATS`."""
    rows = [_cells(*each) for each in _lines(session, register, project_id)]
    names = [each.name for each in register.columns]
    names += _TOLD if register is INDICATORS else ()
    variables = tuple(Variable(name, name) for name in names)
    table = Table(register.name, variables, len(rows), lambda: iter(rows), sheet=register.name)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "register"
        format_of(kind).write(table, path, lambda _number: None)
        return path.read_bytes()


def note_given_out(session: Session, register: Register, project_id: int) -> None:
    """Write into the log that a register was given out; commits."""
    append(session, actor_of(session), Action.MONITORING_GIVEN_OUT, register.name, project_id)
    session.commit()


def text_of(name: str, content: bytes) -> str:
    """Return a file that somebody chose as CSV, a workbook as well as text.

    Raises
    ------
    RefusedError
        If it is neither.
    """
    if name.lower().endswith(".xlsx"):
        return _text_of_workbook(content)
    try:
        return UNCLEAN.sub("", content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise RefusedError(
            _("the file cannot be read as a table; save it as CSV in UTF-8")
        ) from None


def read_register(
    session: Session, register: Register, project_id: int, content: str, today: date
) -> RegisterFile:
    """Return what a file says, row by row, and what of it is new.

    Raises
    ------
    RefusedError
        If it is no table, lacks a column that must be filled in, or is too long.
    """
    table = read_table(content.replace("\r\n", "\n"))
    if not table:
        raise RefusedError(_("the file has no rows; give it one for each line of the register"))
    if len(table) > MOST:
        raise RefusedError(_("the file has more than %(most)s rows; leave some out"), most=MOST)
    there = table.columns
    lacking = [each.name for each in register.columns if each.needed and each.name not in there]
    if lacking:
        words = _("the file lacks columns that are needed: %(columns)s; export the register to see")
        raise RefusedError(words, columns=", ".join(lacking))
    known = {each.name for each in register.columns}
    found = RegisterFile(
        problems=[*table.problems],
        unused=[each for each in there if each not in known | {*_TOLD}],
    )
    before = _by_code(session, register, project_id)
    first: dict[str, int] = {}
    for number, cells in table.rows:
        typed = {**before.get(cells.get("code", "").strip(), {}), **_typed(register, cells)}
        clean, gaps = register.check(typed, today)
        seen = first.setdefault(clean["code"], number)
        if seen != number and not gaps:
            words = _("has the code of row %(row)s; give it its own")
            gaps = [Gap(words, {"row": seen}, "code")]
        found.problems += [Misrow(number, gap.field, gap) for gap in gaps]
        if not gaps:
            found.rows.append(clean)
            _count(found, before.get(clean["code"]), clean)
    found.problems.sort(key=lambda each: each.row)
    return found


def keep_register(
    session: Session,
    register: Register,
    project_id: int,
    rows: Sequence[Mapping[str, str]],
    seen: str,
) -> None:
    """Store rows that were looked at, as long as the register is as it was then; commits.

    Raises
    ------
    RefusedError
        If somebody changed it meanwhile, or it would become too long.
    """
    check_alive(session, project_id)
    check_seen(seen, fingerprint(session, register, project_id))
    entries = entries_of(session, register, project_id)
    if len(entries.keys() | {row["code"] for row in rows}) > MOST:
        raise RefusedError(_("there are %(most)s lines already; remove some first"), most=MOST)
    bound = []
    for row in rows:
        before = entries.get(row["code"])
        old = typed_of(before) if before is not None else {}
        if old == row:
            continue
        entry = put_entry(session, register, project_id, before, row, fills=False)
        if not isinstance(entry, Indicator) or not row.get("measure"):
            continue
        if binding_of(row) != binding_of(old):
            bound.append(entry)
    if bound:
        from survey.operations.monitoring.bindings import fill  # noqa: PLC0415 - loads numpy

        fill(session, project_id, bound)
    append(session, actor_of(session), Action.MONITORING_READ_IN, register.name, project_id)
    session.commit()


def fingerprint(session: Session, register: Register, project_id: int) -> str:
    """Return a hash of the lines of a register and their versions."""
    versions = [(each.id, each.version) for each in lines_of(session, register, project_id)]
    return hashlib.sha256(repr(versions).encode()).hexdigest()


def _lines(session: Session, register: Register, project_id: int) -> Iterator[tuple[Any, ...]]:
    """Yield the columns of each line, and of an indicator its last value and its progress."""
    lines = lines_of(session, register, project_id)
    is_counted = register is INDICATORS
    points = points_of(session, [each.id for each in lines]) if is_counted else {}
    for line in lines:
        told: list[str | None] = []
        if is_counted:
            last = latest(points[line.id])
            percent = progress_at(line.typed, points[line.id]).percent
            told = [
                last.value.told if last else None,
                last.value.day.isoformat() if last else None,
                None if percent is None else str(percent),
            ]
        yield register, line.typed, told


def _cells(register: Register, typed: Mapping[str, str], told: list[str | None]) -> list[Any]:
    return [*(typed.get(each.name) or None for each in register.columns), *told]


def _typed(register: Register, cells: Mapping[str, str]) -> dict[str, str]:
    """Return the cells of a row as somebody would have typed them."""
    typed = {}
    for column in register.columns:
        if column.name in cells:
            cell = unescaped(cells[column.name])
            is_counted = column.rule is Rule.DAY and cell.isascii() and cell.isdigit()
            if is_counted and len(cell) == 5:
                cell = (_EPOCH + timedelta(days=int(cell))).isoformat()
            typed[column.name] = cell
    return typed


def _by_code(session: Session, register: Register, project_id: int) -> dict[str, dict[str, str]]:
    lines = lines_of(session, register, project_id)
    return {each.typed["code"]: each.typed for each in lines}


def _count(found: RegisterFile, before: Mapping[str, str] | None, clean: Mapping[str, str]) -> None:
    if before is None:
        found.added += 1
    elif before == clean:
        found.same += 1
    else:
        found.changed += 1


def _text_of_workbook(content: bytes) -> str:
    from questionnaires.formats.errors import FormatError  # noqa: PLC0415 - with what reads XML
    from questionnaires.formats.xlsform.sheet import read_first_sheet  # noqa: PLC0415

    try:
        rows = read_first_sheet(content)
    except FormatError as error:
        words = _("the workbook cannot be read; save it again, or as CSV: %(problem)s")
        raise RefusedError(words, problem=str(error)) from None
    stream = StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return UNCLEAN.sub("", stream.getvalue())
