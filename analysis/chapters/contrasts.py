"""Differences between groups and changes between rounds, with what may be said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import hypot

import numpy as np

from analysis.chapters.measure import NOTHING, measure
from analysis.contrasts import Difference, joint
from analysis.design import Design
from analysis.disclosure.clusters import has_few_clusters, steady
from analysis.disclosure.kinds import Statistic, Topic
from analysis.disclosure.policy import PROGRAMME
from analysis.disclosure.tables import people_in
from analysis.estimate import Domain, Estimate
from analysis.frame import Frame
from analysis.intervals import t_tails
from analysis.multiplicity import adjusted
from analysis.profile import Measured, rows_by_code
from analysis.stages import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class Rounds:
    """Two rounds as rows of one design, so that what they share by chance cancels.

    Attributes
    ----------
    frame : Frame
        Answers of both, with the instrument that both asked.
    scores : mapping of str to FloatArray, shape (n,)
        By dimension.
    design : Design
        Of the same n rows; a cluster that both rounds visited is one PSU.
    is_later : sequence of bool, length n
        Which rows are of the second round.
    compared : frozenset of str
        Codes of the places that are there for comparison only.
    """

    frame: Frame
    scores: Mapping[str, FloatArray]
    design: Design
    is_later: Sequence[bool]
    compared: frozenset[str] = frozenset()

    @cached_property
    def later(self) -> BoolArray:
        """The rows of the second round, of shape (n,)."""
        return np.array(self.is_later, dtype=bool)


def measure_differences(
    frame: Frame, scores: Mapping[str, FloatArray], design: Design, topics: Sequence[Topic]
) -> list[Measured]:
    """Measure how each place and group differs from all others of the same breakdown.

    Parameters
    ----------
    frame, scores, design
        Answers, scores and design of n respondents.
    topics : sequence of Topic
        Those of differences are measured, the others left out.

    Returns
    -------
    list of Measured
        In points of the scale; p-values allow by Holm for all rows and codes of a breakdown
        that are large enough to be shown. Two codes differ from each other: that is one test.
    """
    found: list[Measured] = []
    for topic in topics:
        if topic.statistic is not Statistic.DIFFERENCE or not len(frame):
            continue
        parts = {item: _parts(frame, item) for item in topic.by}
        columns = [(topic.measure(row), scores[row.code]) for row in topic.rows]
        everyone = np.ones(len(frame), dtype=bool)
        wholes = [(measure(name, (), y, design, everyone), y) for name, y in columns]
        for masks in parts.values():
            tested, mirrors = (list(masks)[:1], list(masks)[1:]) if len(masks) == 2 else (masks, ())
            anyone = np.logical_or.reduce(list(masks.values()))
            table = _holm(
                _against_others(whole, y, design, domain, (anyone & ~masks[domain], masks[domain]))
                for whole, y in wholes
                for domain in tested
            )
            found += table + [_mirrored(each, domain) for each in table for domain in mirrors]
    return found


def measure_changes(rounds: Rounds, topics: Sequence[Topic]) -> list[Measured]:
    """Measure how scores changed between two rounds, everywhere and in each domain.

    A code that nobody has in the second round is left out: it may be no code of it any more.

    Returns
    -------
    list of Measured
        In points; p-values allow by Holm for all dimensions where it is about everyone, and for
        all dimensions and codes of a breakdown elsewhere, if they are large enough to be shown.
    """
    found: list[Measured] = []
    for topic in topics:
        if topic.statistic.is_change:
            found += _changes(rounds, topic)
        if topic.statistic is Statistic.EXTRA_CHANGE:
            found += _holm(_extra(rounds, topic.measure(row), row.code) for row in topic.rows)
    return found


def _parts(frame: Frame, item: str) -> dict[Domain, BoolArray]:
    """Return the rows of each code of a breakdown that somebody has."""
    return {domain: rows for domain, rows in rows_by_code(frame, item).items() if rows.any()}


def _holm(measured: Iterable[Measured]) -> list[Measured]:
    """Return differences whose p-values allow for one another.

    Those that nobody is shown take no part in it, and have none.
    """
    found = list(measured)
    shown = [people_in(each) >= PROGRAMME.smallest for each in found]
    p = adjusted(
        [each.p_adjusted if told else None for each, told in zip(found, shown, strict=True)], "holm"
    )
    return [replace(each, p_adjusted=value) for each, value in zip(found, p, strict=True)]


def _mirrored(difference: Measured, domain: Domain) -> Measured:
    """Return a difference from the other side, where there are two only."""
    mean, point = difference.mean, difference.mean.point
    turned = replace(mean, point=None if point is None else 0.0 - point)
    return replace(difference, domain=domain, mean=turned)


def _against_others(
    whole: Measured,
    y: FloatArray,
    design: Design,
    domain: Domain,
    masks: tuple[BoolArray, BoolArray],
) -> Measured:
    """Return the mean of a code less that of all others of its breakdown: `masks` are both."""
    name = whole.dimension
    sides = [measure(name, domain, y, design, each) for each in masks]
    difference = joint("mean", y, design, masks).contrast([-1, 1])
    return _measured(sides, difference, whole.mean, 1.0)


def _changes(rounds: Rounds, topic: Topic) -> list[Measured]:
    everyone = np.ones(len(rounds.frame), dtype=bool)
    columns = [(topic.measure(row), rounds.scores[row.code]) for row in topic.rows]
    totals = [_change(rounds, name, y, (), everyone) for name, y in columns]
    found = _holm(totals) if topic.statistic.has_everyone else []
    for item in topic.by:
        found += _holm(
            _change(rounds, name, y, domain, rows, total=total)
            for (name, y), total in zip(columns, totals, strict=True)
            for domain, rows in _parts(rounds.frame, item).items()
            if (rows & rounds.later).any()
        )
    return found


def _change(
    rounds: Rounds,
    name: str,
    y: FloatArray,
    domain: Domain,
    rows: BoolArray,
    *,
    total: Measured | None = None,
) -> Measured:
    """Return the change in one domain; `total` is that of everyone, to borrow its error from."""
    design = rounds.design
    masks = [rows & ~rounds.later, rows & rounds.later]
    sides = [measure(name, domain, y, design, each) for each in masks]
    difference = joint("mean", y, design, masks).contrast([-1, 1])
    whole = sides[1].mean if total is None else total.mean
    return _measured(sides, difference, whole, 1.0 if total is None else _shared(total))


def _shared(total: Measured) -> float:
    """Return the error of a change as a share of what it would be if rounds shared nothing."""
    apart = total.variance
    error = total.mean.standard_error
    return 1.0 if not apart or error is None else min(1.0, error / apart**0.5)


def _extra(rounds: Rounds, name: str, dimension: str) -> Measured:
    """Return the change of all other places less that of the comparison places."""
    y, design = rounds.scores[dimension], rounds.design
    away = np.isin(rounds.frame.locality, sorted(rounds.compared))
    here = ~away & (rounds.frame.locality != "")
    masks = [
        *(away & ~rounds.later, away & rounds.later),
        *(here & ~rounds.later, here & rounds.later),
    ]
    sides = [measure(name, (), y, design, each) for each in masks]
    difference = joint("mean", y, design, masks).contrast([1, -1, -1, 1])
    return _measured(sides, difference, sides[3].mean, 1.0)


def _measured(
    sides: Sequence[Measured], difference: Difference, whole: Estimate, shared: float
) -> Measured:
    """Return a difference as a measurement that is as small as the smallest of its sides.

    Where a side has few clusters, the error is at least the one that follows from the design
    effect of the whole sample, times the share of it that remains in a difference.
    """
    error, df = difference.standard_error, difference.df
    if any(has_few_clusters(side.mean) for side in sides):
        borrowed = [steady(side, whole).standard_error or 0.0 for side in sides]
        error, df = max(error or 0.0, shared * hypot(*borrowed)), whole.df
    apart = [side.mean.standard_error or 0.0 for side in sides]
    point, last = difference.point, sides[-1]
    return Measured(
        dimension=last.dimension,
        domain=last.domain,
        mean=Estimate(point, error, None if df is None else int(df), None, _least(sides)),
        lowest=NOTHING,
        highest=NOTHING,
        variance=hypot(*apart) ** 2 or None,
        people=min(side.people for side in sides),
        heaviest=max(side.heaviest for side in sides),
        effective_n=min(side.effective_n for side in sides),
        p_adjusted=_tails(point, error, df),
    )


def _tails(point: float | None, error: float | None, df: float | None) -> float | None:
    """Return the p-value of a difference; None where its error is undefined or zero."""
    if point is None or not error or df is None or df < 1:
        return None
    return t_tails(point / error, df)


def _least(sides: Sequence[Measured]) -> int:
    return min(side.mean.n for side in sides)
