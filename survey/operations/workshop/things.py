"""What is edited of a questionnaire: its items, sections, scales and measures, as one form each.

A form holds the structure of a thing and its words in every language, field by field and as it is
typed. The name of a field of words is ``<language>:<table>/<name>/…``. What a form has no field
for stands in one box, `more`, as the file writes it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from questionnaires.formats.toml import write_value
from questionnaires.model import OFFERED, Nonanswer
from questionnaires.types import is_type, item_type
from survey.errors import RefusedError
from survey.messages import _
from survey.operations.draft_documents import lines
from survey.operations.workshop.documents import (
    Parts,
    Path,
    Row,
    Typed,
    grid_rows,
    languages_of,
    word_at,
)
from survey.operations.workshop.measures import (
    FieldError,
    calculation_row,
    calculation_typed,
    dimension_row,
    dimension_typed,
    group_row,
    group_typed,
)


class Kind(StrEnum):
    """A kind of thing that has a form of its own."""

    ITEM = "item"
    SECTION = "section"
    SCALE = "scale"
    DIMENSION = "dimension"
    GROUP = "group"
    CALCULATION = "calculation"


#: Keys of an item that are one line or one choice.
LINES = (
    *("section", "type", "scale", "dimension", "group"),
    *("ask_if", "constraint", "note", "reason"),
)
#: Keys of an item that are ticked.
SWITCHES = ("sensitive", "required", "na", "reverse", "random", "help", "sector")
#: Ticked for an item that is not asked.
OFF = "off"
_FORMED = frozenset({"name", "choice", "forms", "enabled", *LINES, *SWITCHES})
#: What may stand behind a code, on its line.
_MARKS = ("exclusive", "sensitive", OFF)
#: The words of what is no item and no scale, in their own table.
_NAMED: Mapping[Kind, tuple[str, ...]] = {
    Kind.SECTION: ("title", "intro"),
    Kind.DIMENSION: ("name", "meaning"),
    Kind.GROUP: ("title", "another"),
    Kind.CALCULATION: (),
}
#: Tables of words in which an item has its own.
_PLAIN = ("item", "hint", "constraint", "domain")
_CODED = ("choice", "row")


def rows_of(parts: Parts, kind: Kind) -> list[Row]:
    """Return the tables of a kind, in order."""
    return list(parts["instrument"].get(kind, []))


def find_row(parts: Parts, kind: Kind, name: str) -> Row:
    """Return the table of a thing.

    Raises
    ------
    RefusedError
        If the draft has none of this name.
    """
    for row in rows_of(parts, kind):
        if row.get("name") == name:
            return row
    raise RefusedError(_("this is not in the questionnaire any more; go back and load it again"))


def word_paths(parts: Parts, kind: Kind, row: Mapping[str, Any]) -> list[Path]:
    """Return the places of the words of a thing: those it needs, then those it may have."""
    name = row["name"]
    if kind is Kind.SCALE:
        return [("scale", name, code) for code in row.get("codes", [])]
    if kind in _NAMED:
        return [(str(kind), name, each) for each in _NAMED[kind]]
    found = dict.fromkeys(_item_paths(row))
    coded = list(dict.fromkeys(_codes(row)))
    for language in languages_of(parts):
        table = parts[f"text/{language}"]
        found |= dict.fromkeys(_written_paths(table, name, coded))
        for variant, inner in table.get("variant", {}).items():
            written = _written_paths(inner, name, coded)
            found |= dict.fromkeys(("variant", variant, *path) for path in written)
    return list(found)


def typed_of(parts: Parts, kind: Kind, name: str) -> Typed:
    """Return what the form of a thing holds.

    Raises
    ------
    RefusedError
        If the draft has none of this name.
    """
    row = find_row(parts, kind, name)
    typed, paths = _structure_of(parts, kind, row), word_paths(parts, kind, row)
    for language in languages_of(parts):
        table = parts[f"text/{language}"]
        for path in paths:
            typed[field_name(language, path)] = word_at(table, path)
    return typed


def field_name(language: str, path: Path) -> str:
    """Return the name of the field of some words."""
    return f"{language}:{'/'.join(path)}"


def row_of(kind: Kind, row: Mapping[str, Any], typed: Mapping[str, Any]) -> Row:
    """Return the table that a form describes.

    Raises
    ------
    FieldError
        If a field cannot be read.
    """
    if kind is Kind.SCALE:
        return {"name": row["name"], "codes": lines(typed["codes"])}
    if kind is Kind.SECTION:
        asked = typed["ask_if"].strip()
        return {"name": row["name"], **({"ask_if": asked} if asked else {})}
    return _READ[kind](row, typed)


def _structure_of(parts: Parts, kind: Kind, row: Mapping[str, Any]) -> Typed:
    if kind is Kind.DIMENSION:
        return dimension_typed(parts, row)
    if kind in _TYPED:
        return _TYPED[kind](row)
    if kind is Kind.SCALE:
        return {"codes": "\n".join(row.get("codes", []))}
    if kind is Kind.SECTION:
        return {"ask_if": row.get("ask_if", "")}
    ticked = [each for each in SWITCHES if row.get(each)]
    return {
        **{key: row.get(key, "") for key in LINES},
        "forms": list(row.get("forms", [])),
        "marks": [*ticked, *([OFF] if row.get("enabled") is False else [])],
        "codes": "\n".join(map(_code_line, row.get("choice", []))),
        "more": _more(row),
    }


def _code_line(choice: Mapping[str, Any]) -> str:
    marks = [each for each in _MARKS if choice.get(each)]
    off = [OFF] if choice.get("enabled") is False else []
    return " ".join([choice["code"], *marks, *off])


def _more(row: Mapping[str, Any]) -> str:
    """Return what the form has no field for, as the file writes it."""
    told = []
    for key, value in row.items():
        if key in _FORMED:
            continue
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            inner = "".join(f"  {write_value(each)},\n" for each in value)
            told.append(f"{key} = [\n{inner}]")
        else:
            told.append(f"{key} = {write_value(value)}")
    return "\n".join(told)


def _item_row(row: Mapping[str, Any], typed: Mapping[str, Any]) -> Row:
    new: Row = {"name": row["name"]}
    new |= {key: typed[key].strip() for key in LINES if typed[key].strip()}
    new |= {key: True for key in SWITCHES if key in typed["marks"]}
    if OFF in typed["marks"]:
        new["enabled"] = False
    if typed["forms"]:
        new["forms"] = list(typed["forms"])
    known = {choice["code"]: choice for choice in row.get("choice", [])}
    choices = [_choice(line, known) for line in lines(typed["codes"])]
    if choices:
        new["choice"] = choices
    return new | _read_more(typed["more"])


def _choice(line: str, known: Mapping[str, Mapping[str, Any]]) -> Row:
    code, *marks = line.split()
    strange = [mark for mark in marks if mark not in _MARKS]
    if strange:
        raise FieldError(
            "codes",
            _("behind a code stands nothing, or one of: exclusive, sensitive, off"),
        )
    kept = {key: value for key, value in known.get(code, {}).items() if key == "reason"}
    flags = {mark: True for mark in marks if mark != OFF}
    return {"code": code, **flags, **({"enabled": False} | kept if OFF in marks else {})}


def _read_more(text: str) -> Row:
    try:
        read = tomllib.loads(text)
        json.dumps(read, allow_nan=False)  # TOML knows days and numbers that no document holds
    except (ValueError, TypeError, RecursionError):
        raise FieldError(
            "more", _("this cannot be read; write one line for each setting, as: top = 3")
        ) from None
    twice = sorted(read.keys() & _FORMED)
    if twice:
        raise FieldError("more", _("%(key)s has a field of its own; fill that in"), key=twice[0])
    return read


def _item_paths(row: Mapping[str, Any]) -> Iterator[Path]:
    """Yield the places of the words that an item needs, or mostly has."""
    name = row["name"]
    yield ("item", name)
    yield ("hint", name)
    kind = row.get("type", "")
    if is_type(kind):
        for code in item_type(kind).fixed:
            yield ("choice", name, code)
        yield from (("row", name, part) for part in item_type(kind).statements)
    yield from (("choice", name, choice["code"]) for choice in row.get("choice", []))
    yield from (("row", name, part["code"]) for part in grid_rows(row))
    if kind == "single":  # with a short name in every language, results can be shown by it
        yield ("domain", name)
    if row.get("constraint"):
        yield ("constraint", name)


def _codes(row: Mapping[str, Any]) -> Iterable[str]:
    """Return the last part of every place of words that an item can have."""
    yield from (path[2] for path in _item_paths(row) if len(path) > 2)
    yield from (*OFFERED, Nonanswer.NOT_APPLICABLE)


def _written_paths(table: Mapping[str, Any], name: str, codes: Iterable[str]) -> Iterator[Path]:
    """Yield the places of the words of the item `name` that are there already."""
    yield from ((kind, name) for kind in _PLAIN if name in table.get(kind, {}))
    for kind in _CODED:
        inner = table.get(kind, {}).get(name, {})
        yield from ((kind, name, code) for code in codes if code in inner)
    short = table.get("domain", {})
    yield from (("domain", f"{name}_{code}") for code in codes if f"{name}_{code}" in short)


_TYPED: Mapping[Kind, Callable[[Mapping[str, Any]], Typed]] = {
    Kind.GROUP: group_typed,
    Kind.CALCULATION: calculation_typed,
}
_READ: Mapping[Kind, Callable[[Mapping[str, Any], Mapping[str, Any]], Row]] = {
    Kind.ITEM: _item_row,
    Kind.DIMENSION: dimension_row,
    Kind.GROUP: group_row,
    Kind.CALCULATION: calculation_row,
}
