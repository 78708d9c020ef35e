"""How an item is shown to one person: in which order, and with which statements.

What was drawn for the person stands among the answers, under the companions of the item
(``<item>_order``, ``<item>_arm``), so it travels with them and is stored with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from questionnaires.model import Item


def orders(item: Item) -> tuple[str, ...]:
    """Return the orders in which the choices of `item` may be shown.

    Rotations of the written order: each choice is first equally often, and pages that are the
    same for everybody who drew one order need be made only once. Choices that exclude every
    other one stay at the end.
    """
    free = [choice.code for choice in item.choices if not choice.exclusive]
    last = [choice.code for choice in item.choices if choice.exclusive]
    turns = (free[start:] + free[:start] + last for start in range(len(free)))
    return tuple(" ".join(turn) for turn in turns)


def arranged(item: Item, answers: Mapping[str, str]) -> Item:
    """Return `item` as it is shown to somebody with these `answers`."""
    order = answers.get(f"{item.name}_order") if item.random else None
    if order in orders(item):
        places = {code: place for place, code in enumerate(str(order).split(" "))}
        return replace(item, choices=tuple(sorted(item.choices, key=lambda c: places[c.code])))
    if item.type == "list_experiment" and answers.get(f"{item.name}_arm") != "treatment":
        return replace(item, choices=tuple(each for each in item.choices if not each.sensitive))
    return item
