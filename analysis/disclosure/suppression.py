"""Complementary suppression: what must be withheld so that nothing withheld can be worked out."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import scipy

K = TypeVar("K", bound=Hashable)

#: Where the search for the cheapest set stops, counted and not timed: the same on any machine.
_NODES = 500

#: A total tells more than one of its cells: of two equal choices it is the dearer one.
_TOTAL = 0.5


@dataclass(frozen=True)
class Line(Generic[K]):
    """A total and the cells that make it up: a row, a column, or a whole one-way table."""

    total: K
    cells: tuple[K, ...]

    @property
    def members(self) -> tuple[K, ...]:
        """The total and its cells."""
        return (self.total, *self.cells)


def complement(
    sizes: Mapping[K, int], lines: Sequence[Line[K]], withheld: Collection[K]
) -> tuple[K, ...]:
    r"""Return the cells to withhold besides `withheld`, in the order in which they are needed.

    A line with exactly one member withheld gives it away: it is the total less the others or, for
    a total, the sum of its cells. Of all sets that leave no such line, the one with the fewest
    people is chosen, by integer programming.

    Parameters
    ----------
    sizes : mapping of K to int
        People in each cell. Only those of published cells are looked at, so that the outcome
        tells nothing about the content of a withheld one. A total without a size is never
        withheld.
    lines : sequence of Line
        Every sum that a reader could write down.
    withheld : collection of K
        Cells and totals withheld for their own sake.

    Notes
    -----
    With :math:`x_j = 1` for a withheld cell and :math:`h_l` for a line that has any, the programme
    is :math:`\min \sum n_j x_j` subject to :math:`x_j \le h_l` and
    :math:`\sum_{j \in l} x_j \ge 2 h_l`. A line whose total is withheld counts as well, since
    the total of one line is a cell of another. Where the search finds nothing within its bound,
    the greedy rule of scoring.md C.8 decides.
    """
    hidden = set(withheld)
    if not any(_exposed(sizes, line, hidden) is not None for line in lines):
        return ()
    chosen = [cell for part in _parts(lines, hidden) for cell in _cheapest(sizes, part, hidden)]
    return _in_order(sizes, lines, hidden, set(chosen))


def _in_order(
    sizes: Mapping[K, int], lines: Sequence[Line[K]], hidden: set[K], chosen: Collection[K]
) -> tuple[K, ...]:
    """Return the chosen cells as the lines ask for them, each time the smallest that is left.

    Without any chosen this is the greedy rule itself.
    """
    hidden, found, before = set(hidden), list[K](), -1
    while before != len(hidden):
        before = len(hidden)
        for line in lines:
            cell = _exposed(sizes, line, hidden, chosen)
            if cell is not None:
                hidden.add(cell)
                found.append(cell)
    return (*found, *sorted((c for c in chosen if c not in hidden), key=repr))


def _exposed(
    sizes: Mapping[K, int], line: Line[K], hidden: Collection[K], chosen: Collection[K] = ()
) -> K | None:
    """Return the cell that must go because `line` would give away its only withheld member."""
    if sum(member in hidden for member in line.members) != 1:
        return None
    among: Iterable[K] = [c for c in line.members if c in chosen] or line.cells
    return min((c for c in among if c not in hidden), key=sizes.__getitem__, default=None)


def _cheapest(
    sizes: Mapping[K, int], lines: Sequence[Line[K]], hidden: Collection[K]
) -> Collection[K]:
    """Return the set with the fewest people; an empty one when the search finds none."""
    cells = list(dict.fromkeys(member for line in lines for member in line.members))
    place = {cell: number for number, cell in enumerate(cells)}
    totals = {line.total for line in lines}
    cost = [
        0.0 if cell in hidden else max(sizes.get(cell, 0), 1) + _TOTAL * (cell in totals)
        for cell in cells
    ]
    low = [float(cell in hidden) for cell in cells]
    high = [float(cell in hidden or cell in sizes) for cell in cells]
    found = scipy.optimize.milp(
        np.array(cost + [0.0] * len(lines)),
        integrality=np.array([1] * len(cells) + [0] * len(lines)),
        bounds=scipy.optimize.Bounds(
            np.array(low + [0.0] * len(lines)), np.array(high + [1.0] * len(lines))
        ),
        constraints=_rules(lines, place),
        options={"node_limit": _NODES, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        return ()
    return [cell for cell in cells if found.x[place[cell]] > 0.5 and cell not in hidden]


def _parts(lines: Sequence[Line[K]], hidden: Collection[K]) -> Iterator[list[Line[K]]]:
    """Return, for each group of lines that share cells, those that a withheld cell reaches."""
    by_cell: dict[K, list[int]] = {}
    for number, line in enumerate(lines):
        for member in line.members:
            by_cell.setdefault(member, []).append(number)
    reached: set[int] = set()
    for number, first in enumerate(lines):
        if number in reached or not any(member in hidden for member in first.members):
            continue
        part, waiting = {number}, [number]
        while waiting:
            for member in lines[waiting.pop()].members:
                new = set(by_cell[member]) - part
                part |= new
                waiting.extend(new)
                by_cell[member] = []
        reached |= part
        yield [lines[each] for each in sorted(part)]


def _rules(lines: Sequence[Line[K]], place: Mapping[K, int]) -> object:
    """Return for each line: no member without the line, and the line with two members at least."""
    rows, columns, values, upper = list[int](), list[int](), list[float](), list[float]()
    for number, line in enumerate(lines):
        mark = len(place) + number
        for member in line.members:
            rows += [len(upper)] * 2
            columns += [place[member], mark]
            values += [1.0, -1.0]
            upper.append(0.0)
        rows += [len(upper)] * (len(line.members) + 1)
        columns += [*(place[member] for member in line.members), mark]
        values += [-1.0] * len(line.members) + [2.0]
        upper.append(0.0)
    matrix = scipy.sparse.csr_array(
        (values, (rows, columns)), shape=(len(upper), len(place) + len(lines))
    )
    return scipy.optimize.LinearConstraint(matrix, -np.inf, np.array(upper))
