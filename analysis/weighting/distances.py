"""How far a weight may move from its design weight: one class for each distance.

Each gives the ratio g = w/d of a unit as a function F of its score u = x'λ, and the slope of F
(Deville and Särndal 1992, table 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis.errors import DesignError
from analysis.stages import FloatArray


class Distance(Protocol):
    """A distance, by the weight ratio that minimises it; arrays are of shape (n,)."""

    def ratio(self, u: FloatArray) -> FloatArray:
        """Return F(u); F(0) = 1."""
        ...

    def slope(self, u: FloatArray) -> FloatArray:
        """Return the derivative of F at u; above zero where the ratio can still move."""
        ...


class Exponential:
    """Raking: ratios are above zero."""

    def ratio(self, u: FloatArray) -> FloatArray:
        """Return exp(u)."""
        return np.exp(u)

    def slope(self, u: FloatArray) -> FloatArray:
        """Return exp(u)."""
        return np.exp(u)


@dataclass(frozen=True)
class Linear:
    """Generalised regression: ratios anywhere, or cut off at bounds."""

    low: float = -np.inf
    high: float = np.inf

    def ratio(self, u: FloatArray) -> FloatArray:
        """Return 1 + u between the bounds."""
        return np.clip(1 + u, self.low, self.high)

    def slope(self, u: FloatArray) -> FloatArray:
        """Return 1 between the bounds and 0 outside."""
        return ((1 + u > self.low) & (1 + u < self.high)).astype(np.float64)


@dataclass(frozen=True)
class Logit:
    """Ratios between bounds, which they only come near."""

    low: float
    high: float

    def ratio(self, u: FloatArray) -> FloatArray:
        """Return L + (U - L) s, s logistic in u and (1 - L) / (U - L) at u = 0."""
        return self.low + (self.high - self.low) * self._share(u)

    def slope(self, u: FloatArray) -> FloatArray:
        """Return the derivative, 1 at u = 0."""
        share = self._share(u)
        steepness = (self.high - self.low) / ((1 - self.low) * (self.high - 1))
        return steepness * (self.high - self.low) * share * (1 - share)

    def _share(self, u: FloatArray) -> FloatArray:
        steepness = (self.high - self.low) / ((1 - self.low) * (self.high - 1))
        odds = (1 - self.low) / (self.high - 1) * np.exp(np.clip(steepness * u, -700, 700))
        return np.asarray(odds / (1 + odds), dtype=np.float64)


def distance_of(name: str, bounds: tuple[float, float] | None) -> Distance:
    """Return the distance called `name`, within `bounds` of the ratio g.

    Raises
    ------
    DesignError
        If there is none of that name, or the bounds do not enclose 1.
    """
    if name not in ("linear", "logit"):
        raise DesignError(f"unknown distance {name!r}; choose linear or logit")
    if bounds is None:
        if name == "logit":
            raise DesignError("distance logit needs bounds of w/d; give them, as bounds=(0.5, 2)")
        return Linear()
    low, high = bounds
    if not (low < 1 < high and np.isfinite([low, high]).all()):
        raise DesignError(
            f"bounds are {low} and {high}; they are ratios of weights, so give one number "
            "below 1 and one above"
        )
    return Linear(low, high) if name == "linear" else Logit(low, high)
