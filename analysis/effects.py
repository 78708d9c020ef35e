"""How large a difference is, in units that people differ by."""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
import scipy

from analysis.estimators.variance import weighted_variance
from analysis.stages import FloatArray


def hedges_g(
    a: FloatArray,
    b: FloatArray,
    weight_a: FloatArray | None = None,
    weight_b: FloatArray | None = None,
) -> float | None:
    r"""Return the mean of `b` less that of `a`, in standard deviations within groups.

    Parameters
    ----------
    a, b : FloatArray, shape (n_a,) and (n_b,)
        Values of the two groups; no missing values.
    weight_a, weight_b : FloatArray, of the same shapes; optional
        Design weights; all equal unless told.

    Returns
    -------
    float or None
        None when a group has fewer than two rows or nobody differs within groups.

    Notes
    -----
    :math:`g = J (\bar b - \bar a) / s`, with the pooled variance of :math:`n_a + n_b - 2`
    degrees of freedom m and the exact
    :math:`J = \Gamma(m/2) / (\sqrt{m/2}\,\Gamma((m-1)/2))`.

    References
    ----------
    Hedges (1981), Distribution theory for Glass's estimator of effect size and related
    estimators, *Journal of Educational Statistics* 6(2), 107-128.
    """
    weight_a = np.ones(len(a)) if weight_a is None else weight_a
    weight_b = np.ones(len(b)) if weight_b is None else weight_b
    s2_a, s2_b = weighted_variance(a, weight_a), weighted_variance(b, weight_b)
    if s2_a is None or s2_b is None:
        return None
    m = len(a) + len(b) - 2
    pooled = ((len(a) - 1) * s2_a + (len(b) - 1) * s2_b) / m
    if pooled <= 0:
        return None
    difference = float(np.average(b, weights=weight_b) - np.average(a, weights=weight_a))
    return difference / sqrt(pooled) * small_sample_factor(m)


def small_sample_factor(m: int) -> float:
    """Return the exact J of Hedges, by which a standardised difference is too large on average.

    `m` is the degrees of freedom of the variance, above 1.
    """
    gammaln = scipy.special.gammaln
    return exp(float(gammaln(m / 2) - gammaln((m - 1) / 2)) - log(m / 2) / 2)
