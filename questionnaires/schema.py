"""The keys of instrument files: what each table may hold, and what each key means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from questionnaires.model import Role, Rule

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class Key:
    """One key of a table: what it accepts, what it means, and what stands for it when absent."""

    accepts: Callable[[object], bool]
    meaning: str
    default: Any
    required: bool = False


@dataclass(frozen=True)
class Table:
    """A table of an instrument file, as messages call it, with its keys."""

    title: str
    keys: Mapping[str, Key]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_text, value))


def _is_languages(value: object) -> bool:
    return isinstance(value, list) and _is_texts(value) and all(map(_LANGUAGE.fullmatch, value))


def _text(meaning: str, *, required: bool = False) -> Key:
    return Key(_is_text, meaning, "", required)


def _texts(meaning: str, *, required: bool = False) -> Key:
    return Key(_is_texts, meaning, [], required)


def _rows(meaning: str, *, required: bool = False) -> Key:
    return Key(_is_list, meaning, [], required)


def _switch(meaning: str, *, default: bool = False) -> Key:
    return Key(lambda value: isinstance(value, bool), f"true or false: {meaning}", default)


def _words(meaning: str, *, required: bool = False) -> Key:
    return Key(lambda value: isinstance(value, Mapping), meaning, {}, required)


def _one_of(*values: str) -> Key:
    meaning = "one of " + ", ".join(f'"{value}"' for value in values)
    return Key(lambda value: value in values, meaning, values[0], required=True)


DOCUMENT = Table(
    "the document",
    {
        "instrument": _words("the table of instrument.toml", required=True),
        "text": _words("a table with the words of each language", required=True),
    },
)

INSTRUMENT = Table(
    "the instrument",
    {
        "name": _text("a short name in quotes", required=True),
        "version": _text('a version in quotes, as "1.0"', required=True),
        "languages": Key(
            _is_languages, 'a list of language codes, as ["en", "ar"]', [], required=True
        ),
        "forms": _texts('a list of its forms, as ["long", "short"]', required=True),
        "scale": _rows("a list of [[scale]] tables"),
        "dimension": _rows("a list of [[dimension]] tables"),
        "section": _rows("a list of [[section]] tables", required=True),
        "item": _rows("a list of [[item]] tables", required=True),
    },
)

SCALE = Table(
    "a scale",
    {
        "name": _text("a short name in quotes", required=True),
        "codes": _texts('a list of codes, lowest first, as ["1", "2", "3"]', required=True),
    },
)

SECTION = Table("a section", {"name": _text("a short name in quotes", required=True)})

DIMENSION = Table(
    "a dimension",
    {
        "name": _text("a short name in quotes", required=True),
        "rule": _one_of(*Rule),
        "role": _one_of(*Role),
        "headline": _switch("whether a report opens with it"),
        "parts": _texts("a list of dimensions it is built from"),
    },
)

CHOICE = Table(
    "a choice",
    {
        "code": _text("a short code in quotes", required=True),
        "exclusive": _switch("whether it excludes every other choice"),
        "enabled": _switch("whether it is offered", default=True),
        "reason": _text("why it is off by default, in quotes"),
    },
)

ITEM = Table(
    "an item",
    {
        "name": _text("a short name in quotes", required=True),
        "section": _text("the name of its section in quotes", required=True),
        "type": _text("the name of a question type in quotes", required=True),
        "scale": _text("the name of a scale in quotes"),
        "choice": _rows("a list of [[item.choice]] tables"),
        "dimension": _text("the name of a dimension in quotes"),
        "facets": _texts("a list of further dimensions"),
        "reverse": _switch("whether a high code means little"),
        "forms": _texts("a list of the forms that ask it"),
        "required": _switch("whether it must be answered"),
        "sensitive": _switch("whether the answer could expose a person"),
        "enabled": _switch("whether it is asked", default=True),
        "reason": _text("why it is off by default, in quotes"),
        "note": _text("a note to translators in quotes"),
    },
)

TEXT = Table(
    "the words of a language",
    {
        "name": _text("the language's name in itself, in quotes", required=True),
        "direction": _one_of("ltr", "rtl"),
        "status": _one_of("draft", "reviewed", "tested"),
        "title": _text("the title of the questionnaire in quotes", required=True),
        "answer": _words("a table of the words every item needs", required=True),
        "consent": _words("a table of the consent text", required=True),
        "section": _words("a table of section titles", required=True),
        "scale": _words("a table of scale labels"),
        "choice": _words("a table of choice labels"),
        "item": _words("a table of questions", required=True),
        "hint": _words("a table of hints"),
        "domain": _words("a table of short names of demographic items, for reports"),
        "dimension": _words("a table of dimension names and meanings"),
    },
)
