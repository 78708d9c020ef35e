"""Sizes, margins, changes and allocations agree with the figures published for planning."""

from __future__ import annotations

from math import ceil, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import (
    EstimateError,
    Rounds,
    Stratum,
    allocate,
    design_effect,
    detectable_change,
    effective_size,
    locality_reliability,
    margin_of_error,
    power_of_change,
    sample_size,
    sd_of_share,
    size_for_change,
    size_for_ranking,
)

# --- the figures of scoring.md C.6


@pytest.mark.parametrize(("n", "margin"), [(50, 5.5), (100, 3.9), (200, 2.8)])
def test_margins_of_scores_are_those_of_the_methods(n: int, margin: float) -> None:
    assert round(margin_of_error(n, 20), 1) == margin


@pytest.mark.parametrize(("rho", "deff"), [(0.01, 1.14), (0.064, 1.90), (0.12, 2.68)])
def test_design_effects_are_those_of_the_methods(rho: float, deff: float) -> None:
    assert round(design_effect(15, rho), 2) == deff


@pytest.mark.parametrize(("rho", "reliability"), [(0.01, 0.23), (0.064, 0.67), (0.12, 0.80)])
def test_reliabilities_of_localities_are_those_of_the_methods(
    rho: float, reliability: float
) -> None:
    assert round(locality_reliability(30, rho), 2) == reliability


# --- size and margin


def test_a_share_of_half_within_5_points_takes_385_people() -> None:
    found = sample_size(0.05, sd_of_share(0.5))
    assert (found.respondents, found.invited, found.clusters) == (385, 385, 385)
    assert found.margin == pytest.approx(1.959963984540054 * 0.5 / sqrt(385))


def test_few_people_clusters_and_refusals_change_the_size() -> None:
    found = sample_size(
        5, 20, cluster_size=15, rho=0.064, weights=1.2, population=2000, response=0.7
    )
    deff = 1.896 * 1.2
    wanted = deff * (1.959963984540054 * 20 / 5) ** 2
    assert found.deff == pytest.approx(deff)
    assert found.respondents == ceil(wanted / (1 + wanted / 2000))
    assert found.invited == ceil(found.respondents / 0.7)
    assert found.clusters == ceil(found.respondents / 15)
    assert found.effective == pytest.approx(found.respondents / deff)


@given(
    margin=st.floats(0.5, 20),
    sd=st.floats(1, 50),
    deff=st.floats(1, 5),
    level=st.floats(0.5, 0.999),
    population=st.one_of(st.none(), st.floats(1e5, 1e9)),
)
def test_a_size_gives_its_margin_and_one_person_less_does_not(
    *, margin: float, sd: float, deff: float, level: float, population: float | None
) -> None:
    found = sample_size(margin, sd, weights=deff, level=level, population=population)
    n = found.respondents
    assert found.margin <= margin * (1 + 1e-6)
    assert found.margin == margin_of_error(n, sd, deff=deff, level=level, population=population)
    if n > 1:
        fewer = margin_of_error(n - 1, sd, deff=deff, level=level, population=population)
        assert fewer >= margin * (1 - 1e-6)


def test_a_margin_that_is_met_exactly_takes_no_one_more() -> None:
    # Computed back, 103 comes out a rounding error above 103.
    assert sample_size(margin_of_error(103, 20), 20).respondents == 103
    assert sample_size(margin_of_error(100, 20), 20).respondents == 100


def test_a_census_has_no_margin() -> None:
    assert margin_of_error(500, 20, population=500) == 0


def test_a_strict_margin_in_a_small_place_is_a_census() -> None:
    assert sample_size(0.001, 20, population=120).respondents == 120


def test_design_effect_and_effective_size_undo_each_other() -> None:
    assert effective_size(200, design_effect(11, 0.1)) == 100
    assert design_effect(1, 0.4) == 1
    assert design_effect(15, 0, 1.375) == 1.375  # golden vector "Kish"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: sample_size(0, 20), "margin is 0"),
        (lambda: sample_size(float("nan"), 20), "margin is nan"),
        (lambda: sample_size(5, -1), "sd is -1"),
        (lambda: sample_size(5, 20, level=95), "level is 95"),
        (lambda: sample_size(5, 20, level=0.9999999999999999), "level is 0.9999999999999999"),
        (lambda: sample_size(1e-200, 20), "is 1e-200; give a number of at least 1e-15"),
        (
            lambda: sample_size(1e-200, 20, population=1500),
            "is 1e-200; give a number of at least 1e-15",
        ),
        (lambda: size_for_change(1e-200, Rounds(20)), "is 1e-200; give a number of at least 1e-15"),
        (lambda: sample_size(5, 20, response=0), "share that answers"),
        (lambda: sample_size(5, 20, response=1.2), "share that answers"),
        (lambda: sample_size(5, 20, population=0), "population is 0"),
        (lambda: sample_size(1, 20, population=100, response=0.5), "plan a census"),
        (lambda: sample_size(1e-9, 20), "larger than mankind"),
        (lambda: design_effect(0, 0.1), "cluster_size is 0"),
        (lambda: design_effect(10, 1.1), "rho is 1.1"),
        (lambda: design_effect(10, -0.2), "rho is -0.2"),
        (lambda: design_effect(10, 0.1, 0.9), "weights is 0.9"),
        (lambda: margin_of_error(0, 20), "n is 0"),
        (lambda: margin_of_error(10, 20, deff=0), "deff is 0"),
        (lambda: margin_of_error(10, 20, population=5), "a sample is no larger"),
        (lambda: effective_size(10, 0), "deff is 0"),
        (lambda: sd_of_share(1), "share is 1"),
        (lambda: sd_of_share(0), "share is 0"),
        (lambda: locality_reliability(0, 0.1), "n is 0"),
        (lambda: locality_reliability(10, 2), "rho is 2"),
        (lambda: size_for_ranking(0), "between 0 and 1"),
        (lambda: size_for_ranking(0.1, 0), "between 0 and 1"),
        (lambda: detectable_change(0, Rounds(20)), "n is 0"),
        (lambda: detectable_change(100, Rounds(20), power=0.4), "power is 0.4"),
        (lambda: detectable_change(100, Rounds(20), power=1), "power is 1"),
        (lambda: size_for_change(0, Rounds(20)), "change is 0"),
        (lambda: power_of_change(5, 0, Rounds(20)), "n is 0"),
        (lambda: Rounds(0), "sd is 0"),
        (lambda: Rounds(20, -1), "sd_after is -1"),
        (lambda: Rounds(20, overlap=2), "overlap is 2"),
        (lambda: Rounds(20, rho=-0.1), "rho is -0.1"),
        (lambda: Rounds(20, cluster_size=0.5), "cluster_size is 0.5"),
    ],
)
def test_a_number_that_makes_no_sense_is_named(call: object, said: str) -> None:
    with pytest.raises(EstimateError, match=said):
        call()  # type: ignore[operator]  # a lambda


# --- change between rounds


def test_a_change_without_anything_in_common_is_the_textbook_one() -> None:
    found = detectable_change(400, Rounds(20, cluster_size=15, rho=0.064))
    textbook = (1.959963984540054 + 0.8416212335729143) * sqrt(2 * 1.896 * 400 / 400)
    assert found == pytest.approx(textbook, rel=1e-12)


def test_a_share_from_40_to_30_percent_takes_354_people_a_round() -> None:
    assert size_for_change(-0.1, Rounds(sd_of_share(0.4), sd_of_share(0.3))) == 354


def test_the_chance_to_find_a_change_is_the_textbook_one() -> None:
    # 5 / sqrt(2 · 400 / 300) = 3.0619; the normal distribution has 0.8647 above 1.96 less that.
    assert power_of_change(-5, 300, Rounds(20)) == pytest.approx(0.8647, abs=5e-5)
    assert power_of_change(0, 300, Rounds(20)) == pytest.approx(0.025)


rounds = st.builds(
    Rounds,
    sd=st.floats(5, 30),
    sd_after=st.one_of(st.none(), st.floats(5, 30)),
    cluster_size=st.floats(1, 30),
    rho=st.floats(0, 0.3),
    weights=st.floats(1, 2),
    cluster_correlation=st.floats(0, 0.9),
    overlap=st.floats(0, 1),
    person_correlation=st.floats(0, 0.9),
)


@given(plan=rounds, change=st.floats(0.5, 20), power=st.floats(0.5, 0.99))
def test_size_change_and_power_undo_each_other(plan: Rounds, change: float, power: float) -> None:
    n = size_for_change(change, plan, power=power)
    assert size_for_change(-change, plan, power=power) == n
    assert detectable_change(n, plan, power=power) <= change * (1 + 1e-6)
    assert power_of_change(change, n, plan) >= power - 1e-6
    if n > 1:
        assert detectable_change(n - 1, plan, power=power) >= change * (1 - 1e-6)


@given(plan=rounds)
def test_the_same_clusters_and_people_never_hide_a_change(plan: Rounds) -> None:
    apart = Rounds(plan.sd, plan.sd_after, plan.cluster_size, plan.rho, plan.weights)
    assert plan.unit_variance <= apart.unit_variance * (1 + 1e-12)
    both = plan.sd**2 + (plan.sd if plan.sd_after is None else plan.sd_after) ** 2
    assert apart.unit_variance == pytest.approx(plan.deff * both)


def test_the_variance_of_a_change_is_that_of_simulated_rounds() -> None:
    rng = np.random.default_rng(8)
    clusters, m, keep, runs = 10, 8, 4, 4000
    rho, rc, rp = 0.2, 0.6, 0.5
    shared = rng.multivariate_normal([0, 0], [[rho, rc * rho], [rc * rho, rho]], (runs, clusters))
    cov = [[1 - rho, rp * (1 - rho)], [rp * (1 - rho), 1 - rho]]
    same = rng.multivariate_normal([0, 0], cov, (runs, clusters, keep)).sum(axis=2)
    new = rng.normal(0, sqrt(1 - rho), (runs, clusters, m - keep, 2)).sum(axis=2)
    change = 20 * (shared + (same + new) / m).mean(axis=1) @ [-1, 1]
    plan = Rounds(20, None, m, rho, 1.0, rc, keep / m, rp)
    assert change.std() == pytest.approx(sqrt(plan.unit_variance / (clusters * m)), rel=0.04)


def test_a_change_that_cannot_vary_is_always_found() -> None:
    assert power_of_change(1, 10, Rounds(20, overlap=1, person_correlation=1)) == 1.0


# --- localities


@given(n=st.floats(1, 1e4), rho=st.floats(0.001, 0.5))
def test_reliability_is_a_share_that_rises_with_the_answers(n: float, rho: float) -> None:
    found = locality_reliability(n, rho)
    assert rho - 1e-12 <= found <= 1
    assert locality_reliability(n + 1, rho) >= found


def test_a_locality_is_ranked_from_a_size_on() -> None:
    for rho in (0.01, 0.064, 0.12):
        assert locality_reliability(size_for_ranking(rho), rho) == pytest.approx(0.7)
    assert locality_reliability(1, 0.1) == pytest.approx(0.1)
    assert locality_reliability(30, -0.02) == 0


# --- allocation

TOWNS = [Stratum("a", 6000, 10), Stratum("b", 3000, 20), Stratum("c", 1000, 40)]


@pytest.mark.parametrize(
    ("method", "want"),
    [
        ("proportional", (60, 30, 10)),
        ("equal", (34, 33, 33)),
        ("neyman", (38, 37, 25)),  # 6:6:4 of 100 is 37.5, 37.5, 25
        ("power", (47, 34, 19)),  # square roots 77.5 : 54.8 : 31.6
    ],
)
def test_each_method_shares_out_by_its_measure(method: str, want: tuple[int, ...]) -> None:
    found = allocate(100, TOWNS, method)
    assert found.n == want
    assert found.weight == pytest.approx([s.size / n for s, n in zip(TOWNS, want, strict=True)])


def test_proportional_weights_cost_nothing_and_others_do() -> None:
    assert allocate(100, TOWNS).deff == pytest.approx(1)
    equal = allocate(99, TOWNS, "equal")
    weight = np.repeat([6000 / 33, 3000 / 33, 1000 / 33], 33)
    assert equal.deff == pytest.approx(99 * (weight**2).sum() / weight.sum() ** 2)


def test_a_minimum_is_kept_and_paid_by_the_others() -> None:
    assert allocate(100, TOWNS, minimum=20).n == (53, 27, 20)
    small = [Stratum("a", 6000), Stratum("b", 12)]
    assert allocate(100, small, minimum=30).n == (88, 12)


def test_no_stratum_gives_more_than_it_has() -> None:
    assert allocate(100, [Stratum("a", 9000, most=20), Stratum("b", 1000)]).n == (20, 80)
    assert allocate(3, [Stratum("a", 2), Stratum("b", 1)]).n == (2, 1)


def test_neyman_is_the_most_exact_for_all_together() -> None:
    def variance(n: tuple[int, ...]) -> float:
        return sum((s.size * (s.sd or 0)) ** 2 / k for s, k in zip(TOWNS, n, strict=True))

    best = allocate(100, TOWNS, "neyman").n
    for method in ("proportional", "equal", "power"):
        assert variance(best) < variance(allocate(100, TOWNS, method).n)
    for i, j in ((0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)):
        moved = list(best)
        moved[i], moved[j] = moved[i] + 1, moved[j] - 1
        assert variance(tuple(moved)) >= variance(best) * (1 - 1e-12)


strata = st.lists(st.integers(1, 5000), min_size=1, max_size=8).map(
    lambda sizes: [Stratum(str(h), size, 1 + h) for h, size in enumerate(sizes)]
)


@given(
    strata=strata,
    share=st.floats(0, 1),
    method=st.sampled_from(["proportional", "equal", "neyman", "power"]),
    minimum=st.integers(0, 40),
    power=st.floats(0, 1),
)
def test_allocations_add_up_and_stay_within_their_bounds(
    strata: list[Stratum], share: float, method: str, minimum: int, power: float
) -> None:
    least = sum(min(minimum, int(each.size)) for each in strata)
    total = least + round(share * (sum(int(each.size) for each in strata) - least))
    found = allocate(total, strata, method, minimum=minimum, power=power)
    assert sum(found.n) == total
    for each, n in zip(strata, found.n, strict=True):
        assert min(minimum, each.size) <= n <= each.size
    if found.deff is not None:
        assert found.deff >= 1 - 1e-12


@given(strata=strata, scale=st.floats(1, 50))
def test_only_relative_sizes_matter(strata: list[Stratum], scale: float) -> None:
    total = max(1, sum(int(each.size) for each in strata) // 3)
    larger = [Stratum(s.name, s.size * scale, s.sd, most=int(s.size)) for s in strata]
    before, after = allocate(total, strata).n, allocate(total, larger).n
    assert max(abs(a - b) for a, b in zip(before, after, strict=True)) <= 1


def test_an_empty_stratum_has_no_weight() -> None:
    found = allocate(1, [Stratum("a", 100), Stratum("b", 1)])
    assert (found.n, found.weight, found.deff) == ((1, 0), (100.0, None), None)


@pytest.mark.parametrize(
    ("total", "strata", "options", "said"),
    [
        (10, TOWNS, {"method": "best"}, "unknown method 'best'; choose one of proportional"),
        (10, [], {}, "different names"),
        (10, [Stratum("a", 5), Stratum("a", 9)], {}, "different names"),
        (10, [Stratum("a", 0)], {}, "stratum a has size 0"),
        (10, [Stratum("a", float("nan"))], {}, "stratum a has size nan"),
        (10, [Stratum("a", 50)], {"method": "neyman"}, "stratum a has no sd"),
        (10, [Stratum("a", 5)], {}, "all strata together have 5"),
        (10, TOWNS, {"minimum": 4}, "the minimum of 4 a stratum asks for 12"),
        (10, TOWNS, {"minimum": -1}, "cannot be shared out"),
        (10, TOWNS, {"method": "power", "power": 1.5}, "power is 1.5"),
    ],
)
def test_an_allocation_that_cannot_be_is_named(
    total: int, strata: list[Stratum], options: dict[str, object], said: str
) -> None:
    with pytest.raises(EstimateError, match=said):
        allocate(total, strata, **options)  # type: ignore[arg-type]  # mistakes are meant
