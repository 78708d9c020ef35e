"""What is kept beside the answers, or put in by the form itself; instruments do not name these."""

from __future__ import annotations

from collections.abc import Iterable, Set

from wtforms import Field

from questionnaires.model import Item, Level
from questionnaires.text import Text
from questionnaires.types.base import ItemType, Places


class Companion(ItemType):
    """Base of what no page asks."""

    is_written = False
    is_asked = False

    def words(self, item: Item) -> Iterable[str]:
        """Yield nothing: no page shows it."""
        return ()

    def field(self, item: Item, text: Text, places: Places = ()) -> Field:
        """Raise TypeError: no page asks it."""
        raise TypeError(item.name)


class Arm(Companion):
    """The arm of an experiment that a person was drawn into."""

    name = "arm"
    level = Level.NOMINAL
    has_choices = False
    is_coded = True
    fixed = ("control", "treatment")


class Order(Companion):
    """The order in which the choices of an item were shown."""

    name = "order"
    level = Level.RANKING

    def codes(self, answer: str) -> list[str]:
        """Return the codes as they were shown."""
        return answer.split(" ")

    def takes(self, item: Item, answer: str, codes: Set[str]) -> bool:
        """Tell whether `answer` holds every choice once."""
        return sorted(self.codes(answer)) == sorted(item.codes) or answer in codes - {*item.codes}


class Calculated(Companion):
    """A calculation that is kept."""

    name = "calculation"
    level = Level.TEXT
    has_choices = False

    def takes(self, item: Item, answer: str, codes: Set[str]) -> bool:
        """Take any value: the expression gave it."""
        return True
