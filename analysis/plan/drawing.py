"""The design of a plan: from columns of text to weights, strata, PSUs and what is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import numpy as np

from analysis.columns import BoolArray, FloatArray
from analysis.design import Design
from analysis.errors import DesignError
from analysis.plan.cases import Cases
from analysis.plan.model import Calibrating, PlanError, Sampling
from analysis.weighting import greg, poststratify, rake

_METHODS: Mapping[str, Callable[..., Design]] = MappingProxyType(
    {"rake": rake, "poststratify": poststratify}
)

#: Where an error of a design names a row; a label that looks like one stands elsewhere.
_ROW = re.compile(
    r"^((?:calibration makes the )?weight|fpc|margin .+?) of row (\d+)"
    r"|\(row (\d+)\)(?=; give each PSU)"
)


def design_of(cases: Cases, sampling: Sampling, calibrating: Calibrating | None) -> Design:
    """Return the design of all rows, calibrated when that is asked for.

    Raises
    ------
    PlanError
        With one line for each problem: column, row and remedy.
    """
    if problems := [*_problems(cases, sampling)]:
        raise PlanError(problems)
    try:
        design = _drawn(cases, sampling)
    except DesignError as error:
        raise PlanError(_lines("design", error, cases)) from None
    if calibrating is None:
        return design
    margins = {
        name: (cases.codes(name).words(), known) for name, known in calibrating.margins.items()
    }
    try:
        if calibrating.method == "greg":
            distance, bounds = calibrating.distance, calibrating.bounds
            return greg(design, margins, distance=distance, bounds=bounds)
        return _METHODS[calibrating.method](design, margins)
    except DesignError as error:
        raise PlanError(_lines("calibrate", error, cases)) from None


def _drawn(cases: Cases, sampling: Sampling) -> Design:
    fpc = [cases.drawn(name).numbers() for name in sampling.fpc]
    weight = np.ones(len(cases))
    if sampling.weight is not None:
        weight = cases.drawn(sampling.weight).numbers()
    design = Design(
        weight,
        [cases.drawn(name).words() for name in sampling.strata] or None,
        [cases.drawn(name).words() for name in sampling.psu] or None,
        fpc or None,
        nest=sampling.nest,
        lonely_psu=sampling.lonely_psu,
    )
    if sampling.weight is None and fpc:
        return design.reweighted(_inverse_shares(design, fpc))
    return design


def _inverse_shares(design: Design, fpc: list[FloatArray]) -> FloatArray:
    """Return the product over stages of units in the population by units drawn, of shape (n,)."""
    weight = np.ones(len(design))
    for stage, population in zip(design.stages, fpc, strict=True):
        drawn = stage.sampled[stage.stratum[stage.unit]]
        counted = (population > 1).any()
        weight *= population / drawn if counted else 1 / population
    return weight


def _problems(cases: Cases, sampling: Sampling) -> Iterator[str]:
    if sampling.weight is not None:
        yield from _not_above_zero(cases, sampling.weight, "a weight")
    for name in sampling.fpc:
        yield from _not_above_zero(cases, name, "a count of units, or a share of them,")
    for name in (*sampling.strata, *sampling.psu):
        yield from _empty(cases, name)


def _not_above_zero(cases: Cases, name: str, thing: str) -> Iterator[str]:
    number = cases.drawn(name).numbers()
    wrong: BoolArray = ~(np.isfinite(number) & (number > 0))
    if wrong.any():
        but = ", and none that the file declares missing" if cases.columns[name].declared else ""
        yield (
            f"design: {cases.first(wrong)}, column {name}: {thing} must be a number above zero"
            f"{but}; mend the cell or take the row out of the file"
        )


def _empty(cases: Cases, name: str) -> Iterator[str]:
    empty = cases.drawn(name).where([""])
    if empty.any():
        yield (
            f"design: {cases.first(empty)}, column {name}: empty or declared missing; fill it in "
            "or take the row out of the file"
        )


def _lines(part: str, error: DesignError, cases: Cases) -> list[str]:
    """Return the lines of an error with rows as the files count them, and keys as plans do."""
    said = str(error).replace("nest=True", "nest = true")
    said = re.sub(r"bounds=\(([\d.]+), ([\d.]+)\)", r"bounds = [\1, \2]", said)
    return [
        f"{part}: " + _ROW.sub(lambda found: _placed(found, cases), line)
        for line in said.splitlines()
    ]


def _placed(found: re.Match[str], cases: Cases) -> str:
    before, row, alone = found.groups()
    return f"{before} of {cases.place(int(row))}" if row else f"({cases.place(int(alone))})"
