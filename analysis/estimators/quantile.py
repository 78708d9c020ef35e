"""The weighted quantile; the median, unless another is asked for."""

from __future__ import annotations

import numpy as np

from analysis.errors import EstimateError
from analysis.estimators.base import Distribution, FloatArray, Linearised, check_one_column
from analysis.estimators.mean import mean

#: How far through its own weight each sorted value stands, by rule of Hyndman and Fan.
RULES = {"hf5": 1 / 2, "hf6": 1.0, "hf7": 0.0, "hf8": 2 / 3, "hf9": 5 / 8}


def quantile(y: FloatArray, weight: FloatArray, at: float = 0.5, rule: str = "hf7") -> Linearised:
    r"""Weighted quantile of `y`, with the influence of each respondent on the share below it.

    Parameters
    ----------
    y : FloatArray, shape (n,)
        Measured value; any unit. No missing values.
    weight : FloatArray, shape (n,)
        Design weights; zero outside the domain of interest, not zero everywhere.
    at : float
        Share of the population below the quantile, from 0 to 1. To estimate others than the
        median, give ``functools.partial(quantile, at=0.25)`` as the statistic.
    rule : {"hf7", "hf5", "hf6", "hf8", "hf9"}
        How to read between two values; 7 is that of R's ``quantile``.

    Returns
    -------
    Linearised
        ``point`` in the unit of `y`; ``influence`` of shape (n,) on the share of values at or
        below it, which sums to zero; ``distribution`` to read the interval back from.

    Raises
    ------
    EstimateError
        If `y` has several columns, `at` is no share or the rule is unknown.

    Notes
    -----
    With cumulated weights :math:`C_k`, the k-th value stands at
    :math:`((1-b) C_{k-1} + b C_k) / (C_n + (2b-1) w_n)`, b = 0 in rule 7, and straight lines
    join the values. Woodruff's interval is that of the share at or below the quantile, read
    back by the same rule. Among rows that share the highest value, rule 7 leaves out the weight
    of the last, as R does: there the order of rows matters a little.

    References
    ----------
    Hyndman and Fan (1996), Sample quantiles in statistical packages, *American Statistician*
    50(4), 361-365. Woodruff (1952), Confidence intervals for medians and other position
    measures, *Journal of the American Statistical Association* 47, 635-646.
    """
    check_one_column(y)
    if not 0 <= at <= 1:
        raise EstimateError(f"at is {at}; give a share of the population between 0 and 1")
    if rule not in RULES:
        raise EstimateError(f"unknown rule {rule!r}; choose one of {', '.join(sorted(RULES))}")
    rows = np.flatnonzero(weight > 0)
    rows = rows[np.argsort(y[rows], kind="stable")]
    position = _positions(weight[rows], RULES[rule])
    point = float(np.interp(at, position, y[rows]))
    below = mean((y <= point).astype(np.float64), weight)
    return Linearised(point, below.influence, Distribution(below.point, position, y[rows]))


def _positions(weight: FloatArray, b: float) -> FloatArray:
    """Return the cumulated share at which each of the sorted values stands, of shape (m,)."""
    if len(weight) == 1:
        return np.zeros(1)
    cumulated = np.cumsum(weight)
    before = np.concatenate([[0.0], cumulated[:-1]])
    # Of the whole without the last value, as the sum before it, not as a difference of sums.
    whole = before[-1] + 2 * b * weight[-1]
    return np.asarray(((1 - b) * before + b * cumulated) / whole, dtype=np.float64)
