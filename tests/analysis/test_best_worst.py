"""Best-worst plans are balanced where they say so, and scores are per time shown."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import BestWorstPlan, Design, EstimateError, best_worst, best_worst_plan
from analysis.stages import IntArray


def choose(plan: BestWorstPlan, order: list[int]) -> tuple[list[int], list[int]]:
    """Return what a person with this order of needs chooses in every set."""
    best = [min(each, key=order.index) for each in plan.sets]
    worst = [max(each, key=order.index) for each in plan.sets]
    return best, worst


@pytest.mark.parametrize(("needs", "size", "shown", "together"), [(7, 3, 3, 1), (13, 4, 4, 1)])
def test_full_plans_show_each_need_and_each_pair_equally_often(
    needs: int, size: int, shown: int, together: int
) -> None:
    plan = best_worst_plan(needs)
    assert len(plan.sets) == needs
    assert {len(set(each)) for each in plan.sets} == {size}
    assert set(plan.shown) == {shown}
    for pair in combinations(range(needs), 2):
        assert sum(set(pair) <= set(each) for each in plan.sets) == together
    assert plan.is_balanced
    assert plan.note == ""


@pytest.mark.parametrize("needs", [3, 4, 5, 6, 8, 9, 10, 11, 12])
def test_other_numbers_of_needs_compare_every_pair_once(needs: int) -> None:
    plan = best_worst_plan(needs)
    assert {need for each in plan.sets for need in each} == set(range(needs))
    assert min(map(len, plan.sets)) >= 2
    for pair in combinations(range(needs), 2):
        assert sum(set(pair) <= set(each) for each in plan.sets) == 1


@pytest.mark.parametrize("needs", [4, 5, 6, 8, 9, 10, 11, 12])
def test_unbalanced_plans_say_so(needs: int) -> None:
    plan = best_worst_plan(needs)
    assert not plan.is_balanced
    assert f"{needs} needs is unbalanced" in plan.note
    assert f"{min(plan.shown)} to {max(plan.shown)} times" in plan.note


def test_an_uneven_plan_is_not_balanced() -> None:
    assert not BestWorstPlan(4, ((0, 1), (0, 2))).is_balanced
    assert not BestWorstPlan(4, ((0, 1), (2, 3))).is_balanced  # shown equally, pairs not


def test_a_consistent_person_scores_as_the_golden_vector() -> None:
    plan = best_worst_plan(7)
    best, worst = choose(plan, list(range(7)))
    found = best_worst([best] * 2, [worst] * 2, plan, Design([1.0, 1.0]))
    want = [1, 2 / 3, 1 / 3, 0, -1 / 3, -2 / 3, -1]
    assert [each.point for each in found] == pytest.approx(want, rel=1e-14)


def answers(plan: BestWorstPlan, orders: list[list[int]]) -> tuple[IntArray, IntArray]:
    chosen = [choose(plan, order) for order in orders]
    return np.array([each[0] for each in chosen]), np.array([each[1] for each in chosen])


orders = st.lists(st.permutations(list(range(8))), min_size=3, max_size=8)


@given(orders=orders, scale=st.floats(0.01, 1e4))
def test_weights_have_no_unit_and_full_answers_are_a_mean(
    orders: list[list[int]], scale: float
) -> None:
    plan = best_worst_plan(8)
    best, worst = answers(plan, orders)
    weight = np.linspace(1, 2, len(orders))
    found = best_worst(best, worst, plan, Design(weight))
    scaled = best_worst(best, worst, plan, Design(weight * scale))
    for need, (each, other) in enumerate(zip(found, scaled, strict=True)):
        net = (best == need).sum(axis=1) - (worst == need).sum(axis=1)
        mean = np.average(net / plan.shown[need], weights=weight)
        assert each.point == pytest.approx(mean, abs=1e-12)
        assert other.point == pytest.approx(each.point, abs=1e-12)
        assert other.standard_error == pytest.approx(each.standard_error, abs=1e-9)
        assert each.n == len(orders)


@given(order=st.permutations(list(range(7))))
def test_renaming_needs_renames_their_scores(order: list[int]) -> None:
    plan = best_worst_plan(7)
    best, worst = answers(plan, [order] * 2)
    found = best_worst(best, worst, plan, Design([1.0, 1.0]))
    points = [each.point or 0 for each in found]
    assert points[order[0]] == 1
    assert points[order[-1]] == -1
    assert sum(points) == pytest.approx(0)


def test_sets_left_out_are_not_shown_and_same_choices_do_not_count() -> None:
    plan = best_worst_plan(7)
    best, worst = answers(plan, [list(range(7))] * 2)
    best[1, :] = -1  # nothing answered
    best[0, 0], worst[0, 0] = 1, 1  # 0 1 2: best and worst are the same
    found = best_worst(best, worst, plan, Design([1.0, 1.0]))
    assert found[0].point == 1  # best in two of the two sets that count
    assert found[0].n == 1
    assert found[1].point == 1
    assert found[2].point == 1  # without the first set, in which it would have been worst
    assert found[3].point == 0
    assert found[6].point == -1


def test_a_set_with_one_of_its_two_choices_does_not_count() -> None:
    plan = best_worst_plan(7)
    for left_out in (0, 1):
        given = answers(plan, [list(range(7))] * 2)
        given[left_out][:, 0] = -1  # 0 1 2: of its best and worst, one is left out
        found = best_worst(*given, plan, Design([1.0, 1.0]))
        assert [found[need].point for need in (0, 1, 2)] == [1, 1, 1]


def test_a_need_of_which_nobody_answered_a_set_has_no_score() -> None:
    plan = best_worst_plan(3)
    nothing = np.full((2, len(plan.sets)), -1)
    assert [e.point for e in best_worst(nothing, nothing, plan, Design([1.0, 1.0]))] == [None] * 3


@pytest.mark.parametrize("needs", [2, 14])
def test_too_few_or_too_many_needs_are_named(needs: int) -> None:
    with pytest.raises(EstimateError, match="from 3 to 13"):
        best_worst_plan(needs)


def test_a_need_that_the_set_does_not_show_is_named() -> None:
    plan = best_worst_plan(7)
    best, worst = answers(plan, [list(range(7))] * 3)
    worst[2, 1] = 6
    with pytest.raises(EstimateError, match="worst of row 2 in set 1"):
        best_worst(best, worst, plan, Design(np.ones(3)))


def test_choices_have_one_column_a_set() -> None:
    plan = best_worst_plan(7)
    with pytest.raises(EstimateError, match=r"give whole numbers of shape \(2, 7\)"):
        best_worst(np.zeros((2, 6), int), np.zeros((2, 6), int), plan, Design(np.ones(2)))
    with pytest.raises(EstimateError, match="float64"):
        best_worst(np.zeros((2, 7)), np.zeros((2, 7)), plan, Design(np.ones(2)))
