"""Questions of forms that were not written by us: what each type becomes, and why some cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from questionnaires.formats.xlsform.cells import Line
from questionnaires.formats.xlsform.columns import WAYS_OUT
from questionnaires.formats.xlsform.draft import Draft
from questionnaires.formats.xlsform.expressions import unwritten
from questionnaires.logic import LogicError, parse
from questionnaires.logic.tree import Expression, Literal, Operation, Own

Row = dict[str, Any]
Lists = Mapping[str, Sequence[Line]]

#: Other spellings of types, the longest first.
_SPELLINGS = {
    "select all that apply from": "select_multiple",
    "select one from": "select_one",
    "select multiple": "select_multiple",
    "select one": "select_one",
    "select1": "select_one",
    "begin group": "begin_group",
    "end group": "end_group",
    "begin repeat": "begin_repeat",
    "end repeat": "end_repeat",
    "int": "integer",
    "string": "text",
    "date": "date",
}
_METADATA = frozenset(
    [
        "start",
        "end",
        "today",
        "deviceid",
        "subscriberid",
        "simserial",
        "phonenumber",
        "username",
        "email",
        "audit",
        "start-geopoint",
        "background-audio",
    ]
)
_POSITION = "a position can tell who somebody is; ask for the place with a list of places"
_FILE = "a picture, a recording or a file can tell who somebody is; ask in words, or leave it out"
_TIME = "a time can point at a person; ask for a date with the appearance month-year"
_REFUSED = {
    **dict.fromkeys(("geopoint", "geotrace", "geoshape", "osm"), _POSITION),
    **dict.fromkeys(("image", "photo", "audio", "video", "file", "signature"), _FILE),
    **dict.fromkeys(("time", "datetime"), _TIME),
    "decimal": "numbers are whole; use integer, in a smaller unit",
    "range": "use integer with a constraint, or select_one",
    "barcode": "a code can tell who somebody is; use text, or leave it out",
    "acknowledge": "use select_one with one choice",
    "trigger": "use select_one with one choice",
    "hidden": "write a calculate line instead",
    "begin_loop": "write the questions out, or use begin_repeat",
    "select_one_external": "put the choices on the sheet choices",
    "select_one_from_file": "put the choices on the sheet choices",
    "select_multiple_from_file": "put the choices on the sheet choices",
    "csv-external": "there are no tables beside a questionnaire; leave it out",
    "xml-external": "there are no tables beside a questionnaire; leave it out",
}
#: Columns whose cells say something that is not kept, with the reason.
_UNKEPT = {
    "choice_filter": "lists that depend on answers are not supported: write one question for each "
    "list and give it a 'relevant'",
    "default": "an answer is never filled in beforehand; empty the cell",
    "read_only": "a question that cannot be answered is none; use note, or empty the cell",
    "trigger": "values that change by themselves are not supported; empty the cell",
    "save_to": "entities are not supported; empty the cell",
}
#: The beginnings of columns with pictures and sounds.
MEDIA = ("media", "image", "big-image", "audio", "video")
SHOWN = frozenset(
    [
        "minimal",
        "quick",
        "compact",
        "horizontal",
        "columns",
        "columns-pack",
        "likert",
        "field-list",
        "table-list",
        "multiline",
        "month-year",
        "year",
        "w1",
        "w2",
        "w3",
        "w4",
        "autocomplete",
        "search",
        "no-calendar",
        "numbers",
        "list",
        "list-nolabel",
    ]
)


def split_type(line: Line) -> tuple[str, list[str]]:
    """Return the command under ``type``, in its usual spelling, and what stands behind it."""
    written = " ".join(line.cells.get("type", "").split())
    for spelling, usual in _SPELLINGS.items():
        if f"{written.lower()} ".startswith(f"{spelling} "):
            return usual, written[len(spelling) :].split()
    command, *rest = written.split() or [""]
    return command.lower() if command.lower() in _KNOWN else command, rest


def check_line(draft: Draft, line: Line, command: str) -> bool:
    """Note what a line says that is not supported; tell whether its type is."""
    name = line.cells.get("name", "")
    for column in line.cells:
        remedy = _FILE if column.startswith(MEDIA) else _UNKEPT.get(column, "")
        if column == "calculation" and command != "calculate":
            remedy = "a question is answered, not computed; use type calculate"
        if remedy:
            draft.refuse(line, name, "not-supported", f"'{column}': {remedy}")
    unknown = sorted({*line.cells.get("appearance", "").split()} - SHOWN)
    if unknown:
        draft.note(line, f"the appearance {', '.join(unknown)} is not kept")
    if command in _METADATA:
        draft.note(line, "left out: times, devices and names of users can point at a person")
    elif command not in _KNOWN:
        reason = _REFUSED.get(command.lower(), f"choose from {', '.join(sorted(_KNOWN))}")
        what = f"type '{command}' is not supported" if command else "there is no type"
        draft.refuse(line, name, "not-supported", f"{what}: {reason}")
    return command in _KNOWN


def question(draft: Draft, line: Line, command: str, rest: list[str], lists: Lists) -> Row | None:
    """Return the table of a question, without its name, its section and its conditions."""
    if "required" in line.cells and line.cells["required"].lower() not in {
        "no",
        "false",
        "false()",
    }:
        draft.note(line, "'required' is not kept: every question may be left unanswered")
    return _QUESTIONS[command](draft, line, rest, lists)


def _choices(draft: Draft, line: Line, rest: list[str], lists: Lists) -> list[Line]:
    name = line.cells["name"]
    if len(rest) > 1:
        remedy = f"'{' '.join(rest[1:])}' is not supported: add the choice to the list, and a text"
        draft.refuse(line, name, "not-supported", f"{remedy} question with a 'relevant'")
    if not rest or rest[0] not in lists:
        listed = ", ".join(list(lists)[:8]) or "there is none"
        what = f"there is no list '{rest[0]}' on the sheet choices" if rest else "it names no list"
        draft.refuse(line, name, "unknown-list", f"{what}; choose from: {listed}")
        return []
    for each in lists[rest[0]]:
        draft.say(f"choice.{name}.{each.cells['name']}", each)
    return list(lists[rest[0]])


def _select(draft: Draft, line: Line, rest: list[str], lists: Lists) -> Row:
    listed = _choices(draft, line, rest, lists)
    codes = [each.cells["name"] for each in listed]
    row: Row = {"type": "single", "choice": _offered(codes)}
    if "na" in codes:
        row["na"] = True
    numbers = [code for code in codes if code not in WAYS_OUT]
    is_rising = all(map(str.isdigit, numbers)) and numbers == sorted(numbers, key=int)
    if line.cells.get("appearance") == "likert" and is_rising:
        row["type"] = "likert"
    return row | _random(line)


def _multiple(draft: Draft, line: Line, rest: list[str], lists: Lists) -> Row:
    codes = [each.cells["name"] for each in _choices(draft, line, rest, lists)]
    row: Row = {"type": "multiple", "choice": _offered(codes)}
    return row | ({"na": True} if "na" in codes else {}) | _random(line)


def _rank(draft: Draft, line: Line, rest: list[str], lists: Lists) -> Row:
    codes = [each.cells["name"] for each in _choices(draft, line, rest, lists)]
    return {"type": "ranking", "choice": _offered(codes)} | _random(line)


def _offered(codes: Iterable[str]) -> list[Row]:
    return [{"code": code} for code in codes if code not in WAYS_OUT]


def _random(line: Line) -> Row:
    return {"random": True} if "randomize=true" in line.cells.get("parameters", "") else {}


def _integer(draft: Draft, line: Line, rest: list[str], lists: Lists) -> Row:
    """Take plain ends out of the constraint: the type knows how to say that they are broken."""
    ends = _ends(unwritten(line.cells.get("constraint", "")))
    return {"type": "number", **({} if draft.has(line, "constraint_message") else ends)}


def _ends(text: str) -> Row:
    try:
        found = dict(_comparisons(parse(text))) if text else {}
    except (LogicError, ValueError):
        return {}
    return found if len(found) == text.count(".") else {}


def _comparisons(tree: Expression) -> list[tuple[str, int]]:
    """Return the ends that `tree` says and nothing else; ValueError when it says more."""
    if isinstance(tree, Operation) and tree.sign == "and":
        return _comparisons(tree.left) + _comparisons(tree.right)
    if isinstance(tree, Operation) and isinstance(tree.left, Own):
        ends = {
            ">=": ("minimum", 0),
            ">": ("minimum", 1),
            "<=": ("maximum", 0),
            "<": ("maximum", -1),
        }
        value = tree.right
        if tree.sign in ends and isinstance(value, Literal) and isinstance(value.value, float):
            key, shift = ends[tree.sign]
            return [(key, int(value.value) + shift)]
    raise ValueError


def _date(draft: Draft, line: Line, rest: list[str], lists: Lists) -> Row:
    if "year" in line.cells.get("appearance", "").split():
        return {"type": "date", "precision": "year"}
    if "month-year" not in line.cells.get("appearance", ""):
        draft.note(line, "asked as a month and a year, because a day can tell who somebody is")
    return {"type": "date"}


def _text(draft: Draft, line: Line, rest: list[str], lists: Lists) -> Row:
    is_tall = "multiline" in line.cells.get("appearance", "")
    return {"type": "text", **({"lines": 4} if is_tall else {})}


_QUESTIONS: Mapping[str, Callable[[Draft, Line, list[str], Lists], Row]] = {
    "select_one": _select,
    "select_multiple": _multiple,
    "rank": _rank,
    "integer": _integer,
    "date": _date,
    "text": _text,
}
_KNOWN = frozenset(
    {*_QUESTIONS, "note", "calculate", "begin_group", "end_group", "begin_repeat", "end_repeat"}
)
