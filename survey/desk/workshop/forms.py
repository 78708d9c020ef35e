"""The forms of the workshop: the fields of an item, a section, a scale, a measure, and of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from questionnaires.types import type_names
from survey.desk.fields import Field, Option, verbatim
from survey.desk.fields import Kind as Way
from survey.desk.workshop.measures import MEASURES, mark_fields, measure_fields, of_kind
from survey.desk.workshop.wording import MARKS, TABLES, TYPES
from survey.messages import _
from survey.operations.workshop.documents import Parts, Path, languages_of
from survey.operations.workshop.things import Kind, field_name, find_row, rows_of, word_paths


@dataclass(frozen=True)
class Group:
    """Words with one meaning, in every language: what they are, of which code, their fields."""

    label: str
    code: str
    fields: tuple[Field, ...]


def structure_fields(parts: Parts, kind: Kind, name: str) -> list[Field]:
    """Return the fields of the structure of a thing."""
    if kind in MEASURES:
        return measure_fields(parts, kind, name)
    if kind is Kind.SCALE:
        why = _("One a line, lowest first. Codes are stored, and stay as they are once asked.")
        return [Field("codes", _("Codes"), why, Way.TEXT, is_code=True)]
    if kind is Kind.SECTION:
        return [_condition(_("When the questions of this section are asked"))]
    return [*_item_choices(parts), *_item_texts()]


def word_groups(parts: Parts, kind: Kind, name: str) -> list[Group]:
    """Return the fields of the words of a thing, language beside language."""
    paths = word_paths(parts, kind, find_row(parts, kind, name))
    return [
        Group(_label(path), path[-1] if len(path) > 2 else "", _in_all(parts, path))
        for path in paths
    ]


def fields_of(parts: Parts, kind: Kind, name: str) -> list[Field]:
    """Return every field of the form of a thing."""
    words = [each for group in word_groups(parts, kind, name) for each in group.fields]
    marks = mark_fields(parts) if kind is Kind.DIMENSION else []
    return [*structure_fields(parts, kind, name), *marks, *words]


def line_fields(parts: Parts, language: str, keys: Sequence[str]) -> list[Field]:
    """Return the fields of some words of a language, and the ticks beside them."""
    name = str(parts[f"text/{language}"]["name"])
    tick = (Option("yes", _("Reviewed by somebody who speaks it from home")),)
    return [
        field
        for key in keys
        for field in (
            Field(
                f"word:{key}",
                verbatim(name),
                kind=Way.TEXT,
                heading=verbatim(key),
                language=language,
            ),
            Field(f"done:{key}", _("Review"), kind=Way.MANY, options=tick, heading=verbatim(key)),
        )
    ]


def _in_all(parts: Parts, path: Path) -> tuple[Field, ...]:
    return tuple(
        Field(
            field_name(language, path),
            verbatim(str(parts[f"text/{language}"]["name"])),
            kind=Way.TEXT,
            heading=verbatim(" / ".join(path)),
            language=language,
        )
        for language in languages_of(parts)
    )


def _label(path: Path) -> str:
    return TABLES.get(path[0], TABLES["item"])


def _condition(label: str) -> Field:
    why = _("Empty: always. Otherwise an expression, as ${D3} = 'woman'; it is checked when saved.")
    return Field("ask_if", label, why, is_code=True)


def _item_choices(parts: Parts) -> list[Field]:
    scales = tuple(
        Option(row["name"], verbatim(f"{row['name']}: {' '.join(row.get('codes', []))}"))
        for row in rows_of(parts, Kind.SCALE)
    )
    own = (Option("", _("none")),)
    forms = tuple(Option(each, verbatim(each)) for each in parts["instrument"].get("forms", []))
    types = tuple(Option(each, *TYPES[each]) for each in type_names() if each in TYPES)
    marks = tuple(Option(each, *words) for each, words in MARKS.items())
    return [
        Field(
            "section",
            _("Section"),
            _("Under which heading it stands."),
            Way.ONE,
            of_kind(parts, Kind.SECTION),
        ),
        Field("type", _("Kind of question"), _("Decides what can be computed."), Way.ONE, types),
        Field(
            "scale",
            _("Scale"),
            _("Questions on one scale can be answered quickly and compared."),
            Way.ONE,
            (*own, *scales),
        ),
        Field(
            "dimension",
            _("Counts for"),
            _("The dimension whose score it enters."),
            Way.ONE,
            (*own, *of_kind(parts, Kind.DIMENSION)),
        ),
        Field(
            "group",
            _("Asked in turns with"),
            _("Questions that are asked again for each person or thing."),
            Way.ONE,
            (*own, *of_kind(parts, Kind.GROUP)),
        ),
        Field("forms", _("Forms"), _("Nothing ticked: every form asks it."), Way.MANY, forms),
        Field("marks", _("Marks"), _("What holds for this question."), Way.MANY, marks),
    ]


def _item_texts() -> list[Field]:
    return [
        _condition(_("When it is asked")),
        Field(
            "constraint",
            _("What its answer must obey"),
            _("Empty: anything. Otherwise an expression about the answer, written as a dot."),
            is_code=True,
        ),
        Field(
            "codes",
            _("Codes of its own choices"),
            _("One a line; behind it, if so: exclusive, off. Their words stand below once saved."),
            Way.TEXT,
            is_code=True,
        ),
        Field(
            "note",
            _("Note to translators"),
            _("What is meant, and what must not be lost. Participants never see it."),
        ),
        Field("reason", _("Why it is switched off"), _("Needed only when it is.")),
        Field(
            "more",
            _("Further settings"),
            _("As in the file, one a line: lines of a grid, ends of a number, how many to rank."),
            Way.TEXT,
            is_code=True,
        ),
    ]
