"""Split-half reliability: how well two halves of a scale agree."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb, sqrt

import numpy as np

from analysis.reliability.alpha import stepped_up
from analysis.reliability.items import Items, complete, correlation, covariance, item_matrix
from analysis.stages import FloatArray

#: The most ways to halve a scale that are all tried: enough for 16 items.
_MOST = 13_000


@dataclass(frozen=True)
class SplitHalf:
    """How well halves of a scale agree. Whatever is undefined is None.

    Attributes
    ----------
    n : int
        Complete cases.
    odd_even_r : float or None
        Correlation of the sum of the first, third, … item with that of the others.
    odd_even : float or None
        The same, stepped up to the whole scale (Spearman and Brown).
    guttman : float or None
        Guttman's lambda 4 of these halves.
    lowest, mean, highest : float or None
        Lambda 4 over all ways to halve the standardised items; None when there are more than
        13,000 ways. With an odd number of items, ``psych::splitHalf`` tries half of them only.
    """

    n: int
    odd_even_r: float | None
    odd_even: float | None
    guttman: float | None
    lowest: float | None
    mean: float | None
    highest: float | None


def split_half(items: Items) -> SplitHalf:
    """Tell how well halves of a scale agree, from those who answered all items.

    Parameters and errors are those of `reliability`.
    """
    _, values = item_matrix(items)
    answered = complete(values)
    n, k = answered.shape
    if n < 2 or k < 2:
        return SplitHalf(n, *(None,) * 6)
    found = covariance(answered)
    odd = np.arange(k) % 2 == 0
    first, second = float(found[np.ix_(odd, odd)].sum()), float(found[np.ix_(~odd, ~odd)].sum())
    total = float(found.sum())
    r = (total - first - second) / 2 / sqrt(first * second) if first > 0 < second else None
    guttman = 2 * (1 - (first + second) / total) if total > 0 else None
    every = every_half(correlation(found))
    spread = (every.min(), every.mean(), every.max()) if every.size else (None,) * 3
    lowest, mean, highest = (None if each is None else float(each) for each in spread)
    return SplitHalf(n, r, stepped_up(r, 2), guttman, lowest, mean, highest)


def every_half(r: FloatArray) -> FloatArray:
    """Return Guttman's lambda 4 of every way to halve items with correlations `r`.

    Halves hold as many items as can be, the first of them k // 2; they come in the order of
    `itertools.combinations`. Empty when there are too many ways, or a correlation is undefined.
    """
    k = len(r)
    if comb(k, k // 2) > _MOST or not float(r.sum()) > 0:
        return np.zeros(0)
    inside = np.zeros((comb(k, k // 2), k))
    for row, chosen in enumerate(combinations(range(k), k // 2)):
        inside[row, list(chosen)] = 1
    between = np.einsum("si,ij,sj->s", inside, r, 1 - inside)
    return np.asarray(4 * between / r.sum(), dtype=np.float64)
