"""Any number of choices out of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import cast

from wtforms import Field, Form, SelectMultipleField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from questionnaires.model import Item, Level, Nonanswer
from questionnaires.text import Text
from questionnaires.types.base import ItemType, Places, choice_label, offered


class CheckboxField(SelectMultipleField):  # type: ignore[misc]  # WTForms has no types
    """A list of checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Multiple(ItemType):
    """A list of choices, any of them, asked as checkboxes and stored in the item's order."""

    name = "multiple"
    level = Level.MULTIPLE
    options = frozenset({"random"})
    messages = ("answer.exclusive",)

    def field(self, item: Item, text: Text, places: Places = ()) -> Field:
        """Offer the choices and the ways out; an exclusive choice must stand alone."""

        def stands_alone(form: Form, field: Field) -> None:
            if _clash(item, field.data or ()):
                raise ValidationError(text["answer.exclusive"])

        return CheckboxField(
            self.question(item, text),
            choices=offered(item, text),
            validators=[stands_alone],
            invalid_choice_message=text["answer.unknown"].replace("%", "%%"),  # WTForms fills it
        )

    def is_repeated(self, item: Item, fields: Mapping[str, Sequence[str]]) -> bool:
        """Tell that any number of boxes may be ticked."""
        return False

    def answer(self, item: Item, given: object) -> str:
        """Return the chosen codes, separated by spaces, in the order of the item."""
        chosen = set(cast("Iterable[str]", given or ()))
        ordered = [code for code in (*item.codes, *item.ways_out) if code in chosen]
        return " ".join(ordered) or Nonanswer.SKIPPED

    def given(self, answer: str) -> object:
        """Return the boxes to tick."""
        return [] if answer == Nonanswer.SKIPPED else self.codes(answer)

    def codes(self, answer: str) -> list[str]:
        """Return the chosen codes."""
        return answer.split()

    def takes(self, item: Item, answer: str, codes: Set[str]) -> bool:
        """Tell whether a form could have given `answer`; exclusive choices stand alone."""
        return super().takes(item, answer, codes) and not _clash(item, self.codes(answer))

    def holds(self, item: Item, answer: str) -> bool:
        """Tell whether the codes, in whatever order, are those of `item`."""
        return {*item.codes, *Nonanswer}.issuperset(self.codes(answer))

    def label(self, item: Item, answer: str, text: Text, places: Places = ()) -> str:
        """Return the words of all chosen codes."""
        return " · ".join(choice_label(item, code, text) for code in self.codes(answer))


def _clash(item: Item, chosen: Sequence[str]) -> bool:
    """Tell whether a choice that excludes every other stands beside another."""
    alone = {choice.code for choice in item.choices if choice.exclusive} | {*item.ways_out}
    return len(set(chosen)) > 1 and not alone.isdisjoint(chosen)
