"""Do groups differ? Tests that take the design into account, and those for plain samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from analysis.association import rao_scott
from analysis.contrasts import Difference, Joint, joint
from analysis.design import Design
from analysis.domains import domains, labels_of
from analysis.effects import hedges_g
from analysis.errors import EstimateError
from analysis.estimate import domain_rows
from analysis.hypotheses import Comparison, groups_of, pairs_of, wald
from analysis.intervals import check_level
from analysis.stages import BoolArray, FloatArray


def compare(
    y: ArrayLike,
    design: Design,
    groups: ArrayLike,
    domain: ArrayLike | None = None,
    *,
    test: str = "t",
    adjust: str = "holm",
    level: float = 0.95,
) -> Comparison:
    """Test whether groups differ, as the respondents were drawn.

    Parameters
    ----------
    y : array_like of float, shape (n,)
        Measured value; NaN = not in the domain. For "raoscott", labels of categories.
    design : Design
        Of the same n rows.
    groups : array_like of labels, shape (n,)
        Group of each row; a missing label is in none.
    domain : array_like of bool, shape (n,), optional
        Whom it is about; everyone unless told.
    test : {"t", "wald", "pairwise", "raoscott", "wilcoxon", "median"}
        t of two groups; Wald's F that all means are equal; t of every pair; Rao and Scott's
        second-order F of a table; of ranks (F when there are more than two groups, after
        Kruskal and Wallis); of the share above the common median.
    adjust : {"holm", "bh", "none"}
        How p-values of pairs allow for their number.
    level : float
        Level of the intervals of pairs.

    Returns
    -------
    Comparison
        Differences are the second group less the first, sorted by label.

    Raises
    ------
    EstimateError
        If there are not two groups (exactly two for "t"), lengths do not fit, or the test is
        unknown.
    DesignError
        As `analysis.estimate`.

    Notes
    -----
    t has the design's degrees of freedom less one, as R's ``svyttest``; each pair of "pairwise"
    those of the design, as a difference of two estimates has.

    References
    ----------
    Lumley and Scott (2013), Two-sample rank tests under complex sampling, *Biometrika* 100(4),
    831-842.
    """
    check_level(level)
    if test == "raoscott":
        return _table(y, design, groups, domain)
    if test not in TESTS:
        raise EstimateError(f"unknown test {test!r}; choose {', '.join((*TESTS, 'raoscott'))}")
    values = np.asarray(y, dtype=np.float64)
    if values.ndim != 1:
        raise EstimateError(f"y has shape {values.shape}; tests compare one value a row")
    names, members = groups_of(groups, values, design, domain_rows(domain, design))
    return TESTS[test](Groups(values, design, names, members, adjust, level))


@dataclass(frozen=True, eq=False)
class Groups:
    """What the tests share: values, the rows of each group, and how pairs are reported."""

    y: FloatArray
    design: Design
    names: tuple[str, ...]
    members: list[BoolArray]
    adjust: str
    level: float

    @property
    def together(self) -> Joint:
        """The means of all groups."""
        return joint("mean", self.y, self.design, self.members)

    def pairs(self, together: Joint, df: int | None = None) -> tuple[Difference, ...]:
        """Return the difference of means of each pair, with its size in standard deviations."""
        rows = dict(zip(self.names, self.members, strict=True))
        y = {name: self.y[each] for name, each in rows.items()}
        weight = {name: self.design.weight[each] for name, each in rows.items()}
        effects = np.eye(len(self.names))
        found = pairs_of(together, self.names, effects, adjust=self.adjust, level=self.level, df=df)
        return tuple(
            replace(each, hedges_g=hedges_g(y[a], y[b], weight[a], weight[b]))
            for each, a, b in ((each, each.a, each.b) for each in found)
        )

    def ranked(self, score: Callable[[FloatArray], FloatArray]) -> Groups:
        """Return the same groups with scores of ranks, from 0 to 1, for values."""
        used = np.any(self.members, axis=0)
        scores = np.zeros(len(self.y))
        scores[used] = score(_midranks(self.y[used], self.design.weight[used]))
        return replace(self, y=scores)


def _t(groups: Groups) -> Comparison:
    if len(groups.names) != 2:
        raise EstimateError(
            f"t compares two groups and there are {len(groups.names)} "
            f"({', '.join(groups.names)}); use wald or pairwise, or a domain of two"
        )
    together = groups.together
    df = together.df - 1
    pairs = groups.pairs(together, df)
    return Comparison("t", pairs[0].t, (df,), pairs[0].p, pairs, groups.names, together.n)


def _wald(groups: Groups) -> Comparison:
    together, effects = groups.together, np.eye(len(groups.names))
    tested = wald("wald", together, groups.names, effects, adjust=groups.adjust, level=groups.level)
    return replace(tested, pairs=groups.pairs(together))


def _pairwise(groups: Groups) -> Comparison:
    together = groups.together
    pairs = groups.pairs(together)
    return Comparison("pairwise", None, (together.df,), None, pairs, groups.names, together.n)


def _wilcoxon(groups: Groups) -> Comparison:
    return replace(_ranks(groups.ranked(lambda rank: rank)), test="wilcoxon")


def _median(groups: Groups) -> Comparison:
    return replace(_ranks(groups.ranked(lambda rank: (rank > 0.5).astype(float))), test="median")


def _ranks(groups: Groups) -> Comparison:
    """Compare mean scores of ranks: by t in two groups, by F in more."""
    tested = _t(groups) if len(groups.names) == 2 else _wald(groups)
    return replace(tested, pairs=tuple(replace(each, hedges_g=None) for each in tested.pairs))


def _midranks(y: FloatArray, weight: FloatArray) -> FloatArray:
    """Return where each value stands in the population, from 0 to 1; ties share a place."""
    order = np.argsort(y, kind="stable")
    sorted_weight = weight[order]
    place = np.cumsum(sorted_weight) - sorted_weight / 2
    tie = np.unique(y[order], return_inverse=True)[1]
    shared = np.bincount(tie, place) / np.bincount(tie)
    ranks = np.empty(len(y))
    ranks[order] = shared[tie] / weight.sum()
    return ranks


def _table(
    labels: ArrayLike, design: Design, groups: ArrayLike, domain: ArrayLike | None
) -> Comparison:
    rows, columns = labels_of(labels, design, "y"), labels_of(groups, design, "groups")
    cells = domains({"a": rows, "b": columns})
    known = np.any(list(cells.values()), axis=0) if cells else np.zeros(len(design), dtype=bool)
    used = known & domain_rows(domain, design)
    for thing, column in (("y", rows), ("groups", columns)):
        if len(np.unique(column[used])) < 2:
            raise EstimateError(f"{thing} has fewer than two categories to compare; give two")
    return rao_scott(rows, columns, design, used)


#: Tests of values, by name.
TESTS: Mapping[str, Callable[[Groups], Comparison]] = MappingProxyType(
    {"t": _t, "wald": _wald, "pairwise": _pairwise, "wilcoxon": _wilcoxon, "median": _median}
)
