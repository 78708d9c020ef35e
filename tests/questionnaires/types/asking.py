"""Items of every type as an instrument builds them, and what comes back when they are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from wtforms import Form

from questionnaires import (
    Instrument,
    Item,
    Text,
    bind_form,
    build_form,
    item_type,
    read_answers,
    read_instrument,
)

FOLDER = Path(__file__).parents[1] / "every_type"
PLACES = [("N1", "North"), ("S1", "South")]

Fields = Mapping[str, Sequence[str]]


@cache
def every_type() -> Instrument:
    """Return the instrument that asks an item of every type."""
    return read_instrument(FOLDER)


def text(language: str = "en") -> Text:
    return every_type().texts[language]


def item(name: str) -> Item:
    return every_type().item(name)


def send(asked: Item, answers: Mapping[str, str] | None = None, **fields: str | list[str]) -> Form:
    """Return the form that comes back when `fields` are sent for one item."""
    sent = {name: [each] if isinstance(each, str) else each for name, each in fields.items()}
    kind = build_form([asked], text(), PLACES)
    return bind_form(kind, [asked], text(), sent, answers or {})


def read(asked: Item, answers: Mapping[str, str] | None = None, **fields: str | list[str]) -> str:
    """Return the answer that is read; empty when there is none, because of an error."""
    return read_answers([asked], send(asked, answers, **fields)).get(asked.name, "")


def refusal(
    asked: Item, answers: Mapping[str, str] | None = None, **fields: str | list[str]
) -> str:
    """Return the first error, as it is worded; empty for none."""
    errors = send(asked, answers, **fields)[asked.name].errors
    return str(errors[0]) if errors else ""


def takes(asked: Item, answer: str) -> bool:
    """Tell whether `answer` may be stored."""
    codes = {*asked.codes, *asked.ways_out, "skip"}
    return item_type(asked.type).takes(asked, answer, codes)


def label(asked: Item, answer: str, language: str = "en") -> str:
    return item_type(asked.type).label(asked, answer, text(language), PLACES)
