"""Weights of a round from what is known of its population: groups, those who did not say, a cap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.design import Design
from analysis.errors import DesignError
from analysis.stages import FloatArray
from analysis.weighting.calibrate import rake
from analysis.weighting.margins import Margin
from analysis.weighting.trim import trim

#: The answers of n respondents to an item, of shape (n,), by its name; as `Frame.codes`.
Codes = Callable[[str], NDArray[np.str_]]

#: The group of those whose answer nothing is known of; no code begins with a dot.
UNSAID = ".unsaid"


@dataclass(frozen=True)
class Known:
    """The population by one item.

    Attributes
    ----------
    item : str
        Name of the item.
    people : mapping of str to float
        How many people are in each group, or their share in any unit.
    group_of : mapping of str to str
        The group of each code. Whoever gave another answer, or none, keeps the share that they
        have among the answers.
    """

    item: str
    people: Mapping[str, float]
    group_of: Mapping[str, str]


@dataclass(frozen=True)
class Scheme:
    """How a round is weighed.

    Attributes
    ----------
    known : tuple of Known
        What the weights agree with; at least one.
    people : float or None
        Size of the population; None keeps the sum of the design weights.
    cap : float or None
        The largest weight, in mean weights; larger ones are cut off, and what is cut off is
        spread over the others.
    """

    known: tuple[Known, ...]
    people: float | None = None
    cap: float | None = None


@dataclass(frozen=True)
class Side:
    """The rows of one round in a design of several, and how it is weighed; None for not at all."""

    rows: ArrayLike = field(repr=False)
    scheme: Scheme | None


def weigh(codes: Codes, design: Design, scheme: Scheme) -> Design:
    """Return the design with weights that agree with what is known of the population.

    Parameters
    ----------
    codes : callable
        The answers of n respondents to each item of `scheme`, as `Frame.codes` gives them.
    design : Design
        Of the same respondents, as drawn.
    scheme : Scheme
        What is known.

    Raises
    ------
    DesignError
        If nobody is in a group, or no weights agree with all of it.
    """
    return weigh_rounds(codes, design, [Side(np.ones(len(design), dtype=bool), scheme)])


def weigh_rounds(codes: Codes, design: Design, sides: Sequence[Side]) -> Design:
    """Return the design of several rounds, each weighed by itself.

    Their rows stay one sample, so that what rounds share by chance still cancels in a change;
    the standard errors know the margins of each. Parameters and errors are those of `weigh`.
    """
    items = dict.fromkeys(
        known.item for side in sides if side.scheme for known in side.scheme.known
    )
    if not items:
        return design
    margins: dict[str, Margin] = {}
    for item in items:
        labels = np.full(len(design), UNSAID, dtype=object)
        people: dict[str, float] = {}
        for number, side in enumerate(sides):
            rows = np.asarray(side.rows, dtype=bool)
            groups, shares = _groups(codes(item)[rows], design.weight[rows], side, item)
            labels[rows] = [f"{number} {group}" for group in groups]
            people |= {f"{number} {group}": count for group, count in shares.items()}
        margins[item] = (labels.astype(np.str_), people)
    raked = rake(design, margins)
    weight = raked.weight.copy()
    for side in sides:
        rows = np.asarray(side.rows, dtype=bool)
        if side.scheme and side.scheme.cap is not None:
            weight[rows] = _capped(weight[rows], side.scheme.cap)
    return raked.reweighted(weight, raked.calibration)


def _groups(
    codes: NDArray[np.str_], weight: FloatArray, side: Side, item: str
) -> tuple[NDArray[np.str_], dict[str, float]]:
    """Return the group of each row of one round, and how many people each group must have."""
    size = float(weight.sum())
    if side.scheme is None:
        return np.full(len(codes), UNSAID), {UNSAID: size}
    known = next((each for each in side.scheme.known if each.item == item), None)
    everybody = side.scheme.people or size
    if known is None:
        return np.full(len(codes), UNSAID), {UNSAID: everybody}
    found, place = np.unique(codes, return_inverse=True)
    groups = np.array([known.group_of.get(str(code), UNSAID) for code in found])[place]
    unsaid = float(weight[groups == UNSAID].sum()) / size
    if unsaid == 1:
        raise DesignError(f"nobody has answered {item}; leave it out of the weights")
    share = everybody * (1 - unsaid) / sum(known.people.values())
    people = {group: share * count for group, count in known.people.items()}
    return groups, people | ({UNSAID: everybody * unsaid} if unsaid else {})


def _capped(weight: FloatArray, cap: float) -> FloatArray:
    """Return weights of which none is larger than `cap` mean weights, and their sum as it was."""
    return trim(Design(weight), upper=cap * float(weight.mean())).weight
