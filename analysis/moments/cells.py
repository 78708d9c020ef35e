"""The additive cells to which all design-based statistics of a mean reduce.

A cell holds the respondents of one PSU with the same domain labels: how many there are, and for
each measure the sums of ``w``, ``w y`` and ``w y²`` of those that have it. All are integers, so
the cells of batches add up to the cells of all, to the last digit and in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.columns import Column, stacked
from analysis.errors import EstimateError
from analysis.moments.labels import dense, first_rows
from analysis.moments.measures import Measure, largest
from analysis.stages import IntArray

#: Sums of weights pass through doubles on the numpy engine, and must be whole there as well.
EXACT_DOUBLE = 2**53
_EXACT_INTEGER = 2**63 - 1


@dataclass(frozen=True, eq=False)
class Cells:
    """Sums by cell: C cells, M measures.

    Attributes
    ----------
    measures : tuple of Measure, length M
        What was summed, and in which unit.
    keys : tuple of str
        Names of the domain keys.
    labels : tuple of Column, each of C rows
        Stratum, PSU, and the label of each key. Rows are sorted by these and `own`.
    own : IntArray, shape (C,)
        Respondents without a PSU are each their own, and share a cell when they weigh the same:
        that weight, in micro-units. 0 in the cells of a PSU.
    people : IntArray, shape (C,)
        Respondents, whether measured or not.
    n : IntArray, shape (M, C)
        Respondents that have the measure.
    w, wy, wyy : IntArray, shape (M, C)
        Their weights (micro-units), and those times the measure and its square (in units).

    Raises
    ------
    EstimateError
        If a sum might not fit 64 bits.
    """

    measures: tuple[Measure, ...]
    keys: tuple[str, ...]
    labels: tuple[Column, ...]
    own: IntArray
    people: IntArray
    n: IntArray
    w: IntArray
    wy: IntArray
    wyy: IntArray

    def __len__(self) -> int:
        """Return the number of cells."""
        return len(self.own)

    def __repr__(self) -> str:
        """Return how much there is, and no sums: a cell may be one person."""
        names = ", ".join(each.name for each in self.measures)
        return f"<Cells: {len(self)} by {', '.join(self.keys) or 'PSU'} of {names}>"

    def __eq__(self, other: object) -> bool:
        """Return whether both hold the same integers under the same labels."""
        if not isinstance(other, Cells):
            return NotImplemented
        return (
            (self.measures, self.keys) == (other.measures, other.keys)
            and [each.texts() for each in self.labels] == [each.texts() for each in other.labels]
            and all(map(np.array_equal, self.sums, other.sums))
        )

    __hash__ = None  # type: ignore[assignment]  # arrays have none

    def __add__(self, other: Cells) -> Cells:
        """Return the cells of two batches of respondents together.

        Raises
        ------
        EstimateError
            If they measure or key different things, or the sums might not fit 64 bits.
        """
        if (self.measures, self.keys) != (other.measures, other.keys):
            raise EstimateError(
                "cells of different measures or keys do not add up; sum both batches alike"
            )
        both = Cells(
            self.measures,
            self.keys,
            tuple(stacked(pair) for pair in zip(self.labels, other.labels, strict=True)),
            *(np.concatenate(pair, axis=-1) for pair in zip(self.sums, other.sums, strict=True)),
        )
        return gathered(both)

    def column(self, name: str) -> Column:
        """Return the ``stratum``, ``psu`` or key of each cell, labels sorted; or a KeyError."""
        names = ("stratum", "psu", *self.keys)
        if name not in names:
            raise KeyError(name)
        return self.labels[names.index(name)].ordered

    @property
    def sums(self) -> tuple[IntArray, ...]:
        """All integers: own, people, n, w, wy and wyy."""
        return self.own, self.people, self.n, self.w, self.wy, self.wyy


def gathered(parts: Cells) -> Cells:
    """Return `parts` with one row a cell, sorted: parts of the same cell are added up.

    Raises
    ------
    EstimateError
        If a sum might not fit 64 bits.
    """
    size, cell = min(len(parts), 1), np.zeros(len(parts), dtype=np.int64)
    columns = [each.ordered for each in parts.labels]
    owns, own = np.unique(parts.own, return_inverse=True)
    steps = [(len(each.labels), each.codes.astype(np.int64)) for each in columns]
    for kinds, numbers in (*steps, (len(owns), own.astype(np.int64))):
        occurring, cell = dense(cell * kinds + numbers, size * kinds)
        size = len(occurring)
    first = first_rows(cell, size)
    for m, measure in enumerate(parts.measures):
        heaviest = np.bincount(cell, parts.w[m], size).max(initial=0)
        check_sums([measure], int(heaviest))
    people, n, w, wy, wyy = (_added(each, cell, size) for each in parts.sums[1:])
    texts = tuple(column.of_rows(first) for column in columns)
    return Cells(parts.measures, parts.keys, texts, parts.own[first], people, n, w, wy, wyy)


def from_rows(
    rows: Sequence[tuple[str | int, ...]], measures: Sequence[Measure], keys: Sequence[str]
) -> Cells:
    """Return rows of labels and sums as cells.

    Parameters
    ----------
    rows : sequence of tuple
        Stratum, PSU, label of each key, own weight, people, then n, w, wy and wyy of each
        measure; anything after that is left out. In any order.
    measures, keys : sequence
        As for `Cells`.

    Raises
    ------
    EstimateError
        If a sum might not fit 64 bits.
    """
    width = 2 + len(keys)
    labels = tuple(Column.of(str(row[k]) for row in rows) for k in range(width))
    end = width + 2 + 4 * len(measures)
    whole = np.array([row[width:end] for row in rows], dtype=np.int64)
    own, people, *sums = whole.reshape(len(rows), end - width).T
    by_measure = np.array(sums, dtype=np.int64).reshape(len(measures), 4, len(rows))
    n, w, wy, wyy = (by_measure[:, k] for k in range(4))
    return gathered(Cells(tuple(measures), tuple(keys), labels, own, people, n, w, wy, wyy))


def check_sums(measures: Sequence[Measure], heaviest: int) -> None:
    """Stop if sums could overflow.

    Parameters
    ----------
    measures : sequence of Measure
        What is to be summed; at most `units` each.
    heaviest : int
        Weight of the heaviest cell in micro-units.

    Raises
    ------
    EstimateError
        If ``w y²`` of that cell might not fit a 64-bit integer, or ``w`` a double.
    """
    for measure in measures:
        most = min(EXACT_DOUBLE, _EXACT_INTEGER // max(largest(measure), 1) ** 2)
        if heaviest > most:
            raise EstimateError(
                f"{measure.name}: the respondents of one cell stand for {heaviest // 10**6:,} "
                f"people, and sums of {largest(measure):,} units hold {most // 10**6:,}; give "
                "PSUs or more keys, so that cells are smaller, or weights that add up to less"
            )


def _added(sums: IntArray, cell: IntArray, size: int) -> IntArray:
    total = np.zeros((*sums.shape[:-1], size), dtype=np.int64)
    np.add.at(total.T, cell, sums.T)
    return total
