"""Intervals of shares stay between 0 and 1; an undefined bound is None."""

from __future__ import annotations

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import Design, EstimateError, estimate
from analysis.intervals import KINDS, Spread, bounds, f_tail, t_tails

ONE_OF_30 = estimate("proportion", np.arange(30) == 3, Design(np.ones(30)))


def test_walds_interval_of_one_in_thirty_is_wrong_and_those_of_shares_are_not() -> None:
    low, high = ONE_OF_30.interval(kind="t")
    assert low is not None
    assert high is not None
    assert (round(low, 2), round(high, 2)) == (-0.03, 0.10)
    for kind in ("xlogit", "beta"):
        low, high = ONE_OF_30.interval(kind=kind)
        assert low is not None
        assert high is not None
        assert 0 < low < 1 / 30 < high < 0.25


def test_the_beta_interval_of_a_plain_sample_is_nearly_clopper_and_pearsons() -> None:
    exact = scipy.stats.binomtest(3, 30).proportion_ci()
    error = np.sqrt(0.1 * 0.9 / 30)
    assert bounds(Spread(0.1, float(error), 29, 30), 0.95, "beta") == pytest.approx(tuple(exact))


@settings(max_examples=50)
@given(
    p=st.floats(0.001, 0.999),
    error=st.floats(1e-8, 0.4),
    df=st.integers(1, 200),
    level=st.floats(0.5, 0.999),
)
def test_intervals_of_shares_hold_the_point_and_mirror(
    p: float, error: float, df: int, level: float
) -> None:
    for kind in ("xlogit", "beta"):
        low, high = bounds(Spread(p, error, df, df + 2), level, kind)
        mirrored = bounds(Spread(1 - p, error, df, df + 2), level, kind)
        assert low is not None
        assert high is not None
        assert 0 <= low <= p <= high <= 1
        assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_wider_level_gives_a_wider_interval(kind: str) -> None:
    inner, outer = ONE_OF_30.interval(0.8, kind), ONE_OF_30.interval(0.95, kind)
    assert all(each is not None for each in (*inner, *outer))
    assert outer[0] < inner[0] < inner[1] < outer[1]  # type: ignore[operator]


@pytest.mark.parametrize("share", [0.0, 1.0])
@pytest.mark.parametrize("kind", ["xlogit", "beta"])
def test_a_share_of_none_or_all_has_no_interval_of_shares(share: float, kind: str) -> None:
    got = estimate("proportion", np.full(30, share), Design(np.ones(30)))
    assert got.interval(kind=kind) == (None, None)


def test_a_share_without_error_is_its_own_interval() -> None:
    assert bounds(Spread(0.3, 0.0, 10, 30), 0.95, "beta") == (0.3, 0.3)


@pytest.mark.parametrize("kind", ["t", "xlogit", "beta"])
def test_without_degrees_of_freedom_there_is_no_interval(kind: str) -> None:
    assert bounds(Spread(0.3, 0.1, 0, 30), 0.95, kind) == (None, None)


@pytest.mark.parametrize("kind", ["xlogit", "beta"])
def test_a_score_has_no_interval_of_shares(kind: str) -> None:
    got = estimate("mean", np.arange(30.0), Design(np.ones(30)))
    with pytest.raises(EstimateError, match="interval of shares"):
        got.interval(kind=kind)


@settings(max_examples=50)
@given(t=st.floats(-40, 40), df=st.integers(1, 500))
def test_both_tails_are_those_of_the_distribution(t: float, df: int) -> None:
    assert t_tails(t, df) == pytest.approx(2 * scipy.stats.t.sf(abs(t), df), rel=1e-9)
    assert f_tail(t * t, 3, df) == pytest.approx(scipy.stats.f.sf(t * t, 3, df), rel=1e-9)


def test_the_tail_of_nearly_nothing_is_nearly_all() -> None:
    assert 1 - t_tails(4e-9, 2) == pytest.approx(4e-9 / np.sqrt(2), rel=1e-6)
