"""Several sentences on one scale, a few on a screen."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import Field

from questionnaires.model import Item, Level
from questionnaires.text import Text
from questionnaires.types.base import ItemType, Places, Row


class Grid(ItemType):
    """A lead-in and its rows. Each row becomes an item of its own, ``<grid>_<row>``.

    With a scale, the rows are ordered like any likert item; with choices of the grid's own they
    have no order.
    """

    name = "grid"
    level = Level.ORDINAL
    options = frozenset({"row", "screen"})

    def expand(self, row: Row) -> Iterable[Row]:
        """Yield one row an item: what it says for itself comes first, then what the grid says."""
        kind = "likert" if row["scale"] else "single"
        for part in row["row"]:
            own = {key: part[key] or row[key] for key in _OWN}
            conditions = [f"({each['ask_if']})" for each in (row, part) if each["ask_if"]]
            yield (
                row
                | own
                | {
                    "type": kind,
                    "name": f"{row['name']}_{part['code']}",
                    "part": part["code"],
                    "ask_if": " and ".join(conditions),
                    "enabled": row["enabled"] and part["enabled"],
                }
            )

    def field(self, item: Item, text: Text, places: Places = ()) -> Field:
        """Raise TypeError: a grid is asked by its rows."""
        raise TypeError(item.name)


#: What a row may say for itself.
_OWN = ("dimension", "facets", "reverse", "forms", "sensitive", "reason")
