"""From items to a form: one field per item, named after it; and from a valid form to answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms import Form

from questionnaires.errors import AnswerError
from questionnaires.model import OFFERED, Instrument, Item, Nonanswer
from questionnaires.text import Text
from questionnaires.types import item_type
from questionnaires.types.base import Locality


def build_form(items: Sequence[Item], text: Text, places: Sequence[Locality] = ()) -> type[Form]:
    """Return a form class that asks `items` in the language of `text`."""
    fields = {item.name: item_type(item.type).field(item, text, places) for item in items}
    return type("InstrumentForm", (Form,), fields)


def read_answers(items: Sequence[Item], form: Form) -> dict[str, str]:
    """Return the answer of each item whose field is valid; an empty field is a ``skip``."""
    return {
        item.name: item_type(item.type).answer(item, form[item.name].data)
        for item in items
        if not form[item.name].errors
    }


def check_answers(
    instrument: Instrument, form: str, answers: Mapping[str, str], places: Sequence[str]
) -> None:
    """Make sure that every answer is one that its item offers.

    Raises
    ------
    AnswerError
        For the first item that is missing, is not asked in `form`, or does not offer its answer.
    """
    asked = {item.name: item for item in instrument.asked(form)}
    for name in asked.keys() ^ answers.keys():
        raise AnswerError(name)
    for name, item in asked.items():
        given = item_type(item.type).codes(answers[name])
        nonanswers = () if item.required else (*OFFERED, Nonanswer.SKIPPED)
        allowed = {*(item.codes or places), *nonanswers}
        if not given or not allowed.issuperset(given):
            raise AnswerError(name)
