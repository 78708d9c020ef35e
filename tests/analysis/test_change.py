"""Change counts what waves share, by domain, against other groups, and person by person."""

from __future__ import annotations

from dataclasses import replace
from math import hypot
from typing import Any

import numpy as np
import pytest
from scipy import stats

from analysis import (
    Design,
    EstimateError,
    change,
    compare,
    difference_in_differences,
    estimate,
    linked_change,
)

RNG = np.random.default_rng(11)
WAVE = np.repeat([1, 2], 48)
PSU = np.tile(np.repeat(np.arange(12), 4), 2)
STRATUM = np.where(PSU < 6, "a", "b")
PLACE = np.where(PSU % 2 == 0, "east", "west")
PERSON = np.tile(np.arange(48), 2)
Y = RNG.normal(size=12)[PSU] * 3 + RNG.normal(size=96) + WAVE
DESIGN = Design(np.ones(96), STRATUM, PSU)


def test_waves_in_the_same_psus_have_a_more_certain_change() -> None:
    got = change("mean", Y, DESIGN, between=WAVE, start=1, end=2)[0]
    apart = [estimate("mean", Y, DESIGN, each == WAVE).standard_error or 0 for each in (1, 2)]
    assert got.standard_error is not None
    assert got.standard_error < 0.5 * hypot(*apart)
    assert (got.a, got.b, got.n, got.df) == ("1", "2", 96, 10)


def test_change_backwards_is_the_same_with_another_sign() -> None:
    there = change("mean", Y, DESIGN, between=WAVE, start=1, end=2)[0]
    back = change("mean", Y, DESIGN, between=WAVE, start=2, end=1)[0]
    assert back.point == pytest.approx(-(there.point or 0))
    assert back.standard_error == pytest.approx(there.standard_error)


def test_change_of_any_statistic_is_a_difference_of_two() -> None:
    for statistic in ("mean", "total", "variance", "quantile"):
        got = change(statistic, Y, DESIGN, between=WAVE, start=1, end=2)[0]
        points = [estimate(statistic, Y, DESIGN, each == WAVE).point or 0 for each in (1, 2)]
        assert got.point == pytest.approx(points[1] - points[0])
        assert got.standard_error is not None


def test_domains_are_adjusted_together() -> None:
    found = change("mean", Y, DESIGN, {"place": PLACE}, between=WAVE, start="1", end=2.0)
    assert [each.domain for each in found] == [(("place", "east"),), (("place", "west"),)]
    assert [each.df for each in found] == [4, 4]
    p = sorted(each.p or 0 for each in found)
    assert sorted(each.p_adjusted or 0 for each in found) == [min(2 * p[0], 1), p[1]]


def test_a_domain_missing_in_one_wave_has_no_change() -> None:
    y = np.where((WAVE == 2) & (PLACE == "west"), np.nan, Y)
    east, west = change("mean", y, DESIGN, {"place": PLACE}, between=WAVE, start=1, end=2)
    assert (west.point, west.standard_error, west.p_adjusted) == (None, None, None)
    assert east.p_adjusted == east.p


def test_a_domain_with_one_psu_has_a_change_without_error() -> None:
    got = change("mean", Y, DESIGN, {"psu": PSU}, PSU < 2, between=WAVE, start=1, end=2)
    assert [each.standard_error for each in got] == [None, None]
    assert all(each.point is not None for each in got)


def test_a_wave_that_nobody_is_in_is_an_error() -> None:
    with pytest.raises(EstimateError, match="no row has the value 3"):
        change("mean", Y, DESIGN, between=WAVE, start=1, end=3)


def test_differences_of_changes_are_those_of_each_group() -> None:
    got = difference_in_differences("mean", Y, DESIGN, PLACE, between=WAVE, start=1, end=2)
    east, west = change("mean", Y, DESIGN, {"place": PLACE}, between=WAVE, start=1, end=2)
    assert got.pairs[0].point == pytest.approx((west.point or 0) - (east.point or 0))
    assert got.statistic == pytest.approx((got.pairs[0].t or 0) ** 2)
    assert got.df == (1, 10 + 1 - 4)


def test_ratios_change_as_means_do() -> None:
    pair = np.column_stack([Y, np.ones(96)])
    ratio = difference_in_differences("ratio", pair, DESIGN, PLACE, between=WAVE, start=1, end=2)
    means = difference_in_differences("mean", Y, DESIGN, PLACE, between=WAVE, start=1, end=2)
    assert ratio.statistic == pytest.approx(means.statistic)


def test_a_place_asked_in_one_wave_only_is_there_without_a_change() -> None:
    moved = np.where((WAVE == 2) & (PLACE == "west"), "north", PLACE)
    found = change("mean", Y, DESIGN, {"place": moved}, between=WAVE, start=1, end=2)
    assert [(each.domain[0][1], each.point is None) for each in found] == [
        ("east", False),
        ("north", True),
        ("west", True),
    ]


def test_linked_persons_change_as_the_mean_of_their_own_changes() -> None:
    got = linked_change(Y, DESIGN, PERSON, between=WAVE, start=1, end=2)
    own = Y[WAVE == 2] - Y[WAVE == 1]
    first = Design(np.ones(48), STRATUM[:48], PSU[:48])
    want = estimate("mean", own, first)
    assert got.change.point == pytest.approx(want.point)
    assert got.change.standard_error == pytest.approx(want.standard_error)
    assert (got.change.df, got.change.n) == (want.df, 48)
    t = (want.point or 0) / (want.standard_error or 1)
    assert got.change.t == pytest.approx(t)
    assert got.change.p == pytest.approx(2 * stats.t.sf(abs(t), want.df))
    assert (got.retention.point, got.lost.point) == (1.0, None)


def test_with_everyone_linked_both_ways_of_change_agree() -> None:
    linked = linked_change(Y, DESIGN, PERSON, between=WAVE, start=1, end=2).change
    waves = change("mean", Y, DESIGN, between=WAVE, start=1, end=2)[0]
    assert linked.point == pytest.approx(waves.point)
    assert linked.standard_error == pytest.approx(waves.standard_error)
    assert replace(linked, n=waves.n).n == waves.n


def test_those_lost_are_counted_and_described() -> None:
    y = np.where((WAVE == 2) & (PERSON >= 36), np.nan, Y)
    labels = np.where((WAVE == 2) & (PERSON < 4), "", PERSON.astype(str))
    got = linked_change(y, DESIGN, labels, between=WAVE, start=1, end=2)
    assert (got.change.n, got.stayed.n, got.lost.n) == (32, 32, 16)
    assert got.retention.point == pytest.approx(32 / 48)
    lost = np.r_[Y[:4], Y[36:48]]
    assert got.lost.point == pytest.approx(lost.mean())


def test_a_person_twice_in_a_wave_is_an_error() -> None:
    with pytest.raises(EstimateError, match="person 7 has several rows in one wave"):
        linked_change(Y, DESIGN, np.where(PERSON == 8, 7, PERSON), between=WAVE, start=1, end=2)


def test_nobody_linked_has_no_change() -> None:
    got = linked_change(Y, DESIGN, np.arange(96), between=WAVE, start=1, end=2)
    assert (got.change.point, got.change.t, got.retention.point) == (None, None, 0.0)


def test_a_comparison_of_waves_is_the_change() -> None:
    tested = compare(Y, DESIGN, WAVE, test="pairwise").pairs[0]
    got = change("mean", Y, DESIGN, between=WAVE, start=1, end=2)[0]
    assert replace(tested, hedges_g=None) == got


def test_a_domain_of_differences_of_changes_is_what_is_measured_in_it() -> None:
    inside = PERSON % 3 > 0
    ends: dict[str, Any] = {"between": WAVE, "start": 1, "end": 2}
    got = difference_in_differences("mean", Y, DESIGN, PLACE, inside, **ends)
    want = difference_in_differences("mean", np.where(inside, Y, np.nan), DESIGN, PLACE, **ends)
    assert got == want
    assert got.n == inside.sum()


def test_persons_without_a_label_are_lost_and_never_the_same() -> None:
    for wave in (1, 2):
        labels = np.where((wave == WAVE) & (PERSON < 4), "", PERSON.astype(str))
        got = linked_change(Y, DESIGN, labels, between=WAVE, start=1, end=2)
        assert (got.change.n, got.lost.n) == (44, 4)


def test_a_person_twice_in_the_first_wave_is_an_error_as_well() -> None:
    twice = np.where((PERSON == 8) & (WAVE == 1), 7, PERSON)
    with pytest.raises(EstimateError, match="person 7 has several rows in one wave"):
        linked_change(Y, DESIGN, twice, between=WAVE, start=1, end=2)


def test_a_ratio_without_one_of_its_two_columns_counts_for_nobody() -> None:
    ends: dict[str, Any] = {"between": WAVE, "start": 1, "end": 2}
    half, both = np.column_stack([Y, np.ones(96)]), np.column_stack([Y, np.ones(96)])
    half[::5, 1] = both[::5, :] = np.nan
    got = difference_in_differences("ratio", half, DESIGN, PLACE, **ends)
    assert got == difference_in_differences("ratio", both, DESIGN, PLACE, **ends)
    assert got.n == 96 - 20


def test_a_group_that_lacks_one_of_two_columns_throughout_is_no_group() -> None:
    pair = np.column_stack([Y, np.where(PLACE == "west", np.nan, 1.0)])
    with pytest.raises(EstimateError, match=r"1 groups have rows to compare \(east\); give two"):
        difference_in_differences("ratio", pair, DESIGN, PLACE, between=WAVE, start=1, end=2)
