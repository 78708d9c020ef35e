"""Intraclass correlations, and how far one score can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import EstimateError
from analysis.reliability.items import complete, item_matrix
from analysis.stages import FloatArray

#: Standard normal quantile of 97.5 %, as the source of the smallest detectable change has it.
_TWO_SIDED = 1.96


@dataclass(frozen=True)
class MeasurementError:
    """How far scores move without any change, in their own unit.

    Attributes
    ----------
    sem : float
        Standard error of measurement: SD √(1 - ICC).
    sdc : float
        Smallest change of one person that is not noise: 1.96 √2 SEM.
    sdc_group : float
        The same of the mean of n persons: SDC / √n.
    """

    sem: float
    sdc: float
    sdc_group: float


@dataclass(frozen=True)
class Retest:
    """Agreement between occasions or raters.

    Attributes
    ----------
    n : int
        Persons measured on every occasion.
    icc : float or None
        ICC(A,1): agreement of single scores, shifts between occasions counting against it.
    sd : float or None
        Standard deviation of all scores about the mean of their occasion, in their unit.
    error : MeasurementError or None
        None where `icc` is undefined or outside 0-1.
    """

    n: int
    icc: float | None
    sd: float | None
    error: MeasurementError | None


def icc_oneway(y: ArrayLike, group: ArrayLike) -> float | None:
    r"""Return ICC(1): the share of the variance of `y` that lies between groups.

    Parameters
    ----------
    y : array_like of float, shape (n,)
        Scores; NaN where missing.
    group : array_like of labels, shape (n,)
        Place or person of each score.

    Returns
    -------
    float or None
        May be below zero; None below two groups, or without two scores in one of them.

    Raises
    ------
    EstimateError
        If lengths do not fit.

    Notes
    -----
    :math:`(MSB - MSW) / (MSB + (n_0 - 1) MSW)` with :math:`n_0` the size of groups of unequal
    size, :math:`(N - \sum n_g^2 / N) / (G - 1)`.

    References
    ----------
    McGraw and Wong (1996), *Psychological Methods* 1, 30-46.
    """
    values, labels = np.asarray(y, dtype=np.float64), np.asarray(group)
    if values.ndim != 1 or labels.shape != values.shape:
        raise EstimateError(
            f"y has shape {values.shape} and group {labels.shape}; give one of each a row"
        )
    known = ~np.isnan(values)
    values, code = values[known], np.unique(labels[known], return_inverse=True)[1]
    sizes = np.bincount(code)
    groups, n = len(sizes), len(values)
    if groups < 2 or n == groups:
        return None
    means = np.bincount(code, values) / sizes
    between = float((sizes * (means - values.mean()) ** 2).sum()) / (groups - 1)
    within = float(((values - means[code]) ** 2).sum()) / (n - groups)
    size = (n - float((sizes**2).sum()) / n) / (groups - 1)
    return _share(between - within, between + (size - 1) * within)


def retest(occasions: ArrayLike) -> Retest:
    """Compare scores of the same persons on two occasions or more, or by several raters.

    Parameters
    ----------
    occasions : array_like of float, shape (n, k)
        One row a person, one column an occasion; NaN where missing. Only complete rows count.

    Returns
    -------
    Retest
        Undefined below two complete rows or two occasions.

    Raises
    ------
    EstimateError
        If it has another number of dimensions, or a value is infinite.

    References
    ----------
    McGraw and Wong (1996), *Psychological Methods* 1, 30-46. De Vet et al. (2006), *Journal of
    Clinical Epidemiology* 59, 1033-1039.
    """
    scores = complete(item_matrix(occasions)[1])
    n, k = scores.shape
    if n < 2 or k < 2:
        return Retest(n, None, None, None)
    icc, sd = _agreement(scores), sqrt(float(scores.var(axis=0, ddof=1).mean()))
    usable = icc is not None and 0 <= icc <= 1
    return Retest(n, icc, sd, measurement_error(icc, sd, n) if usable and icc is not None else None)


def measurement_error(icc: float, sd: float, n: int) -> MeasurementError:
    """Return how far scores with a standard deviation `sd` and reliability `icc` move by chance.

    Raises
    ------
    EstimateError
        If `icc` is no share, `sd` is below zero or nobody is counted.
    """
    if not 0 <= icc <= 1 or sd < 0 or n < 1:
        raise EstimateError(f"icc {icc}, sd {sd} and n {n}: give a share, a spread and a count")
    sem = sd * sqrt(1 - icc)
    sdc = _TWO_SIDED * sqrt(2) * sem
    return MeasurementError(sem, sdc, sdc / sqrt(n))


def _agreement(scores: FloatArray) -> float | None:
    """Return ICC(A,1) from the mean squares of persons (rows), occasions (columns) and error."""
    n, k = scores.shape
    persons, occasions, mean = scores.mean(axis=1), scores.mean(axis=0), scores.mean()
    rows = k * float(((persons - mean) ** 2).sum()) / (n - 1)
    columns = n * float(((occasions - mean) ** 2).sum()) / (k - 1)
    off = scores - persons[:, np.newaxis] - occasions + mean
    error = float((off**2).sum()) / ((n - 1) * (k - 1))
    return _share(rows - error, rows + (k - 1) * error + k / n * (columns - error))


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
