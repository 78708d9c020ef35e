"""The reliability of the items of a plan: complete cases, unweighted."""

from __future__ import annotations

from analysis.columns import FloatArray
from analysis.plan.cases import Cases
from analysis.plan.measures import numbers_of
from analysis.plan.model import ItemSet, Scale
from analysis.plan.results import Record, defined
from analysis.reliability import reliability


def rely(asked: ItemSet, cases: Cases, scales: tuple[Scale, ...]) -> Record:
    """Return how well items measure one thing, among the rows kept that answered all of them.

    An item that a scale of the plan reverses is reversed here as well.

    Raises
    ------
    EstimateError
        As `analysis.reliability`.
    """
    found = reliability({item: _turned(item, asked, cases, scales) for item in asked.of})
    return {
        "name": asked.name,
        "n": found.n,
        "alpha": defined(found.alpha),
        "alpha_standardised": defined(found.alpha_standardised),
        "omega": defined(found.omega),
        "mean_r": defined(found.mean_r),
        "item_rest": {item: defined(r) for item, r in found.item_rest.items()},
        "alpha_if_dropped": {item: defined(r) for item, r in found.alpha_if_dropped.items()},
    }


def _turned(item: str, asked: ItemSet, cases: Cases, scales: tuple[Scale, ...]) -> FloatArray:
    """Return the values of an item in the rows kept, turned as its scale turns it."""
    value = numbers_of(cases, item)[cases.kept]
    holding = [scale for scale in scales if item in scale.items]
    # Where two scales hold it, the one that holds all the items asked for is meant.
    whole = [scale for scale in holding if set(asked.of) <= set(scale.items)]
    for scale in (whole or holding)[:1]:
        if item in scale.reverse:
            return scale.minimum + scale.maximum - value
    return value
