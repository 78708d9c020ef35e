"""What is left to chance: the order of choices, and the arm of an experiment.

What was drawn travels with the answers in the signed state of the pages. Here nothing remembers
who drew it: blocks hold only the arms that nobody has drawn yet, and live as long as the process.
"""

from __future__ import annotations

from random import SystemRandom
from threading import Lock

from questionnaires import Instrument, item_type, orders
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


def drawn(instrument: Instrument, form: str, visit: Visit, blocks: Blocks) -> Visit:
    """Return the visit with everything drawn that can be; what was drawn before stays.

    Orders are drawn at once, arms when the locality is known. A changed mind about the locality
    changes no arm, because the person may have seen its question already.
    """
    asked = {item.name: item for item in instrument.asked(form)}
    place = next((name for name, item in asked.items() if item.type == "place"), None)
    new: dict[str, str] = {}
    for name, item in asked.items():
        if item.type == "order" and name not in visit.answers:
            new[name] = _chance.choice(orders(asked[name.removesuffix("_order")]))
        elif (
            item.type == "arm"
            and name not in visit.answers
            and (place is None or place in visit.answers)
        ):
            locality = visit.answers.get(place, "") if place else ""
            new[name] = blocks.draw(name, item_type(item.type).fixed, locality)
    return visit.at(visit.screen, new) if new else visit
