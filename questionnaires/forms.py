"""From items to a form: one field per item, named after it; and from a form to answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from wtforms import Form

from questionnaires.errors import AnswerError
from questionnaires.logic import check_relevance
from questionnaires.model import Instrument, Item, Nonanswer
from questionnaires.text import Text
from questionnaires.types import item_type
from questionnaires.types.base import Locality

#: Names that no item can have: the parts of every form, and the fields of every page.
RESERVED = frozenset(dir(Form())) | {"action", "code", "consent", "state"}
RESERVED |= {"own_1", "own_2", "own_3", "own_4"}
#: Names that no item can have either: the columns that stand before it in a file of answers.
COLUMNS = frozenset({"stratum", "psu", "weight", "weight_raked"})


class _Sent(dict[str, list[str]]):
    """The fields that were sent, as WTForms reads them."""

    def getlist(self, name: str) -> list[str]:
        return self.get(name, [])


def build_form(items: Sequence[Item], text: Text, places: Sequence[Locality] = ()) -> type[Form]:
    """Return a form class that asks `items` in the language of `text`."""
    fields = {item.name: item_type(item.type).field(item, text, places) for item in items}
    return type("InstrumentForm", (Form,), fields)


def fill_form(kind: type[Form], items: Sequence[Item], answers: Mapping[str, str]) -> Form:
    """Return a form that shows the answers given before."""
    given = {
        item.name: item_type(item.type).given(answers[item.name])
        for item in items
        if item.name in answers
    }
    return kind(data=given)


def bind_form(
    kind: type[Form],
    items: Sequence[Item],
    text: Text,
    fields: Mapping[str, Sequence[str]],
    answers: Mapping[str, str] = MappingProxyType({}),
) -> Form:
    """Return the validated form that was sent; look for what is wrong in its ``errors``.

    Parameters
    ----------
    kind : type of Form
        As `build_form` made it.
    items, text :
        What it was made from.
    fields : mapping of str to sequence of str
        Every value that was sent, by field name.
    answers : mapping of str to str
        The answers of earlier pages, which may limit those of this one.
    """
    form = kind(_Sent({name: list(filter(None, values)) for name, values in fields.items()}))
    form.validate()
    for item in items:
        if item_type(item.type).is_repeated(item, fields):
            form[item.name].errors = [text["answer.unknown"]]
    together = {**answers, **read_answers(items, form)}
    for item in items:
        asked = item_type(item.type)
        if item.name in together and not asked.agrees(item, together[item.name], together):
            form[item.name].errors = [text[asked.refusal]]
    return form


def plain_answers(
    items: Sequence[Item], fields: Mapping[str, Sequence[str]]
) -> dict[str, str] | None:
    """Return what `bind_form` would find valid, where each item takes one code of a list.

    Most pages are of this kind, and need no form to be read. None if a form must judge: an item is
    of another kind, or something was sent that it does not offer.
    """
    answers: dict[str, str] = {}
    for item in items:
        sent = fields.get(item.name, ())
        code = sent[0] if sent else ""
        is_plain = item_type(item.type).is_coded and not item.required and len(sent) <= 1
        if not is_plain or (code and code not in {*item.codes, *item.ways_out}):
            return None
        answers[item.name] = code or str(Nonanswer.SKIPPED)
    return answers


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
        For the first item that is missing, is not asked in `form`, does not offer its answer, or
        is asked of nobody with these answers.
    """
    asked = {item.name: item for item in instrument.asked(form)}
    for name in sorted(asked.keys() ^ answers.keys()):
        raise AnswerError(name)
    for name, item in asked.items():
        if answers[name] != Nonanswer.NOT_SHOWN and not offers(item, answers, places):
            raise AnswerError(name)
    check_relevance(instrument, form, answers)


def offers(item: Item, answers: Mapping[str, str], places: Sequence[str]) -> bool:
    """Tell whether `item` offers the answer it has among `answers`, beside the others."""
    kind, answer = item_type(item.type), answers[item.name]
    nonanswers = () if item.required else (*item.ways_out, Nonanswer.SKIPPED)
    codes = {*(item.codes or places), *nonanswers}
    return kind.takes(item, answer, codes) and kind.agrees(item, answer, answers)


def field_names(item: Item) -> tuple[str, ...]:
    """Return the names of the form fields that `item` is asked in."""
    return item_type(item.type).names(item)
