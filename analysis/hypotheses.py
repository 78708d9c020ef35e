"""What a test of groups gives back, and the one linear hypothesis that most of them test."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from analysis.contrasts import Difference, Joint, adjust_all
from analysis.design import Design
from analysis.domains import domains, labels_of
from analysis.errors import EstimateError
from analysis.stages import BoolArray, FloatArray


@dataclass(frozen=True)
class Comparison:
    """A test of whether groups differ.

    Attributes
    ----------
    test : str
        Name of the test.
    statistic : float or None
        t, F or another, by `test`; None when it is undefined, or when only pairs are tested.
    df : tuple of float
        Its degrees of freedom: of t or chi-squared one, of F two.
    p : float or None
        How likely a statistic as extreme would be by chance if the groups were alike.
    pairs : tuple of Difference
        Second less first of each pair of groups, where the test has them; sorted by label.
    groups : tuple of str
        Labels of the groups compared, sorted.
    n : int
        Unweighted rows used.
    """

    test: str
    statistic: float | None
    df: tuple[float, ...]
    p: float | None
    pairs: tuple[Difference, ...]
    groups: tuple[str, ...]
    n: int


def groups_of(
    groups: ArrayLike, y: ArrayLike, design: Design, inside: BoolArray
) -> tuple[tuple[str, ...], list[BoolArray]]:
    """Return the labels of the groups to compare, sorted, and the rows of each, of shape (n,).

    Rows where `y`, of shape (n,) or (n, k), is NaN are in none.

    Raises
    ------
    EstimateError
        If lengths do not fit, or fewer than two groups have rows.
    """
    values = np.asarray(y, dtype=np.float64)
    if values.ndim not in (1, 2) or len(values) != len(design):
        raise EstimateError(
            f"y has shape {values.shape} and the design {len(design)} rows; give one value a row"
        )
    missing = np.isnan(values)
    used = inside & ~(missing if values.ndim == 1 else missing.any(axis=1))
    found = domains({"group": labels_of(groups, design, "groups")})
    members = {which[0][1]: rows & used for which, rows in found.items() if (rows & used).any()}
    if len(members) < 2:
        raise EstimateError(
            f"{len(members)} groups have rows to compare ({', '.join(members) or 'none'}); give two"
        )
    return tuple(members), list(members.values())


def wald(
    test: str,
    together: Joint,
    groups: tuple[str, ...],
    effects: FloatArray,
    *,
    adjust: str,
    level: float,
) -> Comparison:
    """Test whether the effects of all groups are equal, and each pair of them.

    Parameters
    ----------
    test : str
        Name of the test.
    together : Joint
        k estimates.
    groups : tuple of str, length g
        Labels of the groups.
    effects : FloatArray, shape (g, k)
        The contrast of the estimates that each group is compared by.
    adjust : {"holm", "bh", "none"}
        How p-values of pairs allow for their number.
    level : float
        Level of the intervals of pairs.

    Returns
    -------
    Comparison
        F with g - 1 and df + 1 - k degrees of freedom, as a linear model of the k domains has
        in R's ``regTermTest``; t of each pair with the df of all rows.
    """
    ddf = together.df + 1 - len(together.point)
    statistic, p = together.wald(effects[1:] - effects[0], ddf)
    pairs = pairs_of(together, groups, effects, adjust=adjust, level=level)
    return Comparison(test, statistic, (len(groups) - 1, ddf), p, pairs, groups, together.n)


def pairs_of(
    together: Joint,
    groups: tuple[str, ...],
    effects: FloatArray,
    *,
    adjust: str,
    level: float,
    df: int | None = None,
) -> tuple[Difference, ...]:
    """Return the difference of every pair of groups, in the order of `groups`, adjusted."""
    found = [
        replace(
            together.contrast(effects[j] - effects[i], df), a=groups[i], b=groups[j], level=level
        )
        for i, j in combinations(range(len(groups)), 2)
    ]
    return tuple(adjust_all(found, adjust))
