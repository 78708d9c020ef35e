"""What a name in an expression stands for: the kind of its value, and its codes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from questionnaires.logic.values import is_number
from questionnaires.model import Item, Level
from questionnaires.types import item_type


class Kind(StrEnum):
    """What a value is, as messages call it."""

    TEXT = "a text"
    NUMBER = "a number"
    TRUTH = "true or false"
    SET = "a list of codes"
    PARTS = "an answer of several parts"
    EMPTY = "empty"
    ANY = "unknown"  # after a mistake that has been named already


@dataclass(frozen=True)
class Meaning:
    """What a name or an expression stands for: its kind, and its codes when only they can be."""

    kind: Kind
    codes: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether it can be compared and computed as a number."""
        return self.kind in {Kind.NUMBER, Kind.ANY} or (
            self.kind is Kind.TEXT and bool(self.codes) and all(map(is_number, self.codes))
        )


TEXT, NUMBER, TRUTH = Meaning(Kind.TEXT), Meaning(Kind.NUMBER), Meaning(Kind.TRUTH)
ANY, EMPTY = Meaning(Kind.ANY), Meaning(Kind.EMPTY)

_LISTS = frozenset({Level.MULTIPLE, Level.RANKING})
#: Question types whose answers no function of the language can take apart.
_IN_PARTS = frozenset({"votes", "best_worst"})


def item_meaning(item: Item) -> Meaning:
    """Return what the answer to `item` is in an expression."""
    kind = item_type(item.type)
    if item.type in _IN_PARTS:
        return Meaning(Kind.PARTS)
    if kind.level in _LISTS:
        return Meaning(Kind.SET, item.codes)
    if kind.level is Level.INTERVAL:  # also of a list, whose answer counts its statements
        return NUMBER
    return Meaning(Kind.TEXT, item.codes)
