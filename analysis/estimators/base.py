"""What every estimator gives back: the number, and how each respondent moves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import EstimateError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Distribution:
    """The values of a population in order, to read quantiles from.

    Attributes
    ----------
    share : float
        Weighted share of values at or below the quantile asked for.
    position : FloatArray, shape (m,)
        Cumulated share at which each value stands, rising.
    value : FloatArray, shape (m,)
        The values, sorted.
    """

    share: float
    position: FloatArray
    value: FloatArray

    def quantile(self, share: float) -> float:
        """Return the value below which a share of the population lies."""
        return float(np.interp(share, self.position, self.value))


@dataclass(frozen=True, eq=False)
class Linearised:
    """A statistic and its linearisation.

    Attributes
    ----------
    point : float
        The statistic, in its own unit; NaN when the values do not define it.
    influence : FloatArray, shape (n,)
        How much each respondent moves it, weight included; zero outside the domain. The
        statistic varies from sample to sample as the total of these does.
    distribution : Distribution, optional
        For a quantile: then the influence is that on the share of values at or below it, and
        the interval of that share is read back from here.
    """

    point: float
    influence: FloatArray
    distribution: Distribution | None = None


def check_one_column(y: FloatArray) -> None:
    """Raise an EstimateError unless there is one value a row."""
    if y.ndim != 1:
        raise EstimateError(f"y has shape {y.shape}; this statistic takes one value a row")


#: From values and weights, weights of shape (n,) and zero outside the domain. Values have the
#: shape (n,), or (n, k) when a statistic needs k values of each respondent, as a ratio does.
Estimator = Callable[[FloatArray, FloatArray], Linearised]
