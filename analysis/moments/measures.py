"""What is summed: each measure of a respondent as a whole number of units, on every engine.

A score from `v` answered items, each worth 0 to `most` points, is ``points / (most v)``. Counted
in units of ``1 / (most lcm(1, …, K))`` it is an integer whatever `v` is, so sums of scores are
exact, and do not depend on the order of rows, on threads or on the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import lcm


@dataclass(frozen=True)
class Points:
    """What each code of an item counts.

    Attributes
    ----------
    item : str
        Name of the item.
    codes : tuple of str
        Its codes, in the order of the code matrix.
    points : tuple of int or None
        Points of each code; None for a code that measures nothing.
    """

    item: str
    codes: tuple[str, ...]
    points: tuple[int | None, ...]


@dataclass(frozen=True)
class Quotient:
    """Points over answers: a subscale, a share of acts, a frequency, or one item.

    Attributes
    ----------
    name : str
        Score identifier, as ``TRH``.
    items : tuple of Points
        The items that count.
    most : int
        Points of the best answer to one item.
    need : tuple of int, length K + 1
        Answers needed when k of the K items apply, by k; more than k means never.
    value : int
        What the best score is worth: 100, or 1 for a proportion.
    """

    name: str
    items: tuple[Points, ...]
    most: int
    need: tuple[int, ...]
    value: int = 100

    @cached_property
    def units(self) -> int:
        """How many units the best score has."""
        return self.most * lcm(*range(1, len(self.items) + 1))


@dataclass(frozen=True)
class Composite:
    """The mean of its parts, all of them required."""

    name: str
    parts: tuple[Quotient, ...]
    value: int = 100

    @cached_property
    def units(self) -> int:
        """How many units the best score has."""
        return len(self.parts) * lcm(*(part.units for part in self.parts))

    @cached_property
    def factors(self) -> tuple[int, ...]:
        """What one unit of each part counts here."""
        return tuple(self.units // len(self.parts) // part.units for part in self.parts)


@dataclass(frozen=True)
class Share:
    """Whether a score lies between two bounds, both included; its mean is a share of people.

    Attributes
    ----------
    name : str
        Identifier of the measure.
    of : Quotient or Composite
        The score.
    low, high : int
        The bounds, in the value of the score: 0 and 25 for its lowest quarter.
    """

    name: str
    of: Quotient | Composite
    low: int
    high: int
    value: int = 1
    units: int = 1

    @cached_property
    def bounds(self) -> tuple[int, int]:
        """The bounds in units of the score, the first numerators within."""
        return -(-self.low * self.of.units // self.of.value), (
            self.high * self.of.units // self.of.value
        )


@dataclass(frozen=True)
class Number:
    """A column of decimal numbers.

    Attributes
    ----------
    name : str
        Identifier of the measure.
    column : str
        Where its texts stand; an empty one, or a nonanswer, is missing.
    units : int
        A power of ten: units in 1.
    lowest, highest : int
        The smallest and largest number in units. Sums are of what is above the smallest.
    """

    name: str
    column: str
    units: int
    lowest: int
    highest: int
    value: int = 1


Score = Quotient | Composite
Measure = Score | Share | Number


def largest(measure: Measure) -> int:
    """Return the largest numerator that a measure can have, in units."""
    if isinstance(measure, Number):
        return measure.highest - measure.lowest
    return measure.units


def quotients_of(measures: Iterable[Measure]) -> Iterator[Quotient]:
    """Yield the quotients that measures are made of, in order, some more than once."""
    for measure in measures:
        if isinstance(measure, Quotient):
            yield measure
        elif isinstance(measure, Composite):
            yield from measure.parts
        elif isinstance(measure, Share):
            yield from quotients_of([measure.of])


def columns_of(measures: Iterable[Measure]) -> list[str]:
    """Return the names of the items and columns that measures read, some more than once."""
    measures = list(measures)
    items = [item.item for each in quotients_of(measures) for item in each.items]
    return [*items, *(each.column for each in measures if isinstance(each, Number))]
