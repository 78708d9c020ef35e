"""Replicates of a design: jackknife, balanced half-samples, bootstraps.

Each resamples PSUs within strata. Finite populations of the first stage count; those of later
stages only in the bootstrap of Preston.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np

from analysis.design import Design
from analysis.errors import DesignError
from analysis.replicates import Replicates
from analysis.stages import FloatArray, IntArray, Stage

KINDS = ("rao-wu", "canty-davison", "preston")


def jackknife(design: Design) -> Replicates:
    """Leave out each PSU in turn (JKn; JK1 when there is one stratum).

    Parameters
    ----------
    design : Design
        Not calibrated. Strata that were taken whole add nothing.

    Raises
    ------
    DesignError
        If a stratum has one PSU and was not taken whole, the design is calibrated, or later
        stages have finite populations.

    References
    ----------
    Wolter (2007), *Introduction to Variance Estimation*, chapter 4.
    """
    stage = _only_stage(design)
    n = stage.sampled[stage.stratum]
    scales = (n - 1) / n * stage.unsampled[stage.stratum]
    return Replicates(design, stage.unit, _LeaveOneOut(stage), 1.0, scales)


def balanced(design: Design, fay: float = 0.0) -> Replicates:
    """Take half of every pair of PSUs, in a balanced way (BRR), or change their weights (Fay).

    Parameters
    ----------
    design : Design
        With exactly two PSUs in every stratum, drawn with replacement. Not calibrated.
    fay : float
        Factor of the half left out, from 0 to below 1; the other half gets 2 - `fay`.

    Raises
    ------
    DesignError
        If the design does not fit, or `fay` is out of range.

    References
    ----------
    Judkins (1990), Fay's method for variance estimation, *Journal of Official Statistics* 6.
    """
    stage = _only_stage(design)
    if not 0 <= fay < 1:
        raise DesignError(f"fay is {fay}; give a number from 0 to below 1")
    odd = np.flatnonzero((stage.sampled != 2) | (stage.unsampled < 1))
    if odd.size:
        h = odd[0]
        raise DesignError(
            f"stratum {stage.label[h]} has {stage.sampled[h]} PSUs or a finite population; "
            "balanced half-samples need two PSUs drawn with replacement: use jackknife"
        )
    signs = _hadamard(len(stage.sampled) + 1)[:, 1 : len(stage.sampled) + 1]
    second = np.zeros(len(stage.stratum), dtype=bool)
    second[np.unique(stage.stratum, return_index=True)[1]] = True
    side = np.where(second, 1.0, -1.0)
    factors = 1 + (1 - fay) * side * signs[:, stage.stratum]
    scale = 1 / (len(signs) * (1 - fay) ** 2)
    return Replicates(design, stage.unit, list(factors), scale, np.ones(len(signs)))


def bootstrap(
    design: Design, replicates: int = 500, *, seed: int, kind: str = "rao-wu"
) -> Replicates:
    """Draw PSUs again, at random.

    Parameters
    ----------
    design : Design
        Not calibrated, at least two PSUs in every stratum that was not taken whole.
    replicates : int
        R; at least two. 500 keep the chance in the standard error to about 3 %.
    seed : int
        Same design, seed and R: same replicates.
    kind : {"rao-wu", "canty-davison", "preston"}
        Rao and Wu: n - 1 of the n PSUs of a stratum with replacement, rescaled (R's
        "subbootstrap", with finite populations). Canty and Davison: n of n (R's "bootstrap").
        Preston: half without replacement, at every stage (R's "mrbbootstrap").

    Raises
    ------
    DesignError
        If the design does not fit, or the kind is unknown.

    References
    ----------
    Rao, Wu and Yue (1992), *Survey Methodology* 18, 209-217. Canty and Davison (1999), *The
    Statistician* 48, 379-391. Preston (2009), *Survey Methodology* 35, 227-234.
    """
    if kind not in KINDS:
        raise DesignError(f"unknown kind of bootstrap {kind!r}; choose one of {', '.join(KINDS)}")
    if replicates < 2:
        raise DesignError(f"{replicates} replicates cannot vary; ask for at least two")
    rng = np.random.default_rng(seed)
    if kind == "preston":
        _check(design)
        drawn = [_preston(design.stages, rng) for _ in range(replicates)]
        unit = np.arange(len(design))
        return Replicates(design, unit, drawn, 1 / (replicates - 1), np.ones(replicates))
    stage = _only_stage(design)
    scale = 1 / (replicates - 1)
    if kind == "rao-wu":
        factors = [_rao_wu(stage, rng) for _ in range(replicates)]
    else:
        factors = [_times_drawn(stage, stage.sampled, rng) for _ in range(replicates)]
        scale *= _canty_davison(stage)
    return Replicates(design, stage.unit, factors, scale, np.ones(replicates))


class _LeaveOneOut(Sequence[FloatArray]):
    """Factors of the jackknife, made when they are needed: there are as many as PSUs."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def __len__(self) -> int:
        return len(self.stage.stratum)

    @overload
    def __getitem__(self, key: int) -> FloatArray: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[FloatArray]: ...
    def __getitem__(self, key: int | slice) -> FloatArray | Sequence[FloatArray]:
        if isinstance(key, slice):
            return [self[k] for k in range(*key.indices(len(self)))]
        if not -len(self) <= key < len(self):
            raise IndexError(key)
        stratum = self.stage.stratum
        n = self.stage.sampled[stratum[key]]
        factor = np.where(stratum == stratum[key], n / max(n - 1, 1), 1.0)
        factor[key] = 0.0  # that of a stratum with one PSU, taken whole, counts for nothing
        return factor


def _check(design: Design) -> None:
    if design.calibration is not None:
        raise DesignError(
            "the design is calibrated, and its replicates would not be; make them of the design "
            "as drawn, or keep the calibrated one and its linearised standard errors"
        )
    lonely = design.lonely_strata()
    if lonely:
        raise DesignError(
            f"stratum {lonely[0]} has only one PSU, so there is nothing to draw instead; join it "
            "to another stratum"
        )


def _only_stage(design: Design) -> Stage:
    _check(design)
    if len(design.stages) > 1:
        raise DesignError(
            "the design has finite populations at several stages; use the bootstrap of Preston, "
            'kind="preston", or give the fpc of the first stage only'
        )
    return design.stages[0]


def _hadamard(least: int) -> FloatArray:
    """Return orthogonal columns of signs, the first all 1, as many as a power of two."""
    matrix = np.ones((1, 1))
    while len(matrix) < least:
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return matrix


def _times_drawn(stage: Stage, draws: IntArray, rng: np.random.Generator) -> FloatArray:
    """Return how often each unit comes up, `draws` in each stratum, with replacement."""
    times = np.zeros(len(stage.stratum))
    for h, m in enumerate(draws):
        units = np.flatnonzero(stage.stratum == h)
        times[units] = rng.multinomial(m, np.full(len(units), 1 / len(units)))
    return times


def _rao_wu(stage: Stage, rng: np.random.Generator) -> FloatArray:
    n = stage.sampled
    times = _times_drawn(stage, np.maximum(n - 1, 1), rng)
    rescaled = times * (n / np.maximum(n - 1, 1))[stage.stratum]
    return np.asarray(1 + np.sqrt(stage.unsampled)[stage.stratum] * (rescaled - 1))


def _canty_davison(stage: Stage) -> float:
    """Return n / (n - 1) of the harmonic mean of PSUs in a stratum."""
    if (stage.unsampled < 1).any():
        raise DesignError(
            'the design has a finite population; use kind="rao-wu", which counts it, '
            "or leave out the fpc"
        )
    n = 1 / float(np.mean(1 / stage.sampled))
    return n / (n - 1)


def _preston(stages: Sequence[Stage], rng: np.random.Generator) -> FloatArray:
    """Return the factor of each row of one replicate, of shape (n,)."""
    rows = np.ones(len(stages[0].unit))
    reached = np.ones(len(rows))  # product of √(n/n*) of the units drawn at the stages before
    for stage in stages:
        n, half = stage.sampled, stage.sampled // 2
        kept = np.zeros(len(stage.stratum))
        for which, m in enumerate(half):
            kept[rng.choice(np.flatnonzero(stage.stratum == which), m, replace=False)] = 1
        whole = stage.unsampled * stage.share <= 0
        spare = np.where(whole, 0, half / np.maximum(n - half, 1))
        pull = np.sqrt(spare * stage.unsampled * stage.share)
        h = stage.stratum[stage.unit]
        ratio = (n / np.maximum(half, 1))[h]
        drawn = kept[stage.unit]
        rows += pull[h] * reached * (ratio * drawn - 1)
        reached = reached * np.sqrt(ratio) * drawn
    return rows
