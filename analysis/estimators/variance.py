"""The weighted variance of values in the population, and its own error."""

from __future__ import annotations

import numpy as np

from analysis.estimators.base import FloatArray, Linearised, check_one_column
from analysis.estimators.mean import mean


def variance(y: FloatArray, weight: FloatArray) -> Linearised:
    r"""Weighted variance of `y` with n - 1, with the influence of each respondent on it.

    Parameters
    ----------
    y : FloatArray, shape (n,)
        Measured value; any unit. No missing values.
    weight : FloatArray, shape (n,)
        Design weights; zero outside the domain of interest, not zero everywhere.

    Returns
    -------
    Linearised
        ``point`` in the squared unit of `y`, NaN below two rows; ``influence`` of shape (n,),
        which sums to zero.

    Raises
    ------
    EstimateError
        If `y` has several columns.

    Notes
    -----
    It is the mean of :math:`(y_i - \bar y)^2 n / (n - 1)`, and is linearised as that mean is:
    to first order the mean :math:`\bar y` adds nothing. R's ``svyvar`` does the same.

    References
    ----------
    Lumley (2010), *Complex Surveys: A Guide to Analysis Using R*, Wiley.
    """
    check_one_column(y)
    n = int((weight > 0).sum())
    if n < 2:
        return Linearised(float("nan"), np.zeros(len(weight)))
    centred = y - mean(y, weight).point
    return mean(centred**2 * (n / (n - 1)), weight)


def variance_of_moments(y: FloatArray, weight: FloatArray) -> Linearised:
    """Weighted variance with n - 1 of values that are known by their first two powers.

    Parameters
    ----------
    y : FloatArray, shape (n, 2)
        Value and square of each row; rows may stand for others with the same sums.
    weight : FloatArray, shape (n,)
        As for `variance`, which gives the same when the second column is the square of the first.

    Returns
    -------
    Linearised
        As `variance`.
    """
    n = int((weight > 0).sum())
    if n < 2:
        return Linearised(float("nan"), np.zeros(len(weight)))
    value, square = y[:, 0], y[:, 1]
    middle = mean(value, weight).point
    centred = square - 2 * middle * value + middle**2
    return mean(centred * (n / (n - 1)), weight)


def weighted_variance(y: FloatArray, weight: FloatArray) -> float | None:
    """Return the weighted variance of `y` with n - 1, in its squared unit; None below two rows.

    The s² of scoring.md C.6. Both arrays have the shape (n,); weights are above zero.
    """
    return variance(y, weight).point if len(y) > 1 else None
