"""Where cells stand: in which domain, PSU and stratum. Worked out once for all measures.

Cells are sorted by stratum and PSU. Sorted by domain before that, those of one PSU in one domain
stand together, and so do the PSUs of one stratum in it: everything is added up run by run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import DesignError, EstimateError
from analysis.estimate import Domain
from analysis.moments.cells import Cells
from analysis.moments.labels import dense
from analysis.stages import BoolArray, FloatArray, IntArray
from questionnaires import Nonanswer

#: A label that puts a cell in no domain: an empty one, or any nonanswer.
_NO_LABEL = ("", *map(str, Nonanswer))


@dataclass(frozen=True, eq=False)
class Runs:
    """Numbers side by side that belong together: k numbers in some runs.

    Attributes
    ----------
    starts : IntArray
        Where each run begins, rising from 0.
    k : int
        How many numbers there are.
    """

    starts: IntArray
    k: int

    @classmethod
    def of(cls, begins: BoolArray) -> Runs:
        """Return the runs that begin where `begins`, of shape (k,), says so."""
        return cls(np.flatnonzero(begins), len(begins))

    @cached_property
    def lengths(self) -> IntArray:
        """How many numbers each run has."""
        return np.diff(self.starts, append=self.k)

    def added(self, values: NDArray[Any]) -> FloatArray:
        """Add up numbers, of shape (M, k), run by run."""
        if len(self.starts) == self.k:
            return values.astype(np.float64, copy=False)
        sums: FloatArray = np.add.reduceat(values, self.starts, axis=1, dtype=np.float64)
        return sums

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return for each of the k numbers what `values` has for its run, of shape (M, k)."""
        return np.repeat(values, self.lengths, axis=1)


@dataclass(frozen=True, eq=False)
class Layout:
    """The cells of some domains: c cells in D domains, p pairs of domain and PSU.

    Attributes
    ----------
    domains : tuple of Domain, length D
        Sorted by label.
    rows : IntArray, shape (c,)
        Which cells lie in a domain, sorted by domain.
    domain : Runs
        The c cells, run by run of a domain.
    pair : Runs
        The c cells, by pair of domain and PSU. Respondents drawn alone and weighing the same are
        one pair.
    part : Runs
        The p pairs, by domain and stratum.
    whole : Runs
        Those parts, by domain.
    is_own : BoolArray, shape (p,)
        Whether a pair stands for respondents drawn alone.
    stratum : IntArray, shape (s,)
        The stratum of each part.
    sampled : IntArray, shape (s,)
        PSUs drawn in that stratum, whether or not they lie in the domain.
    strata : tuple of str
        Name of each stratum, for messages.
    """

    domains: tuple[Domain, ...]
    rows: IntArray
    domain: Runs
    pair: Runs
    part: Runs
    whole: Runs
    is_own: BoolArray
    stratum: IntArray
    sampled: IntArray
    strata: tuple[str, ...]

    def taken(self, values: IntArray) -> IntArray:
        """Return numbers of all cells, of shape (…, C), for those in a domain, of shape (…, c)."""
        return values.take(self.rows, axis=-1)

    @cached_property
    def lonely(self) -> BoolArray:
        """Whether one PSU alone was drawn in the stratum of a part; of shape (s,)."""
        alone: BoolArray = self.sampled == 1
        return alone

    @cached_property
    def some_alone(self) -> bool:
        """Whether any respondent was drawn alone."""
        return bool(self.is_own.any())


def lay_out(
    cells: Cells, by: Sequence[str] = (), within: Mapping[str, str] | None = None
) -> Layout:
    """Find where the cells of some domains stand.

    Parameters
    ----------
    cells : Cells
        All cells of the sample; those outside the domains still tell how many PSUs there are.
    by : sequence of str
        Keys whose labels, crossed, are the domains; none for everyone.
    within : mapping of str to str, optional
        Label by key: those who do not have it are in no domain.

    Raises
    ------
    EstimateError
        If a key is not one of the cells'.
    DesignError
        If some cells have a stratum and others none.
    """
    strata = cells.column("stratum")
    names, stratum = strata.labels, strata.codes.astype(np.int64)
    if len(names) > 1 and names[0] == "":
        raise DesignError("some rows have a stratum and others none; fill it in for all or none")
    is_own = cells.own > 0
    # A PSU is one unit; so are the respondents of one cell who were drawn alone.
    begins = _changes(stratum) | _changes(cells.column("psu").codes) | is_own
    unit, drawn = np.cumsum(begins), np.where(is_own, cells.people, 1)
    sampled = np.bincount(stratum[begins], drawn[begins], len(names)).astype(np.int64)
    rows, in_domain, domains = _domains(cells, by, within or {})
    pair = in_domain | _changes(unit[rows])
    of_pair = rows[pair]
    part = in_domain[pair] | _changes(stratum[of_pair])
    of_part = stratum[of_pair[part]]
    return Layout(
        domains,
        rows,
        Runs.of(in_domain),
        Runs.of(pair),
        Runs.of(part),
        Runs.of(in_domain[pair][part]),
        is_own[of_pair],
        of_part,
        sampled[of_part],
        names,
    )


def _changes(numbers: NDArray[Any]) -> BoolArray:
    """Return where a number differs from the one before it; the first does."""
    changes = np.ones(len(numbers), dtype=np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=changes[1:])
    return changes


def _domains(
    cells: Cells, by: Sequence[str], within: Mapping[str, str]
) -> tuple[IntArray, BoolArray, tuple[Domain, ...]]:
    """Return the cells in domains, sorted by domain, where each domain begins, and which it is."""
    unknown = [key for key in (*by, *within) if key not in cells.keys]
    if unknown:
        raise EstimateError(f"the cells have no key {unknown[0]!r}; sum them by it first")
    columns = [cells.column(key) for key in by]
    inside = np.ones(len(cells), dtype=np.bool_)
    for key, label in within.items():
        inside &= cells.column(key).where([label])
    for column in columns:
        if not set(_NO_LABEL).isdisjoint(column.labels):
            inside &= ~column.where(_NO_LABEL)
    crossed, size = np.zeros(len(cells), dtype=np.int64), 1
    for column in columns:
        occurring, crossed = dense(crossed, size)
        size = len(occurring) * max(len(column.labels), 1)
        crossed = crossed * max(len(column.labels), 1) + column.codes
    rows = np.flatnonzero(inside)
    # Small numbers are sorted by their digits. Within a domain, cells stay in their order.
    crossed = crossed[rows].astype(np.min_scalar_type(size))
    order = np.argsort(crossed, kind="stable")
    rows, begins = rows[order], _changes(crossed[order])
    first = rows[begins]
    # As everywhere, the pairs of a domain stand in the order of their keys' names.
    named = sorted(zip(by, columns, strict=True), key=lambda each: each[0])
    pairs = [[(key, label) for label in column.of_rows(first).texts()] for key, column in named]
    return rows, begins, tuple(zip(*pairs, strict=True)) if pairs else ((),) * len(first)
