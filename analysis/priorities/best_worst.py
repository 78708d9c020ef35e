"""Best-worst scaling: small sets of needs, of which a person names the most and least urgent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from analysis.design import Design
from analysis.errors import EstimateError
from analysis.estimate import Estimate, estimate
from analysis.stages import BoolArray, FloatArray, IntArray

_FANO = ("012", "034", "056", "135", "146", "236", "245")
_DIFFERENCES = (0, 1, 3, 9)
_LARGEST = 13


@dataclass(frozen=True)
class BestWorstPlan:
    """Which needs are shown together.

    Attributes
    ----------
    needs : int
        How many; they are numbered 0, 1, ….
    sets : tuple of tuple of int
        Numbers of the needs of each set, rising.
    """

    needs: int
    sets: tuple[tuple[int, ...], ...]

    @property
    def shown(self) -> tuple[int, ...]:
        """How often each need is shown."""
        return tuple(sum(need in each for each in self.sets) for need in range(self.needs))

    @property
    def is_balanced(self) -> bool:
        """Whether sets are equally large and all needs, and all pairs, are shown equally often."""
        pairs = [
            sum({a, b} <= set(each) for each in self.sets)
            for a, b in combinations(range(self.needs), 2)
        ]
        return all(len(set(counts)) == 1 for counts in (pairs, self.shown, map(len, self.sets)))

    @property
    def note(self) -> str:
        """What the methods must say; empty for a balanced plan."""
        if self.is_balanced:
            return ""
        low, high = min(self.shown), max(self.shown)
        return (
            f"The plan for {self.needs} needs is unbalanced: sets differ in size and a need is "
            f"shown {low} to {high} times, so scores are divided by the times shown."
        )


def best_worst_plan(needs: int) -> BestWorstPlan:
    """Return the sets to show for a number of needs, 3 to 13.

    Up to 7 needs have 7 sets of 3, the lines of the Fano plane; 8 to 13 have 13 sets of 4, the
    differences {0, 1, 3, 9} + s modulo 13. Numbers beyond `needs` are dropped from the sets, and
    a set with fewer than two left is not shown. Both plans are balanced when they are full.

    Raises
    ------
    EstimateError
        If `needs` is below 3 or above 13.

    References
    ----------
    Louviere, Flynn & Marley (2015), *Best-worst scaling*, Cambridge University Press.
    """
    if not 3 <= needs <= _LARGEST:
        raise EstimateError(f"best-worst sets of {needs} needs; choose from 3 to {_LARGEST} needs")
    if needs <= len(_FANO):
        full = [[int(digit) for digit in line] for line in _FANO]
    else:
        full = [[(d + s) % _LARGEST for d in _DIFFERENCES] for s in range(_LARGEST)]
    kept = [tuple(sorted(need for need in each if need < needs)) for each in full]
    return BestWorstPlan(needs, tuple(each for each in kept if len(each) > 1))


def best_worst(
    best: ArrayLike,
    worst: ArrayLike,
    plan: BestWorstPlan,
    design: Design,
    domain: ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> tuple[Estimate, ...]:
    r"""Estimate the best-worst score of each need, −1 (always worst) to 1 (always best).

    Parameters
    ----------
    best, worst : array_like of int, shape (n, sets)
        Number of the need chosen in each set; −1 where it was left out. A set counts when both
        were chosen and differ.
    plan : BestWorstPlan
        The sets that were shown.
    design : Design
        Of the same n rows.
    domain : array_like of bool, shape (n,), optional
        Whom it is about; everyone unless told.
    level : float
        Level of the intervals.

    Returns
    -------
    tuple of Estimate, one a need
        `n` counts the persons who answered a set that shows the need.

    Raises
    ------
    EstimateError
        If shapes do not fit, or a need was chosen in a set that does not show it.

    Notes
    -----
    :math:`\sum w (B - W) / \sum w S`: how often a need was best, worst and shown in the sets that
    a person answered. It is a ratio, linearised as one.
    """
    shape = (len(design), len(plan.sets))
    most, least = _choices(best, "best", plan, shape), _choices(worst, "worst", plan, shape)
    counted = (most >= 0) & (least >= 0) & (most != least)
    return tuple(
        _score(chosen, shown, design, domain, level)
        for chosen, shown in _counts(most, least, counted, plan)
    )


def _counts(
    most: IntArray, least: IntArray, counted: BoolArray, plan: BestWorstPlan
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Yield best less worst, and times shown, of each need; both of shape (n,)."""
    for need in range(plan.needs):
        shows = np.array([need in each for each in plan.sets])
        net = ((most == need) & counted).sum(axis=1) - ((least == need) & counted).sum(axis=1)
        yield net.astype(np.float64), (counted & shows).sum(axis=1).astype(np.float64)


def _score(
    chosen: FloatArray, shown: FloatArray, design: Design, domain: ArrayLike | None, level: float
) -> Estimate:
    pair = np.where(shown > 0, [chosen, shown], np.nan).T
    return estimate("ratio", pair, design, domain, level=level)


def _choices(given: ArrayLike, thing: str, plan: BestWorstPlan, shape: tuple[int, int]) -> IntArray:
    choices = np.asarray(given)
    if choices.shape != shape or choices.dtype.kind not in "iu":
        raise EstimateError(
            f"{thing} has type {choices.dtype} and shape {choices.shape}; "
            f"give whole numbers of shape {shape}, -1 for none"
        )
    for number, each in enumerate(plan.sets):
        astray = np.flatnonzero(~np.isin(choices[:, number], (-1, *each)))
        if astray.size:
            raise EstimateError(
                f"{thing} of row {astray[0]} in set {number} is a need that the set does not "
                "show; check the order of the sets, or write -1"
            )
    return choices.astype(np.int64)
