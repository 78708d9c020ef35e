"""How well the items of a scale agree: alpha, omega and what each item adds (scoring.md C.10)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.errors import EstimateError
from analysis.reliability.items import Items, complete, correlation, covariance, item_matrix
from analysis.reliability.onefactor import one_factor
from analysis.stages import FloatArray

#: Below this many complete cases an interval of alpha is too wide to say anything.
ENOUGH = 100

#: A reversed item that goes less with the rest than this was probably not understood.
WEAK = 0.1


@dataclass(frozen=True)
class Reliability:
    """How well items measure one thing. Whatever is undefined is None.

    Attributes
    ----------
    n : int
        Complete cases.
    alpha, alpha_standardised : float or None
        Cronbach's alpha of the sum of the items, and of the sum of the standardised ones.
    alpha_low, alpha_high : float or None
        Feldt's interval of alpha; None with weights.
    omega : float or None
        McDonald's omega of one factor by maximum likelihood; None below three items and where
        the items have no proper factor.
    spearman_brown : float or None
        2r / (1 + r); of two items only.
    mean_r : float or None
        Mean correlation between items.
    item_rest : mapping of str to float or None
        Correlation of each item with the sum of the others.
    alpha_if_dropped : mapping of str to float or None
        Alpha of the others.
    level : float
        Of the interval.
    """

    n: int
    alpha: float | None
    alpha_standardised: float | None
    alpha_low: float | None
    alpha_high: float | None
    omega: float | None
    spearman_brown: float | None
    mean_r: float | None
    item_rest: Mapping[str, float | None]
    alpha_if_dropped: Mapping[str, float | None]
    level: float = 0.95

    @property
    def too_few(self) -> bool:
        """Whether there are too few complete cases to judge the items."""
        return self.n < ENOUGH

    def check_wording(self, reverse: Collection[str]) -> tuple[str, ...]:
        """Return which of the reversed items hardly go with the rest; none when too few answered.

        Nothing is dropped: a person reads the wording.
        """
        if self.too_few:
            return ()
        rest = self.item_rest.items()
        return tuple(name for name, r in rest if name in reverse and r is not None and r < WEAK)


def reliability(
    items: Items, *, weight: ArrayLike | None = None, level: float = 0.95
) -> Reliability:
    """Tell how well items measure one thing, from those who answered all of them.

    Parameters
    ----------
    items : mapping of str to array_like of float, shape (n,), or array_like of shape (n, k)
        Values of each item, reversed where need be, in one unit; NaN where missing. The columns
        of an array are called "1", "2", …
    weight : array_like of float, shape (n,), optional
        Weights of the respondents; nobody is weighted unless told.
    level : float
        Of the interval of alpha.

    Returns
    -------
    Reliability
        All undefined below two complete cases or two items.

    Raises
    ------
    EstimateError
        If lengths do not fit, a value is infinite or a weight is not above zero.

    Examples
    --------
    >>> reliability({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4]}).alpha
    0.888888888888889

    References
    ----------
    Cronbach (1951), *Psychometrika* 16, 297-334. McDonald (1999), *Test Theory*. Feldt, Woodruff
    and Salih (1987), *Applied Psychological Measurement* 11, 93-103.
    """
    if not 0 < level < 1:
        raise EstimateError(f"level is {level}; give a share between 0 and 1, as 0.95")
    names, values = item_matrix(items)
    answered = complete(values)
    weights = None if weight is None else _weights(weight, values)
    n, k = answered.shape
    if n < 2 or k < 2:
        nothing: dict[str, float | None] = dict.fromkeys(names)
        return Reliability(n, *(None,) * 7, nothing, nothing, level)
    found = covariance(answered, weights)
    factor = one_factor(found)
    mean_r = mean_correlation(found)
    alpha = alpha_of(found)
    low, high = _feldt(alpha, n, k, level) if weights is None else (None, None)
    return Reliability(
        n=n,
        alpha=alpha,
        alpha_standardised=stepped_up(mean_r, k),
        alpha_low=low,
        alpha_high=high,
        omega=factor.omega if factor else None,
        spearman_brown=stepped_up(mean_r, 2) if k == 2 else None,
        mean_r=mean_r,
        item_rest=dict(zip(names, item_rest(found), strict=True)),
        alpha_if_dropped=dict(zip(names, alpha_if_dropped(found), strict=True)),
        level=level,
    )


def alpha_of(covariance: FloatArray) -> float | None:
    """Return Cronbach's alpha from the covariance of k items, of shape (k, k)."""
    k, total = len(covariance), float(covariance.sum())
    if k < 2 or not total > 0:
        return None
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total)


def mean_correlation(covariance: FloatArray) -> float | None:
    """Return the mean correlation between two items."""
    r = correlation(covariance)
    return _defined(float(r[np.triu_indices(len(r), 1)].mean()))


def stepped_up(r: float | None, times: int) -> float | None:
    """Return the reliability of `times` parts that correlate r (Spearman and Brown)."""
    if r is None or 1 + (times - 1) * r <= 0:
        return None
    return times * r / (1 + (times - 1) * r)


def item_rest(covariance: FloatArray) -> list[float | None]:
    """Return the correlation of each item with the sum of the others."""
    return [_item_rest(covariance, j) for j in range(len(covariance))]


def alpha_if_dropped(covariance: FloatArray) -> list[float | None]:
    """Return alpha of the other items, for each item."""
    return [alpha_of(np.delete(np.delete(covariance, j, 0), j, 1)) for j in range(len(covariance))]


def _item_rest(covariance: FloatArray, j: int) -> float | None:
    variance = float(covariance[j, j])
    shared = float(covariance[j].sum()) - variance
    rest = float(covariance.sum()) - variance - 2 * shared
    return shared / sqrt(variance * rest) if variance > 0 and rest > 0 else None


def _feldt(alpha: float | None, n: int, k: int, level: float) -> tuple[float | None, float | None]:
    """Return the interval in which (1 - alpha of the population) / (1 - alpha) is an F."""
    if alpha is None:
        return None, None
    df, tail = (n - 1, (n - 1) * (k - 1)), (1 - level) / 2
    low, high = scipy.special.fdtri(*df, [1 - tail, tail])
    return 1 - (1 - alpha) * float(low), 1 - (1 - alpha) * float(high)


def _weights(weight: ArrayLike, values: FloatArray) -> FloatArray:
    """Return the weights of the complete cases."""
    weights = np.asarray(weight, dtype=np.float64)
    if weights.shape != (len(values),):
        raise EstimateError(
            f"weight has shape {weights.shape} and items have {len(values)} rows; give one a row"
        )
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights > 0)))
    if wrong.size:
        raise EstimateError(f"weight of row {wrong[0]} is {weights[wrong[0]]}; mend it")
    return weights[~np.isnan(values).any(axis=1)]


def _defined(number: float) -> float | None:
    return number if isfinite(number) else None
