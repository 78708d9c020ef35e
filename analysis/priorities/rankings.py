"""Top-k rankings: what each person put first, second, third; invalid ones told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimateError
from analysis.stages import BoolArray, FloatArray, IntArray
from questionnaires import Nonanswer

_NOTHING, _UNKNOWN, _INVALID = -1, -2, -3


@dataclass(frozen=True, eq=False)
class Rankings:
    """The rankings of n persons over J needs, of which each could rank the first k.

    A ranking that repeats or skips a rank, or ranks more than k, is invalid as a whole.

    Attributes
    ----------
    needs : tuple of str, length J
        Codes of what was ranked.
    k : int
        How many ranks were asked for.
    rank : IntArray, shape (n, J)
        1 is the most urgent; 0 where a need is not listed, and throughout an invalid ranking.
    valid : BoolArray, shape (n,)
        False for an invalid ranking. An empty one is valid.
    """

    needs: tuple[str, ...]
    k: int
    rank: IntArray
    valid: BoolArray

    def __len__(self) -> int:
        """Return the number of persons."""
        return len(self.valid)

    @classmethod
    def from_columns(cls, columns: Sequence[ArrayLike], needs: Sequence[str]) -> Rankings:
        """Make rankings of one column a rank, as a questionnaire stores them.

        Parameters
        ----------
        columns : sequence of k array_like of str, each of shape (n,)
            Code of the need at rank 1, at rank 2, …; empty or a nonanswer where none was given.
        needs : sequence of str
            All codes that were offered.

        Raises
        ------
        EstimateError
            If a code was not offered (the message names its row and rank, never the answer),
            columns differ in length, or the needs cannot be ranked.
        """
        return _rankings(columns, needs, len(columns))

    @classmethod
    def from_lists(
        cls, lists: Sequence[Sequence[str]], needs: Sequence[str], k: int | None = None
    ) -> Rankings:
        """Make rankings of one list a person, the most urgent need first.

        `k` is the longest list unless told. Raises EstimateError as `from_columns`.
        """
        longest = max(map(len, lists), default=0)
        asked = max(longest, 1) if k is None else k
        width = max(longest, asked)
        columns = [[each[r] if r < len(each) else "" for each in lists] for r in range(width)]
        return _rankings(columns, needs, asked)

    @property
    def ranked(self) -> BoolArray:
        """Whose valid ranking holds at least one rank, of shape (n,): the base of every share."""
        return np.asarray(self.valid & (self.rank > 0).any(axis=1), dtype=bool)

    @property
    def complete(self) -> BoolArray:
        """Whose valid ranking holds all needs, of shape (n,)."""
        return np.asarray(self.valid & (self.rank > 0).all(axis=1), dtype=bool)

    def points(self) -> FloatArray:
        """Return Borda points, 0-100, of shape (n, J): 100·(k − rank + 1)/k, unlisted 0."""
        listed = 100 * (self.k - self.rank + 1) / self.k
        return np.asarray(np.where(self.rank > 0, listed, 0.0), dtype=np.float64)


def _rankings(columns: Sequence[ArrayLike], needs: Sequence[str], k: int) -> Rankings:
    names = tuple(needs)
    _check_needs(names, k)
    chosen = _chosen(columns, names)
    given = chosen >= 0
    n, width = chosen.shape
    rank = np.zeros((n, len(names)), dtype=np.int64)
    rows, places = np.nonzero(given)
    rank[rows, chosen[rows, places]] = places + 1
    repeated = given.sum(axis=1) != (rank > 0).sum(axis=1)
    skipped = (given[:, 1:] & ~given[:, :-1]).any(axis=1)
    too_many = given[:, k:].any(axis=1) if width > k else np.zeros(n, dtype=bool)
    valid = ~(repeated | skipped | too_many | (chosen == _INVALID).any(axis=1))
    return Rankings(names, k, np.where(valid[:, None], rank, 0), np.asarray(valid, dtype=bool))


def _check_needs(names: tuple[str, ...], k: int) -> None:
    if len(names) < 2 or len(set(names)) < len(names):
        raise EstimateError("needs must be two or more different codes")
    if not 1 <= k <= len(names):
        raise EstimateError(f"{k} ranks of {len(names)} needs; ask for 1 to {len(names)} ranks")


def _chosen(columns: Sequence[ArrayLike], names: tuple[str, ...]) -> IntArray:
    """Return the position of the need at each rank, of shape (n, ranks); negative for none."""
    known = {"": _NOTHING, **dict.fromkeys(map(str, Nonanswer), _NOTHING)}
    known |= {str(Nonanswer.INVALID): _INVALID}
    known |= {name: position for position, name in enumerate(names)}
    arrays: list[NDArray[np.object_]] = [np.asarray(each, dtype=object) for each in columns]
    if any(each.ndim != 1 or len(each) != len(arrays[0]) for each in arrays):
        raise EstimateError("ranks have columns of different lengths; give one code a person")
    table = [[known.get("" if x is None else str(x), _UNKNOWN) for x in each] for each in arrays]
    chosen = np.array(table, dtype=np.int64).reshape(len(arrays), -1).T
    unknown = np.argwhere(chosen == _UNKNOWN)
    if unknown.size:
        row, place = unknown[0]
        raise EstimateError(
            f"row {row}, rank {place + 1}: not one of the needs that were offered; "
            "use one of their codes, or leave it empty"
        )
    return chosen
