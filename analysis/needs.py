"""What households need: how severe each sector is for them, and what they want solved first.

Two measures that stay two (scoring.md C.9): no sector is averaged with another, and severity is
never multiplied by priority.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.design import Design
from analysis.errors import EstimateError
from analysis.estimate import Estimate, estimate
from analysis.frame import Frame
from analysis.priorities import (
    Priorities,
    RankGap,
    Rankings,
    prioritise,
    severity_against_priority,
)
from analysis.ratings import points_of
from analysis.stages import FloatArray
from questionnaires import Instrument, Item, Level, Nonanswer, item_type

#: From this point of the scale on, a household is in need: it gave up other things, or worse.
IN_NEED = 2


@dataclass(frozen=True)
class Sectors:
    """Where an instrument asks about the sectors.

    Attributes
    ----------
    severity : mapping of str to Item
        The row of each sector, by its code, in the order of the instrument.
    worst : str
        The name of the household's worst sector, as ``needs_worst``.
    ranking : Item or None
        The ranking of the same sectors, where there is one.
    """

    severity: Mapping[str, Item]
    worst: str
    ranking: Item | None


@dataclass(frozen=True)
class Need:
    """One sector.

    Attributes
    ----------
    sector : str
        Its code.
    severity : Estimate
        Mean severity, 0-100, of the households that needed it and said how hard it was.
    in_need : Estimate
        Percent (0-100) of households at 2 or above, of all that answered; those that did not
        need it are among them, and not in need.
    """

    sector: str
    severity: Estimate
    in_need: Estimate


@dataclass(frozen=True)
class Needs:
    """All sectors, each by itself, beside what people put first.

    Attributes
    ----------
    sectors : tuple of Need
        In the order of the instrument; a list by severity is for the reader to make.
    worst : mapping of str to Estimate
        By code of the scale: percent of households whose worst sector stands there.
    any_need : Estimate
        Percent of households in need in one sector at least.
    priorities : Priorities or None
        What was ranked first; None where nothing was ranked.
    gaps : tuple of RankGap
        Rank by severity beside rank by priority; `is_apart` where they differ by 3 or more.
    """

    sectors: tuple[Need, ...]
    worst: Mapping[str, Estimate]
    any_need: Estimate
    priorities: Priorities | None
    gaps: tuple[RankGap, ...]


def sectors_of(instrument: Instrument | None, form: str = "") -> Sectors | None:
    """Return the sectors of an instrument, or of one form of it; None when it has none."""
    items = () if instrument is None else instrument.items
    marked = [item for item in items if item.sector and (not form or form in item.forms)]
    rows = [item for item in marked if item_type(item.type).level is Level.ORDINAL]
    rankings = [item for item in marked if item_type(item.type).level is Level.RANKING]
    if not rows:
        return None
    severity = {item.row: item for item in rows}
    return Sectors(severity, f"{rows[0].words}_worst", rankings[0] if rankings else None)


def needs_scores(frame: Frame, form: str = "") -> dict[str, FloatArray]:
    """Score every household: severity by sector, the worst of them, and points of the ranking.

    Parameters
    ----------
    frame : Frame
        Answers of n households, with their instrument.
    form : str
        The form that was asked; all items unless told.

    Returns
    -------
    dict of str to FloatArray, shape (n,)
        ``needs_<sector>`` and ``needs_worst``, 0-100 from no difficulty to not at all;
        ``priority_<sector>``, Borda points from 0 to 100. The names are those of the items. NaN
        where there is no answer, and where a household did not need the sector. Empty for an
        instrument without sectors.
    """
    sectors = sectors_of(frame.instrument, form)
    found = severities(frame, form)
    if sectors is not None and sectors.ranking is not None:
        rankings = rankings_of(frame, sectors.ranking.name)
        points = np.where(rankings.ranked[:, None], rankings.points(), np.nan)
        names = [f"{sectors.ranking.name}_{code}" for code in rankings.needs]
        found |= dict(zip(names, points.T, strict=True))
    return found


def severities(frame: Frame, form: str = "") -> dict[str, FloatArray]:
    """Return the part of `needs_scores` that is severity: each sector, and the worst."""
    sectors = sectors_of(frame.instrument, form)
    if sectors is None:
        return {}
    found = {item.name: frame.measured(item.name) for item in sectors.severity.values()}
    return {**found, sectors.worst: worst_sector(list(found.values()))}


def worst_sector(severity: Sequence[ArrayLike]) -> FloatArray:
    """Return each household's highest severity, of shape (n,); NaN where no sector has one.

    With some sectors unanswered it is the least that the worst can be.
    """
    columns = np.asarray(severity, dtype=np.float64)
    known = ~np.isnan(columns)
    highest = np.where(known, columns, -np.inf).max(axis=0)
    return np.where(known.any(axis=0), highest, np.nan)


def rankings_of(frame: Frame, name: str) -> Rankings:
    """Return the answers to a ranking item as ranks.

    A repeated or a skipped rank makes a ranking invalid as a whole; a nonanswer is an empty one.

    Raises
    ------
    EstimateError
        If the frame has no ranking of that name.
    """
    items = {item.name: item for item in frame.instrument.items} if frame.instrument else {}
    item = items.get(name)
    if item is None or item_type(item.type).level is not Level.RANKING:
        raise EstimateError(f"{name} is no ranking of the instrument; name one of its rankings")
    lists = [str(cell).split(" ") for cell in frame.codes(name)]
    return Rankings.from_lists(lists, item.codes, item.options.top or len(item.codes))


def needs(
    frame: Frame, design: Design, domain: ArrayLike | None = None, *, level: float = 0.95
) -> Needs:
    """Estimate how severe each sector is, and how urgent, for everyone or for a domain.

    Parameters
    ----------
    frame : Frame
        Answers of n households to an instrument with sectors.
    design : Design
        Of the same n rows, as `design_of` returns it.
    domain : array_like of bool, shape (n,), optional
        Whom it is about; everyone unless told.
    level : float
        Level of the intervals.

    Raises
    ------
    EstimateError
        If the instrument asks about no sectors.
    """
    sectors = sectors_of(frame.instrument)
    if sectors is None:
        raise EstimateError(
            "the instrument has no sectors; mark its grid of needs with 'sector = true'"
        )

    def mean(values: FloatArray) -> Estimate:
        return estimate("mean", values, design, domain, level=level)

    found = tuple(
        Need(code, mean(frame.measured(item.name)), mean(_in_need(frame, item)))
        for code, item in sectors.severity.items()
    )
    worst = worst_sector([points_of(frame, item) for item in sectors.severity.values()])
    priorities = None
    if sectors.ranking is not None:
        rankings = rankings_of(frame, sectors.ranking.name)
        priorities = prioritise(rankings, design, domain, level=level)
    codes = next(iter(sectors.severity.values())).codes
    return Needs(
        sectors=found,
        worst={code: mean(_percent(worst == float(code), ~np.isnan(worst))) for code in codes},
        any_need=mean(_percent(worst >= IN_NEED, ~np.isnan(worst))),
        priorities=priorities,
        gaps=_gaps(found, priorities),
    )


def _in_need(frame: Frame, item: Item) -> FloatArray:
    """Return 100 where a household is in need, 0 where it is not, of shape (n,)."""
    points = points_of(frame, item)
    # Who did not need it says something about need, though nothing about severity.
    known = ~np.isnan(points) | (frame.codes(item.name) == str(Nonanswer.NOT_APPLICABLE))
    return _percent(points >= IN_NEED, known)


def _percent(holds: ArrayLike, known: ArrayLike) -> FloatArray:
    return np.asarray(np.where(known, 100.0 * np.asarray(holds), np.nan), dtype=np.float64)


def _gaps(found: Sequence[Need], priorities: Priorities | None) -> tuple[RankGap, ...]:
    if priorities is None:
        return ()
    severity = {each.sector: each.severity.point for each in found}
    priority = {each.need: each.score.point for each in priorities.needs}
    return severity_against_priority(severity, priority)
