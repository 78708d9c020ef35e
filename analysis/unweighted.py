"""Tests of groups in a plain sample: everybody drawn by themselves, nobody counting for more.

For respondents drawn in clusters or with weights these are wrong; see `analysis.compare`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import combinations
from math import isfinite, sqrt
from types import MappingProxyType

import numpy as np

# Reached through `scipy`, stats loads on first use; it would triple the time of an import.
import scipy
from numpy.typing import ArrayLike

from analysis.contrasts import Difference, adjust_all
from analysis.design import Design
from analysis.effects import hedges_g
from analysis.errors import EstimateError
from analysis.hypotheses import Comparison, groups_of
from analysis.intervals import f_tail, t_tails
from analysis.stages import FloatArray

#: Values of each group, by label.
Samples = Mapping[str, FloatArray]


def compare_unweighted(
    y: ArrayLike, groups: ArrayLike, *, test: str = "welch", adjust: str = "holm"
) -> Comparison:
    """Test whether groups of a plain sample differ.

    Parameters
    ----------
    y : array_like of float, shape (n,)
        Measured value; NaN = left out.
    groups : array_like of labels, shape (n,)
        Group of each row; a missing label is in none.
    test : {"welch", "kruskal", "mannwhitney"}
        Welch's F of means and t of each pair, without assuming equal variances; Kruskal and
        Wallis' chi-squared of ranks; Mann and Whitney's U of two groups, normal with correction
        for continuity.
    adjust : {"holm", "bh", "none"}
        How p-values of pairs allow for their number.

    Returns
    -------
    Comparison
        U counts the pairs of persons in which the second group is higher, ties as half.

    Raises
    ------
    EstimateError
        If there are not two groups (exactly two for "mannwhitney"), lengths do not fit, or the
        test is unknown.

    References
    ----------
    Welch (1951), On the comparison of several mean values, *Biometrika* 38, 330-336.
    """
    if test not in TESTS:
        raise EstimateError(f"unknown test {test!r}; choose {', '.join(TESTS)}")
    values = np.asarray(y, dtype=np.float64)
    plain = Design(np.ones(values.size))
    names, members = groups_of(groups, values, plain, np.ones(values.size, dtype=bool))
    samples = {name: values[rows] for name, rows in zip(names, members, strict=True)}
    tested = TESTS[test](samples)
    return replace(tested, pairs=tuple(adjust_all(tested.pairs, adjust)))


def _welch(samples: Samples) -> Comparison:
    names = tuple(samples)
    pairs = tuple(_welch_pair(samples, a, b) for a, b in combinations(names, 2))
    statistic, ddf = _welch_f(list(samples.values()))
    df = (len(names) - 1.0, ddf)
    p = None if statistic is None else f_tail(statistic, *df)
    n = sum(map(len, samples.values()))
    return Comparison("welch", statistic, df if statistic is not None else (), p, pairs, names, n)


def _welch_f(samples: list[FloatArray]) -> tuple[float | None, float]:
    """Return Welch's F and its denominator degrees of freedom."""
    n = np.array([len(each) for each in samples], dtype=np.float64)
    if (n < 2).any():
        return None, 0.0
    s2 = np.array([each.var(ddof=1) for each in samples])
    if (s2 <= 0).any():
        return None, 0.0
    k, weight = len(n), n / s2
    means = np.array([each.mean() for each in samples])
    between = float((weight * (means - np.average(means, weights=weight)) ** 2).sum())
    spread = float(((1 - weight / weight.sum()) ** 2 / (n - 1)).sum())
    lack = spread / (k**2 - 1)
    return between / (k - 1) / (1 + 2 * (k - 2) * lack), 1 / (3 * lack)


def _welch_pair(samples: Samples, a: str, b: str) -> Difference:
    first, second = samples[a], samples[b]
    n, point = len(first) + len(second), float(second.mean() - first.mean())
    if min(len(first), len(second)) < 2:
        return Difference(point, None, None, None, None, n, a=a, b=b)
    parts = first.var(ddof=1) / len(first), second.var(ddof=1) / len(second)
    error, g = sqrt(sum(parts)), hedges_g(first, second)
    if error == 0:
        return Difference(point, error, None, None, None, n, a=a, b=b, hedges_g=g)
    ends = parts[0] ** 2 / (len(first) - 1) + parts[1] ** 2 / (len(second) - 1)
    df, t = float(sum(parts) ** 2 / ends), point / error
    return Difference(point, error, df, t, t_tails(t, df), n, a=a, b=b, hedges_g=g)


def _kruskal(samples: Samples) -> Comparison:
    names, n = tuple(samples), sum(map(len, samples.values()))
    if len(np.unique(np.concatenate(list(samples.values())))) < 2:
        return Comparison("kruskal", None, (), None, (), names, n)
    found = scipy.stats.kruskal(*samples.values())
    return Comparison(
        "kruskal", float(found.statistic), (len(names) - 1,), float(found.pvalue), (), names, n
    )


def _mannwhitney(samples: Samples) -> Comparison:
    names = tuple(samples)
    if len(names) != 2:
        raise EstimateError(f"mannwhitney compares two groups, not {', '.join(names)}; use kruskal")
    first, second = samples.values()
    found = scipy.stats.mannwhitneyu(second, first, method="asymptotic")
    p = float(found.pvalue)
    n = len(first) + len(second)
    known = isfinite(p) and len(np.unique(np.concatenate([first, second]))) > 1
    statistic = float(found.statistic) if known else None
    return Comparison("mannwhitney", statistic, (), p if known else None, (), names, n)


#: Tests by name.
TESTS: Mapping[str, Callable[[Samples], Comparison]] = MappingProxyType(
    {"welch": _welch, "kruskal": _kruskal, "mannwhitney": _mannwhitney}
)
