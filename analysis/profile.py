"""Every dimension in every domain of a wave, at full precision: what a release is made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.design import Design
from analysis.domains import domains
from analysis.errors import EstimateError
from analysis.estimate import Domain, Estimate, estimate_of
from analysis.estimators.variance import weighted_variance
from analysis.frame import MICRO, Frame
from analysis.stages import BoolArray, FloatArray, IntArray
from questionnaires import Role

#: Scores in the lowest and highest quarter of the scale (scoring.md C.7).
LOWEST, HIGHEST = 25, 75

#: A score is a quotient: this much below or above a bound is rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Measured:
    """One dimension in one domain. For the team only: nothing here is rounded or withheld.

    Attributes
    ----------
    dimension : str
        Name of the dimension, as ``TR``.
    domain : Domain
        Whom it is about.
    mean : Estimate
        Mean score, 0-100.
    lowest, highest : Estimate
        Share (0-1) of people whose score is at most 25, at least 75.
    variance : float or None
        Weighted variance of the scores in the domain (the s² of scoring.md C.6).
    people : int
        Respondents in the domain, scored or not.
    heaviest : float
        Largest share (0-1) of the domain's weight that one scored person carries; 0 without any.
    effective_n : float
        Scored people divided by the design effect of their weights (Kish).
    ranks : tuple of int or None
        Of a priority: the highest and the lowest rank that it may have.
    p_adjusted : float or None
        Of a difference or a change: its p-value, allowing for the others of its table.
    """

    dimension: str
    domain: Domain
    mean: Estimate
    lowest: Estimate
    highest: Estimate
    variance: float | None
    people: int
    heaviest: float
    effective_n: float
    ranks: tuple[int, int] | None = None
    p_adjusted: float | None = None


def design_of(frame: Frame, *, lonely_psu: str = "adjust") -> Design:
    """Return the sampling design that a frame carries, drawn with replacement.

    Parameters
    ----------
    frame : Frame
        Weights in micro-units become weights in people. A respondent without PSU is their own,
        and the same PSU label in two strata means two PSUs.
    lonely_psu : str
        As for `Design`. A young wave has localities with one respondent, and a report must not
        stop there: by default their distance from the whole counts, which errs on the wide side.
        `Design.lonely_strata` tells which they are.

    Raises
    ------
    DesignError
        If some rows have a stratum and others none.
    """
    stratum = frame.stratum if (frame.stratum != "").any() else None
    own = np.char.add("row ", np.arange(len(frame)).astype(np.str_))
    psu = np.where(frame.psu == "", own, frame.psu) if (frame.psu != "").any() else None
    return Design(frame.weight / MICRO, stratum, psu, nest=True, lonely_psu=lonely_psu)


def profile(
    frame: Frame,
    scores: Mapping[str, FloatArray],
    design: Design,
    breakdowns: Iterable[str],
    crossings: Iterable[tuple[str, str]] = (),
) -> list[Measured]:
    """Measure every dimension for everyone, and for each code of each breakdown.

    Parameters
    ----------
    frame : Frame
        Answers of n respondents, with their instrument.
    scores : mapping of str to FloatArray, shape (n,)
        As `analysis.score` returns them.
    design : Design
        Of the same n rows, as `design_of` returns it.
    breakdowns : iterable of str
        Items whose codes are domains. Of a place, the codes that occur; of any other item, all
        of its codes, also those that nobody chose. Nonanswers are no domain.
    crossings : iterable of (str, str)
        Pairs of a place item and a group item whose codes are domains together.

    Returns
    -------
    list of Measured
        Dimensions and subscales in the order of the instrument, no facets; in each everyone
        first, then the breakdowns in the order given. The numbers do not depend, to the last
        digit, on the order of the rows.

    Raises
    ------
    EstimateError
        If the frame has no instrument or a breakdown is not one of its items.
    """
    wanted = _dimensions(frame)
    masks = _masks(frame, breakdowns, crossings)
    if not len(frame):
        return []
    order = _order([scores[name] for name in wanted], list(masks.values()), design)
    design = design.reordered(order)
    masks = {domain: rows[order] for domain, rows in masks.items()}
    return [
        measured
        for name in wanted
        for measured in _measure(name, scores[name][order], design, masks)
    ]


def count_scored(
    frame: Frame,
    scores: Mapping[str, FloatArray],
    breakdowns: Iterable[str],
    crossings: Iterable[tuple[str, str]] = (),
) -> dict[tuple[str, Domain], int]:
    """Return how many people each mean of `profile` rests on, without measuring it.

    Parameters and errors are those of `profile`.
    """
    masks = _masks(frame, breakdowns, crossings)
    return {
        (name, domain): int((rows & scored).sum())
        for name in _dimensions(frame)
        for scored in (~np.isnan(scores[name]),)
        for domain, rows in masks.items()
    }


def _masks(
    frame: Frame, breakdowns: Iterable[str], crossings: Iterable[tuple[str, str]]
) -> dict[Domain, BoolArray]:
    """Return the rows of every domain, of shape (n,): everyone first, crossings last."""
    everyone: dict[Domain, BoolArray] = {(): np.ones(len(frame), dtype=bool)}
    masks = everyone | {k: v for item in breakdowns for k, v in rows_by_code(frame, item).items()}
    return masks | {k: v for pair in crossings for k, v in _crossed(frame, *pair).items()}


def _dimensions(frame: Frame) -> list[str]:
    if frame.instrument is None:
        raise EstimateError(
            "the frame has no instrument; read it with the instrument that was asked"
        )
    shown = (Role.DIMENSION, Role.SUBSCALE)
    return [each.name for each in frame.instrument.dimensions if each.role in shown]


def rows_by_code(frame: Frame, name: str) -> dict[Domain, BoolArray]:
    """Return the rows of each code of an item: of a place, of the codes that occur.

    Raises
    ------
    EstimateError
        If the frame has no instrument, or the instrument no such item.
    """
    if frame.instrument is None or name not in {item.name for item in frame.instrument.items}:
        raise EstimateError(f"breakdown {name} is no item of the instrument; name one of its items")
    nobody = np.zeros(len(frame), dtype=bool)
    listed: dict[Domain, BoolArray] = {
        ((name, code),): nobody for code in frame.instrument.item(name).codes
    }
    return listed | domains({name: frame.codes(name)})


def _crossed(frame: Frame, place: str, group: str) -> dict[Domain, BoolArray]:
    """Return the rows of each place and group together, where there are any."""
    groups = rows_by_code(frame, group)
    return {
        tuple(sorted((*one, *other))): rows & members
        for one, rows in rows_by_code(frame, place).items()
        for other, members in groups.items()
    }


def _order(scores: Sequence[FloatArray], masks: Sequence[BoolArray], design: Design) -> IntArray:
    """Return an order of the rows that depends only on what they hold.

    Floating-point sums depend on the order of their terms, and the order of stored responses is
    random on purpose; a published number must not change with it. The PSU comes last, because
    respondents drawn alone are numbered as they come.
    """
    stage = design.stages[0]
    keys = [stage.unit, *masks, *scores, design.weight, stage.stratum[stage.unit]]
    return np.lexsort(keys).astype(np.int64)


def _measure(
    name: str, y: FloatArray, design: Design, masks: Mapping[Domain, BoolArray]
) -> Iterable[Measured]:
    scored = ~np.isnan(y)
    low = (y <= LOWEST + _ROUNDING).astype(np.float64)
    high = (y >= HIGHEST - _ROUNDING).astype(np.float64)
    for domain, rows in masks.items():
        used = np.flatnonzero(rows & scored)
        weight = design.weight[used]
        yield Measured(
            dimension=name,
            domain=domain,
            mean=estimate_of("mean", y[used], design, used),
            lowest=estimate_of("mean", low[used], design, used),
            highest=estimate_of("mean", high[used], design, used),
            variance=weighted_variance(y[used], weight),
            people=int(rows.sum()),
            heaviest=float(weight.max() / weight.sum()) if len(weight) else 0.0,
            effective_n=float(weight.sum() ** 2 / (weight**2).sum()) if len(weight) else 0.0,
        )
