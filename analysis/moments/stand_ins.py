"""Stand-ins: rows that have the sums of cells, so that estimators of rows can use them.

An estimate, its standard error and its design effect depend on the values in a cell only through
how many there are and the sums of w, w y and w y², so long as the statistic is linear in y. Rows
with the same sums give the same answer, whatever the values were. Of two values that stand beside
each other, as those of a ratio, the sum of w x y matters as well; it follows from the squares of
their sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.frame import MICRO
from analysis.moments.cells import Cells
from analysis.moments.measures import Number
from analysis.moments.tables import centred
from analysis.stages import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class StandIns:
    """As many rows as there are respondents in the cells, n together.

    Attributes
    ----------
    cell : IntArray, shape (n,)
        The cell of each.
    y : FloatArray, shape (n,) or (n, 2)
        Values with the sums of the cell; NaN for those who lack the measure.
    weight : FloatArray, shape (n,)
        In people, above zero; those who lack the measure have any.
    """

    cell: IntArray
    y: FloatArray
    weight: FloatArray


def stand_in(cells: Cells, m: int) -> StandIns:
    """Return rows for measure `m` of the cells, the spread of each cell on its first two."""
    cell, at, n = _places(cells, m)
    mean, square = _moments(cells, m)
    y = mean[cell] + np.sqrt(square)[cell] * _first(at, n)
    return StandIns(cell, np.where(at < n, y, np.nan), _weight(cells, m, cell))


def stand_in_pairs(cells: Cells, m: int) -> StandIns:
    """Return rows for measures `m` and `m` + 1 together; `m` + 2 must be their sum.

    All three measure the same respondents. A cell of three or more needs three rows for its
    spread, and one of two has but one direction.
    """
    cell, at, n = _places(cells, m)
    (x, xx), (y, yy), (_, both) = (_moments(cells, m + k) for k in range(3))
    # Where x is the same for all of a cell, the first direction is left to y.
    along = np.divide((both - xx - yy) / 2, np.sqrt(xx), out=np.sqrt(yy), where=xx > 0)
    across = np.sqrt(np.maximum(yy - along**2, 0))
    first, second = _first(at, n), _second(at, n)
    pairs = np.column_stack([
        x[cell] + np.sqrt(xx)[cell] * first,
        y[cell] + along[cell] * first + across[cell] * second,
    ])  # fmt: skip
    return StandIns(cell, np.where((at < n)[:, None], pairs, np.nan), _weight(cells, m, cell))


def _places(cells: Cells, m: int) -> tuple[IntArray, IntArray, IntArray]:
    """Return for each row its cell, its place there, and how many of that cell are measured."""
    cell = np.repeat(np.arange(len(cells)), cells.people)
    start = np.cumsum(cells.people) - cells.people
    return cell, np.arange(len(cell)) - start[cell], cells.n[m][cell]


def _moments(cells: Cells, m: int) -> tuple[FloatArray, FloatArray]:
    """Return the mean of each cell and the mean square about it, in the value of the measure."""
    measure = cells.measures[m]
    w, wy, wyy = cells.w[m], cells.wy[m], cells.wyy[m]
    some = np.maximum(w, 1)
    centre = np.rint(wy / some).astype(np.int64)
    r, q = centred(w, wy, wyy, centre)
    off = r / some
    lowest = measure.lowest if isinstance(measure, Number) else 0
    unit = measure.value / measure.units
    return (centre + lowest + off) * unit, np.maximum(q / some - off**2, 0) * unit**2


def _weight(cells: Cells, m: int, cell: IntArray) -> FloatArray:
    """Return the weight of each row: its share of the cell's, or the one all of the cell have."""
    shared = np.where(cells.n[m] > 0, cells.w[m] / np.maximum(cells.n[m], 1), MICRO)
    return np.asarray(np.where(cells.own > 0, cells.own, shared)[cell] / MICRO, dtype=np.float64)


def _first(at: IntArray, n: IntArray) -> FloatArray:
    """Return a direction: mean 0 and mean square 1 over the n rows of a cell."""
    step = (at == 0).astype(np.float64) - (at == 1)
    first: FloatArray = np.where(n > 1, np.sqrt(n / 2), 0.0) * step
    return first


def _second(at: IntArray, n: IntArray) -> FloatArray:
    """Return another, at a right angle to the first."""
    step = (at < 2).astype(np.float64) - 2 * (at == 2)
    second: FloatArray = np.where(n > 2, np.sqrt(n / 6), 0.0) * step
    return second
