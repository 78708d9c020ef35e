"""Complementary suppression: what must be withheld so that nothing withheld can be worked out."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Line(Generic[K]):
    """A total and the cells that make it up: a row, a column, or a whole one-way table."""

    total: K
    cells: tuple[K, ...]


def complement(
    sizes: Mapping[K, int], lines: Sequence[Line[K]], withheld: Collection[K]
) -> tuple[K, ...]:
    """Return the cells to withhold besides `withheld`, in the order in which they are found.

    As long as a line has exactly one member withheld, that member is the total less the others
    (or, for a total, the sum of its cells): its smallest published cell is withheld as well.

    Parameters
    ----------
    sizes : mapping of K to int
        People in each cell. Only those of published cells are looked at, so that the outcome
        tells nothing about the content of a withheld one.
    lines : sequence of Line
        Every sum that a reader could write down.
    withheld : collection of K
        Cells and totals withheld for their own sake.

    Notes
    -----
    The greedy rule of scoring.md C.8; a line whose total is withheld counts as well, since the
    total of one line is a cell of another.
    """
    hidden = set(withheld)
    found: list[K] = []
    before = -1
    while before != len(hidden):
        before = len(hidden)
        for line in lines:
            cell = _exposed(sizes, line, hidden)
            if cell is not None:
                hidden.add(cell)
                found.append(cell)
    return tuple(found)


def _exposed(sizes: Mapping[K, int], line: Line[K], hidden: Collection[K]) -> K | None:
    """Return the cell that must go because `line` would give away its only withheld member."""
    if sum(member in hidden for member in (line.total, *line.cells)) != 1:
        return None
    return min((c for c in line.cells if c not in hidden), key=sizes.__getitem__, default=None)
