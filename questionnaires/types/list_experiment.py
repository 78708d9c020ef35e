"""A list experiment: how many of these apply, never which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from math import nan

from wtforms import Field
from wtforms.fields import SelectChoice

from questionnaires.model import Item, Level
from questionnaires.text import Text
from questionnaires.types.base import (
    Flaw,
    ItemType,
    Places,
    choice_label,
    radio_buttons,
    ways_out,
)


class ListExperiment(ItemType):
    """A count of statements. The treatment arm is shown one more, the sensitive one.

    The arm is a companion answer, ``<item>_arm``.
    """

    name = "list_experiment"
    level = Level.INTERVAL

    def flaws(self, item: Item) -> Iterable[Flaw]:
        """Refuse a list without exactly one sensitive statement."""
        if sum(choice.sensitive for choice in item.choices) != 1:
            yield "no-sensitive", "mark exactly one choice with sensitive = true"

    def field(self, item: Item, text: Text, places: Places = ()) -> Field:
        """Show the statements of this arm, and offer the numbers."""
        numbers = map(str, range(len(item.choices) + 1))
        lines = [*(SelectChoice(each, each) for each in numbers), *ways_out(item, text)]
        statements = [choice_label(item, code, text) for code in item.codes]
        return radio_buttons(self.question(item, text), lines, text, statements)

    def takes(self, item: Item, answer: str, codes: Set[str]) -> bool:
        """Tell whether `answer` is a count of the statements, or a nonanswer that is offered."""
        numbers = {str(number) for number in range(len(item.choices) + 1)}
        return answer in numbers or answer in codes - {*item.codes}

    def agrees(self, item: Item, answer: str, answers: Mapping[str, str]) -> bool:
        """Tell whether a control counted no more than the statements it was shown."""
        is_control = answers.get(f"{item.name}_arm") == "control"
        return not is_control or answer != str(len(item.choices))

    def label(self, item: Item, answer: str, text: Text, places: Places = ()) -> str:
        """Return the number, or the words of a nonanswer."""
        return answer if answer.isdigit() else choice_label(item, answer, text)

    def measure(self, item: Item, answer: str) -> float:
        """Return the count; NaN for a nonanswer."""
        return float(answer) if answer.isdigit() else nan
