"""Lines that an export wrote: what their own columns say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from questionnaires.formats.xlsform import columns as c
from questionnaires.formats.xlsform.cells import Line
from questionnaires.formats.xlsform.choices import own_list
from questionnaires.formats.xlsform.columns import WAYS_OUT
from questionnaires.formats.xlsform.draft import Draft
from questionnaires.formats.xlsform.expressions import unwritten_constraint
from questionnaires.formats.xlsform.foreign import split_type
from questionnaires.formats.xlsform.lines import is_framed, limits
from questionnaires.logic import LogicError, parse
from questionnaires.types import item_type, type_names

Row = dict[str, Any]
Lists = Mapping[str, Sequence[Line]]

READ = frozenset({"item", "row", "calculation"})
_OTHER: Mapping[str, Callable[[str], object]] = {
    "maximum": int,
    "count": str,
    "stored": {"yes": True, "no": False}.__getitem__,
}
#: Columns that are read with the choices, or say how to read the line.
_APART = frozenset({c.KIND, c.WORDS, c.PLACE, c.EXCLUSIVE, c.SENSITIVE_CHOICE})


def say_made(draft: Draft, line: Line) -> None:
    """Take the words of a line that only serves another; those for every page stand elsewhere."""
    key = line.cells.get(c.WORDS, "")
    if key and not key.startswith(("answer.", "choice.")) and not key.isdigit():
        draft.say(key, line)


def keys(draft: Draft, line: Line, kind: str) -> Row:
    """Return what the columns of our own say on a line of some `kind`, as an item or a row."""
    table: Row = {}
    for column, text in line.cells.items():
        key = column.removeprefix(c.OURS)
        if not column.startswith(c.OURS) or column in _APART:
            continue
        try:
            table[key] = _value(key, text, kind, line)
        except (KeyError, ValueError):
            remedy = f"'{column}' cannot be read; write it as in the other lines, or empty the cell"
            draft.refuse(line, line.cells.get("name", ""), "wrong-type", remedy)
    return table


def _value(key: str, text: str, kind: str, line: Line) -> object:
    if kind in {"group", "calculation"}:
        return _OTHER[key](text)
    return c.read_cell(key, text.strip(), line.cells.get(f"{c.OURS}type", ""))


def item(draft: Draft, line: Line, name: str, lists: Lists) -> Row:
    """Return the table of an item, without its name, its section, its group and its condition."""
    table = keys(draft, line, "item")
    table.setdefault("type", "")
    if table["type"] not in type_names():
        listed = ", ".join(type_names())
        remedy = f"'{c.OURS}type' is no question type; choose from: {listed}"
        draft.refuse(line, name, "unknown-type", remedy)
        return table | {"type": "single"}
    if "parameters" in line.cells:
        table["random"] = "randomize=true" in line.cells["parameters"]
    draft.say(f"item.{name}", line)
    if draft.has(line, "hint"):
        draft.say(f"hint.{name}", line, "hint")
    table |= _choices(draft, line, name, table, lists)
    return table | _constraint(draft, line, name, {"name": name} | table)


def _choices(draft: Draft, line: Line, name: str, table: Row, lists: Lists) -> Row:
    if table.get("scale") or table["type"] == "place":
        return {}
    command, rest = split_type(line)
    wanted = rest[0] if rest and not command.startswith("begin") else own_list(name)
    listed = [each for each in lists.get(wanted, ()) if each.cells["name"] not in WAYS_OUT]
    if rest and wanted not in lists:
        remedy = f"there is no list '{wanted}' on the sheet choices; add it, or name another"
        draft.refuse(line, name, "unknown-list", remedy)
    for each in listed:
        draft.say(f"choice.{name}.{each.cells['name']}", each)
    marks = {
        "exclusive": line.cells.get(c.EXCLUSIVE, "").split(),
        "sensitive": line.cells.get(c.SENSITIVE_CHOICE, "").split(),
    }
    codes = [each.cells["name"] for each in listed]
    if item_type(table["type"]).fixed or not codes:
        return {}
    return {"choice": [{"code": code} | _marked(code, marks) for code in codes]}


def _marked(code: str, marks: Mapping[str, Sequence[str]]) -> Row:
    return {mark: True for mark, codes in marks.items() if code in codes}


def _constraint(draft: Draft, line: Line, name: str, table: Row) -> Row:
    """Return the constraint of the item's own, without what its type knows by itself."""
    written = line.cells.get("constraint", "")
    limit = "" if is_framed(table) else limits(table)
    if written == limit or not written:
        return {}
    start = f"({limit}) and ("
    if limit and written.startswith(start) and written.endswith(")"):
        written = written[len(start) : -1]
    draft.say(f"constraint.{name}", line, "constraint_message")
    return _readable(draft, line, name, unwritten_constraint(written))


def _readable(draft: Draft, line: Line, name: str, text: str) -> Row:
    try:
        parse(text)
    except LogicError as mistake:
        draft.refuse(line, name, mistake.code, f"in 'constraint', {mistake.remedy}")
        return {}
    return {"constraint": text}


def row(draft: Draft, line: Line, grid: Row, name: str) -> Row:
    """Return a row of `grid`, without its condition."""
    code = name.removeprefix(f"{grid['name']}_")
    draft.say(f"row.{grid['name']}.{code}", line)
    if "constraint" in line.cells:
        draft.say(f"constraint.{grid['name']}", line, "constraint_message")
        text = unwritten_constraint(line.cells["constraint"])
        grid |= _readable(draft, line, name, text)
    return {"code": code, **keys(draft, line, "row")}
