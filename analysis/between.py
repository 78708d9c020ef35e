"""Who stands between others: the share of the shortest ways of a network that lead through each.

Brandes' rule (2001): from every start, the ways are counted outwards level by level, and what they
carry is handed back inwards. All starts go at once, as the columns of a matrix.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from analysis.stages import FloatArray

_Ways = NDArray[np.float32]
_Steps = NDArray[np.int16]


def between(count: int, ties: Sequence[tuple[int, int]]) -> FloatArray:
    """Return for each point the share of the shortest ways between two others that lead through it.

    Parameters
    ----------
    count : int
        How many points there are; they are numbered from 0.
    ties : sequence of (int, int)
        Pairs of different points that are tied, in either direction; a pair may come twice.

    Returns
    -------
    array of float
        From 0 to 1; 0 as well where no two others are connected. Several shortest ways between a
        pair share it evenly.

    Examples
    --------
    >>> between(4, [(0, 1), (1, 2), (2, 3)]).round(2).tolist()
    [0.0, 0.67, 0.67, 0.0]
    """
    if not ties:
        return np.zeros(count)
    tied = _matrix(count, ties)
    ways, steps = _outwards(tied)
    carried = _inwards(tied, ways, steps)
    np.fill_diagonal(carried, 0.0)
    reached = (steps > 0).sum(axis=1)
    pairs = reached.sum() - 2.0 * reached  # those in which a point is an end itself do not count
    through: FloatArray = carried.sum(axis=1, dtype=float)
    shares: FloatArray = np.divide(through, pairs, out=np.zeros(count), where=pairs > 0)
    return shares


def _matrix(count: int, ties: Sequence[tuple[int, int]]) -> csr_array:
    one, other = np.array(ties).T
    rows, columns = np.concatenate([one, other]), np.concatenate([other, one])
    matrix = csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=(count, count))
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return matrix


def _outwards(tied: csr_array) -> tuple[_Ways, _Steps]:
    """Return how many shortest ways lead to each point from each, and of how many steps."""
    count = tied.shape[0]
    edge = np.eye(count, dtype=np.float32)
    ways, steps = np.zeros_like(edge), np.full(edge.shape, -1, dtype=np.int16)
    np.fill_diagonal(steps, 0)
    level = 0
    while edge.any():
        ways += edge
        level += 1
        edge = tied @ edge
        edge[steps >= 0] = 0.0
        steps[edge > 0] = level
    return ways, steps


def _inwards(tied: csr_array, ways: _Ways, steps: _Steps) -> _Ways:
    """Return what each point carries, for each start: a part of every pair whose ways cross it."""
    carried = np.zeros_like(ways)
    for level in range(int(steps.max()), 0, -1):
        part = np.zeros_like(ways)
        np.divide(1.0 + carried, ways, out=part, where=steps == level)
        carried += np.where(steps == level - 1, (tied @ part) * ways, 0.0)
    return carried
