"""One choice out of a list without order."""

from __future__ import annotations

from wtforms import Field

from questionnaires.model import Item, Level
from questionnaires.text import Text
from questionnaires.types.base import ItemType, Places, offered, radio_buttons


class Single(ItemType):
    """A list of choices, one of them, asked as radio buttons."""

    name = "single"
    level = Level.NOMINAL
    is_coded = True

    def field(self, item: Item, text: Text, places: Places = ()) -> Field:
        """Offer the choices and the two honest ways out; nothing need be chosen."""
        return radio_buttons(self.question(item, text), offered(item, text), text)
