"""Items asked in turns: the box that asks for another turn."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import Field
from wtforms.fields import SelectChoice

from questionnaires.model import Item, Level
from questionnaires.text import Text
from questionnaires.types.base import Places
from questionnaires.types.multiple import CheckboxField, Multiple


class Another(Multiple):
    """One box to tick at the end of a turn; without it, the group ends here.

    A group that knows how often it is asked needs none.
    """

    name = "another"
    level = Level.NOMINAL
    is_coded = True
    is_written = False
    fixed = ("yes",)

    def words(self, item: Item) -> Iterable[str]:
        """Yield the words of the box."""
        yield f"group.{item.group}.another"

    def question(self, item: Item, text: Text) -> str:
        """Return the words of the box."""
        return text[f"group.{item.group}.another"]

    def field(self, item: Item, text: Text, places: Places = ()) -> Field:
        """Offer the box."""
        label = self.question(item, text)
        return CheckboxField(
            label,
            choices=[SelectChoice("yes", label)],
            invalid_choice_message=text["answer.unknown"],
        )

    def label(self, item: Item, answer: str, text: Text, places: Places = ()) -> str:
        """Return a tick, or the word for nothing."""
        return "✓" if answer == "yes" else text["answer.skip"]
