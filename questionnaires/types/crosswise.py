"""A crosswise question: whether the answers to two statements are the same."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import Field

from questionnaires.model import Item, Level
from questionnaires.text import Text
from questionnaires.types.base import ItemType, Places, offered, radio_buttons


class Crosswise(ItemType):
    """Nobody can tell from the answer whether the sensitive statement applies to a person."""

    name = "crosswise"
    level = Level.NOMINAL
    has_choices = False
    is_coded = True
    fixed = ("same", "different")
    #: One of known prevalence that nobody can check, and the one of interest.
    statements = ("known", "sensitive")
    options = frozenset({"known"})

    def flaws(self, item: Item) -> Iterable[tuple[str, str]]:
        """Refuse a prevalence that leaves nothing to estimate."""
        if item.options.known == 0.5:
            yield "bad-known", "a 'known' of 0.5 tells nothing; find one well below or above it"

    def field(self, item: Item, text: Text, places: Places = ()) -> Field:
        """Show the two statements, and offer the two answers."""
        statements = [text[f"row.{item.words}.{each}"] for each in self.statements]
        return radio_buttons(self.question(item, text), offered(item, text), text, statements)
