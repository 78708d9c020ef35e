"""How many people, or clusters, to take from each stratum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.errors import EstimateError
from analysis.planning.size import LARGEST, positive
from analysis.stages import FloatArray, IntArray

METHODS = ("proportional", "equal", "neyman", "power")


@dataclass(frozen=True)
class Stratum:
    """A part of the population that is sampled by itself.

    Attributes
    ----------
    name : str
        Its label.
    size : float
        People in it, or whatever else the sample is to follow.
    sd : float or None
        Standard deviation of the answers in it; only "neyman" needs it.
    most : int or None
        Units there are to take; `size`, rounded down, unless told.
    """

    name: str
    size: float
    sd: float | None = None
    most: int | None = None


@dataclass(frozen=True)
class Allocation:
    """How many units to take from each stratum.

    Attributes
    ----------
    strata : tuple of Stratum
        As given.
    n : tuple of int
        Units to take, in the order of `strata`.
    weight : tuple of float or None
        What each unit taken stands for, size / n; None where none is taken.
    deff : float or None
        Design effect of these weights (Kish) on the estimate for all strata together; None when
        a stratum has none.
    """

    strata: tuple[Stratum, ...]
    n: tuple[int, ...]
    weight: tuple[float | None, ...]
    deff: float | None


def allocate(
    total: int,
    strata: Sequence[Stratum],
    method: str = "proportional",
    *,
    minimum: int = 0,
    power: float = 0.5,
) -> Allocation:
    r"""Share a sample out over strata.

    Parameters
    ----------
    total : int
        Units to take.
    strata : sequence of Stratum
        With different names.
    method : {"proportional", "equal", "neyman", "power"}
        Share of each stratum: by :math:`N_h`, the same, by :math:`N_h S_h`, by :math:`N_h^a`.
    minimum : int
        Units of each stratum at least, or all that it has.
    power : float
        a, from 0 (equal) to 1 (proportional); 0.5 is the square root.

    Returns
    -------
    Allocation
        Adds up to `total`. No stratum gives more units than it has.

    Raises
    ------
    EstimateError
        If sizes or names do not do, or `total` cannot be reached within the bounds.

    Notes
    -----
    Shares beyond a bound are set to it and the rest is shared among the others; then whole
    units by largest remainder, the earlier stratum first.

    References
    ----------
    Neyman (1934), *Journal of the Royal Statistical Society* 97(4); Bankier (1988), Power
    allocations, *American Statistician* 42(3), 174-177.
    """
    measure = _measure(strata, method, power)
    minimum = min(minimum, int(LARGEST))  # what is more than mankind, and fits 64 bits
    most = np.array([int(s.size) if s.most is None else s.most for s in strata], dtype=np.int64)
    least = np.minimum(max(minimum, 0), most)
    if minimum < 0 or total < least.sum() or total > most.sum():
        raise EstimateError(
            f"{total} units cannot be shared out: the minimum of {minimum} a stratum asks for "
            f"{least.sum()}, and all strata together have {most.sum()}"
        )
    n = _whole(_bounded(total, measure, least, most), total, least, most)
    weight = tuple(s.size / int(k) if k else None for s, k in zip(strata, n, strict=True))
    return Allocation(tuple(strata), tuple(map(int, n)), weight, _deff(n, weight))


def _measure(strata: Sequence[Stratum], method: str, power: float) -> FloatArray:
    if method not in METHODS:
        raise EstimateError(f"unknown method {method!r}; choose one of {', '.join(METHODS)}")
    if not 0 <= power <= 1:
        raise EstimateError(f"power is {power}; give a number from 0 (equal) to 1 (proportional)")
    _check(strata, method)
    size = np.array([each.size for each in strata], dtype=np.float64)
    if method == "neyman":
        return size * np.array([each.sd for each in strata], dtype=np.float64)
    exponent = {"proportional": 1.0, "equal": 0.0, "power": power}[method]
    return np.asarray(size**exponent, dtype=np.float64)


def _check(strata: Sequence[Stratum], method: str) -> None:
    names = [each.name for each in strata]
    if not names or len(set(names)) < len(names):
        raise EstimateError("strata must have different names, and be one or more")
    for each in strata:
        if not each.size > 0:
            raise EstimateError(f"stratum {each.name} has size {each.size}; give one above 0")
        positive(f"size of stratum {each.name}", each.size)
        if method == "neyman":
            if each.sd is None:
                raise EstimateError(f"stratum {each.name} has no sd above 0; neyman needs one")
            positive(f"sd of stratum {each.name}", each.sd)


def _bounded(total: int, measure: FloatArray, least: IntArray, most: IntArray) -> FloatArray:
    """Return shares of `total` by `measure`, each within its bounds."""
    low, high = 0.0, float((most / measure).max())
    for _ in range(200):  # to the last bit: the sum rises with the scale
        scale = (low + high) / 2
        if np.clip(scale * measure, least, most).sum() < total:
            low = scale
        else:
            high = scale
    return np.asarray(np.clip(high * measure, least, most), dtype=np.float64)


def _whole(shares: FloatArray, total: int, least: IntArray, most: IntArray) -> IntArray:
    """Return whole numbers that add up to `total`, by largest remainder."""
    n = np.clip(np.floor(shares + 1e-9).astype(np.int64), least, most)
    # Bounds are whole, so a stratum at its bound has no remainder and is never moved past it.
    order = np.argsort(-np.round(shares - n, 9), kind="stable")
    n[order[: total - int(n.sum())]] += 1
    return n


def _deff(n: IntArray, weight: tuple[float | None, ...]) -> float | None:
    known = [each for each in weight if each is not None]
    if len(known) < len(weight):
        return None
    w = np.array(known)
    return float(n.sum() * (n * w**2).sum() / (n * w).sum() ** 2)
