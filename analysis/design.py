"""How the respondents were drawn: weights, strata, PSUs, finite populations, and the variance.

Everything that could be wrong with a design is found here, once; the variance is the stages'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.calibration import Calibration
from analysis.errors import DesignError
from analysis.stages import BoolArray, FloatArray, IntArray, Stage

#: Labels or numbers of one stage, or a list of them, one for each stage.
Stages = ArrayLike | Sequence[ArrayLike]

LONELY = ("error", "adjust", "average", "remove", "certainty")


class Design:
    """A sampling design.

    Parameters
    ----------
    weight : array_like of float, shape (n,)
        Design weights: how many people each respondent stands for. Above zero.
    stratum, psu : array_like, shape (n,), or a list of them, one a stage; optional
        Labels of strata and of sampling units, of any type. Without `psu`, each row was drawn
        by itself. Units of a later stage are nested in those of the stage before.
    fpc : array_like of float, shape (n,), or a list of them, one a stage; optional
        Finite population of units in the stratum: counts (above 1) or shares drawn (at most 1).
        Without it, units count as drawn with replacement and the first stage alone matters.
    nest : bool
        The same `psu` label in two strata means two PSUs. Otherwise it is an error.
    lonely_psu : {"error", "adjust", "average", "remove", "certainty"}
        What to do about a stratum of which one PSU, and not all, was drawn, as in R's `survey`.

    Attributes
    ----------
    weight : FloatArray, shape (n,)
        As given.
    stages : tuple of Stage
        The stages that matter for the variance.
    lonely_psu : str
        As given.
    calibration : Calibration or None
        What is known of the population, when the weights were made to agree with it.

    Raises
    ------
    DesignError
        If the parts contradict each other; the message says where, and the remedy.

    References
    ----------
    Lumley (2004), Analysis of complex survey samples, *Journal of Statistical Software* 9(8).
    """

    weight: FloatArray
    stages: tuple[Stage, ...]
    lonely_psu: str
    calibration: Calibration | None = None

    def __init__(
        self,
        weight: ArrayLike,
        stratum: Stages | None = None,
        psu: Stages | None = None,
        fpc: Stages | None = None,
        *,
        nest: bool = False,
        lonely_psu: str = "error",
    ) -> None:
        if lonely_psu not in LONELY:
            raise DesignError(f"lonely_psu is {lonely_psu!r}; choose one of {', '.join(LONELY)}")
        self.lonely_psu = lonely_psu
        self.weight = _weights(weight)
        self.stages = _stages(
            len(self.weight), _parts(stratum), _parts(psu), _parts(fpc), nest=nest
        )

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.weight)

    def variance(self, influence: FloatArray, used: BoolArray) -> float:
        """Return the variance of the total of `influence`; NaN when it is undefined.

        Parameters
        ----------
        influence : FloatArray, shape (n,)
            Linearised values, weight included; zero outside the domain.
        used : BoolArray, shape (n,)
            The rows of the domain. All others stay in the design and count as zero.

        Raises
        ------
        DesignError
            If a stratum in use has one PSU and `lonely_psu` is "error".
        """
        rows = np.flatnonzero(used)
        return self.variance_of(influence[rows], rows)

    def variance_of(self, influence: FloatArray, rows: IntArray) -> float:
        """Return the variance of the total of what some rows have; see `variance`.

        Parameters
        ----------
        influence : FloatArray, shape (m,)
            Linearised values of the rows of the domain, weight included.
        rows : IntArray, shape (m,)
            Where they stand, in rising order.
        """
        if self.calibration is not None:
            # What is known of the population concerns every row, also those outside the domain.
            whole = np.zeros(len(self))
            whole[rows] = influence
            influence, rows = self.calibration.residual(whole), np.arange(len(self))
        return sum(stage.variance(influence, rows, self.lonely_psu) for stage in self.stages)

    def psus(self, used: BoolArray | IntArray) -> int:
        """Return how many PSUs the rows `used` lie in."""
        return self.stages[0].used_psus(used)[0]

    def df(self, used: BoolArray | IntArray) -> int:
        """Return the degrees of freedom: PSUs less strata, among the rows `used`."""
        psus, strata = self.stages[0].used_psus(used)
        return psus - strata

    def lonely_strata(self) -> tuple[str, ...]:
        """Return the strata of which one PSU, and not all, was drawn, for a report to name."""
        return self.stages[0].lonely_strata()

    def lonely_units(self) -> tuple[str, ...]:
        """Return the same of later stages: the units in which one unit, and not all, was drawn."""
        return tuple(name for stage in self.stages[1:] for name in stage.lonely_strata())

    def reordered(self, order: IntArray) -> Design:
        """Return the same design with its rows in another order, of shape (n,)."""
        known = self.calibration and self.calibration.reordered(order)
        design = self.reweighted(self.weight[order], known)
        design.stages = tuple(stage.reordered(order) for stage in self.stages)
        return design

    @cached_property
    def units(self) -> Design:
        """The design with one row for each unit of its last stage; many contrasts ask for it."""
        unit = self.stages[-1].unit
        # Written backwards, the first row of each unit is what remains.
        first = np.zeros(int(unit.max()) + 1, dtype=np.int64)
        first[unit[::-1]] = np.arange(len(unit))[::-1]
        return self.reweighted(self.weight).reordered(first)

    def reweighted(self, weight: FloatArray, calibration: Calibration | None = None) -> Design:
        """Return the same sample with other weights, and with what they know."""
        design = object.__new__(Design)
        design.lonely_psu = self.lonely_psu
        design.weight = weight
        design.stages = self.stages
        design.calibration = calibration
        return design


def _weights(weight: ArrayLike) -> FloatArray:
    values = np.asarray(weight, dtype=np.float64)
    if values.ndim != 1 or not len(values):
        raise DesignError("weight must be one column of numbers, one for each respondent")
    wrong = ~(np.isfinite(values) & (values > 0))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise DesignError(
            f"weight of row {row} is {values[row]}; weights are finite and above zero: mend it, "
            "leave the row out, or take it out of the domain instead"
        )
    return values


def _parts(given: Stages | None) -> list[Any]:
    """Return one array for each stage: a list of arrays is several stages, anything else one."""
    if given is None:
        return []
    if isinstance(given, list | tuple) and given and all(np.ndim(part) == 1 for part in given):
        return list(given)
    return [given]


def _stages(
    n: int, strata: list[Any], psus: list[Any], fpcs: list[Any], *, nest: bool
) -> tuple[Stage, ...]:
    count = max(len(psus), 1)
    if len(strata) > count:
        raise DesignError(
            f"{len(strata)} stages of stratum and {count} of psu; give as many of psu"
        )
    if fpcs and len(fpcs) != count:
        raise DesignError(
            f"{len(fpcs)} stages of fpc and {count} of psu; give one fpc a stage, "
            "or leave out the later stages of psu"
        )
    stages: list[Stage] = []
    parent, share = np.zeros(n, dtype=np.int64), np.ones(n)
    # Without finite populations the later stages add nothing: the first carries all variance.
    for number in range(count if fpcs else 1):
        labels = _labels(strata[number], n, "stratum") if number < len(strata) else np.zeros(n, int)
        unit = _labels(psus[number], n, "psu") if psus else np.arange(n)
        nested = nest or number > 0
        fpc = _fpc(fpcs[number], n) if fpcs else None
        called = _Names(strata, psus, number)
        stage, drawn = _stage(labels, unit, fpc, parent, share, called=called, nested=nested)
        stages.append(stage)
        parent, share = stage.unit, share * drawn
    return tuple(stages)


@dataclass(frozen=True, eq=False)
class _Names:
    """What a stratum of one stage is called, by a row of it: PSU c3, or stratum x of PSU c3."""

    strata: list[Any]
    psus: list[Any]
    number: int

    def __call__(self, row: int) -> str:
        own = [self.strata[self.number]] if self.number < len(self.strata) else []
        parts = [f"stratum {np.asarray(each)[row]}" for each in own]
        parts += [
            f"{'unit' if stage else 'PSU'} {np.asarray(self.psus[stage])[row]}"
            for stage in reversed(range(self.number))
        ]
        return " of ".join(parts) or "the sample"


def _stage(
    labels: NDArray[Any],
    units: NDArray[Any],
    fpc: FloatArray | None,
    parent: IntArray,
    share: FloatArray,
    *,
    called: _Names,
    nested: bool,
) -> tuple[Stage, FloatArray]:
    """Return one stage, and for each row the share of units drawn at it."""
    stratum = _pair(parent, _code(labels))
    unit = _pair(stratum, _code(units)) if nested else _code(units)
    if not nested:
        _check_nesting(stratum, unit, labels, units)
    first = np.unique(stratum, return_index=True)[1]
    stratum_of_unit = stratum[np.unique(unit, return_index=True)[1]]
    sampled = np.bincount(stratum_of_unit)
    drawn = np.zeros(len(first)) if fpc is None else _drawn(fpc, stratum, sampled, called)
    stage = Stage(
        unit=unit,
        stratum=stratum_of_unit,
        sampled=sampled,
        unsampled=1 - drawn,
        parent=parent[first],
        share=share[first],
        label=tuple(map(called, first)) if called.number else tuple(map(str, labels[first])),
        number=called.number,
    )
    return stage, drawn[stratum]


def _labels(given: ArrayLike, n: int, thing: str) -> NDArray[Any]:
    labels = np.asarray(given)
    if labels.shape != (n,):
        raise DesignError(
            f"{thing} has shape {labels.shape} and weight has {n} rows; give one {thing} a row"
        )
    missing = _missing(labels)
    if missing.any():
        row = int(np.flatnonzero(missing)[0])
        raise DesignError(f"{thing} of row {row} is missing; fill it in, or leave the row out")
    return labels


def _missing(labels: NDArray[Any]) -> BoolArray:
    if labels.dtype.kind == "f":
        return np.asarray(np.isnan(labels), dtype=bool)
    if labels.dtype.kind == "U":
        return np.asarray(labels == "", dtype=bool)
    if labels.dtype.kind == "O":
        # Only NaN differs from itself.
        return np.array([label is None or label == "" or label != label for label in labels])  # noqa: PLR0124
    return np.zeros(len(labels), dtype=bool)


def _code(labels: NDArray[Any]) -> IntArray:
    """Return the number of each label, 0, 1, 2, … in their order."""
    if labels.dtype.kind == "O":
        labels = labels.astype(np.str_)
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _pair(outer: IntArray, inner: IntArray) -> IntArray:
    """Return the number of each pair of codes, 0, 1, 2, …, the outer one first."""
    return _code(outer * (inner.max() + 1) + inner)


def _check_nesting(
    stratum: IntArray, unit: IntArray, labels: NDArray[Any], units: NDArray[Any]
) -> None:
    first = np.unique(unit, return_index=True)[1]
    astray = np.flatnonzero(stratum != stratum[first][unit])
    if astray.size:
        row = int(astray[0])
        other = labels[first[unit[row]]]
        raise DesignError(
            f"psu {units[row]} lies in strata {other} and {labels[row]} (row {row}); "
            "give each PSU one stratum, or nest=True if the same label means two PSUs"
        )


def _fpc(given: ArrayLike, n: int) -> FloatArray:
    fpc = np.asarray(given, dtype=np.float64)
    if fpc.shape != (n,):
        raise DesignError(f"fpc has shape {fpc.shape} and weight has {n} rows; give one fpc a row")
    wrong = ~(fpc > 0)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise DesignError(
            f"fpc of row {row} is {fpc[row]}; give a count of units or a share above 0"
        )
    if (fpc > 1).any() and (fpc < 1).any():
        row = int(np.flatnonzero(fpc < 1)[0])
        raise DesignError(f"fpc of row {row} is a share, others are counts; give one kind")
    return fpc


def _drawn(fpc: FloatArray, stratum: IntArray, sampled: IntArray, called: _Names) -> FloatArray:
    """Return the share of units drawn in each stratum, of shape (H,)."""
    first = np.unique(stratum, return_index=True)[1]
    uneven = np.flatnonzero(fpc != fpc[first][stratum])
    if uneven.size:
        row = int(uneven[0])
        raise DesignError(
            f"fpc of row {row} differs from others of {called(row)}; give a stratum one fpc"
        )
    population = fpc[first]
    if not (fpc > 1).any():
        return population
    short = np.flatnonzero(population < sampled)
    if short.size:
        h = int(short[0])
        raise DesignError(
            f"{called(first[h])} has {sampled[h]} {'units' if called.number else 'PSUs'} but fpc "
            f"{population[h]}; "
            "fpc is the number of units in the population, never below the number drawn"
        )
    return np.asarray(sampled / population, dtype=np.float64)
