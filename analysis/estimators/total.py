"""The weighted total; of an indicator, a number of people."""

from __future__ import annotations

from analysis.estimators.base import FloatArray, Linearised, check_one_column


def total(y: FloatArray, weight: FloatArray) -> Linearised:
    r"""Weighted total of `y`, with the influence of each respondent on it.

    Parameters
    ----------
    y : FloatArray, shape (n,)
        Measured value; any unit. No missing values.
    weight : FloatArray, shape (n,)
        Design weights that add up to the population; zero outside the domain of interest.

    Returns
    -------
    Linearised
        ``point`` in the unit of `y`; ``influence`` of shape (n,), which sums to the point.

    Raises
    ------
    EstimateError
        If `y` has several columns.

    Notes
    -----
    A total is linear already: :math:`u_i = w_i y_i`. With weights that do not add up to the
    population, it is a total of nothing in particular.

    References
    ----------
    Horvitz and Thompson (1952), A generalization of sampling without replacement from a finite
    universe, *Journal of the American Statistical Association* 47, 663-685.
    """
    check_one_column(y)
    influence = weight * y
    return Linearised(float(influence.sum()), influence)
