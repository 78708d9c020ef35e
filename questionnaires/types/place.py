"""Where a person lives: one of the localities of the wave, in an area of it."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import Field, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional

from questionnaires.model import Item, Level
from questionnaires.text import Text
from questionnaires.types.base import ItemType, Places


class Place(ItemType):
    """The localities of the wave in a drop-down list. The instrument does not know them."""

    name = "place"
    level = Level.NOMINAL
    has_choices = False
    options = frozenset({"levels"})
    messages = ("answer.choose", "answer.required")

    def field(self, item: Item, text: Text, places: Places = ()) -> Field:
        """Offer the places; a required item needs one."""
        choices = [SelectChoice("", text["answer.choose"])]
        choices += [SelectChoice(code, name) for code, name in places]
        needed = (
            InputRequired(text["answer.required"])
            if item.required
            else Optional(strip_whitespace=False)
        )
        return SelectField(
            self.question(item, text),
            choices=choices,
            validators=[needed],
            invalid_choice_message=text["answer.unknown"],
        )

    def label(self, item: Item, answer: str, text: Text, places: Places = ()) -> str:
        """Return the name of the place."""
        return dict(places).get(answer) or text[f"answer.{answer}"]


class Area(Place):
    """The areas of the wave, asked before a place with two levels; the place alone is stored."""

    name = "area"
    is_written = False

    def words(self, item: Item) -> Iterable[str]:
        """Yield nothing: a wave with areas has the words of the place."""
        return ()
