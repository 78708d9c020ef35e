"""What is left to chance: the order of choices, and the arm of an experiment.

What was drawn travels with the answers in the signed state of the pages. Here nothing remembers
who drew it: blocks hold only the arms that nobody has drawn yet, and live as long as the process.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import SystemRandom
from threading import Lock

from questionnaires import Item, item_type, orders
from survey.respond.visit import Visit

#: How often each arm stands in a block: after every block the arms of a locality are even.
_EACH = 2

_chance = SystemRandom()


class Blocks:
    """Permuted blocks of arms, one of each experiment in each locality."""

    def __init__(self) -> None:
        self._left: dict[tuple[str, str], list[str]] = {}
        self._lock = Lock()

    def draw(self, experiment: str, arms: tuple[str, ...], locality: str) -> str:
        """Return the next arm of `experiment` in `locality`."""
        with self._lock:
            left = self._left.setdefault((experiment, locality), [])
            if not left:
                left += arms * _EACH
                _chance.shuffle(left)
            return left.pop()


class Drawing:
    """Everything of a questionnaire that chance decides.

    Parameters
    ----------
    items : mapping of str to Item
        The items it asks, by name.
    """

    def __init__(self, items: Mapping[str, Item]) -> None:
        self.blocks = Blocks()
        self._place = next((name for name, item in items.items() if item.type == "place"), None)
        self._orders = {
            name: orders(items[name.removesuffix("_order")])
            for name, item in items.items()
            if item.type == "order"
        }
        self._arms = {
            n: item_type(item.type).fixed for n, item in items.items() if item.type == "arm"
        }

    def is_due(self, visit: Visit) -> bool:
        """Tell whether something can be drawn for the visit that was not drawn yet."""
        is_placed = self._place is None or self._place in visit.answers
        names = (*self._orders, *self._arms) if is_placed else self._orders
        return any(name not in visit.answers for name in names)

    def drawn(self, visit: Visit) -> Visit:
        """Return the visit with everything drawn that can be; what was drawn before stays.

        Orders are drawn at once, arms when the locality is known. A changed mind about the
        locality changes no arm, because the person may have seen its question already.
        """
        done = visit.answers
        new = {n: _chance.choice(each) for n, each in self._orders.items() if n not in done}
        if self._place is None or self._place in done:
            locality = done[self._place] if self._place else ""
            new |= {
                name: self.blocks.draw(name, arms, locality)
                for name, arms in self._arms.items()
                if name not in done
            }
        return visit.at(visit.screen, new) if new else visit
