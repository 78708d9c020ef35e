"""What is made of the answers: dimensions, groups asked in turns and calculations, as forms.

Which questions count for a dimension stands at the questions. The form of the dimension shows all
that could count, each with its direction, and writes the marks back to them: to ``dimension`` of
one that counts for nothing yet, otherwise to its ``facets``, so that no other score loses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from questionnaires.model import Level, Role, Rule
from questionnaires.types import is_type, item_type
from survey.errors import RefusedError
from survey.messages import _
from survey.operations.workshop.documents import Parts, Row, Typed, grid_rows

#: How a question can count: as it is asked, or turned round.
COUNTS, TURNED = "counts", "turned"
#: Before the name of a question, the field that says how it counts.
MARK = "counts:"
#: What a row of a grid says for itself, and otherwise has from its grid.
_INHERITED = ("dimension", "facets", "reverse")
_MOST_ITEMS, _MOST_TURNS = 100, 50


class FieldError(RefusedError):
    """What stands in one field cannot be read; `field` is its name."""

    def __init__(self, field: str, words: str, **values: object) -> None:
        super().__init__(words, **values)
        self.field = field


@dataclass(frozen=True)
class Scorable:
    """A question, or a line of a grid, that can count for a score.

    Attributes
    ----------
    key, section : str
        Its name as it is stored, and the section it stands in.
    path : tuple of str
        Where its words stand.
    marks : tuple of str
        The dimensions that it counts for.
    is_turned : bool
        Whether a high answer means little.
    """

    key: str
    section: str
    path: tuple[str, ...]
    marks: tuple[str, ...]
    is_turned: bool


def scorables(parts: Parts) -> list[Scorable]:
    """Return what can count for a score, in order: the questions on an ordered scale."""
    return [each for item in parts["instrument"].get("item", []) for each in _scorables(item)]


def dimension_typed(parts: Parts, row: Mapping[str, Any]) -> Typed:
    """Return what the form of a dimension holds."""
    return {
        "rule": row.get("rule", ""),
        "role": row.get("role", ""),
        "shown": ["headline"] if row.get("headline") else [],
        "minimum": str(row.get("minimum") or ""),
        "parts": list(row.get("parts", [])),
        **{f"{MARK}{each.key}": _mark(each, row["name"]) for each in scorables(parts)},
    }


def dimension_row(row: Mapping[str, Any], typed: Mapping[str, Any]) -> Row:
    """Return the table of a dimension that a form describes.

    Raises
    ------
    FieldError
        If a field cannot be read.
    """
    least = _whole(typed["minimum"], "minimum", _MOST_ITEMS)
    return {
        "name": row["name"],
        **{key: typed[key] for key in ("rule", "role") if typed[key]},
        **({"headline": True} if typed["shown"] else {}),
        **({"minimum": least} if least else {}),
        **({"parts": list(typed["parts"])} if typed["parts"] else {}),
    }


def group_typed(row: Mapping[str, Any]) -> Typed:
    """Return what the form of a group asked in turns holds."""
    told = {key: row.get(key, "") for key in ("section", "count")}
    return told | {"maximum": str(row.get("maximum", ""))}


def group_row(row: Mapping[str, Any], typed: Mapping[str, Any]) -> Row:
    """Return the table of a group that a form describes.

    Raises
    ------
    FieldError
        If a field cannot be read.
    """
    most = _whole(typed["maximum"], "maximum", _MOST_TURNS)
    told = {key: typed[key].strip() for key in ("section", "count") if typed[key].strip()}
    return {"name": row["name"], **told, **({"maximum": most} if most else {})}


def calculation_typed(row: Mapping[str, Any]) -> Typed:
    """Return what the form of a calculation holds."""
    return {
        "expression": row.get("expression", ""),
        "shown": ["stored"] if row.get("stored") else [],
    }


def calculation_row(row: Mapping[str, Any], typed: Mapping[str, Any]) -> Row:
    """Return the table of a calculation that a form describes."""
    kept = {"stored": True} if typed["shown"] else {}
    return {"name": row["name"], "expression": typed["expression"].strip(), **kept}


def new_measure(kind: str, name: str, section: str) -> Row:
    """Return the table of a new dimension, group or calculation."""
    if kind == "dimension":
        return {"name": name, "rule": str(Rule.MEAN), "role": str(Role.DIMENSION)}
    if kind == "group":
        return {"name": name, "section": section, "maximum": 3}
    return {"name": name, "expression": ""}


def marked_items(items: list[Row], name: str, typed: Mapping[str, Any]) -> list[Row]:
    """Return the tables of the questions, marked as the form of the dimension `name` says."""
    return [_changed(item, lambda each, row: _marked(each, row, name, typed)) for item in items]


def unmarked_items(items: list[Row], name: str) -> list[Row]:
    """Return the tables of the questions without any mark of the dimension `name`."""
    return [_changed(item, lambda _each, row: _without_mark(row, name)) for item in items]


def check_unused(parts: Parts, name: str) -> None:
    """Make sure that no dimension is built from the dimension `name`.

    Raises
    ------
    RefusedError
        If one is.
    """
    if any(name in each.get("parts", []) for each in parts["instrument"].get("dimension", [])):
        raise RefusedError(_("another dimension is built from this one; change that one first"))


def _scorables(item: Mapping[str, Any]) -> Iterator[Scorable]:
    name, kind = str(item.get("name", "")), str(item.get("type", ""))
    if not name or not is_type(kind) or item_type(kind).level is not Level.ORDINAL:
        return
    section = str(item.get("section", ""))
    if kind != "grid":
        yield Scorable(name, section, ("item", name), _marks(item), bool(item.get("reverse")))
    elif item.get("scale"):  # without one its lines have no order
        for part in grid_rows(item):
            own = _with_inherited(item, part)
            key, path = f"{name}_{part['code']}", ("row", name, part["code"])
            yield Scorable(key, section, path, _marks(own), bool(own.get("reverse")))


def _with_inherited(item: Mapping[str, Any], part: Mapping[str, Any]) -> Row:
    taken = {key: item[key] for key in _INHERITED if item.get(key) and not part.get(key)}
    return {**part, **taken}


def _marks(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(filter(None, (row.get("dimension", ""), *row.get("facets", []))))


def _mark(each: Scorable, name: str) -> str:
    if name not in each.marks:
        return ""
    return TURNED if each.is_turned else COUNTS


Change = Callable[[Scorable, Row], Row]


def _changed(item: Row, change: Change) -> Row:
    """Return the table of a question with its marks changed; of a grid, line by line."""
    found = list(_scorables(item))
    if item.get("type") != "grid" or not found:
        return change(found[0], item) if found else item
    before = [_with_inherited(item, part) for part in grid_rows(item)]
    after = [change(each, part) for each, part in zip(found, before, strict=True)]
    if after == before:
        return item
    # What a line has from its grid it could not lose alone: each says it for itself from now on.
    return {**{key: item[key] for key in item if key not in _INHERITED}, "row": after}


def _marked(each: Scorable, row: Row, name: str, typed: Mapping[str, Any]) -> Row:
    wished = typed.get(f"{MARK}{each.key}")
    if wished is None or wished == _mark(each, name):
        return row
    if not wished:
        return _without_mark(row, name)
    kept = {key: row[key] for key in row if key != "reverse"}
    kept |= {"reverse": True} if wished == TURNED else {}
    if name in each.marks:
        return kept
    if not each.marks:
        return {**kept, "dimension": name}
    return {**kept, "facets": [*row.get("facets", []), name]}


def _without_mark(row: Row, name: str) -> Row:
    if name not in _marks(row):
        return row
    kept = {key: row[key] for key in row if key != "facets"}
    if kept.get("dimension") == name:
        del kept["dimension"]
    facets = [each for each in row.get("facets", []) if each != name]
    return {**kept, **({"facets": facets} if facets else {})}


def _whole(typed: str, field: str, most: int) -> int:
    """Return the number that was typed, 0 for none."""
    typed = typed.strip()
    if not typed:
        return 0
    if typed.isascii() and typed.isdecimal() and len(typed) < 4 and 1 <= int(typed) <= most:
        return int(typed)
    words = _("write a whole number from 1 to %(most)s, or nothing")
    raise FieldError(field, words, most=most)
