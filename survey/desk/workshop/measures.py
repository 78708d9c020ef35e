"""The forms of what is made of answers: dimensions, groups asked in turns, calculations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from questionnaires.model import Role, Rule
from survey.desk.fields import Field, Option, verbatim
from survey.desk.fields import Kind as Way
from survey.desk.workshop.wording import COUNTING, ROLES, RULES
from survey.messages import _
from survey.operations.workshop.documents import Parts, Path, languages_of, source_of, word_at
from survey.operations.workshop.measures import MARK, scorables
from survey.operations.workshop.things import Kind, rows_of

#: The kinds whose forms stand here.
MEASURES = (Kind.DIMENSION, Kind.GROUP, Kind.CALCULATION)
#: Where the title of a thing stands, in the table of its kind.
_TITLES: Mapping[Kind, tuple[str, ...]] = {
    Kind.SECTION: ("title",),
    Kind.DIMENSION: ("name",),
    Kind.GROUP: ("title",),
}


def of_kind(parts: Parts, kind: Kind) -> tuple[Option, ...]:
    """Return the things of a kind as choices, with their titles in the first language."""
    return tuple(
        _named(parts, row["name"], (str(kind), row["name"], *_TITLES[kind]))
        for row in rows_of(parts, kind)
    )


def measure_fields(parts: Parts, kind: Kind, name: str) -> list[Field]:
    """Return the fields of the structure of a dimension, a group or a calculation."""
    if kind is Kind.DIMENSION:
        return _dimension_fields(parts, name)
    if kind is Kind.GROUP:
        return _group_fields(parts)
    return [
        Field(
            "expression", _("Expression"), _("As ${T1} + ${T2}; checked when saved."), is_code=True
        ),
        Field(
            "shown",
            _("Marks"),
            kind=Way.MANY,
            options=(Option("stored", _("Kept with the answers; otherwise it is forgotten")),),
        ),
    ]


def mark_fields(parts: Parts) -> list[Field]:
    """Return a field for each question that can count for a dimension."""
    offered = tuple(Option(value, words) for value, words in COUNTING.items())
    return [
        Field(f"{MARK}{each.key}", verbatim(each.key), kind=Way.ONE, options=offered)
        for each in scorables(parts)
    ]


def counted(parts: Parts, name: str) -> list[dict[str, Any]]:
    """Return the questions that can count, section by section, each with its field and words.

    A section is open where one of them counts for the dimension `name`.
    """
    source = parts[f"text/{source_of(parts)}"]
    sections: dict[str, list[dict[str, Any]]] = {}
    for each, field in zip(scorables(parts), mark_fields(parts), strict=True):
        row = {"field": field, "words": word_at(source, each.path), "marks": each.marks}
        sections.setdefault(each.section, []).append(row)
    return [
        {
            "title": word_at(source, ("section", section, "title")) or section,
            "rows": rows,
            "is_open": any(name in row["marks"] for row in rows),
        }
        for section, rows in sections.items()
    ]


def reported_by(parts: Parts) -> list[tuple[str, str]]:
    """Return the questions by whose answers results can be shown: name and short name.

    They are the single choices that have a short name in every language.
    """
    tables = [parts[f"text/{language}"] for language in languages_of(parts)]
    names = [row["name"] for row in rows_of(parts, Kind.ITEM) if row.get("type") == "single"]
    return [
        (name, word_at(parts[f"text/{source_of(parts)}"], ("domain", name)))
        for name in names
        if all(word_at(table, ("domain", name)) for table in tables)
    ]


def _dimension_fields(parts: Parts, name: str) -> list[Field]:
    rules = tuple(Option(str(rule), RULES[rule]) for rule in Rule)
    roles = tuple(Option(str(role), ROLES[role]) for role in Role)
    built = {str(Rule.COMPOSITE), str(Rule.FREQUENCY)}
    whole = [row["name"] for row in rows_of(parts, Kind.DIMENSION) if row.get("rule") in built]
    others = tuple(
        option
        for option in of_kind(parts, Kind.DIMENSION)
        if option.value != name and option.value not in whole
    )
    return [
        Field("rule", _("How it is computed"), "", Way.ONE, rules),
        Field("role", _("Place in the report"), "", Way.ONE, roles),
        Field(
            "shown",
            _("Marks"),
            kind=Way.MANY,
            options=(Option("headline", _("The report opens with it")),),
        ),
        Field(
            "minimum",
            _("How many of its questions must be answered"),
            _("Empty: half of them, and at least two."),
            Way.NUMBER,
        ),
        *(
            [
                Field(
                    "parts",
                    _("Scores it is built from"),
                    _("Only where it is computed from others."),
                    Way.MANY,
                    others,
                )
            ]
            if others
            else []
        ),
    ]


def _group_fields(parts: Parts) -> list[Field]:
    counts = tuple(
        _named(parts, row["name"], ("item", row["name"]))
        for row in rows_of(parts, Kind.ITEM)
        if row.get("type") in {"number", "likert", "single"}
    )
    own = (Option("", _("none")),)
    return [
        Field("section", _("Section"), "", Way.ONE, of_kind(parts, Kind.SECTION)),
        Field("maximum", _("How often it is asked at most"), "", Way.NUMBER),
        Field(
            "count",
            _("The question that says how often"),
            _("None: each turn asks whether there is another."),
            Way.ONE,
            (*own, *counts),
        ),
    ]


def _named(parts: Parts, name: str, path: Path) -> Option:
    title = word_at(parts[f"text/{source_of(parts)}"], path)
    return Option(name, verbatim(f"{name}: {title}" if title else name))
