"""What every estimator gives back: the number, and how each respondent moves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Linearised:
    """A statistic and its linearisation.

    Attributes
    ----------
    point : float
        The statistic, in its own unit.
    influence : FloatArray, shape (n,)
        How much each respondent moves it, weight included; zero outside the domain. The
        statistic varies from sample to sample as the total of these does.
    """

    point: float
    influence: FloatArray


#: From values and weights, both of shape (n,), weights zero outside the domain.
Estimator = Callable[[FloatArray, FloatArray], Linearised]
