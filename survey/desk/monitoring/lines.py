"""A small drawing of an indicator over its rounds: where each point lies in a box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from survey.operations.monitoring.values import Point, Worth

#: The box of the drawing, and what is left free at its edges.
WIDTH, HEIGHT, EDGE = 600, 160, 12


@dataclass(frozen=True)
class Line:
    """Points of a drawing, as ``x,y x,y …``, and the heights of baseline and target in it."""

    points: tuple[tuple[int, int], ...]
    baseline: int | None
    target: int | None

    @property
    def path(self) -> str:
        """The points as SVG wants them."""
        return " ".join(f"{x},{y}" for x, y in self.points)


def line_of(
    points: Sequence[Point], baseline: Decimal | None, target: Decimal | None
) -> Line | None:
    """Return the line through the values that count; None for fewer than two."""
    pairs: list[tuple[date, Decimal]] = [
        (each.value.day, each.number)
        for each in points
        if each.worth is Worth.COUNTS and each.number is not None
    ]
    if len(pairs) < 2:
        return None
    heights = [number for _day, number in pairs]
    heights += [each for each in (baseline, target) if each is not None]
    low, high = min(heights), max(heights)
    first, last = pairs[0][0].toordinal(), pairs[-1][0].toordinal()

    def across(day: date) -> int:
        share = Decimal(day.toordinal() - first) / max(last - first, 1)
        return EDGE + round(share * (WIDTH - 2 * EDGE))

    def up(number: Decimal) -> int:
        share = (number - low) / (high - low) if high > low else Decimal("0.5")
        return HEIGHT - EDGE - round(share * (HEIGHT - 2 * EDGE))

    return Line(
        tuple((across(day), up(number)) for day, number in pairs),
        None if baseline is None else up(baseline),
        None if target is None else up(target),
    )
