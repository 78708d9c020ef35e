"""Weights as near to the design weights as can be that hit the known totals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.calibration import Auxiliaries, inverse
from analysis.errors import DesignError
from analysis.stages import FloatArray
from analysis.weighting.distances import Distance

#: Totals are hit when they are this near, as a share of themselves.
CONVERGED = 1e-10

_STEPS, _HALVINGS = 200, 40
_FLOOR = 1e-8  # of the slope where a bound holds a weight, so that it can leave again


def solve(
    auxiliaries: Auxiliaries, weight: FloatArray, target: FloatArray, distance: Distance
) -> FloatArray:
    r"""Return weights whose totals of the auxiliaries are `target`.

    Parameters
    ----------
    auxiliaries : Auxiliaries
        Columns X, of shape (n, p).
    weight : FloatArray, shape (n,)
        Design weights d, above zero.
    target : FloatArray, shape (p,)
        Known totals.
    distance : Distance
        F of the ratio w/d.

    Returns
    -------
    FloatArray, shape (n,)
        w = d F(Xλ), with X'w = `target` to a share of 1e-10 of each.

    Raises
    ------
    DesignError
        If no λ is found.

    Notes
    -----
    Newton's method for λ, down to the last digit; a step that does not bring the totals nearer
    is halved.
    """
    problem = _Problem(auxiliaries, weight, target, distance)
    found = problem.trial(np.zeros(len(weight)))
    for _ in range(_STEPS):
        nearer = problem.nearer(found)
        if nearer is None:
            break
        found = nearer
    away = float(np.abs(found.off).max())
    if away > CONVERGED:
        raise DesignError(
            f"the weights do not converge: a total stays {away:.1e} of itself away; join small "
            "categories, widen the bounds, or mend margins that contradict each other where "
            "categories never meet"
        )
    return found.weight


@dataclass(frozen=True, eq=False)
class _Trial:
    """Scores u = Xλ, the weights they give, both of shape (n,), and how far off the totals are.

    `off` is of shape (p,), in shares of each total.
    """

    scores: FloatArray
    weight: FloatArray
    off: FloatArray


@dataclass(frozen=True, eq=False)
class _Problem:
    auxiliaries: Auxiliaries
    weight: FloatArray
    target: FloatArray
    distance: Distance

    def trial(self, scores: FloatArray) -> _Trial:
        # A step too long overflows; it is not nearer, and so is halved.
        with np.errstate(over="ignore", invalid="ignore"):
            weight = self.weight * self.distance.ratio(scores)
            return _Trial(
                scores, weight, (self.target - self.auxiliaries.totals(weight)) / self.size
            )

    def nearer(self, found: _Trial) -> _Trial | None:
        """Return the longest step that brings the totals nearer; None without one."""
        slope = self.weight * np.maximum(self.distance.slope(found.scores), _FLOOR)
        newton = inverse(self.auxiliaries.cross(slope)) @ (found.off * self.size)
        step = self.auxiliaries.combine(newton)
        before = np.abs(found.off).max()
        # Once converged, a whole step that helps is taken, and rounding is not fought.
        for halving in range(_HALVINGS if before > CONVERGED else 1):
            tried = self.trial(found.scores + step / 2**halving)
            if np.abs(tried.off).max() < before:
                return tried
        return None

    @cached_property
    def size(self) -> FloatArray:
        """What each total is measured by: itself, or the numbers it is the sum of."""
        summed = np.abs(self.auxiliaries.columns) @ self.weight
        counts = np.zeros(len(self.target) - len(summed))
        size: FloatArray = np.maximum(np.abs(self.target), np.concatenate([counts, summed]))
        return size
