"""The network as a picture: where each organisation stands, and the lines between them.

The places follow from the network alone, so that a picture of the same records is the same: few
organisations stand on a circle; many stand on a spiral, the best connected in the middle.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey.operations.stakeholders.network import CONFLICT, Network, Relation, parts_of

#: So many organisations still stand on one circle, each with its name.
ROUND = 36
#: So many names are written when there are more.
NAMED = 30
_STEP, _BESIDE, _ABOVE = 26.0, 190.0, 40.0
_GOLDEN = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True)
class Dot:
    """An organisation in the picture; `label` is empty where there is no room for a name.

    `side` is where the name stands: ``end`` left of the dot, ``start`` right of it, ``middle``
    above or below; `rise` is by how much.
    """

    x: float
    y: float
    label: str
    side: str
    rise: int
    is_alone: bool


@dataclass(frozen=True)
class Picture:
    """Dots in a frame, and lines: ties by strength (1 to 3), and conflicts."""

    width: float
    height: float
    dots: Sequence[Dot]
    ties: Mapping[int, str]
    conflicts: str


def draw(network: Network) -> Picture:
    """Return the picture of a network."""
    order = [key for part in parts_of(network) for key in part]
    many = len(order) > ROUND
    if many:
        order.sort(key=lambda key: (-len(network.neighbours[key]), network.names[key].casefold()))
    points = _spiral(len(order)) if many else _circle(len(order))
    reach = max((math.hypot(*point) for point in points), default=0.0)
    wide, high = reach + _BESIDE, reach + _ABOVE
    where = {key: (x + wide, y + high) for key, (x, y) in zip(order, points, strict=True)}
    dots = [
        Dot(
            *where[key],
            network.names[key] if rank < NAMED or not many else "",
            *(("middle", -11) if many else _beside(*points[rank])),
            not network.neighbours[key],
        )
        for rank, key in enumerate(order)
    ]
    tied = [each for each in network.relations if each.kind != CONFLICT]
    ties = {n: _lines(where, [each for each in tied if _width(each) == n]) for n in (1, 2, 3)}
    against = [each for each in network.relations if each.kind == CONFLICT]
    return Picture(2 * wide, 2 * high, dots, ties, _lines(where, against))


def _beside(x: float, y: float) -> tuple[str, int]:
    """Return where the name of a dot on the circle stands: outside of it."""
    if abs(x) < 1:
        return "middle", 22 if y > 0 else -13
    return ("start" if x > 0 else "end"), 4


def _circle(count: int) -> list[tuple[float, float]]:
    radius = max(120.0, count * 9.0) if count > 1 else 0.0
    turns = [math.tau * number / count for number in range(count)]
    return [(radius * math.sin(turn), -radius * math.cos(turn)) for turn in turns]


def _spiral(count: int) -> list[tuple[float, float]]:
    radii = [_STEP * math.sqrt(number) for number in range(count)]
    return [
        (radius * math.cos(number * _GOLDEN), radius * math.sin(number * _GOLDEN))
        for number, radius in enumerate(radii)
    ]


def _lines(where: Mapping[str, tuple[float, float]], relations: Sequence[Relation]) -> str:
    """Return the lines of some relations as one path, which is shorter than one element each."""
    return "".join(
        "M{:.0f} {:.0f}L{:.0f} {:.0f}".format(*where[each.source], *where[each.target])
        for each in relations
    )


def _width(relation: Relation) -> int:
    """Return the strength of a relation as a width; the thinnest where nobody said it."""
    return 1 if relation.strength is None else math.floor(relation.strength + 0.5)
