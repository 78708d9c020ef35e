"""Replicate weights: the same estimators, computed again for samples that might have been drawn.

Where there is no formula for how a statistic varies, or where a survey is delivered with
replicate weights instead of strata and PSUs. `analysis.resampling` makes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike

from analysis.design import Design
from analysis.errors import DesignError
from analysis.estimate import Estimate, deff_of, linearise
from analysis.estimators import Estimator
from analysis.intervals import check_level
from analysis.stages import BoolArray, FloatArray, IntArray

#: Singular values below this share of the largest count as zero, as in R's ``degf``.
_RANK = 1e-5


@dataclass(frozen=True, eq=False)
class Replicates:
    r"""Replicate weights of n rows.

    Attributes
    ----------
    design : Design
        Weights of the full sample. Its strata and PSUs give the df, unless `given`.
    unit : IntArray, shape (n,)
        Unit that each row is resampled with: 0, 1, 2, …
    factors : sequence of FloatArray, each of shape (units,)
        What the weights of each unit are multiplied by, one array for each of R replicates.
    scale : float
        c of the variance.
    scales : FloatArray, shape (R,)
        :math:`r_k` of the variance.
    given : bool
        Whether they came with the survey: the df are then the rank of the weights, less one.

    Notes
    -----
    The variance is :math:`c \sum_k r_k (\hat\theta_k - \bar\theta)^2` about the mean of the
    replicates, as R's `survey` has it with ``mse = FALSE``.
    """

    design: Design
    unit: IntArray
    factors: Sequence[FloatArray]
    scale: float
    scales: FloatArray
    given: bool = False

    def df(self, used: BoolArray) -> int:
        """Return the degrees of freedom of an estimate from the rows `used`, of shape (n,)."""
        if not self.given:
            return min(self.design.df(used), len(self.factors) - 1)
        units = np.unique(self.unit[used])
        if not units.size:
            return 0
        factors = np.array([factor[units] for factor in self.factors])
        return int(np.linalg.matrix_rank(factors, rtol=_RANK)) - 1

    def variance(self, points: FloatArray) -> float:
        """Return the variance of a statistic from its R replicates; NaN if one is undefined."""
        counted = self.scales > 0  # a stratum that was taken whole does not vary
        if not counted.any():
            return 0.0
        off = points[counted] - points[counted].mean()
        return float(self.scale * (self.scales[counted] * off**2).sum())


def given_replicates(
    weight: ArrayLike, replicate_weights: ArrayLike, scale: float, scales: ArrayLike | None = None
) -> Replicates:
    """Take the replicate weights that a survey was delivered with.

    Parameters
    ----------
    weight : array_like of float, shape (n,)
        Weights of the full sample, above zero.
    replicate_weights : array_like of float, shape (n, R)
        Weights of each replicate, ready to use (not factors of `weight`).
    scale : float
        What the sum of squares is multiplied by: (n - 1) / n for JK1, 1 for JKn, 1 / R for BRR,
        1 / (R - 1) for most bootstraps.
    scales : array_like of float, shape (R,), optional
        What each square is multiplied by; 1 unless told.

    Raises
    ------
    DesignError
        If shapes do not fit or a weight is not finite.
    """
    design = Design(weight)
    weights = np.asarray(replicate_weights, dtype=np.float64)
    if weights.ndim != 2 or len(weights) != len(design) or weights.shape[1] < 2:
        raise DesignError(
            f"replicate weights have shape {weights.shape} and the design {len(design)} rows; "
            "give one row a respondent and one column a replicate, at least two"
        )
    wrong = np.argwhere(~np.isfinite(weights))
    if len(wrong):
        row, column = wrong[0].tolist()
        raise DesignError(
            f"replicate weight {column} of row {row} is {weights[row, column]}; mend it"
        )
    each = np.ones(weights.shape[1]) if scales is None else np.asarray(scales, dtype=np.float64)
    if each.shape != (weights.shape[1],):
        raise DesignError(
            f"scales has shape {each.shape} and there are {weights.shape[1]} replicates; "
            "give one number a replicate"
        )
    factors = list((weights / design.weight[:, np.newaxis]).T)
    return Replicates(design, np.arange(len(design)), factors, scale, each, given=True)


def estimate_replicated(
    statistic: str | Estimator,
    y: ArrayLike,
    replicates: Replicates,
    domain: ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> Estimate:
    """Estimate a statistic, with the variance between its replicates.

    Parameters
    ----------
    statistic, y, domain, level
        As for `analysis.estimate`.
    replicates : Replicates
        Of the same n rows.

    Returns
    -------
    Estimate
        As `analysis.estimate` returns it. The standard error is None when the statistic is
        undefined in a replicate, as where a domain lies in one PSU. Of a quantile, the standard
        error is that between replicates, and there is no design effect.

    Raises
    ------
    EstimateError
        If lengths do not fit, a value is infinite, or the statistic is unknown.
    """
    check_level(level)
    design = replicates.design
    whole, used = linearise(statistic, y, design, domain)
    n, size = int(used.sum()), float(design.weight[used].sum())
    if whole is None:
        return Estimate(None, None, None, None, n, level, size=size)
    points = np.array(
        [
            _point(statistic, y, design.weight * factor[replicates.unit], replicates, used)
            for factor in replicates.factors
        ]
    )
    variance, df = replicates.variance(points), replicates.df(used)
    alone = not replicates.given and design.psus(used) == 1
    if not isfinite(variance) or alone:
        return Estimate(whole.point, None, df, None, n, level, size=size)
    deff = None
    if whole.distribution is None:
        seen = replace(whole, influence=whole.influence[used])
        deff = deff_of(variance, seen, design.weight[used])
    return Estimate(whole.point, sqrt(variance), df, deff, n, level, size=size)


def _point(
    statistic: str | Estimator,
    y: ArrayLike,
    weight: FloatArray,
    replicates: Replicates,
    used: BoolArray,
) -> float:
    """Return the statistic with other weights; NaN where nobody is left or it is undefined."""
    if not weight[used].any():
        return float("nan")
    found, _ = linearise(statistic, y, replicates.design.reweighted(weight), used)
    return float("nan") if found is None else found.point
