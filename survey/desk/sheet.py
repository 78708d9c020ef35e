"""A sheet of paper as it is typed: a box for each question, with keys for what is printed beside.

A choice has the digits that are printed in its box as its key; where none are printed, its place in
the list. The ways out have signs: ``?`` is "I don't know". What a sheet holds is bound, checked and
completed exactly as a participant's page is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from wtforms import Field

from questionnaires import (
    Instrument,
    Item,
    Nonanswer,
    arranged,
    bind_form,
    build_form,
    item_type,
    orders,
    read_answers,
    screens,
)
from questionnaires.formats.paper import question_numbers
from questionnaires.logic import broken_constraints, complete_answers
from questionnaires.types.base import Locality
from questionnaires.types.boxes import BoxesField
from questionnaires.types.multiple import CheckboxField

#: What is typed for a way out.
SIGNS = {Nonanswer.UNSURE: "?", Nonanswer.REFUSED: "-", Nonanswer.NOT_APPLICABLE: "/"}
#: Before the name of each box, so that no question meets another field of the page.
_PREFIX = "q_"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LONGEST = 2

Written = Mapping[str, str]


@dataclass(frozen=True)
class Key:
    """What is typed for a choice, the code that it stands for, and its words."""

    typed: str
    code: str
    label: str


@dataclass(frozen=True)
class Blank:
    """One box to type into; one that is free takes whatever is no key as it is written."""

    name: str
    label: str = ""
    keys: tuple[Key, ...] = ()
    takes_several: bool = False
    is_free: bool = False
    limit: int = 500

    @property
    def box(self) -> str:
        """The name of its input."""
        return _PREFIX + self.name

    def read(self, written: str) -> list[str]:
        """Return the codes that were typed; what is no key is handed on, to be refused."""
        known = {key.code.casefold(): key.code for key in self.keys}
        known |= {key.typed: key.code for key in self.keys}
        plain = _plain(written)
        if self.is_free:
            return [known.get(plain, written)] if plain else []
        parts = plain.replace(",", " ").split() if self.takes_several else [plain]
        return [known.get(part, part) for part in parts if part]


@dataclass(frozen=True)
class Question:
    """A question as it stands on the sheet, with its boxes."""

    item: Item
    number: str
    words: str
    blanks: tuple[Blank, ...]


@dataclass(frozen=True)
class Entry:
    """What was typed: complete answers, and what is wrong with them by item."""

    answers: Mapping[str, str]
    errors: Mapping[str, str]


class Sheet:
    """The sheet of one form in one language."""

    def __init__(
        self, instrument: Instrument, form: str, language: str, places: Sequence[Locality]
    ) -> None:
        self._instrument, self._form, self._places = instrument, form, places
        self.text = instrument.texts[language]
        self._numbers = question_numbers(instrument, form)
        self._asked = [item for screen in screens(instrument, form) for item in screen]

    @cached_property
    def questions(self) -> list[Question]:
        """The questions, in the order and with the numbers of the sheet."""
        form = build_form(self._asked, self.text, self._places)()
        return [
            Question(
                item,
                self._numbers[item.name],
                item_type(item.type).question(item, self.text),
                tuple(_blanks(item, form[item.name])),
            )
            for item in self._asked
        ]

    @cached_property
    def arms(self) -> list[str]:
        """The experiments of which a sheet shows one arm: with a B at its foot the second."""
        return [item.name for item in self._instrument.asked(self._form) if item.type == "arm"]

    def read(self, written: Written, *, is_treatment: bool = False) -> Entry:
        """Return the answers of a sheet, with what is wrong; `written` is by name of the input."""
        drawn = dict(self._drawn("treatment" if is_treatment else "control"))
        items = [arranged(item, drawn) for item in self._asked]
        fields = {
            blank.name: blank.read(written.get(blank.box, ""))
            for question in self.questions
            for blank in question.blanks
        }
        kind = build_form(items, self.text, self._places)
        form = bind_form(kind, items, self.text, fields, drawn)
        given = drawn | read_answers(items, form)
        whole = complete_answers(self._instrument, self._form, given)
        asked = {item.name for item in items if whole.get(item.name) != Nonanswer.NOT_SHOWN}
        errors = {name: found[0] for name, found in form.errors.items() if name in asked}
        for name in broken_constraints(self._instrument, self._form, given):
            errors.setdefault(name, self.text[f"constraint.{self._item(name).words}"])
        return Entry(whole, errors)

    def differences(self, first: Written, second: Written) -> Iterator[tuple[Question, str, str]]:
        """Yield each question that was entered in two ways, with the words of both."""
        for question in self.questions:
            name = question.item.name
            if first.get(name) != second.get(name):
                yield question, self._said(question.item, first), self._said(question.item, second)

    def _said(self, item: Item, answers: Written) -> str:
        answer = answers.get(item.name, Nonanswer.NOT_SHOWN)
        if answer == Nonanswer.NOT_SHOWN:
            return ""
        return item_type(item.type).label(item, answer, self.text, self._places)

    def _item(self, name: str) -> Item:
        return next(item for item in self._asked if item.name == name)

    def _drawn(self, arm: str) -> Iterator[tuple[str, str]]:
        """Yield what a page leaves to chance: paper has the written order, and one arm."""
        for item in self._instrument.asked(self._form):
            if item.type == "arm":
                yield item.name, arm
            elif item.type == "order":
                yield item.name, orders(self._item(item.name.removesuffix("_order")))[0]


def _blanks(item: Item, field: Field) -> Iterator[Blank]:
    if not isinstance(field, BoxesField):
        several = isinstance(field, CheckboxField)
        offered = [(each.value, each.label) for each in field.choices if each.value]
        yield Blank(item.name, keys=tuple(_keys(item, offered)), takes_several=several)
        return
    outs = tuple(_keys(item, [(each.value, each.label) for each in field.ways_out]))
    for box in field.boxes:
        offered = [(each.value, each.label) for each in box.choices if each.value]
        keys = tuple(_keys(item, offered)) or (() if box.part else outs)
        is_free = not box.choices
        yield Blank(field.box_name(box), box.label, keys, is_free=is_free, limit=box.limit)
    if outs and all(box.part for box in field.boxes):
        yield Blank(item.name, keys=outs)


def _keys(item: Item, offered: Iterable[tuple[str, str]]) -> Iterator[Key]:
    """Yield the key of each choice: its printed digits, or else a place, or else a letter."""
    listed = list(offered)
    free = [code for code, _ in listed if code not in item.ways_out]
    printed = {code for code in free if code.isdigit() and len(code) <= _LONGEST}
    others = [code for code in free if code not in printed]
    turns = _LETTERS if printed else [str(place) for place in range(1, len(others) + 1)]
    turn = dict(zip(others, turns, strict=False))
    for code, label in listed:
        if code in item.ways_out:
            yield Key(SIGNS[Nonanswer(code)], code, label)
        else:
            yield Key(code if code in printed else turn.get(code, code.casefold()), code, label)


def _plain(written: str) -> str:
    """Return what was typed in small letters and our digits."""
    signs = unicodedata.normalize("NFKC", written.strip()).casefold()
    return "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in signs)
