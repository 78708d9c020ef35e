"""Rankings, their scores and how sure their order is."""

from __future__ import annotations

from itertools import chain, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import (
    Design,
    DesignError,
    EstimateError,
    Priorities,
    Rankings,
    kendall_w,
    prioritise,
    severity_against_priority,
)
from analysis.priorities import intervals as own
from analysis.priorities import tied_groups

NEEDS = "abcde"
#: scoring.md, golden vector "Borda k=3".
GOLDEN = ["abc", "ba", "adb", "c", ""]
GOLDEN_WEIGHT = [1, 2, 1, 0.5, 1]


def golden() -> Rankings:
    return Rankings.from_lists(GOLDEN, NEEDS, 3)


def scores(found: Priorities) -> dict[str, float | None]:
    return {each.need: each.score.point for each in found.needs}


# --- golden vectors


def test_borda_scores_are_the_golden_ones() -> None:
    found = prioritise(golden(), Design(GOLDEN_WEIGHT), resamples=20)
    want = {"a": 74.0741, "b": 66.6667, "c": 18.5185, "d": 14.8148, "e": 0.0}
    assert scores(found) == pytest.approx(want, abs=5e-5)
    assert scores(found)["a"] == pytest.approx(2000 / 27, rel=1e-14)
    assert [each.need for each in found.needs] == list("abcde")
    assert [each.rank for each in found.needs] == [1, 2, 3, 4, 5]
    assert (found.n, found.invalid) == (4, 0)


def test_mentions_are_percentages_of_those_who_ranked() -> None:
    found = {each.need: each for each in prioritise(golden(), Design(GOLDEN_WEIGHT)).needs}
    assert found["a"].first.point == pytest.approx(100 * 2 / 4.5)
    assert found["a"].mentioned.point == pytest.approx(100 * 4 / 4.5)
    assert found["c"].first.point == pytest.approx(100 * 0.5 / 4.5)
    assert found["e"].mentioned.point == 0


def test_kendall_w_is_the_golden_one() -> None:
    assert kendall_w([[1, 2, 3, 4], [1, 3, 2, 4], [2, 1, 3, 4]]) == pytest.approx(7 / 9, rel=1e-14)


# --- rankings


def test_a_repeated_or_skipped_rank_makes_a_ranking_invalid_as_a_whole() -> None:
    columns = [["a", "a", "", "b", "dk", "invalid"], ["b", "a", "b", "", "", ""], [""] * 6]
    rankings = Rankings.from_columns(columns, NEEDS)
    assert rankings.valid.tolist() == [True, False, False, True, True, False]
    assert rankings.ranked.tolist() == [True, False, False, True, False, False]
    assert rankings.rank[1].tolist() == [0] * 5
    found = prioritise(rankings, Design(np.ones(6)))
    assert (found.n, found.invalid) == (2, 3)


def test_a_repetition_apart_from_its_first_is_invalid() -> None:
    assert not Rankings.from_lists(["aba"], NEEDS).valid[0]


def test_a_rank_skipped_between_two_others_makes_a_ranking_invalid() -> None:
    rankings = Rankings.from_columns([["a", "a"], ["", "c"], ["b", "b"]], NEEDS)
    assert rankings.valid.tolist() == [False, True]


def test_a_list_longer_than_asked_is_invalid() -> None:
    rankings = Rankings.from_lists(["abcd", "ab"], NEEDS, 3)
    assert rankings.valid.tolist() == [False, True]
    assert rankings.k == 3


def test_lists_and_columns_say_the_same() -> None:
    columns = [[each[r : r + 1] for each in GOLDEN] for r in range(3)]
    assert (Rankings.from_columns(columns, NEEDS).rank == golden().rank).all()


def test_a_none_is_no_rank() -> None:
    assert Rankings.from_columns([np.array(["a", None], dtype=object)], NEEDS).ranked.tolist() == [
        True,
        False,
    ]


def test_complete_rankings_are_told_apart() -> None:
    rankings = Rankings.from_lists(["ba", "a", ""], "ab")
    assert rankings.complete.tolist() == [True, False, False]


def test_an_unknown_need_names_row_and_rank_and_not_the_answer() -> None:
    with pytest.raises(EstimateError, match=r"row 1, rank 2: not one of the needs") as caught:
        Rankings.from_columns([["a", "b"], ["", "secret"]], NEEDS)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "needs", "said"),
    [
        ([["a"]], "a", "two or more different"),
        ([["a"]], "aa", "two or more different"),
        ([["a"]] * 3, "ab", "3 ranks of 2 needs"),
        ([], "ab", "0 ranks of 2 needs"),
        ([["a"], ["b", "a"]], "ab", "different lengths"),
    ],
)
def test_rankings_that_cannot_be_are_named(columns: list[list[str]], needs: str, said: str) -> None:
    with pytest.raises(EstimateError, match=said):
        Rankings.from_columns(columns, needs)


# --- properties

lists = st.lists(
    st.permutations(list(NEEDS)).flatmap(lambda p: st.integers(0, 3).map(lambda k: p[:k])),
    min_size=6,
    max_size=12,
)


@given(lists=lists, scale=st.floats(0.01, 1e5), seed=st.integers(0, 9))
def test_the_unit_of_weights_changes_nothing(
    lists: list[list[str]], scale: float, seed: int
) -> None:
    rankings = Rankings.from_lists(lists, NEEDS, 3)
    weight = np.linspace(1, 3, len(lists))
    before = prioritise(rankings, Design(weight), resamples=30, seed=seed)
    after = prioritise(rankings, Design(weight * scale), resamples=30, seed=seed)
    assert scores(after) == pytest.approx(scores(before))
    assert [each.rank_interval for each in after.needs] == [
        each.rank_interval for each in before.needs
    ]
    assert after.groups == before.groups


@given(lists=lists, order=st.permutations(list(NEEDS)))
def test_renaming_needs_renames_the_result(lists: list[list[str]], order: list[str]) -> None:
    new = dict(zip(NEEDS, order, strict=True))
    renamed = [[new[need] for need in each] for each in lists]
    design = Design(np.linspace(1, 3, len(lists)))
    before = prioritise(Rankings.from_lists(lists, NEEDS, 3), design, resamples=40)
    after = prioritise(Rankings.from_lists(renamed, NEEDS, 3), design, resamples=40)
    intervals = {each.need: each.rank_interval for each in after.needs}
    for each in before.needs:
        assert scores(after)[new[each.need]] == pytest.approx(each.score.point)
        assert intervals[new[each.need]] == each.rank_interval
    assert {frozenset(new[need] for need in group) for group in before.groups} == {
        frozenset(group) for group in after.groups
    }


@given(lists=lists, order=st.randoms())
def test_the_order_of_persons_changes_no_score(lists: list[list[str]], order: object) -> None:
    rows = list(range(len(lists)))
    order.shuffle(rows)  # type: ignore[attr-defined]  # a random.Random
    weight = np.linspace(1, 3, len(lists))
    psu = np.arange(len(lists)) // 2
    before = prioritise(Rankings.from_lists(lists, NEEDS, 3), Design(weight, psu=psu))
    shuffled = Rankings.from_lists([lists[row] for row in rows], NEEDS, 3)
    after = prioritise(shuffled, Design(weight[rows], psu=psu[rows]))
    assert scores(after) == pytest.approx(scores(before))
    assert [(each.need, each.rank_interval) for each in after.needs] == [
        (each.need, each.rank_interval) for each in before.needs
    ]


@given(lists=lists)
def test_full_rankings_share_out_a_fixed_sum_of_points(lists: list[list[str]]) -> None:
    full = [[*each, *(need for need in NEEDS if need not in each)][:3] for each in lists]
    found = prioritise(Rankings.from_lists(full, NEEDS, 3), Design(np.ones(len(full))), resamples=5)
    assert sum(each.score.point or 0 for each in found.needs) == pytest.approx(200)
    assert sum(each.first.point or 0 for each in found.needs) == pytest.approx(100)


@given(
    intervals=st.lists(
        st.tuples(st.integers(1, 9), st.integers(0, 4)).map(lambda x: (x[0], x[0] + x[1])),
        min_size=1,
    )
)
def test_groups_share_no_rank_and_hold_each_once(intervals: list[tuple[int, int]]) -> None:
    groups = tied_groups(intervals)
    assert sorted(chain.from_iterable(groups)) == list(range(len(intervals)))
    for earlier, later in pairwise(groups):
        assert max(intervals[i][1] for i in earlier) < min(intervals[i][0] for i in later)
    for group in groups:  # and none can be split further
        first, *others = sorted(intervals[i] for i in group)
        reach = first[1]
        for low, high in others:
            assert low <= reach
            reach = max(reach, high)


# --- how sure ranks are


def test_a_chain_of_overlaps_is_one_group() -> None:
    assert tied_groups([(1, 2), (2, 4), (4, 5), (6, 6)]) == [[0, 1, 2], [3]]
    assert tied_groups([(3, 3), (1, 1), (2, 2)]) == [[1], [2], [0]]
    assert tied_groups([(1, 5), (2, 2), (3, 3)]) == [[0, 1, 2]]


def near_equal(n: int) -> Rankings:
    rng = np.random.default_rng(3)
    needs = [f"n{j:02}" for j in range(12)]
    draws = [rng.choice(needs, 3, replace=False).tolist() for _ in range(n)]
    return Rankings.from_lists(draws, needs, 3)


def test_near_equal_needs_have_no_single_winner() -> None:
    found = prioritise(near_equal(120), Design(np.ones(120)))
    assert found.winner is None
    assert len(found.groups[0]) > 1
    intervals = {each.need: each.rank_interval for each in found.needs}
    assert all(low is not None and high is not None for low, high in intervals.values())


def test_a_need_that_all_put_first_wins() -> None:
    found = prioritise(
        Rankings.from_lists(["abc", "acd", "adb"] * 20, NEEDS, 3), Design([1.0] * 60)
    )
    assert found.winner == "a"
    assert found.needs[0].rank_interval == (1, 1)
    assert found.groups[0] == ("a",)
    assert found.groups[-1] == ("e",)


def test_equal_scores_share_their_ranks_and_their_group() -> None:
    found = prioritise(Rankings.from_lists(["ab"] * 9, "abcd", 2), Design(np.ones(9)))
    by_need = {each.need: each for each in found.needs}
    assert by_need["c"].rank == by_need["d"].rank == 3
    assert by_need["c"].rank_interval == by_need["d"].rank_interval == (3, 4)
    assert found.groups == (("a",), ("b",), ("c", "d"))


def test_scores_are_equal_when_rounding_alone_sets_them_apart() -> None:
    best, worst = own.ranks(np.array([[50.0, 50.0001, 50.0 + 1e-12, 20.0]]))
    assert best.tolist() == [[2, 1, 2, 4]]
    assert worst.tolist() == [[3, 1, 3, 4]]


def test_rank_intervals_hold_the_rank_itself() -> None:
    for seed in range(20):
        found = prioritise(near_equal(15), Design(np.ones(15)), resamples=3, seed=seed)
        for each in found.needs:
            low, high = each.rank_interval
            assert low is not None
            assert high is not None
            assert each.rank is not None
            assert low <= each.rank <= high


def test_the_same_seed_gives_the_same_ranks() -> None:
    one, same = (prioritise(near_equal(60), Design(np.ones(60)), seed=4) for _ in range(2))
    assert one == same
    assert (one.seed, one.resamples) == (4, 1000)
    other = prioritise(near_equal(60), Design(np.ones(60)), seed=5)
    assert one.needs[0].score == other.needs[0].score


def clustered() -> tuple[Rankings, np.ndarray]:
    """Return twelve villages of ten people each, all of one mind: a in seven, b in five."""
    lists = [["a", "b", "c"]] * 70 + [["b", "a", "c"]] * 50
    return Rankings.from_lists(lists, "abc", 3), np.repeat(np.arange(12), 10)


def test_people_of_one_mind_in_a_village_make_ranks_unsure() -> None:
    lists, village = clustered()
    assert prioritise(lists, Design(np.ones(120))).needs[0].rank_interval[0] == 1
    found = prioritise(lists, Design(np.ones(120), psu=village))
    assert found.groups[0] == ("a", "b")
    assert found.winner is None


def test_rank_intervals_hold_the_true_rank_as_often_as_they_say() -> None:
    rng = np.random.default_rng(12)
    true_order = np.array(list("abcdef"))
    held, wrong_winners = [], 0
    for seed in range(60):
        village = np.repeat(rng.normal(0, 0.3, (15, 6)), 8, axis=0)
        urgency = np.linspace(0.8, 0, 6) + village + rng.gumbel(size=(120, 6))
        order = true_order[np.argsort(-urgency, axis=1)]
        rankings = Rankings.from_columns(list(order[:, :3].T), "abcdef")
        design = Design(np.ones(120), psu=np.arange(120) // 8)
        found = prioritise(rankings, design, resamples=200, seed=seed)
        wrong_winners += found.winner not in (None, "a")
        for each in found.needs:
            low, high = each.rank_interval
            held.append((low or 9) <= 1 + "abcdef".index(each.need) <= (high or 0))
    assert np.mean(held) >= 0.95
    assert wrong_winners <= 2


def test_the_bootstrap_has_the_spread_of_the_linearised_error() -> None:
    rankings, village = clustered()
    weight = np.linspace(1, 2, 120)
    design = Design(weight, stratum=village // 4, psu=village, fpc=np.full(120, 8.0))
    points = rankings.points()
    pools = own._pools(design)
    assert pools is not None
    rng = np.random.default_rng(1)
    drawn = np.concatenate(
        [
            own._scores(block, points, np.ones(120), design)
            for block in own._multipliers(pools, design, rng, 20_000)
        ]
    )
    linearised = prioritise(rankings, design, resamples=2)
    errors = {each.need: each.score.standard_error for each in linearised.needs}
    assert drawn.std(axis=0)[0] == pytest.approx(errors["a"], rel=0.05)


def test_a_census_has_ranks_that_are_certain() -> None:
    rankings, village = clustered()
    design = Design(np.ones(120), psu=village, fpc=np.full(120, 12.0))
    assert [each.rank_interval for each in prioritise(rankings, design).needs] == [
        (1, 1),
        (2, 2),
        (3, 3),
    ]


def test_one_psu_cannot_tell_how_sure_ranks_are() -> None:
    rankings, _ = clustered()
    design = Design(np.ones(120), psu=np.zeros(120), lonely_psu="adjust")
    found = prioritise(rankings, design)
    assert found.needs[0].rank_interval == (None, None)
    assert found.groups == (("a", "b", "c"),)
    assert found.winner is None


def test_a_domain_in_one_psu_has_ranks_that_nobody_knows() -> None:
    rankings, village = clustered()
    found = prioritise(rankings, Design(np.ones(120), psu=village), village == 3)
    assert found.needs[0].score.point == 100
    assert found.needs[0].rank_interval == (None, None)
    assert found.winner is None


def test_a_lonely_psu_stops_unless_the_design_says_what_to_do() -> None:
    rankings, village = clustered()
    with pytest.raises(DesignError, match="stratum 11 has only one PSU"):
        prioritise(
            rankings,
            Design(np.ones(120), np.maximum(village, 10) % 11 + village // 11 * 11, village),
        )
    for choice in ("adjust", "average", "remove", "certainty"):
        design = Design(np.ones(120), village // 11, village, lonely_psu=choice)
        assert prioritise(rankings, design).groups[0] == ("a", "b")


def test_lonely_psus_are_resampled_together_when_adjusted() -> None:
    rankings, village = clustered()
    design = Design(np.ones(120), village, village, lonely_psu="adjust")
    assert prioritise(rankings, design).groups == (("a", "b"), ("c",))
    alone = Design(np.ones(120), village, village, lonely_psu="certainty")
    assert prioritise(rankings, alone).needs[0].rank_interval == (None, None)


@pytest.mark.parametrize(
    ("choice", "winner"), [("adjust", None), ("average", None), ("remove", "a"), ("certainty", "a")]
)
def test_lonely_psus_add_to_the_doubt_unless_they_are_certain(
    choice: str, winner: str | None
) -> None:
    village = np.repeat(np.arange(12), 10)
    rankings = Rankings.from_lists(["b" if each in (0, 6, 7) else "a" for each in village], "ab")
    design = Design(np.ones(120), np.minimum(village, 6), village, lonely_psu=choice)
    assert prioritise(rankings, design).winner == winner


def test_a_domain_counts_only_its_persons() -> None:
    rankings = Rankings.from_lists([*GOLDEN, "dd", "d"], NEEDS, 3)
    inside = np.array([True] * 5 + [False] * 2)
    found = prioritise(rankings, Design([*GOLDEN_WEIGHT, 9.0, 9.0]), inside)
    assert scores(found) == pytest.approx(scores(prioritise(golden(), Design(GOLDEN_WEIGHT))))
    assert (found.n, found.invalid) == (4, 0)


def test_persons_outside_the_domain_make_no_rank_unsure() -> None:
    rankings = Rankings.from_lists(["ab"] * 30 + ["ba"] * 30, "ab")
    found = prioritise(rankings, Design(np.ones(60)), np.arange(60) < 30)
    assert [each.rank_interval for each in found.needs] == [(1, 1), (2, 2)]
    assert found.winner == "a"


def test_two_lonely_psus_are_enough_to_be_resampled_together() -> None:
    rankings = Rankings.from_lists(["a"] * 10 + ["b"] * 10, "ab")
    village = np.repeat([0, 1], 10)
    for choice, interval in (("adjust", (1, 2)), ("average", (None, None))):
        design = Design(np.ones(20), village, village, lonely_psu=choice)
        assert prioritise(rankings, design).needs[0].rank_interval == interval


def test_strata_of_one_psu_taken_whole_leave_ranks_certain() -> None:
    rankings = Rankings.from_lists(["a"] * 11 + ["b"] * 9, "ab")
    village = np.repeat([0, 1], 10)
    found = prioritise(rankings, Design(np.ones(20), village, village, np.ones(20)))
    assert [each.rank_interval for each in found.needs] == [(1, 1), (2, 2)]


def test_weights_count_for_ranks_too() -> None:
    rankings = Rankings.from_lists(["ab", "ba"] * 30, "ab")
    assert prioritise(rankings, Design(np.ones(60))).winner is None
    assert prioritise(rankings, Design(np.tile([1.0, 50.0], 30))).winner == "b"


def test_the_level_says_how_sure_a_rank_must_be() -> None:
    # 59 of 100 prefer a, 1.8 standard errors more than half: b is first in 3.5 % of samples.
    rankings = Rankings.from_lists(["a"] * 59 + ["b"] * 41, "ab")
    assert prioritise(rankings, Design(np.ones(100))).winner is None
    assert prioritise(rankings, Design(np.ones(100)), level=0.9).winner == "a"


def test_nobody_who_ranked_has_no_score() -> None:
    found = prioritise(Rankings.from_lists(["", ""], NEEDS, 3), Design([1.0, 1.0]))
    assert found.n == 0
    assert set(scores(found).values()) == {None}
    assert found.needs[0].rank is None
    assert found.groups == (tuple(NEEDS),)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"resamples": 0}, "at least 1"),
        ({"seed": -1}, "seed of 0 or above"),
        ({"level": 95}, "share between 0 and 1"),
    ],
)
def test_options_that_make_no_sense_are_named(options: dict[str, int], said: str) -> None:
    with pytest.raises(EstimateError, match=said):
        prioritise(golden(), Design(GOLDEN_WEIGHT), **options)


def test_rankings_and_design_have_the_same_rows() -> None:
    with pytest.raises(EstimateError, match="5 rankings and 4 rows"):
        prioritise(golden(), Design(np.ones(4)))


# --- agreement


def test_agreement_runs_from_none_to_complete() -> None:
    assert kendall_w([[1, 2, 3]] * 4) == pytest.approx(1)
    assert kendall_w([[1, 2, 3], [3, 2, 1]]) == pytest.approx(0)
    assert kendall_w([[1, 2, 3]]) is None
    assert kendall_w([[1], [1]]) is None


def test_a_weight_of_two_is_the_same_person_twice() -> None:
    ranks = [[1, 2, 3, 4], [1, 3, 2, 4], [2, 1, 3, 4]]
    assert kendall_w(ranks, [1, 2, 1]) == pytest.approx(kendall_w([*ranks, ranks[1]]) or 0)
    assert kendall_w(ranks, [2, 2, 2]) == pytest.approx(kendall_w(ranks) or 0)


@given(ranks=st.lists(st.permutations(range(1, 6)), min_size=2, max_size=8))
def test_agreement_is_the_mean_spearman_correlation_rescaled(ranks: list[list[int]]) -> None:
    m = len(ranks)
    correlation = np.corrcoef(ranks)
    mean = (correlation.sum() - m) / (m * (m - 1))
    assert kendall_w(ranks) == pytest.approx((mean * (m - 1) + 1) / m, abs=1e-12)


@pytest.mark.parametrize(
    ("ranks", "weight", "said"),
    [
        ([[1, 2], [1, 1]], None, "row 1 is no full ranking"),
        ([[1, 2], [0, 1]], None, "row 1 is no full ranking"),
        ([1, 2], None, "must be a table"),
        ([[1, 2], [1, 2]], [1], "2 finite numbers"),
        ([[1, 2], [1, 2]], [1, 0], "2 finite numbers"),
    ],
)
def test_rankings_that_are_not_full_are_named(ranks: object, weight: object, said: str) -> None:
    with pytest.raises(EstimateError, match=said):
        kendall_w(ranks, weight)  # type: ignore[arg-type]  # that is the mistake


def test_severity_and_priority_apart_by_three_ranks_are_flagged() -> None:
    severity = {"water": 80.0, "food": 70.0, "work": 60.0, "school": 50.0, "roads": None}
    priority = {"water": 10.0, "food": 70.0, "work": 90.0, "school": 20.0, "roads": 99.0}
    found = severity_against_priority(severity, priority)
    assert [each.need for each in found] == ["work", "food", "school", "water"]
    assert [each.need for each in found if each.is_apart] == ["water"]
    assert (found[0].severity_rank, found[0].priority_rank) == (3, 1)
    assert len(severity_against_priority(severity, priority, apart=2)) == 4
    assert [
        e.need for e in severity_against_priority(severity, priority, apart=2) if e.is_apart
    ] == [
        "work",
        "water",
    ]


def test_equal_severities_share_the_mean_of_their_ranks() -> None:
    found = severity_against_priority({"a": 5, "b": 5, "c": 1}, {"a": 3, "b": 2, "c": 1})
    assert [each.severity_rank for each in found] == [1.5, 1.5, 3]


def test_needs_of_one_measure_only_are_left_out() -> None:
    assert severity_against_priority({"a": 1.0}, {"b": 1.0}) == ()
    assert severity_against_priority({"a": None}, {"a": 1.0}) == ()
