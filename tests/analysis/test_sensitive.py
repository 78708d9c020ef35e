"""Questions that nobody has to answer openly: what they estimate, and when to distrust them."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis import (
    Design,
    EstimateError,
    crosswise,
    estimate,
    forced_response,
    list_experiment,
)

#: scoring.md, golden vector "list".
Y0 = [int(digit) for digit in "0112223124"]
Y1 = [int(digit) for digit in "1213233225"]
COUNT = np.array(Y0 + Y1, dtype=float)
TREATED = np.repeat([False, True], 10)


def answers(share: float, n: int) -> np.ndarray:
    return np.arange(n) < round(share * n)


# --- golden vectors


def test_the_list_experiment_gives_the_golden_values() -> None:
    found = list_experiment(COUNT, TREATED, 4)
    assert found.prevalence.point == pytest.approx(0.6, rel=1e-14)
    assert found.prevalence.standard_error == pytest.approx(0.516398, abs=5e-7)
    textbook = np.var(Y1, ddof=1) / 10 + np.var(Y0, ddof=1) / 10
    assert found.prevalence.standard_error == pytest.approx(sqrt(textbook), rel=1e-12)
    assert (found.control.point, found.treatment.point) == pytest.approx((1.8, 2.4))
    assert found.negative == ()
    assert all((each.share.point or 0) >= -1e-12 for each in found.joint)


def test_one_other_statement_makes_a_list() -> None:
    found = list_experiment([0, 1, 1, 2], [False, False, True, True], 1)
    assert found.prevalence.point == pytest.approx(1.0)


def test_the_crosswise_question_gives_the_golden_values() -> None:
    found = crosswise(answers(0.66, 400), 0.25)
    assert found.prevalence.point == pytest.approx(0.18, rel=1e-12)
    assert found.prevalence.standard_error == pytest.approx(0.047371, abs=5e-7)
    exact = sqrt(0.66 * 0.34 / (400 * 0.5**2))
    assert found.prevalence.standard_error == pytest.approx(exact, rel=1e-12)


def test_the_private_die_gives_the_golden_values() -> None:
    found = forced_response(answers(0.30, 400), 1 / 6, 4 / 6)
    assert found.prevalence.point == pytest.approx(0.20, rel=1e-12)
    assert found.prevalence.standard_error == pytest.approx(0.034369, abs=5e-7)


def test_one_in_ten_answering_at_random_turns_5_into_9_5_percent() -> None:
    kept = 0.05 * 0.25 + 0.95 * 0.75  # share of "same" when all follow the rules
    seen = 0.9 * kept + 0.1 * 0.5
    found = crosswise(answers(seen, 100_000), 0.25)
    assert found.prevalence.point == pytest.approx(0.095, abs=1e-4)
    assert found.if_at_random[0.10] == pytest.approx(0.05, abs=1e-4)


# --- identities

counts = st.lists(st.integers(0, 3), min_size=3, max_size=15)


@given(y0=counts, y1=counts, extra=st.lists(st.booleans(), min_size=15, max_size=15))
def test_joint_shares_add_up_to_one_and_holders_to_the_prevalence(
    y0: list[int], y1: list[int], extra: list[bool]
) -> None:
    treatment = [y + bonus for y, bonus in zip(y1, extra, strict=False)]
    arms = np.array([False] * len(y0) + [True] * len(y1))
    weight = np.linspace(1, 3, len(arms))
    found = list_experiment(np.array(y0 + treatment), arms, 3, Design(weight, arms))
    shares = [each.share.point or 0.0 for each in found.joint]
    holders = [each.share.point or 0.0 for each in found.joint if each.is_holder]
    assert len(shares) == 8
    assert sum(shares) == pytest.approx(1)
    assert sum(holders) == pytest.approx(found.prevalence.point, abs=1e-12)
    control = [
        sum(each.share.point or 0.0 for each in found.joint if each.control_count == y)
        for y in range(4)
    ]
    observed = [np.average(np.array(y0) == y, weights=weight[~arms]) for y in range(4)]
    assert control == pytest.approx(observed, abs=1e-12)


def test_the_prevalence_is_the_difference_of_two_weighted_means() -> None:
    weight = np.linspace(1, 4, 20)
    design = Design(weight, psu=np.arange(20) % 5)
    found = list_experiment(COUNT, TREATED, 4, design)
    one = estimate("mean", COUNT, design, TREATED)
    zero = estimate("mean", COUNT, design, ~TREATED)
    assert found.treatment == one
    assert found.control == zero
    assert found.prevalence.point == pytest.approx((one.point or 0) - (zero.point or 0))
    assert found.prevalence.df == 4


def test_groups_in_the_same_clusters_are_not_independent() -> None:
    rng = np.random.default_rng(2)
    village = np.repeat(np.arange(10), 20)
    arms = np.tile([True, False], 100)
    count = np.clip(village // 3 + rng.integers(0, 2, 200), 0, 4).astype(float)
    design = Design(np.ones(200), psu=village)
    found = list_experiment(count, arms, 4, design)
    apart = sqrt(
        (found.treatment.standard_error or 0) ** 2 + (found.control.standard_error or 0) ** 2
    )
    assert found.prevalence.standard_error is not None
    assert found.prevalence.standard_error < apart / 2


@given(scale=st.floats(0.01, 1e5), order=st.permutations(range(20)))
def test_unit_of_weights_and_order_of_persons_change_nothing(
    scale: float, order: list[int]
) -> None:
    weight = np.linspace(1, 4, 20)
    before = list_experiment(COUNT, TREATED, 4, Design(weight, TREATED)).prevalence
    arms = TREATED[order]
    after = list_experiment(COUNT[order], arms, 4, Design(weight[order] * scale, arms)).prevalence
    assert after.point == pytest.approx(before.point)
    assert after.standard_error == pytest.approx(before.standard_error)


@given(
    pi=st.floats(0, 1),
    q=st.floats(0.05, 0.95),
    p1=st.floats(0, 0.4),
    truthful=st.floats(0.2, 0.6),
)
def test_what_was_hidden_is_found_again(pi: float, q: float, p1: float, truthful: float) -> None:
    assume(abs(q - 0.5) > 0.05)
    n = 1000
    design = Design(np.ones(2))

    def found(share: float) -> list[float]:
        weighted = Design([share * n + 1e-9, (1 - share) * n + 1e-9])
        same = crosswise([1, 0], q, weighted).prevalence.point or 0.0
        return [same, forced_response([1, 0], p1, truthful, weighted).prevalence.point or 0.0]

    assert found(pi * q + (1 - pi) * (1 - q))[0] == pytest.approx(pi, abs=1e-6)
    assert found(p1 + truthful * pi)[1] == pytest.approx(pi, abs=1e-6)
    assert len(design) == 2


def test_a_design_gives_the_error_of_the_observed_share_rescaled() -> None:
    rng = np.random.default_rng(1)
    design = Design(rng.uniform(1, 3, 60), psu=np.arange(60) // 6)
    same = (rng.random(60) < 0.6).astype(float)
    share = estimate("mean", same, design)
    found = crosswise(same, 0.2, design)
    assert found.observed == share
    assert found.prevalence.standard_error == pytest.approx((share.standard_error or 0) / 0.6)
    assert found.prevalence.df == 9
    die = forced_response(same, 0.1, 0.7, design)
    assert die.prevalence.standard_error == pytest.approx((share.standard_error or 0) / 0.7)


def test_the_other_rate_of_the_harmless_question_mirrors_the_estimate() -> None:
    same = answers(0.6, 50).astype(float)
    one, other = crosswise(same, 0.3), crosswise(1 - same, 0.7)
    assert one.prevalence.point == pytest.approx(other.prevalence.point)


# --- claims about chance


def test_estimates_are_right_on_average_and_their_errors_too() -> None:
    rng = np.random.default_rng(11)
    lists, same, die = [], [], []
    for _ in range(600):
        holds = rng.random(300) < 0.3
        arms = rng.permutation(np.repeat([True, False], 150))
        count = rng.binomial(4, 0.4, 300) + (arms & holds)
        lists.append(list_experiment(count, arms, 4).prevalence)
        harmless = rng.random(300) < 0.2
        same.append(crosswise(holds == harmless, 0.2).prevalence)
        roll = rng.integers(1, 7, 300)
        die.append(forced_response((roll == 1) | ((roll < 6) & holds), 1 / 6, 4 / 6).prevalence)
    for found in (lists, same, die):
        points = np.array([each.point for each in found], dtype=float)
        errors = np.array([each.standard_error for each in found], dtype=float)
        assert points.mean() == pytest.approx(0.3, abs=4 * points.std() / sqrt(600))
        assert np.sqrt((errors**2).mean()) == pytest.approx(points.std(), rel=0.1)


def test_the_check_finds_a_list_that_changes_the_other_answers() -> None:
    rng = np.random.default_rng(4)
    arms = np.repeat([True, False], 500)
    honest = rng.binomial(4, 0.5, 1000) + (arms & (rng.random(1000) < 0.2))
    assert (list_experiment(honest, arms, 4).design_effect_p or 0) > 0.05
    deflated = np.where(arms, np.maximum(honest - 1, 0), honest)
    found = list_experiment(deflated, arms, 4)
    assert found.negative != ()
    assert any(each.is_holder for each in found.negative)
    assert found.design_effect_p is not None
    assert found.design_effect_p < 0.001


def test_the_check_seldom_accuses_an_honest_list() -> None:
    rng = np.random.default_rng(9)
    accused = 0
    for _ in range(300):
        arms = rng.permutation(np.repeat([True, False], 100))
        count = rng.binomial(4, 0.5, 200) + (arms & (rng.random(200) < 0.1))
        accused += (list_experiment(count, arms, 4).design_effect_p or 1) < 0.05
    assert accused / 300 < 0.05


# --- diagnostics


def test_floor_and_ceiling_are_shares_of_each_group() -> None:
    found = list_experiment(COUNT, TREATED, 4)
    assert [each.point for each in found.floor] == pytest.approx([0.1, 0.0])
    assert [each.point for each in found.ceiling] == pytest.approx([0.1, 0.1])


def test_a_share_that_cannot_be_is_told() -> None:
    assert crosswise(answers(0.6, 100), 0.25).is_possible
    assert not crosswise(answers(0.8, 100), 0.25).is_possible
    assert crosswise(answers(0.8, 100), 0.25).possible == pytest.approx((0.25, 0.75))
    assert forced_response(answers(0.5, 100), 1 / 6, 4 / 6).is_possible
    low = forced_response(answers(0.1, 100), 1 / 6, 4 / 6)
    assert not low.is_possible
    assert low.possible == pytest.approx((1 / 6, 5 / 6))
    assert (low.prevalence.point or 0) < 0
    assert low.variance_cost is None


def test_privacy_costs_as_many_times_the_people() -> None:
    found = forced_response(answers(0.30, 400), 1 / 6, 4 / 6)
    direct = 0.2 * 0.8 / 400
    assert found.variance_cost == pytest.approx(
        (found.prevalence.standard_error or 0) ** 2 / direct
    )


def test_missing_answers_and_domains_are_left_out() -> None:
    count = np.append(COUNT, [np.nan, 3])
    arms = np.append(TREATED, [True, False])
    inside = np.append(np.ones(21, bool), False)
    found = list_experiment(count, arms, 4, domain=inside).prevalence
    assert found.point == pytest.approx(0.6)
    assert found.n == 20
    same = np.append(answers(0.66, 100).astype(float), [np.nan, 1])
    within = np.append(np.ones(101, bool), False)
    assert crosswise(same, 0.25, domain=within).prevalence.n == 100


def test_nobody_gives_no_estimate() -> None:
    found = crosswise([np.nan, np.nan], 0.25)
    assert found.prevalence.point is None
    assert found.if_at_random == {}
    assert not found.is_possible


# --- errors say what to do


@pytest.mark.parametrize(
    ("count", "treated", "controls", "said"),
    [
        ([0, 5], [True, True], 4, "one group has no answers"),
        ([5, 5], [True, False], 4, "count of row 1 is not a whole number from 0 to 4"),
        ([6, 4], [True, False], 4, "count of row 0 is not a whole number from 0 to 5"),
        ([1.5, 4], [True, False], 4, "count of row 0"),
        ([-1, 4], [True, False], 4, "count of row 0"),
        ([np.inf, 4], [True, False], 4, "count of row 0"),
        ([1, 2], [1, 0], 4, "one boolean for each count"),
        ([1, 2, 3], [True, False], 4, "one boolean for each count"),
        ([1, 0], [True, False], 0, "at least one"),
        ([1, np.nan], [True, False], 2, "one group has no answers"),
    ],
)
def test_a_list_that_cannot_be_is_named(
    count: list[float], treated: list[bool], controls: int, said: str
) -> None:
    with pytest.raises(EstimateError, match=said):
        list_experiment(count, treated, controls)


def test_a_design_of_another_length_is_named() -> None:
    with pytest.raises(EstimateError, match="20 counts and 3 rows"):
        list_experiment(COUNT, TREATED, 4, Design(np.ones(3)))


@pytest.mark.parametrize("known", [0.0, 0.5, 1.0, -0.1, float("nan")])
def test_a_harmless_question_must_tell_something(known: float) -> None:
    with pytest.raises(EstimateError, match=r"not at 0\.5"):
        crosswise([1, 0], known)


@pytest.mark.parametrize(
    ("forced", "truthful"), [(-0.1, 0.5), (0.5, 0.0), (0.6, 0.6), (1.0, 0.1), (0.1, float("nan"))]
)
def test_chances_must_be_chances(forced: float, truthful: float) -> None:
    with pytest.raises(EstimateError, match="add up to at most 1"):
        forced_response([1, 0], forced, truthful)


def test_an_answer_that_is_neither_0_nor_1_names_its_row() -> None:
    with pytest.raises(EstimateError, match="answer of row 1 is neither 0 nor 1"):
        crosswise([1, 2], 0.25)
    with pytest.raises(EstimateError, match="answer of row 0 is neither 0 nor 1"):
        forced_response([0.5, 1], 0.1, 0.5)
