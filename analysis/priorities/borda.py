"""Priorities from top-k rankings: Borda scores, mentions, and ranks no surer than they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.design import Design
from analysis.errors import EstimateError
from analysis.estimate import Estimate, domain_rows, estimate
from analysis.priorities.intervals import rank_intervals, ranks, tied_groups
from analysis.priorities.rankings import Rankings
from analysis.stages import FloatArray


@dataclass(frozen=True)
class Priority:
    """How urgent one need is to the people.

    Attributes
    ----------
    need : str
        Its code.
    score : Estimate
        Borda score, 0-100: 100 if everybody put it first, 0 if nobody listed it.
    first, mentioned : Estimate
        Percent (0-100) of those who ranked anything that put it first, that listed it at all.
    rank : int or None
        By score, 1 the highest; equal scores share the better rank.
    rank_interval : tuple of int, or of None
        Lowest and highest rank that it may have.
    """

    need: str
    score: Estimate
    first: Estimate
    mentioned: Estimate
    rank: int | None
    rank_interval: tuple[int, int] | tuple[None, None]


@dataclass(frozen=True)
class Priorities:
    """All needs, by score, in groups that the sample cannot tell apart.

    Attributes
    ----------
    needs : tuple of Priority
        Highest score first.
    groups : tuple of tuple of str
        Codes, best first. Rank intervals of different groups share no rank, so a group of one
        has a rank of its own and any other is a tie. One group holds all when ranks are unsure.
    n : int
        Persons who ranked at least one need.
    invalid : int
        Persons whose ranking repeats or skips a rank; they are in no figure.
    resamples, seed : int
        Of the bootstrap, to repeat it.
    """

    needs: tuple[Priority, ...]
    groups: tuple[tuple[str, ...], ...]
    n: int
    invalid: int
    resamples: int
    seed: int

    @property
    def winner(self) -> str | None:
        """The one need that is certainly first; None when several may be."""
        first = self.groups[0]
        return first[0] if len(first) == 1 else None


def prioritise(
    rankings: Rankings,
    design: Design,
    domain: ArrayLike | None = None,
    *,
    resamples: int = 1000,
    seed: int = 1,
    level: float = 0.95,
) -> Priorities:
    r"""Estimate how urgent each need is, and how sure its rank is.

    Parameters
    ----------
    rankings : Rankings
        Of n persons over J needs.
    design : Design
        Of the same n rows.
    domain : array_like of bool, shape (n,), optional
        Whom it is about; everyone unless told.
    resamples : int
        Bootstrap samples of PSUs for the ranks.
    seed : int
        0 or above; the same seed gives the same ranks.
    level : float
        Level of all intervals.

    Raises
    ------
    EstimateError
        If lengths do not fit, or `resamples`, `seed` or `level` make no sense.
    DesignError
        If a stratum has one PSU and the design does not say what to do.

    Notes
    -----
    :math:`100 \sum w (k - rank + 1) / (k \sum w)` over persons with at least one rank; an
    unlisted need gives 0. It is a mean, so its error is that of a mean.

    References
    ----------
    Dwork, Kumar, Naor & Sivakumar (2001), Rank aggregation methods for the web, *WWW 10*.
    """
    if len(rankings) != len(design):
        raise EstimateError(f"{len(rankings)} rankings and {len(design)} rows of design")
    if resamples < 1 or seed < 0:
        raise EstimateError(
            f"{resamples} resamples with seed {seed}; give at least 1, and a seed of 0 or above"
        )
    inside = domain_rows(domain, design)
    base = rankings.ranked & inside
    points = np.where(base[:, None], rankings.points(), 0.0)
    scores = [estimate("mean", column, design, base, level=level) for column in points.T]
    intervals = None
    if scores[0].standard_error is not None:  # with one PSU, every resample would be the same
        intervals = rank_intervals(
            points, base.astype(np.float64), design, resamples=resamples, seed=seed, level=level
        )
    needs = tuple(
        Priority(
            need=need,
            score=scores[j],
            first=_percent(rankings.rank[:, j] == 1, design, base, level),
            mentioned=_percent(rankings.rank[:, j] > 0, design, base, level),
            rank=_rank(scores, j),
            rank_interval=intervals[j] if intervals else (None, None),
        )
        for j, need in enumerate(rankings.needs)
    )
    ordered = sorted(needs, key=lambda each: each.rank or 0)
    invalid = int((~rankings.valid & inside).sum())
    return Priorities(tuple(ordered), _groups(ordered), int(base.sum()), invalid, resamples, seed)


def _percent(chosen: ArrayLike, design: Design, base: ArrayLike, level: float) -> Estimate:
    values: FloatArray = 100.0 * np.asarray(chosen, dtype=np.float64)
    return estimate("mean", values, design, base, level=level)


def _rank(scores: list[Estimate], j: int) -> int | None:
    points = [each.point for each in scores]
    if any(point is None for point in points):
        return None
    return int(ranks(np.array([points], dtype=np.float64))[0][0, j])


def _groups(needs: list[Priority]) -> tuple[tuple[str, ...], ...]:
    intervals = [
        (low, high) for low, high in (each.rank_interval for each in needs) if low and high
    ]
    if len(intervals) < len(needs):
        return (tuple(each.need for each in needs),)
    return tuple(
        tuple(needs[position].need for position in sorted(group))
        for group in tied_groups(intervals)
    )
