"""What an estimator gives back, and how it is computed for any design and domain."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.design import Design
from analysis.errors import EstimateError
from analysis.estimators import Estimator, estimator
from analysis.stages import BoolArray, FloatArray

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
        Design effect against simple random sampling with replacement.
    n : int
        Unweighted rows used.
    level : float
        Level of its interval, unless another is asked for.
    domain : Domain
        Whom it is about, when it was made by `analysis.by`; () otherwise.
    """

    point: float | None
    standard_error: float | None
    df: int | None
    deff: float | None
    n: int
    level: float = 0.95
    domain: Domain = ()

    def interval(
        self, level: float | None = None, kind: str = "t"
    ) -> tuple[float | None, float | None]:
        """Return the lower and upper bound of a confidence interval.

        Parameters
        ----------
        level : float, optional
            Coverage, between 0 and 1; the one given to `estimate` (0.95) unless told.
        kind : {"t", "z"}
            Student's t with `df`, or the normal distribution.

        Returns
        -------
        tuple of float, or of None
            Both None when the standard error or, for "t", the df is missing or zero.
        """
        level = self.level if level is None else level
        if not 0 < level < 1:
            raise EstimateError(f"level is {level}; give a share between 0 and 1, as 0.95")
        if kind not in ("t", "z"):
            raise EstimateError(f"unknown kind of interval {kind!r}; choose t or z")
        if self.point is None or self.standard_error is None or (kind == "t" and not self.df):
            return None, None
        upper = (1 + level) / 2
        # Reached through `scipy`, special loads on first use: nobody who only scores waits for it.
        special = scipy.special
        quantile = special.stdtrit(self.df, upper) if kind == "t" else special.ndtri(upper)
        margin = float(quantile) * self.standard_error
        return self.point - margin, self.point + margin


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
        `Linearised`.
    y : array_like of float, shape (n,)
        Measured value; NaN = not in the domain.
    design : Design
        Of the same n rows.
    domain : array_like of bool, shape (n,), optional
        Whom it is about; everyone unless told.
    level : float
        Level of the interval, 0.95 unless told.

    Returns
    -------
    Estimate
        In the unit of `y`.

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
    estimating = estimator(statistic) if isinstance(statistic, str) else statistic
    if not 0 < level < 1:
        raise EstimateError(f"level is {level}; give a share between 0 and 1, as 0.95")
    values = _values(y, design)
    used = ~np.isnan(values) & domain_rows(domain, design)
    n = int(used.sum())
    if n == 0:
        return Estimate(None, None, None, None, 0, level)
    weight = np.where(used, design.weight, 0.0)
    linearised = estimating(np.where(used, values, 0.0), weight)
    variance = design.variance(linearised.influence, used)
    if not isfinite(variance) or design.psus(used) == 1:
        return Estimate(linearised.point, None, design.df(used), None, n, level)
    deff = _deff(variance, linearised.influence, weight, used, abs(linearised.point))
    return Estimate(linearised.point, sqrt(variance), design.df(used), deff, n, level)


def weighted_variance(y: FloatArray, weight: FloatArray) -> float | None:
    """Return the weighted variance of `y` with n - 1, in its squared unit; None below two rows.

    The s² of scoring.md C.6, and R's ``svyvar``. Both arrays have the shape (n,).
    """
    n = len(y)
    if n < 2:
        return None
    total = weight.sum()
    centred = y - (weight * y).sum() / total
    return float((weight * centred**2).sum() / total * n / (n - 1))


def _deff(
    variance: float, influence: FloatArray, weight: FloatArray, used: BoolArray, size: float
) -> float | None:
    """Return the variance relative to that of as many people drawn with replacement."""
    weight = weight[used]
    total = float(weight.sum())
    # Without its weight, the influence of a person is their value, centred and scaled.
    spread = weighted_variance(influence[used] / weight, weight)
    if spread is None or sqrt(spread) * total <= _ROUNDING * size:
        return None
    return variance / (total**2 * spread / len(weight))


def _values(y: ArrayLike, design: Design) -> FloatArray:
    values = np.asarray(y, dtype=np.float64)
    if values.shape != (len(design),):
        raise EstimateError(
            f"y has shape {values.shape} and the design {len(design)} rows; give one value a row"
        )
    infinite = np.flatnonzero(np.isinf(values))
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
