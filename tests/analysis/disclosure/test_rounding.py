from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure.rounding import score, share, to_base


@pytest.mark.parametrize(
    ("n", "base", "shown"), [(12, 5, 10), (13, 5, 15), (27, 5, 25), (28, 5, 30), (35, 10, 40)]
)
def test_counts_are_rounded_to_the_base(n: int, base: int, shown: int) -> None:
    assert to_base(n, base) == shown


@given(st.integers(0, 10**7), st.sampled_from([5, 10]))
def test_a_rounded_count_is_a_multiple_and_near(n: int, base: int) -> None:
    assert to_base(n, base) % base == 0
    assert abs(to_base(n, base) - n) <= base / 2


@pytest.mark.parametrize(
    ("value", "shown"), [(48.4999, 48), (48.5, 49), (-3.2, 0), (104.0, 100), (None, None)]
)
def test_scores_and_bounds_are_whole_and_stay_on_the_scale(
    value: float | None, shown: int | None
) -> None:
    assert score(value) == shown


@pytest.mark.parametrize(
    ("value", "edge", "shown"),
    [
        (0.0, 5, "<5"),
        (0.0499, 5, "<5"),
        (0.05, 5, "5"),
        (0.374, 5, "37"),
        (0.95, 5, "95"),
        (0.951, 5, ">95"),
        (1.0, 5, ">95"),
        (0.07, 10, "<10"),
        (0.10, 10, "10"),
        (0.93, 10, ">90"),
        (None, 5, None),
    ],
)
def test_shares_are_whole_and_stop_short_of_nobody_and_everybody(
    value: float | None, edge: int, shown: str | None
) -> None:
    assert share(value, edge) == shown
