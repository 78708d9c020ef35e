from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis import change, difference_in_differences
from analysis.chapters import measure_changes, measure_differences
from analysis.contrasts import joint
from analysis.intervals import t_tails
from analysis.multiplicity import adjusted
from tests.analysis.rounds import Round, both

TWO = (("D2", "woman"),)


def test_a_group_is_compared_with_all_others_together(two_rounds: tuple[Round, Round]) -> None:
    asked = two_rounds[1]
    frame, design, scores = asked.frame, asked.design, asked.scores
    found = measure_differences(frame, scores, design, asked.outline().topics)
    codes = frame.codes("D2")
    women = codes == "woman"
    others = np.isin(codes, ["man", "other_way"])
    expected = joint("mean", scores["BE"], design, [others, women]).contrast([-1, 1])
    one = next(e for e in found if e.dimension == "differences.BE" and e.domain == TWO)
    assert one.mean.point == pytest.approx(expected.point)
    assert (one.mean.standard_error or 0) >= (expected.standard_error or 0)
    smaller = min((women & ~np.isnan(scores["BE"])).sum(), (others & ~np.isnan(scores["BE"])).sum())
    assert one.mean.n == smaller


def test_change_is_that_of_the_change_analysis(two_rounds: tuple[Round, Round]) -> None:
    before, now = two_rounds
    rounds = both(before, now)
    found = measure_changes(rounds, now.outline("round-1").topics)
    labels = np.where(rounds.later, "2", "1")
    for dimension in ("TR", "BE", "CE"):
        y = rounds.scores[dimension]
        expected = change("mean", y, rounds.design, between=labels, start="1", end="2")[0]
        one = next(e for e in found if e.dimension == f"change.{dimension}" and not e.domain)
        assert one.mean.point == pytest.approx(expected.point)
        assert one.mean.standard_error == pytest.approx(expected.standard_error)
        assert (one.p_adjusted or 0) >= (expected.p or 1)


def test_a_place_with_few_clusters_borrows_the_error_of_all(
    two_rounds: tuple[Round, Round],
) -> None:
    before, now = two_rounds
    rounds = both(before, now)
    found = measure_changes(rounds, now.outline("round-1").topics)
    labels = np.where(rounds.later, "2", "1")
    y = rounds.scores["TR"]
    plain = change(
        "mean", y, rounds.design, {"D1": rounds.frame.locality}, between=labels, start="1", end="2"
    )
    errors = {each.domain: each.standard_error or 0.0 for each in plain}
    places = [
        e for e in found if e.dimension == "change.TR" and e.domain and e.domain[0][0] == "D1"
    ]
    assert len(places) == 12
    assert all((e.mean.standard_error or 0) >= errors[e.domain] - 1e-9 for e in places)
    assert any((e.mean.standard_error or 0) > errors[e.domain] + 0.01 for e in places)


def test_p_values_allow_for_all_places_by_holm(two_rounds: tuple[Round, Round]) -> None:
    before, now = two_rounds
    found = measure_changes(both(before, now), now.outline("round-1").topics)
    places = [
        e for e in found if e.dimension == "change.BE" and e.domain and e.domain[0][0] == "D1"
    ]
    ordered = sorted(places, key=lambda e: -abs((e.mean.point or 0) / (e.mean.standard_error or 1)))
    adjusted = [e.p_adjusted or 0 for e in ordered]
    assert adjusted == sorted(adjusted)


def test_comparison_places_give_a_difference_in_differences(
    two_rounds: tuple[Round, Round],
) -> None:
    before, now = two_rounds
    compared = frozenset(list(now.places)[:6])
    now = replace(now, compared=compared)
    rounds = both(before, now)
    found = measure_changes(rounds, now.outline("round-1").topics)
    groups = np.where(np.isin(rounds.frame.locality, sorted(compared)), "a", "b")
    expected = difference_in_differences(
        "mean",
        rounds.scores["BE"],
        rounds.design,
        groups,
        between=np.where(rounds.later, "2", "1"),
        start="1",
        end="2",
    ).pairs[0]
    one = next(e for e in found if e.dimension == "extra_change.BE")
    assert one.mean.point == pytest.approx(expected.point)
    assert one.mean.standard_error == pytest.approx(expected.standard_error)


def test_what_nobody_answers_any_more_has_no_change(two_rounds: tuple[Round, Round]) -> None:
    before, now = two_rounds
    gone = next(iter(now.places))
    now = replace(now, rows=[each for each in now.rows if each.answers["D1"] != gone])
    found = measure_changes(both(before, now), now.outline("round-1").topics)
    codes = {each.domain[0][1] for each in found if each.domain and each.domain[0][0] == "D1"}
    assert codes == set(now.places) - {gone}


def test_two_groups_are_one_test_in_the_family_of_their_table(
    two_rounds: tuple[Round, Round],
) -> None:
    asked = two_rounds[1]
    rows = [each for each in asked.rows if each.answers["D2"] in ("woman", "man")]
    two = replace(asked, rows=rows)
    found = measure_differences(two.frame, two.scores, two.design, two.outline().topics)
    table = {e.dimension: e for e in found if e.domain == TWO}
    mirrors = {e.dimension: e for e in found if e.domain == (("D2", "man"),)}
    assert set(table) == set(mirrors)
    plain = []
    for name, each in table.items():
        assert mirrors[name].p_adjusted == each.p_adjusted
        assert mirrors[name].mean.point == pytest.approx(-(each.mean.point or 0))
        plain.append(t_tails(each.mean.point / each.mean.standard_error, each.mean.df))  # type: ignore[operator,arg-type]
    assert [e.p_adjusted for e in table.values()] == pytest.approx(list(adjusted(plain, "holm")))


def test_what_is_too_small_to_be_shown_enters_no_family(two_rounds: tuple[Round, Round]) -> None:
    asked = two_rounds[1]
    found = measure_differences(asked.frame, asked.scores, asked.design, asked.outline().topics)
    table = [e for e in found if e.domain and e.domain[0][0] == "D3"]
    large = [e for e in table if min(e.people, e.mean.n) >= 10]
    assert {e.p_adjusted for e in table if e not in large} <= {None}
    plain = [t_tails(e.mean.point / e.mean.standard_error, e.mean.df) for e in large]  # type: ignore[operator,arg-type]
    assert [e.p_adjusted for e in large] == pytest.approx(list(adjusted(plain, "holm")))


def test_changes_by_breakdown_allow_for_all_dimensions(two_rounds: tuple[Round, Round]) -> None:
    before, now = two_rounds
    found = measure_changes(both(before, now), now.outline("round-1").topics)
    table = [e for e in found if e.domain and e.domain[0][0] == "D1"]
    large = [e for e in table if min(e.people, e.mean.n) >= 10]
    assert len({e.dimension for e in large}) > 1
    plain = [t_tails(e.mean.point / e.mean.standard_error, e.mean.df) for e in large]  # type: ignore[operator,arg-type]
    assert [e.p_adjusted for e in large] == pytest.approx(list(adjusted(plain, "holm")), rel=0.2)
