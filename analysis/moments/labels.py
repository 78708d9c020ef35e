"""Whole numbers without gaps, exact and fast for a million rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.stages import IntArray

_MARKED, _FEW = 8, 1 << 16
#: Tables in which each kind of number has a place of its own, tried in turn: the bits of a
#: place, and an odd multiplier that spreads numbers over the places.
_TABLES = ((16, 0x9E3779B97F4A7C15), (20, 0xC2B2AE3D27D4EB4F), (22, 0xD6E8FEB86659FD93))


def few(n: int) -> int:
    """Return up to how many possible numbers those that n rows have are found by marking."""
    return max(_MARKED * n, _FEW)


def dense(numbers: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """Renumber whole numbers below `size` as 0, 1, 2, … without gaps, in their order.

    Returns
    -------
    kinds : IntArray, shape (L,)
        The numbers that occur, ascending.
    numbers : IntArray, shape (n,)
        The position of each in `kinds`.
    """
    if size > few(len(numbers)):
        found, numbers = ranked(numbers.view(np.uint64))
        return found.astype(np.int64), numbers
    present = np.zeros(size, dtype=np.bool_)
    present[numbers] = True
    kinds = np.flatnonzero(present).astype(np.int64)
    if len(kinds) == size:
        return kinds, numbers
    position = np.empty(size, dtype=np.int64)
    position[kinds] = np.arange(len(kinds))
    return kinds, position.take(numbers)


def ranked(words: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], IntArray]:
    """Return the kinds of numbers that occur, ascending, and the position of each among them.

    Few kinds of many numbers are found without sorting: each kind gets a place in a table. That
    no two kinds share one is checked, so the result is exact.
    """
    rows = np.arange(len(words), dtype=np.int32)
    for bits, odd in _TABLES:
        table = np.empty(1 << bits, dtype=np.int32)
        place = ((words * np.uint64(odd)) >> np.uint64(64 - bits)).view(np.int64)
        table[place] = rows
        holder = table.take(place)
        if np.array_equal(words.take(holder), words):
            first = np.flatnonzero(holder == rows)
            kinds = words[first]
            order = np.argsort(kinds)
            table[place[first[order]]] = np.arange(len(first), dtype=np.int32)
            return kinds[order], table.take(place).astype(np.int64)
    kinds, numbers = np.unique(words, return_inverse=True)
    return kinds, numbers.astype(np.int64)


def first_rows(numbers: IntArray, size: int) -> IntArray:
    """Return a row of each number 0, 1, …, size - 1, of shape (size,)."""
    rows = np.zeros(size, dtype=np.int64)
    rows[numbers] = np.arange(len(numbers))
    return rows
