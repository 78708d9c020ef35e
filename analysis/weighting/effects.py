"""What weights do to a sample: how far they range, what they cost, and what they move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.errors import DesignError
from analysis.stages import FloatArray
from analysis.weighting.known import UNSAID, Known, Scheme, weigh
from analysis.weighting.trim import weights_of

#: A weight this near to the largest that may be was cut off, as a share of it.
_AT_CAP = 1e-9


@dataclass(frozen=True)
class Alike:
    """Respondents who carry the same weight and gave the same answers to the items weighed by.

    Attributes
    ----------
    answers : mapping of str to str
        Their code, by item.
    weight : float
        What each of them counts for before.
    count : int
        How many they are.
    """

    answers: Mapping[str, str]
    weight: float
    count: int


@dataclass(frozen=True)
class Effects:
    """What weights do to a sample.

    Attributes
    ----------
    count : int
        Respondents.
    lowest, highest : float
        Smallest and largest weight, in mean weights.
    deff : float
        Kish's design effect of the weights.
    effective : float
        As many respondents with equal weights tell as much: `count` / `deff`.
    cut : int
        Respondents whose weight was cut off at the cap.
    shares : mapping of str to mapping of str to (float, float)
        By item and group: its share (0-1) of those who said, before and after.
    """

    count: int
    lowest: float
    highest: float
    deff: float
    effective: float
    cut: int
    shares: Mapping[str, Mapping[str, tuple[float, float]]]


def effects(alike: Sequence[Alike], scheme: Scheme) -> Effects:
    """Return what the weights of `scheme` do to a sample, without its strata and clusters.

    Raises
    ------
    DesignError
        As `weigh`, and if there are no respondents.
    """
    before, codes, design = _weighed(alike, scheme)
    weight, spread = design.weight, weights_of(design)
    mean = float(weight.mean())
    cut = 0 if scheme.cap is None else int((weight >= scheme.cap * mean * (1 - _AT_CAP)).sum())
    shares = {
        known.item: _shares(known, codes[known.item], before, weight) for known in scheme.known
    }
    return Effects(
        count=len(weight),
        lowest=spread.weight_min / mean,
        highest=spread.weight_max / mean,
        deff=spread.deff_weights,
        effective=len(weight) / spread.deff_weights,
        cut=cut,
        shares=shares,
    )


def weights_alike(alike: Sequence[Alike], scheme: Scheme) -> list[float]:
    """Return the weight that `scheme` gives to each of those who are alike, in their order.

    Raises
    ------
    DesignError
        As `effects`.
    """
    design = _weighed(alike, scheme)[2]
    ends = np.cumsum([each.count for each in alike])
    return [float(weight) for weight in design.weight[ends - 1]]


def _weighed(
    alike: Sequence[Alike], scheme: Scheme
) -> tuple[FloatArray, dict[str, NDArray[np.str_]], Design]:
    """Return the weights before, the codes by item, and the design after, person by person."""
    if not alike:
        raise DesignError("there are no answers to be weighed yet; wait until some are sealed")
    times = [each.count for each in alike]
    before = np.repeat([each.weight for each in alike], times)
    codes = {
        known.item: np.repeat(np.array([each.answers[known.item] for each in alike]), times)
        for known in scheme.known
    }
    return before, codes, weigh(codes.__getitem__, Design(before), scheme)


def _shares(
    known: Known,
    codes: NDArray[np.str_],
    before: FloatArray,
    after: FloatArray,
) -> dict[str, tuple[float, float]]:
    found, place = np.unique(codes, return_inverse=True)
    groups = np.array([known.group_of.get(str(code), UNSAID) for code in found])[place]
    said = groups != UNSAID
    sums = float(before[said].sum()), float(after[said].sum())
    return {
        group: (
            float(before[groups == group].sum()) / sums[0],
            float(after[groups == group].sum()) / sums[1],
        )
        for group in known.people
    }
