"""The domains of a plan: rows by the codes of some columns, crossed, found once for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.columns import Column
from analysis.design import Design
from analysis.plan.cases import Cases

RowNumbers = NDArray[np.int64]

#: Up to this many possible combinations of codes are counted; more are sorted.
_MANY = 10_000_000


@dataclass(frozen=True, eq=False)
class Groups:
    """Each combination of codes that occurs in the rows kept, sorted as text.

    Attributes
    ----------
    labels : tuple of dict of str to str
        The code of each column, by its name, for each of G combinations.
    number : NDArray of int64, shape (n,)
        Which combination each row is of; -1 for a row that is not kept or lacks a code.
    """

    labels: tuple[dict[str, str], ...]
    number: RowNumbers

    def __iter__(self) -> Iterator[tuple[dict[str, str], RowNumbers]]:
        """Yield the codes and the rows of each combination."""
        # Short numbers are sorted by counting, which is many times faster.
        few = len(self.labels) < np.iinfo(np.int16).max
        order = np.argsort(self.number.astype(np.int16) if few else self.number, kind="stable")
        ends = np.searchsorted(self.number[order], np.arange(len(self.labels) + 1))
        for labels, start, end in zip(self.labels, ends[:-1], ends[1:], strict=True):
            yield labels, order[start:end]


def groups_of(cases: Cases, by: Sequence[str]) -> Groups:
    """Return the domains that the columns `by` make; without any, everyone kept."""
    columns = [cases.codes(name) for name in by]
    inside = cases.kept.copy()
    combined = np.zeros(len(cases), dtype=np.int64)
    for column in columns:
        inside &= ~column.where([""])
        combined = _ranked(combined * len(column.labels) + column.codes)
    number = np.full(len(cases), -1, dtype=np.int64)
    number[inside] = _ranked(combined[inside])
    rows = np.flatnonzero(inside)
    first = np.zeros(int(number.max(initial=-1)) + 1, dtype=np.int64)
    first[number[rows[::-1]]] = rows[::-1]
    return Groups(tuple(_labels(by, columns, int(row)) for row in first), number)


def within(design: Design, rows: RowNumbers) -> Design:
    """Return the design as seen from some rows: these alone, and every PSU and stratum.

    All others count as zero, as they do in any domain, and need not be carried along.
    """
    seen = design.reweighted(design.weight[rows])
    seen.stages = tuple(replace(stage, unit=stage.unit[rows]) for stage in design.stages)
    return seen


def _ranked(numbers: RowNumbers) -> RowNumbers:
    """Return the rank of each number among the distinct ones, so that none grows too large."""
    size = int(numbers.max(initial=-1)) + 1
    if size > _MANY:
        return np.unique(numbers, return_inverse=True)[1].astype(np.int64)
    found = np.zeros(size, dtype=np.int64)
    found[numbers] = 1
    ranks: RowNumbers = (np.cumsum(found) - 1)[numbers]
    return ranks


def _labels(by: Sequence[str], columns: Sequence[Column], row: int) -> dict[str, str]:
    return {
        name: column.labels[int(column.codes[row])]
        for name, column in zip(by, columns, strict=True)
    }
