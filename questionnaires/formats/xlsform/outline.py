"""The lines of a survey sheet, read from the first to the last: sections, groups and questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from questionnaires.formats.xlsform import columns as c
from questionnaires.formats.xlsform import foreign, own
from questionnaires.formats.xlsform.cells import Line
from questionnaires.formats.xlsform.draft import Draft
from questionnaires.formats.xlsform.expressions import unwritten, unwritten_constraint
from questionnaires.logic import LogicError, parse

Row = dict[str, Any]

_COUNT = re.compile(r"\$\{(\w+)\}")
#: How often a repeat without a count is asked at most; its author may change it.
_MAXIMUM = 10


@dataclass
class _Frame:
    """A group that is open: what opened it, and what holds inside it."""

    line: Line
    kind: str
    ends: str
    condition: str = ""
    table: Row = field(default_factory=dict)


@dataclass
class Outline:
    """What the survey sheet holds.

    Attributes
    ----------
    draft : Draft
        Takes words, notes and problems.
    lists : mapping of str to list of Line
        The lines of each list of the choices sheet.
    sections, groups, items, calculations : list
        The tables of the instrument, each with the place that its line gives it, or None.
    """

    draft: Draft
    lists: Mapping[str, list[Line]]
    sections: list[tuple[int | None, Row]] = field(default_factory=list)
    groups: list[tuple[int | None, Row]] = field(default_factory=list)
    items: list[tuple[int | None, Row]] = field(default_factory=list)
    calculations: list[Row] = field(default_factory=list)
    _open: list[_Frame] = field(default_factory=list)
    _is_inside: bool = False
    _is_fresh: bool = False
    _taken: dict[str, Line] = field(default_factory=dict)

    def take(self, line: Line) -> None:
        """Take the next line."""
        command, rest = foreign.split_type(line)
        kind = line.cells.get(c.KIND, "")
        if command.startswith("end_"):
            self._end(line, command)
        elif command.startswith("begin_") and (
            kind or foreign.check_line(self.draft, line, command)
        ):
            self._begin(line, command, kind)
        elif kind == "made":
            own.say_made(self.draft, line)
        elif kind in own.READ or foreign.check_line(self.draft, line, command):
            self._single(line, command, rest, kind)

    def finish(self) -> None:
        """Note the groups that nothing ends."""
        for frame in self._open:
            remedy = f"nothing ends this group; add a line {frame.ends}"
            self.draft.refuse(frame.line, frame.line.cells.get("name", ""), "open-group", remedy)

    def _end(self, line: Line, command: str) -> None:
        if not self._open or self._open[-1].ends != command:
            opened = (
                f"'{self._open[-1].line.cells.get('name', '')}' is" if self._open else "none is"
            )
            remedy = f"there is {command}, but {opened} the group that is open; move or drop it"
            self.draft.refuse(line, "", "open-group", remedy)
            return
        if self._open.pop().kind == "section":
            self._is_inside = False

    def _begin(self, line: Line, command: str, kind: str) -> None:
        ends = command.replace("begin", "end")
        condition = self._expression(line, "relevant")
        if kind == "made":
            own.say_made(self.draft, line)
            self._open.append(_Frame(line, "made", ends))
        elif kind == "item":
            self._open.append(_Frame(line, "item", ends, table=self._item(line, "item-")))
        elif command == "begin_repeat":
            self._open.append(_Frame(line, "group", ends, condition, self._group(line, kind)))
        elif self._is_inside:
            if self.draft.has(line, "label"):
                self.draft.note(line, "the title of a group within a group is not kept")
            self._open.append(_Frame(line, "inner", ends, condition))
        else:
            self._section(line, condition, kind)
            self._open.append(_Frame(line, "section", ends))

    def _section(self, line: Line, condition: str, kind: str) -> None:
        name = self._name(line, "section-" if kind else "", "section.")
        table = {"name": name, **({"ask_if": condition} if condition else {})}
        self.sections.append((None, table))
        self._is_inside = self._is_fresh = True
        key = f"section.{name}.title"
        self.draft.say(key, line)
        for language in self.draft.languages:
            if not kind and key not in self.draft.words.get(language.code, {}):
                self.draft.tell(language.code, key, self.draft.title, line)

    def _group(self, line: Line, kind: str) -> Row:
        if any(frame.kind == "group" for frame in self._open):
            remedy = "a repeat within a repeat is not supported; ask its questions in one repeat"
            self.draft.refuse(line, line.cells.get("name", ""), "not-supported", remedy)
        self._ensure_section(line)
        name = self._name(line, "group-" if kind else "", "group.")
        table: Row = {"name": name, "section": self.sections[-1][1]["name"]}
        if kind:
            table |= own.keys(self.draft, line, "group")
        else:
            table |= {"maximum": _MAXIMUM} | self._count(line)
            self.draft.note(line, f"asked {_MAXIMUM} times at most; change 'maximum' of the group")
        self.draft.say(f"group.{name}.title", line)
        if not kind and "count" not in table:
            for language in self.draft.languages:
                title = self.draft.words.get(language.code, {}).get(f"group.{name}.title", name)
                self.draft.tell(language.code, f"group.{name}.another", f"+ {title}", line)
        self.groups.append((_place(line), table))
        return table

    def _count(self, line: Line) -> Row:
        written = line.cells.get("repeat_count", "").strip()
        found = _COUNT.fullmatch(written)
        if written and not found:
            remedy = "'repeat_count' is not supported unless it is one question, as ${persons}"
            self.draft.refuse(line, line.cells.get("name", ""), "not-supported", remedy)
        return {"count": found[1]} if found else {}

    def _single(self, line: Line, command: str, rest: list[str], kind: str) -> None:
        if kind == "calculation" or command == "calculate":
            self._calculation(line, kind)
        elif kind == "row":
            self._row(line)
        elif command == "note":
            self._remark(line)
        elif kind == "item":
            self._item(line, "")
        elif "name" not in line.cells:
            remedy = "the question has no name; write a short one, letters, digits and _ only"
            self.draft.refuse(line, "", "no-name", remedy)
        else:
            self._question(
                line, foreign.question(self.draft, line, command, rest, self.lists) or {}
            )

    def _question(self, line: Line, table: Row) -> None:
        name = self._name(line, "")
        if self._taken.get(name) is not line:
            return
        constraint = self._constraint(line, table)
        self._add(line, {"name": name} | table | constraint)
        if not self.draft.has(line, "label"):
            self.draft.refuse(
                line, name, "no-label", "the question has no label; write what is asked"
            )
        self.draft.say(f"item.{name}", line)
        if self.draft.has(line, "hint"):
            self.draft.say(f"hint.{name}", line, "hint")

    def _constraint(self, line: Line, table: Row) -> Row:
        if "constraint" not in line.cells or {"minimum", "maximum"} & table.keys():
            return {}
        name = line.cells["name"]
        if not self.draft.has(line, "constraint_message"):
            remedy = "say in 'constraint_message' what to mend when an answer breaks the constraint"
            self.draft.refuse(line, name, "no-message", remedy)
        else:
            self.draft.say(f"constraint.{name}", line, "constraint_message")
        written = self._expression(line, "constraint")
        return {"constraint": written} if written else {}

    def _item(self, line: Line, prefix: str) -> Row:
        name = self._name(line, prefix)
        table = {"name": name, **own.item(self.draft, line, name, self.lists)}
        self._add(line, table)
        return table

    def _add(self, line: Line, table: Row) -> None:
        self._ensure_section(line)
        self._is_fresh = False
        if any(frame.kind == "item" for frame in self._open):
            remedy = "a question stands among the lines of another; move it behind their end_group"
            self.draft.refuse(line, table["name"], "torn-question", remedy)
        table["section"] = self.sections[-1][1]["name"]
        outer = [frame for frame in self._open if frame.kind in {"inner", "group"}]
        conditions = [frame.condition for frame in outer if frame.condition]
        groups = [frame.table["name"] for frame in outer if frame.kind == "group"]
        own_condition = self._expression(line, "relevant")
        if own_condition:
            conditions.append(own_condition)
        if conditions:
            table["ask_if"] = _joined(conditions)
        if groups:
            table["group"] = groups[-1]
        self.items.append((_place(line), table))

    def _row(self, line: Line) -> None:
        frame = self._open[-1] if self._open else None
        if frame is None or frame.kind != "item":
            remedy = "a row of a grid stands outside of it; move it between the lines of its grid"
            self.draft.refuse(line, line.cells.get("name", ""), "torn-question", remedy)
            return
        name = self._name(line, "")
        condition = self._expression(line, "relevant")
        row = own.row(self.draft, line, frame.table, name)
        frame.table.setdefault("row", []).append(row | ({"ask_if": condition} if condition else {}))

    def _calculation(self, line: Line, kind: str) -> None:
        name = self._name(line, "")
        written = line.cells.get("calculation", "")
        if not written:
            remedy = "a calculate line needs an expression under 'calculation'"
            self.draft.refuse(line, name, "no-expression", remedy)
        expression = self._expression(line, "calculation")
        stored = own.keys(self.draft, line, "calculation") if kind else {}
        self.calculations.append({"name": name, "expression": expression or "''", **stored})

    def _remark(self, line: Line) -> None:
        """Take a note at the beginning of a group as its introduction."""
        if not self._is_fresh or "relevant" in line.cells:
            remedy = (
                "a note is supported at the beginning of a group, without a condition; write it "
                "there, or into the hint of a question"
            )
            self.draft.refuse(line, line.cells.get("name", ""), "not-supported", f"note: {remedy}")
            return
        self._is_fresh = False
        self.draft.say(f"section.{self.sections[-1][1]['name']}.intro", line)

    def _ensure_section(self, line: Line) -> None:
        """Open a section of its own for questions that stand in no group."""
        if self._is_inside or (self.sections and self.sections[-1][1].get("made")):
            return
        taken = {table["name"] for _, table in self.sections}
        name = next(n for n in _numbered("questions") if n not in taken)
        self.sections.append((None, {"name": name, "made": True}))
        for language in self.draft.languages:
            self.draft.tell(language.code, f"section.{name}.title", self.draft.title, line)
        self.draft.lines.setdefault(f"section.{name}.title", line)

    def _name(self, line: Line, prefix: str, table: str = "") -> str:
        """Return the name of `line`, which no other thing of its kind may have."""
        name = line.cells.get("name", "").strip().removeprefix(prefix)
        other = self._taken.setdefault(f"{table}{name}", line)
        if not name:
            self.draft.refuse(line, "", "no-name", "there is no name; write a short one")
        elif other is not line:
            remedy = f"row {other.number} has this name as well; rename one of the two"
            self.draft.refuse(line, name, "duplicate-name", remedy)
        elif not table or name not in self.draft.lines:
            self.draft.lines[name] = line
        return name

    def _expression(self, line: Line, column: str) -> str:
        """Return the expression in `column` if it can be read."""
        written = line.cells.get(column, "").strip()
        text = unwritten_constraint(written) if column == "constraint" else unwritten(written)
        try:
            if text:
                parse(text)
        except LogicError as mistake:
            name = line.cells.get("name", "")
            self.draft.refuse(line, name, mistake.code, f"in '{column}', {mistake.remedy}")
            return ""
        return text


def _joined(conditions: list[str]) -> str:
    return conditions[0] if len(conditions) == 1 else " and ".join(f"({e})" for e in conditions)


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1


def _place(line: Line) -> int | None:
    written = line.cells.get(c.PLACE, "")
    return int(written) if written.isdigit() else None


def in_order(placed: list[tuple[int | None, Row]]) -> list[Row]:
    """Return tables in the order of the sheet, and those with a place in theirs."""
    tables = [table for place, table in placed if place is None]
    given = sorted(((p, t) for p, t in placed if p is not None), key=lambda each: each[0])
    for place, table in given:
        tables.insert(place, table)
    return tables
