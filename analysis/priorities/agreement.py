"""How far people agree with one another, and what is severe with what is urgent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import EstimateError
from analysis.stages import FloatArray, IntArray

#: Ranks of severity and priority that differ by as much are worth a note (scoring.md C.9).
RANKS_APART = 3


def kendall_w(rank: ArrayLike, weight: ArrayLike | None = None) -> float | None:
    r"""Return Kendall's W, the agreement of full rankings: 0 none, 1 complete.

    Parameters
    ----------
    rank : array_like of int, shape (m, J)
        One full ranking a row: each of 1, …, J once.
    weight : array_like of float, shape (m,), optional
        How much each person counts; equally unless told.

    Returns
    -------
    float or None
        None below two persons or two things ranked.

    Raises
    ------
    EstimateError
        If a row is no full ranking, or weights do not fit.

    Notes
    -----
    :math:`W = 12 \sum_j (\bar r_j - (J+1)/2)^2 / (J^3 - J)`, with :math:`\bar r_j` the (weighted)
    mean rank; without weights it is :math:`12 S / (m^2 (J^3 - J))`.

    References
    ----------
    Kendall & Babington Smith (1939), The problem of m rankings, *Annals of Mathematical
    Statistics* 10(3), 275-287.
    """
    ranking = np.asarray(rank, dtype=np.float64)
    if ranking.ndim != 2:
        raise EstimateError("rank must be a table: one row a person, one column a thing ranked")
    m, size = ranking.shape
    if m < 2 or size < 2:
        return None
    wrong = np.flatnonzero((np.sort(ranking, axis=1) != np.arange(1, size + 1)).any(axis=1))
    if wrong.size:
        raise EstimateError(
            f"row {wrong[0]} is no full ranking; it must hold each of 1 to {size} once"
        )
    mean_rank = np.average(ranking, axis=0, weights=_weights(weight, m))
    return float(12 * ((mean_rank - (size + 1) / 2) ** 2).sum() / (size**3 - size))


def _weights(weight: ArrayLike | None, m: int) -> FloatArray:
    values = np.ones(m) if weight is None else np.asarray(weight, dtype=np.float64)
    if values.shape != (m,) or not (np.isfinite(values) & (values > 0)).all():
        raise EstimateError(f"weight must be {m} finite numbers above zero, one for each ranking")
    return values


@dataclass(frozen=True)
class RankGap:
    """One need by severity and by priority, two measures that are not the same.

    Attributes
    ----------
    need : str
        Its code.
    severity, priority : float
        The scores given, each in its own unit.
    severity_rank, priority_rank : float
        1 the highest; equal scores share the mean of their ranks.
    is_apart : bool
        Whether the ranks differ by 3 or more: to be shown and explained, not averaged away.
    """

    need: str
    severity: float
    priority: float
    severity_rank: float
    priority_rank: float
    is_apart: bool


def severity_against_priority(
    severity: Mapping[str, float | None],
    priority: Mapping[str, float | None],
    apart: float = RANKS_APART,
) -> tuple[RankGap, ...]:
    """Set the rank of each need by severity beside its rank by priority.

    Parameters
    ----------
    severity, priority : mapping of str to float or None
        Score of each need, the higher the worse and the more urgent. A need that either lacks is
        left out of both rankings.
    apart : float
        Ranks that differ by at least this are flagged.

    Returns
    -------
    tuple of RankGap
        By priority, then by code.
    """
    scores = {
        need: (severe, urgent)
        for need, urgent in priority.items()
        if urgent is not None and (severe := severity.get(need)) is not None
    }
    if not scores:
        return ()
    by_severity, by_priority = (
        _mean_ranks(np.array(column)) for column in zip(*scores.values(), strict=True)
    )
    found = [
        RankGap(need, *pair, float(a), float(b), bool(abs(a - b) >= apart))
        for (need, pair), a, b in zip(scores.items(), by_severity, by_priority, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: (each.priority_rank, each.need)))


def _mean_ranks(scores: FloatArray) -> FloatArray:
    higher: IntArray = (scores[None, :] > scores[:, None]).sum(axis=1)
    equal: IntArray = (scores[None, :] == scores[:, None]).sum(axis=1)
    return np.asarray(higher + (equal + 1) / 2, dtype=np.float64)
