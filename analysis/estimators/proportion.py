"""The weighted share of those who have a property."""

from __future__ import annotations

from analysis.errors import EstimateError
from analysis.estimators.base import FloatArray, Linearised
from analysis.estimators.mean import mean


def proportion(y: FloatArray, weight: FloatArray) -> Linearised:
    """Weighted share of respondents with ``y == 1``: the mean of an indicator.

    Parameters
    ----------
    y : FloatArray, shape (n,)
        1 for those who have the property, 0 for those who have not. No missing values.
    weight : FloatArray, shape (n,)
        Design weights; zero outside the domain of interest, not zero everywhere.

    Returns
    -------
    Linearised
        ``point`` from 0 to 1; ``influence`` of shape (n,), which sums to zero.

    Raises
    ------
    EstimateError
        If `y` has several columns, or a value is neither 0 nor 1.

    Notes
    -----
    Its interval is best asked for as ``interval(kind="xlogit")``, and as ``kind="beta"`` near 0
    or 1: Student's t gives shares below 0 there.
    """
    if ((y != 0) & (y != 1)).any():
        raise EstimateError("y of a proportion has values other than 0 and 1; give an indicator")
    return mean(y, weight)
