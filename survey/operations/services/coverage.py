"""Coverage: how many services of each kind a place has, for how many people, and what is missing.

A cell is what the register knows. Where it knows nothing, it says so: that nobody wrote a service
down does not mean that there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from survey.operations.services.register import KINDS_OF_SERVICE, Service


@dataclass(frozen=True)
class Coverage:
    """What stands in one cell.

    Attributes
    ----------
    services : int
        Services that work.
    places : int or None
        People they can take a month, of those that say so; None when none of them does.
    unsaid : int
        Services that do not say how many they can take.
    """

    services: int
    places: int | None
    unsaid: int


@dataclass(frozen=True)
class KindRow:
    """One kind of service: a cell for each locality, one for what is online only, one for all."""

    kind: str
    cells: tuple[Coverage, ...]
    online: Coverage
    all: Coverage

    @property
    def is_gap(self) -> bool:
        """Whether none is known anywhere."""
        return not self.all.services


@dataclass(frozen=True)
class Matrix:
    """Kinds of services by localities.

    Attributes
    ----------
    places : tuple of str
        Codes of the localities, in the order of the cells.
    rows : tuple of KindRow
        Every kind there is, also those of which none is known.
    gaps : tuple of int
        By locality: kinds of which none is known there.
    idle : int
        Services left out because they are paused, planned or closed.
    unplaced : int
        Services left out because their record lacks the kind or the place.
    """

    places: tuple[str, ...]
    rows: tuple[KindRow, ...]
    gaps: tuple[int, ...]
    idle: int
    unplaced: int


def coverage(services: Iterable[Service], places: Sequence[str]) -> Matrix:
    """Return the matrix of `services` over `places`; it counts what works today."""
    found: dict[tuple[str, str], list[Service]] = {}
    idle = unplaced = 0
    for each in services:
        if not each.works:
            idle += 1
        elif not each.is_counted:
            unplaced += 1
        else:
            column = "" if each.is_online_only else each.place
            found.setdefault((each.kind, column), []).append(each)
    rows = tuple(_row(kind, places, found) for kind in KINDS_OF_SERVICE)
    gaps = tuple(
        sum(not row.cells[number].services for row in rows) for number in range(len(places))
    )
    return Matrix(tuple(places), rows, gaps, idle, unplaced)


def _row(kind: str, places: Sequence[str], found: dict[tuple[str, str], list[Service]]) -> KindRow:
    lists = [found.get((kind, place), []) for place in places]
    online = found.get((kind, ""), [])
    every = [each for listed in (*lists, online) for each in listed]
    return KindRow(kind, tuple(map(_cell, lists)), _cell(online), _cell(every))


def _cell(services: Sequence[Service]) -> Coverage:
    numbers = [each.filed.number("places_month") for each in services]
    said = [each for each in numbers if each is not None]
    return Coverage(len(services), sum(said) if said else None, len(numbers) - len(said))
