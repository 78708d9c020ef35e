"""One point of an ordered scale."""

from __future__ import annotations

from math import nan

from wtforms import Field

from questionnaires.model import Item, Level
from questionnaires.text import Text
from questionnaires.types.base import ItemType, Places, offered, radio_buttons


class Likert(ItemType):
    """An ordered scale, asked as radio buttons, with two honest ways out."""

    name = "likert"
    level = Level.ORDINAL
    is_coded = True

    def field(self, item: Item, text: Text, places: Places = ()) -> Field:
        """Offer the scale in order, then "I don't know" and "I prefer not to answer"."""
        return radio_buttons(self.question(item, text), offered(item, text), text)

    def measure(self, item: Item, answer: str) -> float:
        """Return the percentage of maximum possible (POMP) of the chosen point, 0-100.

        The scale's possible ends count, never the observed ones; a reversed item is turned
        round. Anything that is not a point of the scale is NaN (scoring.md C.2).
        """
        if answer not in item.codes:
            return nan
        numbers = [float(code) for code in item.codes]
        low, high = min(numbers), max(numbers)
        share = 100 * (float(answer) - low) / (high - low)
        return 100 - share if item.reverse else share
