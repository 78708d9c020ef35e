"""The fields of the desk's forms: what is asked, why, and what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from werkzeug.datastructures import MultiDict

#: The most characters that a field keeps; a page of text is a tenth of it.
LONGEST = 20_000


class Kind(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    NUMBER = "number"
    ONE = "one"
    LIST = "list"
    MANY = "many"


@dataclass(frozen=True)
class Option:
    """What can be chosen; `note` is a word of warning beside it."""

    value: str
    label: str
    why: str = ""
    note: str = ""


@dataclass(frozen=True)
class Field:
    """One field.

    Attributes
    ----------
    name, label : str
        Its name in the form, and what the page calls it: a message, or `verbatim` words.
    why : str
        A short sentence beside it: why it is asked, or what to think of.
    options : tuple of Option
        Of a choice.
    heading : str
        Begins a group of fields; the same for all of them.
    language : str
        The language in which it is written; empty for the reader's own.
    is_code : bool
        Whether it is written from left to right in every language.
    """

    name: str
    label: str
    why: str = ""
    kind: Kind = Kind.LINE
    options: tuple[Option, ...] = ()
    heading: str = ""
    language: str = ""
    is_code: bool = False


def verbatim(text: str) -> str:
    """Return words that are no message of ours, so that translating leaves them as they are."""
    return text.replace("%", "%%")


def read_form(fields: Sequence[Field], sent: MultiDict[str, str]) -> dict[str, Any]:
    """Return what was typed, field by field; what is no option of a choice is left out."""
    return {field.name: _read(field, sent) for field in fields}


def differing(
    fields: Sequence[Field], theirs: Mapping[str, Any], mine: Mapping[str, Any]
) -> list[Field]:
    """Return the fields in which two people wrote different things."""
    return [
        field for field in fields if (theirs.get(field.name) or "") != (mine.get(field.name) or "")
    ]


def shown_value(field: Field, value: object) -> list[str]:
    """Return what was typed into a field as lines to be shown; a choice by its words."""
    chosen = value if isinstance(value, list) else [value]
    if field.options:
        words = {option.value: option.label for option in field.options}
        return [words.get(str(each), str(each)) for each in chosen if each]
    return str(value or "").splitlines()


def _read(field: Field, sent: MultiDict[str, str]) -> str | list[str]:
    offered = {option.value for option in field.options}
    if field.kind is Kind.MANY:
        return [value for value in sent.getlist(field.name) if value in offered]
    typed = sent.get(field.name, "")[:LONGEST].replace("\r\n", "\n")
    return typed if not offered or typed in offered else ""
