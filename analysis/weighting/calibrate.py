"""Rake, post-stratify, and calibrate by generalised regression."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.calibration import Auxiliaries, Calibration
from analysis.design import Design
from analysis.errors import DesignError
from analysis.stages import FloatArray
from analysis.weighting.distances import Distance, Exponential, distance_of
from analysis.weighting.margins import Margin, Total, auxiliaries_of
from analysis.weighting.solving import solve


def rake(design: Design, margins: Mapping[str, Margin]) -> Design:
    """Rake the weights of a design to the margins of a population.

    Parameters
    ----------
    design : Design
        Of n respondents, not calibrated before.
    margins : mapping of str to (array_like of labels, shape (n,), mapping of str to float)
        By name: the category of each respondent, and how many people of the population are in
        each category. All margins add up to the same number of people. 8, 8.0 and "8" are one
        category; a missing label is the category "".

    Returns
    -------
    Design
        The same sample with weights that hit every margin to a share of 1e-10. `estimate` takes
        it as any design, and its standard errors know the margins.

    Raises
    ------
    DesignError
        If a margin names a category that nobody is in, or leaves one out; if margins do not
        agree; or if no weights hit them all. The message lists every problem with its remedy.

    Examples
    --------
    >>> import numpy as np
    >>> sex = np.array(["woman", "woman", "man"])
    >>> rake(Design(np.ones(3)), {"sex": (sex, {"woman": 60, "man": 40})}).weight
    array([30., 30., 40.])

    References
    ----------
    Deville, Särndal and Sautory (1993), Generalized raking procedures in survey sampling,
    *Journal of the American Statistical Association* 88, 1013-1020.
    """
    auxiliaries, target = auxiliaries_of(design, margins, {})
    return _calibrated(design, auxiliaries, target, Exponential())


def poststratify(design: Design, margins: Mapping[str, Margin]) -> Design:
    """Scale the weights of each category to its population; one margin, exactly.

    Parameters, returned design and errors are those of `rake`. With two margins or more, cross
    them into one column, or rake.
    """
    if len(margins) != 1:
        raise DesignError(
            f"poststratify takes one margin and {len(margins)} are given; cross them into one "
            "column, or rake"
        )
    auxiliaries, target = auxiliaries_of(design, margins, {})
    ratio = target / auxiliaries.totals(design.weight)
    return _with(design, auxiliaries, design.weight * auxiliaries.combine(ratio))


def greg(
    design: Design,
    margins: Mapping[str, Margin] | None = None,
    totals: Mapping[str, Total] | None = None,
    *,
    distance: str = "linear",
    bounds: tuple[float, float] | None = None,
) -> Design:
    """Calibrate the weights of a design to margins and to totals of numeric columns.

    Parameters
    ----------
    design, margins
        As for `rake`.
    totals : mapping of str to (array_like of float, shape (n,), float)
        By name: values of each respondent, and their total in the population, in one unit.
    distance : {"linear", "logit"}
        Generalised regression, or a distance that nears its bounds and never reaches them.
    bounds : tuple of float
        Lowest and highest ratio of the new weight to the old, below and above 1. "logit" needs
        them; "linear" is cut off at them.

    Returns
    -------
    Design
        As `rake` does.

    Raises
    ------
    DesignError
        As `rake`, and if a weight falls to zero or below, as unbounded regression allows.
    """
    auxiliaries, target = auxiliaries_of(design, margins or {}, totals or {})
    return _calibrated(design, auxiliaries, target, distance_of(distance, bounds))


def _calibrated(
    design: Design, auxiliaries: Auxiliaries, target: FloatArray, distance: Distance
) -> Design:
    weight = solve(auxiliaries, design.weight, target, distance)
    wrong = np.flatnonzero(~(weight > 0))
    if wrong.size:
        raise DesignError(
            f"calibration makes the weight of row {wrong[0]} {weight[wrong[0]]:.4g}, and nobody "
            "stands for less than no one; rake instead, or give bounds, as bounds=(0.3, 3)"
        )
    return _with(design, auxiliaries, weight)


def _with(design: Design, auxiliaries: Auxiliaries, weight: FloatArray) -> Design:
    if design.calibration is not None:
        raise DesignError(
            "the design is calibrated already; give all margins at once, to the design as drawn"
        )
    return design.reweighted(weight, Calibration(auxiliaries, design.weight, weight))
