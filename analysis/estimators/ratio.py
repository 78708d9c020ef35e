"""The ratio of two weighted totals."""

from __future__ import annotations

import numpy as np

from analysis.errors import EstimateError
from analysis.estimators.base import FloatArray, Linearised


def ratio(y: FloatArray, weight: FloatArray) -> Linearised:
    r"""Ratio of two weighted totals, with the influence of each respondent on it.

    Parameters
    ----------
    y : FloatArray, shape (n, 2)
        Numerator and denominator of each respondent; any units. No missing values.
    weight : FloatArray, shape (n,)
        Design weights; zero outside the domain of interest.

    Returns
    -------
    Linearised
        ``point`` in the unit of the numerator by that of the denominator, NaN when the
        denominators add up to zero; ``influence`` of shape (n,), which sums to zero.

    Raises
    ------
    EstimateError
        If `y` has not two columns.

    Notes
    -----
    :math:`u_i = w_i (y_i - \hat R x_i) / \sum_k w_k x_k`. With a denominator of 1 for everyone,
    the ratio is the mean.

    References
    ----------
    Woodruff (1971), A simple method for approximating the variance of a complicated estimate,
    *Journal of the American Statistical Association* 66, 411-414.
    """
    if y.ndim != 2 or y.shape[1] != 2:
        raise EstimateError(
            f"y of a ratio has shape {y.shape}; give two columns, numerator and denominator"
        )
    numerator, denominator = y[:, 0], y[:, 1]
    whole = float((weight * denominator).sum())
    if whole == 0:
        return Linearised(float("nan"), np.zeros(len(weight)))
    point = float((weight * numerator).sum()) / whole
    return Linearised(point, weight * (numerator - point * denominator) / whole)
