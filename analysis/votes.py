"""What groups and key informants say: votes, and the answer that most of them give.

Neither is a sample of residents. They are shown beside a survey, never added to it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import EstimateError
from analysis.frame import Frame
from analysis.stages import FloatArray
from questionnaires import Item, Nonanswer


@dataclass(frozen=True)
class Agreement:
    """What most informants say.

    Attributes
    ----------
    answers : tuple of str
        The most frequent code; several, sorted, when they are equally frequent; none without
        informants.
    share : float or None
        Share (0-1) of the informants who gave it; None without informants.
    informants : int
        How many answered.
    disagree : bool
        Whether fewer than two thirds gave the same answer.
    """

    answers: tuple[str, ...]
    share: float | None
    informants: int
    disagree: bool


def most_say(answers: ArrayLike) -> Agreement:
    """Return the most frequent answer of the informants of one place, and whether they agree.

    Parameters
    ----------
    answers : array_like of str, shape (n,)
        Their codes; nonanswers and empty cells do not count.
    """
    given = [str(each) for each in np.asarray(answers, dtype=object).tolist()]
    counts = Counter(each for each in given if each not in ("", *Nonanswer))
    n = counts.total()
    if not n:
        return Agreement((), None, 0, disagree=False)
    most = max(counts.values())
    modes = tuple(sorted(code for code, count in counts.items() if count == most))
    return Agreement(modes, most / n, n, disagree=3 * most < 2 * n)


def votes_of(frame: Frame, name: str) -> dict[str, FloatArray]:
    """Return the tokens that each group gave to each choice of a vote.

    Parameters
    ----------
    frame : Frame
        Records of n groups, with their instrument.
    name : str
        Of an item that is a vote.

    Returns
    -------
    dict of str to FloatArray, shape (n,)
        By code of the choice; 0 where a group that voted gave it none, NaN where none voted.

    Raises
    ------
    EstimateError
        If the instrument has no such vote.
    """
    item = _vote(frame, name)
    cells = [str(cell) for cell in frame.codes(name)]
    counts = [{} if cell in set(Nonanswer) else _counts(cell) for cell in cells]
    return {
        code: np.array([count.get(code, 0.0) if count else np.nan for count in counts])
        for code in item.codes
    }


def vote_shares(frame: Frame, name: str) -> dict[str, FloatArray]:
    """Return the percentage (0-100) of each group's tokens that each choice was given.

    The tokens of a group are the voters present times the tokens of each, used or not. NaN where
    nothing was voted or the number of voters is not known. Arguments and errors as `votes_of`.
    """
    item = _vote(frame, name)
    voters = frame.measured(item.options.voters)
    tokens = np.where(voters > 0, voters * item.options.tokens, np.nan)
    return {code: 100 * votes / tokens for code, votes in votes_of(frame, name).items()}


def pooled_votes(
    frame: Frame, name: str, groups: ArrayLike | None = None
) -> dict[str, float | None]:
    """Return the percentage of all tokens of some groups that each choice was given.

    Parameters
    ----------
    frame, name
        As `votes_of`.
    groups : array_like of bool, shape (n,), optional
        Which groups, as those of women; all unless told. A group without votes, or without a
        number of voters, is left out.

    Returns
    -------
    dict of str to float or None
        By code of the choice; None when no group is left.
    """
    voters = frame.measured(_vote(frame, name).options.voters)
    votes = votes_of(frame, name)
    chosen = np.ones(len(frame), dtype=bool) if groups is None else np.asarray(groups, dtype=bool)
    counted = chosen & (voters > 0) & ~np.isnan(next(iter(votes.values())))
    tokens = float(voters[counted].sum()) * _vote(frame, name).options.tokens
    return {
        code: 100 * float(each[counted].sum()) / tokens if tokens else None
        for code, each in votes.items()
    }


def _vote(frame: Frame, name: str) -> Item:
    items = {item.name: item for item in frame.instrument.items} if frame.instrument else {}
    item = items.get(name)
    if item is None or item.type != "votes":
        raise EstimateError(f"{name} is no vote of the instrument; name one of its votes")
    return item


def _counts(cell: str) -> dict[str, float]:
    pairs = (each.partition(":") for each in cell.split(" "))
    return {code: float(count) for code, _, count in pairs}
