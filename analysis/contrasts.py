"""Several estimates at once: what they share by chance, and differences between them.

Estimates from the same PSUs vary together. Each is a total of influences, so the covariance of
two is found as a variance is, and the error of any linear contrast is that of its influences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite, sqrt

import numpy as np
from numpy.typing import ArrayLike

from analysis.design import Design
from analysis.errors import EstimateError
from analysis.estimate import Domain, estimate, linearise
from analysis.estimators import Estimator, Linearised
from analysis.intervals import UNDEFINED, Bounds, Spread, bounds, f_tail, t_tails
from analysis.multiplicity import adjusted
from analysis.stages import BoolArray, FloatArray

#: Error below this share of the points compared is rounding, not variation.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Difference:
    """How much two domains or two waves differ, or any other linear contrast of estimates.

    Attributes
    ----------
    point : float or None
        The second less the first, in the unit of the estimates; None when one is undefined.
    standard_error : float or None
        With the covariance of what is compared. None when it is undefined.
    df : float or None
        Degrees of freedom of `t`; whole but for Welch's.
    t, p : float or None
        The point in units of its error, and how likely one as far from 0 would be by chance.
        None when the error is undefined or zero.
    n : int
        Unweighted rows used.
    p_adjusted : float or None
        `p`, allowing for the other differences asked for with it.
    a, b : str
        Labels of the first and of the second.
    level : float
        Level of its interval, unless another is asked for.
    domain : Domain
        Whom it is about; () is everyone.
    hedges_g : float or None
        The difference of means in units of the standard deviation within groups, corrected for
        small samples; None for other differences.
    """

    point: float | None
    standard_error: float | None
    df: float | None
    t: float | None
    p: float | None
    n: int
    p_adjusted: float | None = None
    a: str = ""
    b: str = ""
    level: float = 0.95
    domain: Domain = ()
    hedges_g: float | None = None

    def interval(self, level: float | None = None, kind: str = "t") -> Bounds:
        """Return the lower and upper bound of a confidence interval.

        Parameters
        ----------
        level : float, optional
            Coverage, between 0 and 1; its own `level` unless told.
        kind : {"t", "z"}
            Student's t with `df`, or the normal distribution.

        Returns
        -------
        tuple of float, or of None
            Both None when the error is undefined or, for "t", the df is zero.

        Raises
        ------
        EstimateError
            If the level is no share or the kind is another.
        """
        if kind not in ("t", "z"):
            raise EstimateError(f"{kind!r} is no interval of a difference; choose t or z")
        level = self.level if level is None else level
        if self.point is None or self.standard_error is None or self.df is None:
            bounds(Spread(0.0, 1.0, 1, 2), level, kind)
            return UNDEFINED
        return bounds(Spread(self.point, self.standard_error, self.df, self.n), level, kind)


@dataclass(frozen=True, eq=False)
class Joint:
    """k estimates of one design together; made by `joint`.

    Attributes
    ----------
    point : FloatArray, shape (k,)
        The estimates; NaN where undefined.
    influence : FloatArray, shape (k, U)
        Influences, added up within the U units of the last stage.
    defined : BoolArray, shape (k,)
        Which have an error: not those of a domain with one PSU.
    used : BoolArray, shape (U,)
        Units with rows in any of them.
    reached : BoolArray, shape (U,)
        Units that the variance concerns: the same, or all when weights are calibrated.
    units : Design
        The design with one row for each unit.
    n : int
        Unweighted rows used by any of them.
    """

    point: FloatArray
    influence: FloatArray
    defined: BoolArray
    used: BoolArray
    reached: BoolArray
    units: Design
    n: int

    @property
    def df(self) -> int:
        """PSUs less strata among the rows used by any of them."""
        return self.units.df(self.used)

    def covariance(self) -> FloatArray:
        """Return the covariances of the estimates, of shape (k, k); NaN where undefined."""
        k = len(self.point)
        matrix = np.full((k, k), np.nan)
        for i in np.flatnonzero(self.defined):
            matrix[i, i] = self._variance(self.influence[i])
            for j in np.flatnonzero(self.defined[:i]):
                # A variance is a quadratic form: those of sum and difference tell the covariance.
                more = self._variance(self.influence[i] + self.influence[j])
                less = self._variance(self.influence[i] - self.influence[j])
                matrix[i, j] = matrix[j, i] = (more - less) / 4
        return matrix

    def contrast(self, coefficients: ArrayLike, df: int | None = None) -> Difference:
        """Return a linear contrast, as ``[-1, 1]`` for the second less the first.

        Parameters
        ----------
        coefficients : array_like of float, shape (k,)
            What each estimate counts; those with 0 may be undefined.
        df : int, optional
            Degrees of freedom of its t; `df` of all rows used unless told.

        Raises
        ------
        EstimateError
            If there is not one coefficient for each estimate.
        """
        c = np.asarray(coefficients, dtype=np.float64)
        if c.shape != self.point.shape:
            raise EstimateError(
                f"{c.size} coefficients for {len(self.point)} estimates; give one each"
            )
        df = self.df if df is None else df
        part = c != 0
        point = float(c[part] @ self.point[part])
        if not isfinite(point):
            return Difference(None, None, df, None, None, self.n)
        variance = self._variance(c[part] @ self.influence[part])
        if not self.defined[part].all() or not isfinite(variance):
            return Difference(point, None, df, None, None, self.n)
        error, size = sqrt(variance), float(np.abs(c[part] * self.point[part]).max(initial=0.0))
        if df < 1 or error <= _ROUNDING * size:
            return Difference(point, error, df, None, None, self.n)
        t = point / error
        return Difference(point, error, df, t, t_tails(t, df), self.n)

    def wald(self, contrasts: ArrayLike, ddf: int) -> tuple[float | None, float | None]:
        """Return F and p of the hypothesis that several contrasts are all zero.

        Parameters
        ----------
        contrasts : array_like of float, shape (q, k)
            One contrast a row, none a combination of the others.
        ddf : int
            Denominator degrees of freedom.

        Returns
        -------
        tuple of float, or of None
            Both None when a covariance is undefined or singular, or `ddf` is below 1.
        """
        c = np.asarray(contrasts, dtype=np.float64)
        distance, covariance = c @ self.point, c @ self.covariance() @ c.T
        if ddf < 1 or not np.isfinite(covariance).all() or not _is_regular(covariance):
            return None, None
        statistic = float(distance @ np.linalg.solve(covariance, distance)) / len(c)
        return statistic, f_tail(statistic, len(c), ddf)

    def _variance(self, influence: FloatArray) -> float:
        return self.units.variance(influence, self.reached)


def joint(
    statistic: str | Estimator,
    y: ArrayLike,
    design: Design,
    domains: Sequence[ArrayLike] | Mapping[Domain, BoolArray],
    *,
    level: float = 0.95,
) -> Joint:
    """Estimate a statistic in several domains, and keep how the estimates vary together.

    Parameters
    ----------
    statistic, y, design
        As for `analysis.estimate`.
    domains : sequence of array_like of bool, shape (n,), or mapping to them
        Whom each estimate is about; domains may overlap.
    level : float
        For quantiles, the level of the Woodruff interval that tells their error.

    Returns
    -------
    Joint
        In the order of `domains`.

    Raises
    ------
    EstimateError, DesignError
        As `analysis.estimate`.
    """
    rows = list(domains.values()) if isinstance(domains, Mapping) else list(domains)
    return gather([_part(statistic, y, design, domain, level) for domain in rows], design)


def gather(parts: Sequence[tuple[Linearised | None, BoolArray]], design: Design) -> Joint:
    """Put linearised statistics of one design together, each with the rows it uses.

    The parts are those of `analysis.estimate.linearise`; they may differ in all but the design,
    as the means of two scores do.
    """
    unit, units = design.stages[-1].unit, design.units
    used = np.zeros(len(design), dtype=bool)
    points, influences, defined = [], [], []
    for linearised, rows in parts:
        used |= rows
        points.append(np.nan if linearised is None else linearised.point)
        influence = np.zeros(len(design)) if linearised is None else linearised.influence
        if design.calibration is not None:
            # What is known of the population is known of rows, so before they are added up.
            influence = design.calibration.residual(influence)
        influences.append(np.bincount(unit, influence, len(units)))
        defined.append(linearised is not None and design.psus(rows) > 1)
    within = np.bincount(unit[used], minlength=len(units)) > 0
    return Joint(
        point=np.array(points, dtype=np.float64),
        influence=np.array(influences, dtype=np.float64).reshape(len(parts), len(units)),
        defined=np.array(defined, dtype=bool),
        used=within,
        reached=within if design.calibration is None else np.ones_like(within),
        units=units,
        n=int(used.sum()),
    )


def _part(
    statistic: str | Estimator, y: ArrayLike, design: Design, domain: ArrayLike, level: float
) -> tuple[Linearised | None, BoolArray]:
    """Return a statistic with influences in its own unit, and the rows used."""
    linearised, used = linearise(statistic, y, design, domain)
    if linearised is None or linearised.distribution is None:
        return linearised, used
    # More people at or below the quantile mean a lower quantile, as steeply as its interval says.
    error = estimate(statistic, y, design, domain, level=level).standard_error
    of_share = sqrt(design.variance(linearised.influence, used))
    slope = error / of_share if error is not None and of_share > 0 else np.nan
    return replace(linearised, influence=-slope * linearised.influence), used


def adjust_all(differences: Sequence[Difference], method: str) -> list[Difference]:
    """Return differences with the p-value of each adjusted for all of them."""
    p = adjusted([each.p for each in differences], method)
    return [replace(each, p_adjusted=value) for each, value in zip(differences, p, strict=True)]


def _is_regular(covariance: FloatArray) -> bool:
    return bool(np.linalg.matrix_rank(covariance, hermitian=True) == len(covariance))
