"""Who stands between others is what comes out when every shortest way is walked."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from analysis.between import between

Ties = list[tuple[int, int]]


def ways(count: int, ties: Ties, start: int, end: int) -> list[tuple[int, ...]]:
    """Return the shortest ways from one point to another, found by trying all of a length."""
    tied = {*ties, *((two, one) for one, two in ties)}
    others = [point for point in range(count) if point not in (start, end)]
    for length in range(count - 1):
        found = [
            middle
            for middle in permutations(others, length)
            if all(step in tied for step in zip((start, *middle), (*middle, end), strict=True))
        ]
        if found:
            return found
    return []


def walked(count: int, ties: Ties, point: int) -> float:
    """Return the share of the ways between two others that lead through a point."""
    shares = []
    for start, end in permutations([each for each in range(count) if each != point], 2):
        found = ways(count, ties, start, end)
        if found:
            shares.append(sum(point in way for way in found) / len(found))
    return float(np.mean(shares)) if shares else 0.0


@pytest.mark.parametrize("seed", range(8))
def test_shares_are_those_of_all_shortest_ways(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ties = [(one, two) for one, two in permutations(range(6), 2) if rng.random() < 0.2]
    want = [walked(6, ties, point) for point in range(6)]
    assert between(6, ties).tolist() == pytest.approx(want, rel=1e-6)


def test_two_ways_of_four_steps_share_a_pair() -> None:
    ring = [(point, (point + 1) % 8) for point in range(8)]
    assert between(8, ring).tolist() == pytest.approx([walked(8, ring, 0)] * 8, rel=1e-6)


def test_nobody_stands_between_those_who_are_not_connected() -> None:
    assert between(3, []).tolist() == [0.0, 0.0, 0.0]
    assert between(4, [(0, 1), (2, 3)]).tolist() == [0.0] * 4
