"""What every question type can do: ask an item on a form, and measure an answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence, Set
from math import nan
from typing import ClassVar

from wtforms import Field, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from questionnaires.model import OFFERED, Item, Level, Nonanswer
from questionnaires.text import Text

#: A locality that a wave offers: its code and its name in the reader's language.
Locality = tuple[str, str]


class ItemType(ABC):
    """One way of asking.

    Attributes
    ----------
    name : str
        As instruments write it.
    level : Level
        What its answers allow.
    has_choices : bool
        Whether the instrument lists what can be chosen.
    """

    name: ClassVar[str]
    level: ClassVar[Level]
    has_choices: ClassVar[bool] = True

    @abstractmethod
    def field(self, item: Item, text: Text, places: Sequence[Locality] = ()) -> Field:
        """Return the form field that asks `item` in the language of `text`."""

    def answer(self, item: Item, given: object) -> str:
        """Return the answer to store for the valid content `given` of the field."""
        return str(given) if given else Nonanswer.SKIPPED

    def given(self, answer: str) -> object:
        """Return the field content that shows a stored `answer` again."""
        return None if answer == Nonanswer.SKIPPED else answer

    def codes(self, answer: str) -> list[str]:
        """Return the codes that a stored `answer` holds."""
        return [answer]

    def takes(self, item: Item, answer: str, codes: Set[str]) -> bool:
        """Tell whether a form that offers `codes` could have given `answer`."""
        return self.answer(item, self.given(answer)) == answer and codes >= {*self.codes(answer)}

    def label(self, item: Item, answer: str, text: Text, places: Sequence[Locality] = ()) -> str:
        """Return the words for a stored `answer`."""
        return choice_label(item, answer, text)

    def measure(self, item: Item, answer: str) -> float:
        """Return the numeric value of `answer`; NaN when it has none."""
        return nan


def choice_label(item: Item, code: str, text: Text) -> str:
    """Return the words for `code`: the item's own, its scale's, or a nonanswer's."""
    if code in (Nonanswer.SKIPPED, *OFFERED):
        return text.get(f"choice.{item.name}.{code}") or text[f"answer.{code}"]
    if item.scale:
        return text[f"scale.{item.scale}.{code}"]
    return text[f"choice.{item.name}.{code}"]


def offered(item: Item, text: Text) -> list[SelectChoice]:
    """Return the choices of `item`, then "I don't know" and "I prefer not to answer"."""
    codes = [*item.codes, *(code for code in OFFERED if code not in item.codes)]
    return [SelectChoice(str(code), choice_label(item, code, text)) for code in codes]


def radio_buttons(item: Item, text: Text) -> Field:
    """Return a field that offers the choices of `item`, of which none need be chosen."""
    return RadioField(
        text[f"item.{item.name}"],
        choices=offered(item, text),
        validators=[Optional(strip_whitespace=False)],
        invalid_choice_message=text["answer.unknown"],
    )
