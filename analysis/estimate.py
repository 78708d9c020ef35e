"""What an estimator gives back, and how it is computed for any design and domain."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike

from analysis.design import Design
from analysis.errors import EstimateError
from analysis.estimators import Estimator, Linearised, estimator
from analysis.estimators.base import Distribution
from analysis.estimators.variance import weighted_variance
from analysis.intervals import UNDEFINED, Bounds, Spread, bounds, check_level, t_quantile
from analysis.stages import BoolArray, FloatArray, IntArray

#: A subpopulation: pairs of (item, code), sorted by item; () is everyone.
Domain = tuple[tuple[str, str], ...]

#: Spread below this share of the values' size is rounding, not variation.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Estimate:
    """A number about a population, with how far it can be relied on.

    Attributes
    ----------
    point : float or None
        The estimate in the unit of the measured value; None when nobody was measured.
    standard_error : float or None
        None when it is undefined, as for a domain with one PSU. Never 0 for that reason.
    df : int or None
        PSUs less strata among the rows used.
    deff : float or None
        Design effect against simple random sampling with replacement; 0 where the design or
        calibration leaves nothing to chance, and then no `n_effective`.
    n : int
        Unweighted rows used.
    level : float
        Level of its interval, unless another is asked for.
    domain : Domain
        Whom it is about, when it was made by `analysis.by`; () otherwise.
    size : float
        Weights of the rows used, added up: the population, when weights count it.
    """

    point: float | None
    standard_error: float | None
    df: int | None
    deff: float | None
    n: int
    level: float = 0.95
    domain: Domain = ()
    size: float = 0.0
    _share: _Share | None = field(default=None, repr=False, compare=False)

    @property
    def n_effective(self) -> float | None:
        """How many people drawn one by one would tell as much: n / deff."""
        return self.n / self.deff if self.deff else None

    @property
    def deff_without_replacement(self) -> float | None:
        """Design effect against drawing without replacement; weights must count the population."""
        if self.deff is None or self.size <= self.n:
            return None
        return self.deff / (1 - self.n / self.size)

    def interval(self, level: float | None = None, kind: str = "t") -> Bounds:
        """Return the lower and upper bound of a confidence interval.

        Parameters
        ----------
        level : float, optional
            Coverage, between 0 and 1; the one given to `estimate` (0.95) unless told.
        kind : {"t", "z", "xlogit", "beta"}
            Student's t with `df`, or the normal distribution; the last two are for shares. Of a
            quantile, the kind of interval of the share below it, which is read back (Woodruff).

        Returns
        -------
        tuple of float, or of None
            Both None when the standard error or, but for "z", the df is missing or zero.

        Raises
        ------
        EstimateError
            If the level is no share, the kind is unknown, or it does not fit the statistic.
        """
        level = self.level if level is None else level
        if self._share is not None:
            return self._share.interval(level, kind)
        if self.point is None or self.standard_error is None or self.df is None:
            # What is asked for must make sense even then.
            bounds(Spread(0.5, 1.0, 1, 2), level, kind)
            return UNDEFINED
        return bounds(Spread(self.point, self.standard_error, self.df, self.n), level, kind)


@dataclass(frozen=True, eq=False)
class _Share:
    """The share at or below a quantile, and the way back from shares to values."""

    spread: Spread
    distribution: Distribution

    def interval(self, level: float, kind: str) -> Bounds:
        low, high = bounds(self.spread, level, kind)
        return self._value(low), self._value(high)

    def standard_error(self, level: float) -> float | None:
        """Return half the width of the interval in units of t, as R's ``svyquantile``."""
        low, high = self.interval(level, "t")
        if low is None or high is None:
            return None
        return (high - low) / (2 * t_quantile((1 + level) / 2, self.spread.df))

    def _value(self, share: float | None) -> float | None:
        inside = share is not None and 0 <= share <= 1
        return self.distribution.quantile(share) if inside and share is not None else None


def estimate(
    statistic: str | Estimator,
    y: ArrayLike,
    design: Design,
    domain: ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> Estimate:
    """Estimate a statistic of a population or of a domain of it.

    Parameters
    ----------
    statistic : str or Estimator
        Name of an estimator, as ``"mean"``, or a function from values and weights to
        `Linearised`, as ``functools.partial(quantile, at=0.25)``.
    y : array_like of float, shape (n,), or (n, 2) for a ratio
        Measured value, or numerator and denominator; NaN = not in the domain.
    design : Design
        Of the same n rows.
    domain : array_like of bool, shape (n,), optional
        Whom it is about; everyone unless told.
    level : float
        Level of the interval, 0.95 unless told.

    Returns
    -------
    Estimate
        In the unit of the statistic; its point is None when nobody was measured.

    Raises
    ------
    EstimateError
        If lengths or types do not fit, a value is infinite, or the statistic is unknown.
    DesignError
        If the domain uses a stratum with one PSU and the design does not say what to do.

    Notes
    -----
    Rows outside the domain get weight zero and stay in the design, because how many of the
    sampled PSUs and people lie in the domain is itself a matter of chance. `df` counts only
    PSUs and strata with rows in the domain, as R's ``degf`` of a subset.
    """
    values, used = _used(y, design, domain)
    rows = np.flatnonzero(used)  # a report has many domains, and most are small
    return estimate_of(statistic, values[rows], design, rows, level=level)


def estimate_of(
    statistic: str | Estimator,
    values: FloatArray,
    design: Design,
    rows: IntArray,
    *,
    level: float = 0.95,
) -> Estimate:
    """Estimate a statistic of some rows, whose values are known to be measured.

    Parameters
    ----------
    statistic, design, level
        As for `estimate`, which gives the same when `rows` are those of its domain.
    values : FloatArray, shape (m,) or (m, 2)
        Measured value of each of `rows`; finite.
    rows : IntArray, shape (m,)
        Where they stand in the design, in rising order.

    Raises
    ------
    EstimateError, DesignError
        As for `estimate`, but for the values.
    """
    check_level(level)
    weight = design.weight[rows]
    n, size = len(rows), float(weight.sum())
    linearised = _linearised(statistic, values, weight)
    if linearised is None:
        return Estimate(None, None, None, None, n, level, size=size)
    variance = design.variance_of(linearised.influence, rows)
    psus, strata = design.stages[0].used_psus(rows)
    df = psus - strata
    if not isfinite(variance) or psus == 1:
        return Estimate(linearised.point, None, df, None, n, level, size=size)
    deff = deff_of(variance, linearised, weight)
    error, share = sqrt(variance), None
    if linearised.distribution is not None:
        spread = Spread(linearised.distribution.share, error, df, n)
        share = _Share(spread, linearised.distribution)
    within = error if share is None else share.standard_error(level)
    return Estimate(linearised.point, within, df, deff, n, level, size=size, _share=share)


def linearise(
    statistic: str | Estimator, y: ArrayLike, design: Design, domain: ArrayLike | None = None
) -> tuple[Linearised | None, BoolArray]:
    """Return a statistic with its influences, None where it is undefined, and the rows used.

    Parameters, errors and shapes are those of `estimate`; the rows have the shape (n,).
    """
    values, used = _used(y, design, domain)
    linearised = _linearised(statistic, values[used], design.weight[used])
    if linearised is None:
        return None, used
    influence = np.zeros(len(design))
    influence[used] = linearised.influence
    return replace(linearised, influence=influence), used


def _used(y: ArrayLike, design: Design, domain: ArrayLike | None) -> tuple[FloatArray, BoolArray]:
    """Return the values of all rows, and which rows are measured and in the domain."""
    values = _values(y, design)
    measured = ~np.isnan(values)
    whole = measured if values.ndim == 1 else measured.all(axis=1)
    return values, domain_rows(domain, design) & whole


def _linearised(
    statistic: str | Estimator, values: FloatArray, weight: FloatArray
) -> Linearised | None:
    """Return a statistic with its influences; None where it is undefined."""
    estimating = estimator(statistic) if isinstance(statistic, str) else statistic
    if not len(weight):
        return None
    linearised = estimating(values, weight)
    return linearised if isfinite(linearised.point) else None


def deff_of(variance: float, linearised: Linearised, weight: FloatArray) -> float | None:
    """Return the variance relative to that of as many people drawn with replacement.

    None where people do not vary. 0 where no sample would differ, as of a share that weights
    were calibrated to: what is left of its variance is rounding.
    """
    total = float(weight.sum())
    # Without its weight, the influence of a person is their value, centred and scaled.
    spread = weighted_variance(linearised.influence / weight, weight)
    size = abs(linearised.point) if linearised.distribution is None else 1.0
    if spread is None or sqrt(spread) * total <= _ROUNDING * size:
        return None
    simple = total**2 * spread / len(weight)
    if sqrt(variance) <= _ROUNDING * max(size, sqrt(simple)):
        return 0.0
    return variance / simple


def _values(y: ArrayLike, design: Design) -> FloatArray:
    values = np.asarray(y, dtype=np.float64)
    if values.ndim not in (1, 2) or len(values) != len(design):
        raise EstimateError(
            f"y has shape {values.shape} and the design {len(design)} rows; give one value a row"
        )
    infinite = np.nonzero(np.isinf(values))[0]
    if infinite.size:
        raise EstimateError(f"y of row {infinite[0]} is infinite; mend it, or make it NaN")
    return values


def domain_rows(domain: ArrayLike | None, design: Design) -> BoolArray:
    """Return the rows of a domain, of shape (n,): everyone, or the booleans given and checked."""
    if domain is None:
        return np.ones(len(design), dtype=bool)
    rows = np.asarray(domain)
    if rows.dtype != np.bool_ or rows.shape != (len(design),):
        raise EstimateError(
            f"domain has type {rows.dtype} and shape {rows.shape}; give {len(design)} booleans"
        )
    return rows
