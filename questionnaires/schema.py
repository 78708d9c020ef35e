"""The keys of instrument files: what each table may hold, and what each key means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from questionnaires.model import Audience, Role, Rule, Unit

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


def _one_of(*values: str, required: bool = True) -> Key:
    meaning = "one of " + ", ".join(f'"{value}"' for value in values)
    return Key(lambda value: value in values, meaning, values[0], required)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _count(meaning: str, least: int, most: int, default: int, *, required: bool = False) -> Key:
    """Return a key for a whole number from `least` to `most`."""

    def accepts(value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most

    return Key(accepts, f"a whole number from {least} to {most}: {meaning}", default, required)


def _is_share(value: object) -> bool:
    return isinstance(value, float) and 0 < value < 1


def _end(meaning: str) -> Key:
    return Key(lambda value: _is_whole(value) or _is_text(value), meaning, None)


def _expression(meaning: str) -> Key:
    return _text(f"an expression in quotes: {meaning}")


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
        "audience": _one_of(*Audience, required=False),
        "unit": _one_of(*Unit, required=False),
        "wording": _text("the variant whose words these are, in quotes"),
        "scale": _rows("a list of [[scale]] tables"),
        "dimension": _rows("a list of [[dimension]] tables"),
        "section": _rows("a list of [[section]] tables", required=True),
        "item": _rows("a list of [[item]] tables", required=True),
        "group": _rows("a list of [[group]] tables"),
        "calculation": _rows("a list of [[calculation]] tables"),
        "variant": _rows("a list of [[variant]] tables"),
    },
)

SCALE = Table(
    "a scale",
    {
        "name": _text("a short name in quotes", required=True),
        "codes": _texts('a list of codes, lowest first, as ["1", "2", "3"]', required=True),
    },
)

SECTION = Table(
    "a section",
    {
        "name": _text("a short name in quotes", required=True),
        "ask_if": _expression("when its items are asked"),
    },
)

GROUP = Table(
    "a group",
    {
        "name": _text("a short name in quotes", required=True),
        "section": _text("the name of its section in quotes", required=True),
        "maximum": _count("how often it is asked at most", 1, 50, 1, required=True),
        "count": _text("the item that says how often, in quotes"),
    },
)

CALCULATION = Table(
    "a calculation",
    {
        "name": _text("a short name in quotes", required=True),
        "expression": Key(_is_text, "an expression in quotes", "", required=True),
        "stored": _switch("whether it is kept with the answers"),
    },
)

VARIANT = Table("a variant", {"name": _text("a short name in quotes", required=True)})

DIMENSION = Table(
    "a dimension",
    {
        "name": _text("a short name in quotes", required=True),
        "rule": _one_of(*Rule),
        "role": _one_of(*Role),
        "headline": _switch("whether a report opens with it"),
        "minimum": _count("how many items must be answered", 1, 100, 0),
        "parts": _texts("a list of dimensions it is built from"),
    },
)

CHOICE = Table(
    "a choice",
    {
        "code": _text("a short code in quotes", required=True),
        "exclusive": _switch("whether it excludes every other choice"),
        "sensitive": _switch("whether only one arm of a list experiment is shown it"),
        "enabled": _switch("whether it is offered", default=True),
        "reason": _text("why it is off by default, in quotes"),
    },
)

#: What a row of a grid may say for itself; the rest it has from its grid.
ROW = Table(
    "a row",
    {
        "code": _text("a short code in quotes", required=True),
        "ask_if": _expression("when it is asked"),
        "dimension": _text("the name of a dimension in quotes"),
        "facets": _texts("a list of further dimensions"),
        "reverse": _switch("whether a high code means little"),
        "forms": _texts("a list of the forms that ask it"),
        "sensitive": _switch("whether the answer could expose a person"),
        "enabled": _switch("whether it is asked", default=True),
        "reason": _text("why it is off by default, in quotes"),
        "note": _text("a note to translators in quotes"),
    },
)

#: What only some types read; `ItemType.options` says which.
OPTIONS: Mapping[str, Key] = {
    "row": _rows("a list of [[item.row]] tables"),
    "random": _switch("whether the order of its choices is left to chance"),
    "top": _count("how many are ranked", 0, 12, 0),
    "minimum": _end("the least that may be said: a whole number, or a date in quotes"),
    "maximum": _end("the most that may be said: a whole number, or a date in quotes"),
    "precision": _one_of("month", "year", "day", required=False),
    "limit": _count("the most characters", 1, 5000, 500),
    "lines": _count("the height of its box", 1, 12, 1),
    "tokens": _count("how many each voter gives away", 1, 100, 10),
    "voters": _text("the number item that says how many voted, in quotes"),
    "known": Key(_is_share, "a share between 0 and 1, as 0.25", 0.25),
    "levels": _count("2 to choose an area first", 1, 2, 1),
    "screen": _count("the most rows on a screen", 1, 6, 6),
}

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
        "group": _text("the name of a group in quotes"),
        "na": _switch("whether it may not apply"),
        "ask_if": _expression("when it is asked"),
        "constraint": _expression("what its answer must obey"),
        "help": _switch("whether the page shows the lines for help with it"),
        "sector": _switch("whether its rows or choices are the sectors of the needs scores"),
        **OPTIONS,
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
        "consent": _words("a table of the consent text"),
        "record": _words("a table of what staff must know before they write"),
        "section": _words("a table of section titles", required=True),
        "scale": _words("a table of scale labels"),
        "choice": _words("a table of choice labels"),
        "item": _words("a table of questions", required=True),
        "row": _words("a table of the rows of grids"),
        "group": _words("a table of the titles of groups"),
        "constraint": _words("a table of what to say when an answer breaks a constraint"),
        "hint": _words("a table of hints"),
        "domain": _words("a table of short names of demographic items, for reports"),
        "dimension": _words("a table of dimension names and meanings"),
        "variant": _words("a table of other wordings, by variant"),
    },
)
