"""The attack of an outsider: how narrowly published sums pin down what was withheld.

Every published number of people is an interval, because it was rounded; every table is a set of
sums. Linear programming finds the smallest and the largest number of people that a withheld cell
can have with all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import scipy

from analysis.stages import FloatArray, IntArray

K = TypeVar("K", bound=Hashable)

#: More people than any assessment asks: what stands for "no bound".
MANY = 1e6

#: Looks at all cells at once before each is looked at by itself.
_LOOKS = 4

#: So often bounds are carried from sum to sum by hand.
_STEPS = 6

_TOLERANCE = 1e-6

_INFEASIBLE = 2


@dataclass(frozen=True)
class Interval:
    """The fewest and the most people that a cell can have."""

    low: float = 0.0
    high: float = MANY

    @property
    def width(self) -> float:
        """How far apart they are."""
        return self.high - self.low

    def within(self, other: Interval) -> Interval:
        """Return what is in both; where they contradict each other, this one."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Interval(low, high) if low <= high else self


@dataclass(frozen=True)
class Sum(Generic[K]):
    """What a reader may add up: ``total`` is the sum of `cells`, and of people who did not say.

    Attributes
    ----------
    total : K
        The cell of the whole.
    cells : tuple of K
        The cells that make it up.
    most : float
        How many people of the whole may be in no cell: 0, or `MANY` where that is not known.
    table : str
        Where it stands, for whoever has to change it.
    """

    total: K
    cells: tuple[K, ...]
    most: float = 0.0
    table: str = ""


@dataclass(frozen=True)
class Reach(Generic[K]):
    """How narrowly a cell can be bounded.

    Attributes
    ----------
    interval : Interval
        The fewest and the most people.
    tables : tuple of str
        The tables that together bound it.
    leans_on : tuple of K
        The published cells without which it would be bounded less narrowly.
    """

    interval: Interval
    tables: tuple[str, ...]
    leans_on: tuple[K, ...]


def exposed(
    known: Mapping[K, Interval],
    sums: Sequence[Sum[K]],
    needed: Mapping[K, float],
    *,
    by_hand: bool = False,
) -> dict[K, Reach[K]]:
    """Return the cells whose interval is narrower than they need.

    Parameters
    ----------
    by_hand : bool
        Look for those only that a reader finds with one sum after another, which is much faster:
        all of them are exposed, and others may be.
    known : mapping of K to Interval
        What is published of each cell by itself.
    sums : sequence of Sum
        What can be added up. Sums that contradict the numbers are left out: nobody is silent as
        long as that fits, then as many as there have to be.
    needed : mapping of K to float
        By withheld cell: how wide its interval has to be.
    """
    found: dict[K, Reach[K]] = {}
    known_outcomes: dict[tuple[object, ...], list[_Finding]] = {}
    for part in _parts(sums, needed):
        system = _System(known, part)
        wanted = {cell: needed[cell] for cell in system.cells if cell in needed}
        likeness = system.likeness(wanted)
        if likeness not in known_outcomes:  # often the same numbers come under many names
            search = system.found_by_hand if by_hand else system.findings
            known_outcomes[likeness] = search(wanted)
        for each in known_outcomes[likeness]:
            tables = sorted({part[number].table for number in each.rows})
            leans_on = tuple(system.cells[number] for number in each.columns)
            found[system.cells[each.column]] = Reach(each.interval, tuple(tables), leans_on)
    return found


@dataclass(frozen=True)
class _Finding:
    """A cell that can be bounded narrowly, and by what; cells and sums by number."""

    column: int
    interval: Interval
    rows: tuple[int, ...]
    columns: tuple[int, ...]


def _parts(sums: Sequence[Sum[K]], needed: Collection[K]) -> Iterator[list[Sum[K]]]:
    """Return the groups of sums that share cells and hold one that is looked for."""
    by_cell: dict[K, list[int]] = {}
    for number, each in enumerate(sums):
        for cell in (each.total, *each.cells):
            by_cell.setdefault(cell, []).append(number)
    seen: set[int] = set()
    for number in range(len(sums)):
        if number in seen:
            continue
        part, waiting, cells = {number}, [number], set[K]()
        while waiting:
            each = sums[waiting.pop()]
            for cell in {each.total, *each.cells} - cells:
                cells.add(cell)
                new = set(by_cell[cell]) - part
                part |= new
                waiting.extend(new)
        seen |= part
        if not cells.isdisjoint(needed):
            yield [sums[each] for each in sorted(part)]


class _System(Generic[K]):
    """Sums as one linear programme: a column for each cell, a row for each sum."""

    def __init__(self, known: Mapping[K, Interval], sums: Sequence[Sum[K]]) -> None:
        self.sums = list(sums)
        self.rows = np.arange(len(sums))
        self.cells = list(dict.fromkeys(c for each in sums for c in (each.total, *each.cells)))
        self.place = {cell: number for number, cell in enumerate(self.cells)}
        bounds = [known.get(cell, Interval()) for cell in self.cells]
        self.bounds = np.array([(each.low, each.high) for each in bounds])
        self.ends = scipy.optimize.Bounds(*self.bounds.T)
        self.most = np.array([each.most for each in sums])
        self.matrix = self._matrix()
        self._arrange()

    def likeness(self, wanted: Mapping[K, float]) -> tuple[object, ...]:
        """Return all that the outcome depends on, without the names of the cells."""
        looked_for = tuple((self.place[cell], width) for cell, width in wanted.items())
        return (self.bounds.tobytes(), self.most.tobytes(), self._terms, looked_for)

    def findings(self, wanted: Mapping[K, float]) -> list[_Finding]:
        """Return the cells of `wanted` whose interval is narrower than it says.

        Two solutions that differ by enough in a cell prove its interval wide, so a few looks at
        all cells together settle most of them.
        """
        columns = np.array([self.place[cell] for cell in wanted], dtype=np.int64)
        width = np.array(list(wanted.values())) - _TOLERANCE
        low, high = np.full(len(columns), np.inf), np.full(len(columns), -np.inf)
        for objective in self._looks(columns):
            x = self._solve(objective)
            np.minimum(low, x[columns], out=low)
            np.maximum(high, x[columns], out=high)
            if (high - low >= width).all():
                return []
        for number, column in enumerate(columns):
            for sign in (-1.0, 1.0):
                if high[number] - low[number] < width[number]:
                    x = self._solve(self._only(column, sign))
                    np.minimum(low, x[columns], out=low)
                    np.maximum(high, x[columns], out=high)
        return [self._finding(int(each)) for each in columns[high - low < width]]

    def found_by_hand(self, wanted: Mapping[K, float]) -> list[_Finding]:
        """Return the cells that bounds bound, carried from sum to sum a few times."""
        low, high = self.bounds.T.copy()
        rows, columns, signs = map(np.array, zip(*self._terms, strict=True))
        last = np.full(len(self.cells), -1)
        for _ in range(_STEPS):
            smallest = np.where(signs > 0, low[columns], -high[columns])
            largest = np.where(signs > 0, high[columns], -low[columns])
            below = np.bincount(rows, smallest)
            above = np.bincount(rows, largest)
            most = self.most[rows] - (below[rows] - smallest)  # what the term may be at most
            least = -(above[rows] - largest)
            ceiling = np.where(signs > 0, most, -least)
            floor = np.where(signs > 0, least, -most)
            tighter = (ceiling < high[columns]) | (floor > low[columns])
            last[columns[tighter]] = rows[tighter]
            np.minimum.at(high, columns, ceiling)
            np.maximum.at(low, columns, floor)
        found = []
        for cell, width in wanted.items():
            column = self.place[cell]
            if last[column] >= 0 and 0 <= high[column] - low[column] < width - _TOLERANCE:
                row = int(last[column])
                others = tuple(int(n) for n in columns[rows == row] if n != column)
                ends = Interval(float(low[column]), float(high[column]))
                found.append(_Finding(column, ends, (row,), others))
        return found

    def _finding(self, column: int) -> _Finding:
        """Return how narrowly a cell can be bounded, and by what."""
        ends, rows, columns = [], set[int](), set[int]()
        for sign in (1.0, -1.0):
            found = self._priced(self._only(column, sign))
            ends.append(float(found.x[column]))
            prices = np.concatenate([found.eqlin.marginals, found.ineqlin.marginals])
            silent = np.flatnonzero(self.most > 0)
            used = np.concatenate([np.flatnonzero(self.most == 0), silent, silent])
            rows |= {int(self.rows[n]) for n in used[np.abs(prices) > _TOLERANCE]}
            edge = np.abs(found.lower.marginals) + np.abs(found.upper.marginals)
            columns |= {int(n) for n in np.flatnonzero(edge > _TOLERANCE)} - {column}
        return _Finding(column, Interval(*ends), tuple(sorted(rows)), tuple(sorted(columns)))

    def _looks(self, columns: IntArray) -> Iterator[FloatArray]:
        """Return objectives that push all wanted cells up and down at once."""
        random = np.random.default_rng(0)
        for number in range(_LOOKS):
            objective = np.zeros(len(self.cells))
            objective[columns] = random.choice((-1.0, 1.0), len(columns)) if number else 1.0
            yield objective
            yield -objective

    def _only(self, column: int, sign: float) -> FloatArray:
        objective = np.zeros(len(self.cells))
        objective[column] = sign
        return objective

    def _matrix(self) -> scipy.sparse.csr_array:
        """Return, by row, the total less its cells: the people who did not say."""
        rows = [n for n, each in enumerate(self.sums) for _ in (each.total, *each.cells)]
        columns = [self.place[c] for each in self.sums for c in (each.total, *each.cells)]
        signs = [s for each in self.sums for s in (1.0, *(-1.0 for _ in each.cells))]
        shape = (len(self.sums), len(self.cells))
        self._terms = tuple(zip(rows, columns, signs, strict=True))
        return scipy.sparse.csr_array((signs, (rows, columns)), shape=shape)

    def _arrange(self) -> None:
        """Set up what all programmes have in common: sums, and how many people may be silent."""
        self.within = scipy.optimize.LinearConstraint(self.matrix.tocsc(), 0.0, self.most)

    def _solve(self, objective: FloatArray) -> FloatArray:
        """Return a solution with the smallest `objective`."""
        found = self._quick(objective)
        if found.status == _INFEASIBLE:
            self._drop_contradictions()
            found = self._quick(objective)
        return np.asarray(found.x)

    def _quick(self, objective: FloatArray) -> scipy.optimize.OptimizeResult:
        """Return a solution without its prices: `linprog` prepares and checks twice as long."""
        return scipy.optimize.milp(objective, bounds=self.ends, constraints=self.within)

    def _priced(self, objective: FloatArray) -> scipy.optimize.OptimizeResult:
        """Return a solution with the prices of equations, then of sums with silent people."""
        exact, free = self.most == 0, self.most > 0
        rest = self.matrix[np.flatnonzero(free)]
        return scipy.optimize.linprog(
            objective,
            A_eq=self.matrix[np.flatnonzero(exact)],
            b_eq=np.zeros(exact.sum()),
            A_ub=scipy.sparse.vstack([rest, -rest], format="csr"),
            b_ub=np.concatenate([self.most[free], np.zeros(free.sum())]),
            bounds=self.bounds,
            method="highs",
        )

    def _drop_contradictions(self) -> None:
        """Let people be silent where they have to be; leave out sums that fit no other way.

        The programme with the least total contradiction says which.
        """
        rows, columns = self.matrix.shape
        slack = scipy.sparse.eye_array(rows, format="csr")
        matrix = scipy.sparse.hstack([self.matrix, -slack, slack], format="csr")
        found = scipy.optimize.linprog(
            np.concatenate([np.zeros(columns), 1.0 * (self.most == 0), np.ones(rows)]),
            A_eq=matrix,
            b_eq=np.zeros(rows),
            bounds=np.vstack([self.bounds, np.tile((0.0, np.inf), (2 * rows, 1))]),
            method="highs",
        )
        silent, impossible = found.x[columns : columns + rows], found.x[columns + rows :]
        self.most = np.where(silent > _TOLERANCE, MANY, self.most)
        kept = impossible <= _TOLERANCE
        self.most = self.most[kept]
        self.matrix = self.matrix[np.flatnonzero(kept)]
        self.rows = self.rows[np.flatnonzero(kept)]
        self._arrange()
