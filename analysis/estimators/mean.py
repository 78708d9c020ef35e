"""The weighted mean; of an indicator, a proportion."""

from __future__ import annotations

from analysis.estimators.base import FloatArray, Linearised, check_one_column


def mean(y: FloatArray, weight: FloatArray) -> Linearised:
    r"""Weighted mean of `y`, with the influence of each respondent on it.

    Parameters
    ----------
    y : FloatArray, shape (n,)
        Measured value; any unit. No missing values. A 0/1 indicator gives a proportion.
    weight : FloatArray, shape (n,)
        Design weights; zero outside the domain of interest, not zero everywhere.

    Returns
    -------
    Linearised
        ``point`` in the unit of `y`; ``influence`` of shape (n,), which sums to zero.

    Raises
    ------
    EstimateError
        If `y` has several columns.

    Notes
    -----
    A mean is a ratio of two totals, so its influence values are
    :math:`u_i = w_i (y_i - \bar y) / \sum_k w_k`.

    References
    ----------
    Deville (1999), Variance estimation for complex statistics and estimators,
    *Survey Methodology* 25(2), 193-203.
    """
    check_one_column(y)
    total_weight = weight.sum()
    point = float((weight * y).sum() / total_weight)
    return Linearised(point, weight * (y - point) / total_weight)
