"""Intervals that few clusters can bear: the rule of scoring.md C.6, applied on publishing."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

from analysis.estimate import Estimate
from analysis.profile import Measured

#: Below this, a standard error from the domain's own clusters is not to be trusted.
ENOUGH_DF = 8


def has_few_clusters(mean: Estimate) -> bool:
    """Tell whether the clusters of a domain are too few for a standard error of its own."""
    return mean.df is None or mean.df < ENOUGH_DF


def steady(measured: Measured, everyone: Estimate) -> Estimate:
    r"""Return the mean of a domain with a standard error that can be relied on.

    Parameters
    ----------
    measured : Measured
        The domain.
    everyone : Estimate
        The mean of the same dimension for everyone: its design effect and df stand in.

    Returns
    -------
    Estimate
        As it came when its df is 8 or more. Otherwise the standard error is the larger of its
        own and :math:`\sqrt{deff \cdot s^2 / n}`, and df is that of the whole sample. Of a
        share :math:`p` that carries no variance, :math:`s^2 = p (1 - p) n / (n - 1)`.
    """
    mean = measured.mean
    if not has_few_clusters(mean):
        return mean
    variance = _variance(measured)
    if variance is None or mean.n == 0:
        return replace(mean, df=everyone.df)
    deff = 1.0 if everyone.deff is None else everyone.deff
    borrowed = sqrt(deff * variance / mean.n)
    return replace(mean, standard_error=max(mean.standard_error or 0.0, borrowed), df=everyone.df)


def _variance(measured: Measured) -> float | None:
    """Return the variance of a domain; of a share, whose variance nobody keeps, from itself."""
    p, n = measured.mean.point, measured.mean.n
    if measured.variance is not None or p is None or not 0 <= p <= 1 or n < 2:
        return measured.variance
    return p * (1 - p) * n / (n - 1)
