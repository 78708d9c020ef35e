"""Localities with few answers: estimates that borrow strength, always beside the direct ones.

A modelled figure is not what the people of a locality said; it is what is likely given what they
and all others said. It is labelled so wherever it goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.errors import EstimateError
from analysis.estimate import Estimate
from analysis.stages import BoolArray, FloatArray

#: With fewer PSUs, the standard error of one locality is itself too unsure to be used.
FEW_PSUS = 5


@dataclass(frozen=True)
class Modelled:
    """One locality: the direct estimate, and the modelled one beside it.

    Attributes
    ----------
    direct : Estimate
        As given; its `domain` says which locality.
    sampling_error : float or None
        Standard error that the model took for it.
    is_smoothed : bool
        Whether that is pooled over all localities, because the locality has too few PSUs.
    point : float or None
        The modelled estimate, between the direct and what the model expects; None for a
        locality without answers.
    expected : float or None
        What the model expects of it, from the others and its covariates.
    root_mse : float or None
        Root of the mean squared error of `point`.
    share_direct : float or None
        Weight of the direct estimate in `point`, 0 to 1.
    """

    direct: Estimate
    sampling_error: float | None
    is_smoothed: bool
    point: float | None
    expected: float | None
    root_mse: float | None
    share_direct: float | None

    @property
    def label(self) -> str:
        """The word that must stand beside `point` wherever it is shown."""
        return "modelled"

    def interval(self, level: float | None = None) -> tuple[float | None, float | None]:
        """Return the bounds of a normal interval around `point`; None without one."""
        level = self.direct.level if level is None else level
        if not 0 < level < 1:
            raise EstimateError(f"level is {level}; give a share between 0 and 1, as 0.95")
        if self.point is None or self.root_mse is None:
            return None, None
        margin = float(scipy.special.ndtri((1 + level) / 2)) * self.root_mse
        return self.point - margin, self.point + margin


@dataclass(frozen=True)
class FayHerriot:
    """An area-level model, and what it makes of each locality.

    Attributes
    ----------
    areas : tuple of Modelled
        In the order given.
    variance : float
        Between localities, beyond covariates and sampling error, by REML; squared unit. At 0 the
        sample shows no difference between localities, and all of them get what is expected.
    coefficients : tuple of float
        Intercept, then one for each covariate.
    """

    areas: tuple[Modelled, ...]
    variance: float
    coefficients: tuple[float, ...]


def fay_herriot(
    direct: Sequence[Estimate],
    covariates: ArrayLike | None = None,
    psus: Sequence[int] | None = None,
) -> FayHerriot:
    r"""Fit the Fay-Herriot model by REML to the direct estimates of localities.

    Parameters
    ----------
    direct : sequence of Estimate, length M
        One a locality, as `analysis.by` makes them. Without a point it takes no part and comes
        back unmodelled.
    covariates : array_like of float, shape (M, p), optional
        Known of every locality, as from a census. The intercept is added.
    psus : sequence of int, length M, optional
        PSUs of each; `df` + 1 unless told, as where localities are strata. Below 5, or without a
        standard error above 0, it is smoothed.

    Raises
    ------
    EstimateError
        If lengths do not fit, covariates are missing or collinear, localities are too few to
        tell them apart, or no standard error can be smoothed.

    Notes
    -----
    :math:`y_i = x_i'\beta + v_i + e_i`, :math:`v_i \sim (0, A)`, :math:`e_i \sim (0, D_i)` with
    known :math:`D_i`. The estimate is :math:`\gamma_i y_i + (1-\gamma_i) x_i'\hat\beta`,
    :math:`\gamma_i = A/(A + D_i)`; its mean squared error :math:`g_1 + g_2 + 2 g_3`.

    A smoothed :math:`D_i` is :math:`\bar v / n_i`, where :math:`\bar v` is the mean of
    :math:`n_i SE_i^2` over the localities, by their df: all take the same variance a respondent,
    design effect included.

    References
    ----------
    Fay & Herriot (1979), *Journal of the American Statistical Association* 74, 269-277; Prasad &
    Rao (1990), *ibid.* 85, 163-171; Rao & Molina (2015), *Small area estimation*, 2nd ed., Wiley,
    sections 6.1-6.2.
    """
    X = _covariates(covariates, len(direct))
    taken = np.array([each.point is not None for each in direct], dtype=bool)
    if taken.sum() < X.shape[1] + 2:
        raise EstimateError(
            f"{int(taken.sum())} localities have an estimate; a model of {X.shape[1]} coefficients "
            f"needs at least {X.shape[1] + 2}"
        )
    if np.linalg.matrix_rank(X[taken]) < X.shape[1]:
        raise EstimateError("covariates repeat one another or the intercept; leave some out")
    D, smoothed = _sampling_variances(direct, psus)
    y = np.array([each.point for each in direct if each.point is not None])
    A = _reml(y, X[taken], D[taken])
    beta, point, mse, gamma = _predict(A, y, X[taken], D[taken])
    expected = X[taken] @ beta
    areas: list[Modelled] = []
    rows = iter(zip(point, expected, np.sqrt(mse), gamma, np.sqrt(D[taken]), strict=True))
    for i, each in enumerate(direct):
        if not taken[i]:
            areas.append(Modelled(each, None, False, None, None, None, None))
            continue
        a, b, c, d, error = map(float, next(rows))
        areas.append(Modelled(each, error, bool(smoothed[i]), a, b, c, d))
    return FayHerriot(tuple(areas), A, tuple(map(float, beta)))


def _predict(
    A: float, y: FloatArray, X: FloatArray, D: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the coefficients and, for each locality, estimate, mean squared error and gamma."""
    V = A + D
    beta, inverse = _least_squares(y, X, V)
    gamma = A / V
    point = gamma * y + (1 - gamma) * (X @ beta)
    g1 = gamma * D
    g2 = (1 - gamma) ** 2 * np.einsum("ij,jk,ik->i", X, inverse, X)
    g3 = D**2 / V**3 / (0.5 * (1 / V**2).sum())
    return beta, point, g1 + g2 + 2 * g3, gamma


def _least_squares(y: FloatArray, X: FloatArray, V: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the weighted coefficients, and their covariance matrix."""
    inverse = np.asarray(np.linalg.inv(X.T @ (X / V[:, None])), dtype=np.float64)
    return inverse @ (X.T @ (y / V)), inverse


def _reml(y: FloatArray, X: FloatArray, D: FloatArray) -> float:
    """Return the variance between localities that maximises the restricted likelihood."""

    def loss(A: float) -> float:
        V = A + D
        beta, inverse = _least_squares(y, X, V)
        residual = y - X @ beta
        log_det = np.linalg.slogdet(inverse)[1]
        return 0.5 * float(np.log(V).sum() + (residual**2 / V).sum() - log_det)

    spread = float(np.var(y, ddof=1))
    # Errors of different size can give the likelihood several peaks: look everywhere first.
    grid = np.concatenate([[0.0], (10 * spread + D.max()) * np.geomspace(1e-8, 1, 60)])
    best = int(np.argmin([loss(A) for A in grid]))
    if best == 0:
        return 0.0
    ends = (grid[best - 1], grid[min(best + 1, len(grid) - 1)])
    options = {"xatol": 1e-10 * grid[best]}
    found = scipy.optimize.minimize_scalar(loss, bounds=ends, method="bounded", options=options)
    return float(found.x)


def _covariates(covariates: ArrayLike | None, areas: int) -> FloatArray:
    intercept = np.ones((areas, 1))
    if covariates is None:
        return intercept
    columns = np.asarray(covariates, dtype=np.float64)
    if columns.ndim != 2 or len(columns) != areas or not np.isfinite(columns).all():
        raise EstimateError(
            f"covariates have shape {columns.shape}; give a table of finite numbers, "
            f"one row for each of the {areas} localities"
        )
    return np.hstack([intercept, columns])


def _sampling_variances(
    direct: Sequence[Estimate], psus: Sequence[int] | None
) -> tuple[FloatArray, BoolArray]:
    """Return the sampling variance of each locality, and which of them are smoothed."""
    if psus is not None and len(psus) != len(direct):
        raise EstimateError(f"{len(psus)} numbers of PSUs for {len(direct)} localities")
    drawn = np.array([(each.df or 0) + 1 for each in direct] if psus is None else psus)
    own = np.array([(each.standard_error or 0.0) ** 2 for each in direct], dtype=np.float64)
    n = np.array([each.n for each in direct], dtype=np.float64)
    df = np.array([each.df or 0 for each in direct], dtype=np.float64)
    smoothed = (drawn < FEW_PSUS) | ~(own > 0)
    wanted = smoothed & np.array([each.point is not None for each in direct])
    if not wanted.any():
        return own, wanted
    known = own > 0
    if not df[known].sum() > 0:
        raise EstimateError("no locality has a standard error above 0; none can be smoothed")
    unit = float((df * n * own)[known].sum() / df[known].sum())
    return np.where(wanted, unit / np.maximum(n, 1), own), wanted
