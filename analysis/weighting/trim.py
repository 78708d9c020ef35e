"""Bounds on weights, and what unequal weights cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.design import Design
from analysis.errors import DesignError

_ROUNDS = 10_000
#: What is left of a sum, as a share of it, when rounding is all that is.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Weights:
    """How unequal the weights of a design are.

    Attributes
    ----------
    deff_weights : float
        Kish's design effect n Σw² / (Σw)²: what unequal weights alone multiply a variance by.
    weight_min, weight_max : float
        Smallest and largest weight, in people.
    """

    deff_weights: float
    weight_min: float
    weight_max: float


def weights_of(design: Design) -> Weights:
    """Return how unequal the weights of a design are."""
    weight = design.weight
    deff = len(weight) * float(np.square(weight).sum()) / float(weight.sum()) ** 2
    return Weights(deff, float(weight.min()), float(weight.max()))


def trim(design: Design, lower: float = 0, upper: float = float("inf")) -> Design:
    """Cut the weights of a design off at bounds, and keep their sum.

    Parameters
    ----------
    design : Design
        Calibrated or not. What it knows of the population stays in its standard errors, though
        trimmed weights no longer hit the margins exactly.
    lower, upper : float
        Smallest and largest weight, in people.

    Returns
    -------
    Design
        What is cut off is spread evenly over the other weights, again and again until none is
        outside, as ``trimWeights(strict = TRUE)`` of R's `survey` does.

    Raises
    ------
    DesignError
        If no weights with that sum lie within the bounds.
    """
    weight, people = design.weight, float(design.weight.sum())
    if not lower * len(weight) <= people <= upper * len(weight):
        raise DesignError(
            f"the mean weight, {people / len(weight):.4g}, is not between {lower} and {upper}; "
            "give wider bounds"
        )
    for _ in range(_ROUNDS):
        outside = (weight < lower) | (weight > upper)
        if not outside.any():
            return design.reweighted(weight, design.calibration)
        cut = np.clip(weight, lower, upper)
        left = float((weight - cut).sum())
        if outside.all() and abs(left) > _ROUNDING * people:
            break  # nobody is there to take what is cut off
        weight = np.where(outside, cut, cut + left / max(int((~outside).sum()), 1))
    raise DesignError(
        f"trimming to {lower} and {upper} does not settle; give bounds further from the mean "
        f"weight, {people / len(weight):.4g}"
    )
