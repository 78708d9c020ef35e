"""Where cells stand: in which domain, PSU and stratum. Worked out once for all measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
class Layout:
    """The cells of some domains: c cells in D domains, p pairs of domain and PSU.

    Attributes
    ----------
    domains : tuple of Domain, length D
        Sorted by label.
    rows : IntArray, shape (c,)
        Which cells lie in a domain.
    domain : IntArray, shape (c,)
        The domain of each.
    pair : IntArray, shape (c,)
        Its pair of domain and PSU. Respondents drawn alone and weighing the same are one pair.
    is_own : BoolArray, shape (p,)
        Whether a pair stands for respondents drawn alone.
    part : IntArray, shape (p,)
        The pair of domain and stratum in which each lies.
    part_domain, part_stratum : IntArray, shape (s,)
        The domain and the stratum of those.
    sampled : IntArray, shape (s,)
        PSUs drawn in that stratum, whether or not they lie in the domain.
    strata : tuple of str
        Name of each stratum, for messages.
    """

    domains: tuple[Domain, ...]
    rows: IntArray
    domain: IntArray
    pair: IntArray
    is_own: BoolArray
    part: IntArray
    part_domain: IntArray
    part_stratum: IntArray
    sampled: IntArray
    strata: tuple[str, ...]

    @cached_property
    def lonely(self) -> BoolArray:
        """Whether one PSU alone was drawn in the stratum of a part; of shape (s,)."""
        alone: BoolArray = self.sampled == 1
        return alone

    def by_domain(self, values: NDArray[Any]) -> FloatArray:
        """Add up numbers of cells, of shape (M, c), to domains, of shape (M, D)."""
        return self._to_domain.added(values)

    def by_pair(self, values: NDArray[Any]) -> FloatArray:
        """Add up numbers of cells, of shape (M, c), to pairs, of shape (M, p)."""
        return self._to_pair.added(values)

    def by_part(self, values: NDArray[Any]) -> FloatArray:
        """Add up numbers of pairs, of shape (M, p), to parts, of shape (M, s)."""
        return self._to_part.added(values)

    def parts_by_domain(self, values: NDArray[Any]) -> FloatArray:
        """Add up numbers of parts, of shape (M, s), to domains, of shape (M, D)."""
        return self._part_to_domain.added(values)

    @cached_property
    def _to_domain(self) -> _Places:
        return _Places(self.domain, len(self.domains))

    @cached_property
    def _to_pair(self) -> _Places:
        return _Places(self.pair, len(self.part))

    @cached_property
    def _to_part(self) -> _Places:
        return _Places(self.part, len(self.sampled))

    @cached_property
    def _part_to_domain(self) -> _Places:
        return _Places(self.part_domain, len(self.domains))


@dataclass(frozen=True, eq=False)
class _Places:
    """Where each of k numbers is added: a place below `size`."""

    place: IntArray
    size: int
    flat: dict[int, IntArray] = field(default_factory=dict)

    @cached_property
    def is_each_alone(self) -> bool:
        """Whether every number has a place of its own, in the same order."""
        return np.array_equal(self.place, np.arange(self.size))

    def added(self, values: NDArray[Any]) -> FloatArray:
        """Add up the columns of `values`, of shape (M, k), that have the same place."""
        m = len(values)
        if self.is_each_alone:
            return values.astype(np.float64)
        if m not in self.flat:  # worked out once, for it is as long as adding up itself
            rows = np.arange(m, dtype=np.int64)[:, None] * self.size
            self.flat[m] = (rows + self.place).ravel()
        total = np.bincount(self.flat[m], values.ravel(), m * self.size)
        return total.astype(np.float64, copy=False).reshape(m, self.size)


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
    unit, stratum_of_unit, drawn = _units(cells, stratum)
    sampled = np.bincount(stratum_of_unit, drawn, len(names)).astype(np.int64)
    found, domain = _domains(cells, by, within or {})
    rows = np.flatnonzero(domain >= 0)
    domain = domain[rows]
    pairs, pair = dense(domain * len(drawn) + unit[rows], len(found) * len(drawn))
    pair_domain, pair_unit = np.divmod(pairs, len(drawn)) if len(drawn) else (pairs, pairs)
    pair_stratum = stratum_of_unit[pair_unit]
    parts, part = dense(pair_domain * len(names) + pair_stratum, len(found) * len(names))
    part_domain, part_stratum = np.divmod(parts, max(len(names), 1))
    is_own = np.zeros(len(pairs), dtype=np.bool_)
    is_own[pair] = cells.own[rows] > 0
    return Layout(
        found,
        rows,
        domain,
        pair,
        is_own,
        part,
        part_domain,
        part_stratum,
        sampled[part_stratum],
        names,
    )


def _units(cells: Cells, stratum: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return the unit of each cell, and of each unit the stratum and how many PSUs it stands for.

    A PSU is one unit; so are the respondents of one cell who were drawn alone.
    """
    psu = cells.column("psu")
    alone = np.where(cells.own > 0, np.arange(len(cells)) + len(psu.labels), psu.codes)
    size = len(psu.labels) + len(cells)
    kinds, unit = dense(stratum * size + alone, int(stratum.max(initial=0) + 1) * max(size, 1))
    drawn, of_unit = np.ones(len(kinds), dtype=np.int64), np.zeros(len(kinds), dtype=np.int64)
    of_unit[unit] = stratum
    drawn[unit] = np.where(cells.own > 0, cells.people, 1)
    return unit, of_unit, drawn


def _domains(
    cells: Cells, by: Sequence[str], within: Mapping[str, str]
) -> tuple[tuple[Domain, ...], IntArray]:
    """Return the domains that occur, and the one of each cell, -1 for none."""
    unknown = [key for key in (*by, *within) if key not in cells.keys]
    if unknown:
        raise EstimateError(f"the cells have no key {unknown[0]!r}; sum them by it first")
    inside = np.ones(len(cells), dtype=np.bool_)
    for key, label in within.items():
        inside &= cells.column(key).where([label])
    crossed, size = np.zeros(len(cells), dtype=np.int64), 1
    columns = []
    for key in by:
        column = cells.column(key)
        inside &= ~column.where(_NO_LABEL)
        occurring, crossed = dense(crossed, size)
        crossed = crossed * max(len(column.labels), 1) + column.codes
        size = len(occurring) * max(len(column.labels), 1)
        columns.append(column)
    kinds, numbers = dense(crossed[inside], size)
    domain = np.full(len(cells), -1, dtype=np.int64)
    domain[inside] = numbers
    first = np.zeros(len(kinds), dtype=np.int64)
    first[numbers] = np.flatnonzero(inside)
    if not by:
        return ((),) if len(kinds) else (), domain
    # As everywhere, the pairs of a domain stand in the order of their keys' names.
    order = sorted(range(len(by)), key=by.__getitem__)
    pairs = [[(by[k], label) for label in columns[k].of_rows(first).texts()] for k in order]
    return tuple(zip(*pairs, strict=True)), domain
