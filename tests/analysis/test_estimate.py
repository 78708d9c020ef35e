"""Means are those of R `survey`, on the golden respondents and on the cohesion survey."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from analysis import (
    Design,
    Estimate,
    EstimateError,
    Frame,
    Linearised,
    by,
    estimate,
    score,
)
from analysis.stages import FloatArray
from analysis.weighting import rake

FOLDER = Path(__file__).parents[1] / "golden"
R = json.loads((FOLDER / "cohesion_means.json").read_text(encoding="utf-8"))
GOLDEN = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))
CASES = [pytest.param(case, id=case["id"]) for case in R["cases"]]


def agrees(got: Estimate, want: Mapping[str, Any], rel: float = 1e-10) -> None:
    low, high = got.interval()
    z_low, z_high = got.interval(kind="z")
    values = {"estimate": got.point, "se": got.standard_error, "df": got.df, "n": got.n}
    values |= {"low": low, "high": high, "ci_t_low": low, "ci_t_high": high}
    values |= {"ci_z_low": z_low, "ci_z_high": z_high, "deff_replace": got.deff}
    values["deff"] = got.deff_without_replacement
    shared = values.keys() & want.keys()
    assert shared >= {"estimate", "se", "df", "n"}
    for name in shared:
        # Weights that do not count the population leave R with an infinite design effect.
        wanted = None if want[name] == "Inf" else pytest.approx(want[name], rel=rel, abs=1e-12)
        assert values[name] == wanted, name


# --- golden respondents


@pytest.fixture(scope="session")
def golden_design(golden_frame: Frame) -> Design:
    weight = golden_frame.codes("w").astype(float)
    return Design(weight, golden_frame.stratum, golden_frame.psu, nest=True)


@pytest.mark.parametrize("dimension", GOLDEN["all"])
def test_golden_means_agree_with_r(
    dimension: str, golden_frame: Frame, golden_design: Design
) -> None:
    got = estimate("mean", score(golden_frame)[dimension], golden_design)
    agrees(got, GOLDEN["all"][dimension])


@pytest.mark.parametrize("key", ["adm2", "sex"])
@pytest.mark.parametrize("dimension", GOLDEN["all"])
def test_golden_domain_means_agree_with_r(
    dimension: str, key: str, golden_frame: Frame, golden_design: Design
) -> None:
    y = score(golden_frame)[dimension]
    found = by("mean", y, golden_design, {key: golden_frame.codes(key)})
    assert [each.domain for each in found] == [((key, label),) for label in sorted(GOLDEN[key])]
    for each in found:
        agrees(each, GOLDEN[key][each.domain[0][1]][dimension])


# --- cohesion survey, scored by the simple rule of its own file


@pytest.fixture(scope="session")
def cohesion() -> Frame:
    return Frame.read(FOLDER / "cohesion.csv")


@pytest.fixture(scope="session")
def cohesion_scores(cohesion: Frame) -> dict[str, FloatArray]:
    return {name: simple_score(cohesion, name) for name in R["rule"]["dimensions"]}


def simple_score(frame: Frame, dimension: str) -> FloatArray:
    """100 · (mean of valid items − 1)/4 when half are valid, as ``rule`` in the file says."""
    names = [f"{dimension}_{k}" for k in range(1, R["rule"]["items_per_dimension"] + 1)]
    columns = []
    for name in names:
        text = frame.codes(name)
        missing = np.isin(text, ["", *map(str, R["rule"]["missing_codes"])])
        x = np.where(missing, "nan", text).astype(float)
        columns.append(6 - x if name in R["rule"]["reverse_items"] else x)
    x = np.array(columns)
    valid = np.sum(~np.isnan(x), axis=0)
    mean = np.nansum(x, axis=0) / np.maximum(valid, 1)
    return np.where(2 * valid >= len(names), 100 * (mean - 1) / 4, np.nan)


def cohesion_design(frame: Frame, name: str) -> tuple[Design, FloatArray]:
    """Return a design of the file, and which rows it takes."""
    spec = R["designs"][name]
    rows = frame.codes("wave") == spec["filter"].removeprefix("wave==")
    weight = frame.codes(spec["weights"]).astype(float) if "weights" in spec else np.ones(len(rows))
    stratum = frame.codes(spec["strata"])[rows] if "strata" in spec else None
    psu = frame.codes(spec["psu"])[rows] if "psu" in spec else None
    return Design(weight[rows], stratum, psu), rows


@pytest.mark.parametrize("case", CASES)
def test_means_of_the_cohesion_survey_agree_with_r(
    case: Mapping[str, Any], cohesion: Frame, cohesion_scores: Mapping[str, FloatArray]
) -> None:
    design, rows = cohesion_design(cohesion, case["design"])
    y = cohesion_scores[case["var"]][rows.astype(bool)]
    rel = case["tol"]["rel"]
    if not case["by"]:
        agrees(estimate("mean", y, design), case["expected"], rel)
        return
    keys = {name: cohesion.codes(name)[rows.astype(bool)] for name in case["by"]}
    want = {tuple(sorted(each["by"].items())): each for each in case["expected"]}
    found = {each.domain: each for each in by("mean", y, design, keys)}
    # R was asked to leave out the few whose gender is "other".
    assert all(("gender", "other") in domain for domain in found.keys() - want.keys())
    assert want.keys() <= found.keys()
    for domain, expected in want.items():
        agrees(found[domain], expected, rel)


def test_every_dimension_is_estimated_on_its_own_rows(
    cohesion: Frame, cohesion_scores: Mapping[str, FloatArray]
) -> None:
    design, rows = cohesion_design(cohesion, "B1")
    n = {
        name: estimate("mean", y[rows.astype(bool)], design).n
        for name, y in cohesion_scores.items()
    }
    listwise = np.all([~np.isnan(y[rows.astype(bool)]) for y in cohesion_scores.values()], axis=0)
    assert min(n.values()) > listwise.sum()


# --- identities


N = 24
STRATUM = np.repeat(["a", "b", "c"], 8)
PSU = np.repeat(np.arange(12), 2)
values = arrays.arrays(float, N, elements=st.floats(-1e3, 1e3))
weights = arrays.arrays(float, N, elements=st.floats(0.1, 50))


def design_of(weight: FloatArray) -> Design:
    return Design(weight, STRATUM, PSU)


def numbers(each: Estimate) -> list[float | None]:
    return [each.point, each.standard_error, each.df, each.n]


@given(y=values, weight=weights, key=arrays.arrays(np.int64, N, elements=st.integers(0, 2)))
def test_domains_rebuild_the_whole(y: FloatArray, weight: FloatArray, key: FloatArray) -> None:
    whole = estimate("mean", y, design_of(weight))
    parts = by("mean", y, design_of(weight), {"key": key})
    shares = [weight[key.astype(str) == each.domain[0][1]].sum() for each in parts]
    points = [each.point or 0.0 for each in parts]
    rebuilt = np.average(points, weights=shares)
    assert rebuilt == pytest.approx(whole.point, abs=1e-8)
    assert sum(each.n for each in parts) == whole.n


def ratio_of_totals(y: FloatArray, inside: FloatArray, weight: FloatArray) -> Linearised:
    """Write a domain mean as the ratio of two totals over everyone."""
    top, bottom = (weight * y * inside).sum(), (weight * inside).sum()
    return Linearised(top / bottom, weight * inside * (y - top / bottom) / bottom)


@given(y=values, weight=weights, rows=arrays.arrays(bool, N))
def test_a_domain_mean_is_a_ratio_of_totals_over_everyone(
    y: FloatArray, weight: FloatArray, rows: FloatArray
) -> None:
    rows[:4] = True
    inside = rows.astype(float)
    domain = estimate("mean", y, design_of(weight), rows)
    ratio = estimate(lambda y, w: ratio_of_totals(y, inside, w), y, design_of(weight))
    assert domain.point == pytest.approx(ratio.point, abs=1e-9)
    assert domain.standard_error == pytest.approx(ratio.standard_error, rel=1e-9, abs=1e-9)


@given(y=values, weight=weights, rows=arrays.arrays(bool, N))
def test_nan_and_domain_are_two_ways_to_say_the_same(
    y: FloatArray, weight: FloatArray, rows: FloatArray
) -> None:
    rows = rows.astype(bool)
    by_domain = estimate("mean", y, design_of(weight), rows)
    assert estimate("mean", np.where(rows, y, np.nan), design_of(weight)) == by_domain


# --- properties


@given(y=values, weight=weights, shift=st.floats(-1e3, 1e3))
def test_shifting_every_value_shifts_the_mean_alone(
    y: FloatArray, weight: FloatArray, shift: float
) -> None:
    before = estimate("mean", y, design_of(weight))
    after = estimate("mean", y + shift, design_of(weight))
    assert after.point == pytest.approx((before.point or 0) + shift, abs=1e-8)
    assert after.standard_error == pytest.approx(before.standard_error, abs=1e-8)


@given(y=values, weight=weights, scale=st.floats(-20, 20).filter(lambda x: abs(x) > 0.01))
def test_scaling_every_value_scales_mean_and_error(
    y: FloatArray, weight: FloatArray, scale: float
) -> None:
    before = estimate("mean", y, design_of(weight))
    after = estimate("mean", y * scale, design_of(weight))
    assert after.point == pytest.approx((before.point or 0) * scale, abs=1e-8)
    assert after.standard_error == pytest.approx(
        (before.standard_error or 0) * abs(scale), abs=1e-8
    )


@given(y=values, weight=weights, order=st.permutations(range(N)))
def test_the_order_of_rows_does_not_matter(
    y: FloatArray, weight: FloatArray, order: list[int]
) -> None:
    before = estimate("mean", y, design_of(weight))
    after = estimate("mean", y[order], Design(weight[order], STRATUM[order], PSU[order]))
    assert numbers(after) == pytest.approx(numbers(before), abs=1e-8)


@given(y=values, weight=weights, scale=st.floats(0.001, 1e6))
def test_the_unit_of_the_weights_does_not_matter(
    y: FloatArray, weight: FloatArray, scale: float
) -> None:
    before = estimate("mean", y, design_of(weight))
    after = estimate("mean", y, design_of(weight * scale))
    assert numbers(after) == pytest.approx(numbers(before), abs=1e-7)
    if before.standard_error and before.standard_error > 1e-3:
        assert after.deff == pytest.approx(before.deff)


@given(y=values, weight=weights, labels=st.permutations(range(12)))
def test_the_labels_of_psus_do_not_matter(
    y: FloatArray, weight: FloatArray, labels: list[int]
) -> None:
    before = estimate("mean", y, design_of(weight))
    renamed = [f"village {labels[psu]}" for psu in PSU]
    after = estimate("mean", y, Design(weight, STRATUM, renamed))
    assert numbers(after) == pytest.approx(numbers(before), abs=1e-8)


def test_equal_weights_and_no_clusters_give_the_textbook_error() -> None:
    y = np.random.default_rng(1).normal(size=50)
    got = estimate("mean", y, Design(np.full(50, 7.0)))
    assert got.standard_error == pytest.approx(y.std(ddof=1) / np.sqrt(50))
    # Against sampling with replacement R divides by n, not by n - 1: 1 less rounding.
    assert got.deff == pytest.approx(1.0)
    assert got.df == 49


# --- traps


def test_a_domain_with_one_psu_has_no_standard_error() -> None:
    got = estimate("mean", np.arange(N) * 1.0, design_of(np.ones(N)), np.asarray(PSU == 3))
    assert (got.point, got.standard_error, got.df, got.deff, got.n) == (6.5, None, 0, None, 2)
    assert got.interval() == (None, None)
    assert got.interval(kind="z") == (None, None)


def test_a_domain_that_only_lonely_psus_reach_has_no_standard_error() -> None:
    design = Design(np.ones(4), ["a", "b", "c", "c"], [1, 2, 3, 4], lonely_psu="remove")
    got = estimate("mean", [1.0, 2, 3, 4], design, [True, True, False, False])
    assert (got.point, got.standard_error) == (1.5, None)


def test_an_empty_domain_has_no_point() -> None:
    got = estimate("mean", np.ones(N), design_of(np.ones(N)), np.zeros(N, bool))
    assert got == Estimate(None, None, None, None, 0)
    assert got.interval() == (None, None)


def test_nobody_measured_has_no_point() -> None:
    assert estimate("mean", np.full(N, np.nan), design_of(np.ones(N))).point is None


def test_equal_values_have_an_error_of_zero_and_no_design_effect() -> None:
    got = estimate("mean", np.full(N, 100 / 3), design_of(np.linspace(1, 3, N)))
    assert got.standard_error == pytest.approx(0, abs=1e-12)
    assert got.deff is None


def test_what_weights_were_raked_to_is_known_and_worth_no_number_of_people() -> None:
    is_woman = PSU % 2 == 0
    margin = (np.where(is_woman, "w", "m"), {"w": 30.0, "m": 70.0})
    design = rake(design_of(np.linspace(1, 3, N)), {"sex": margin})
    got = estimate("proportion", is_woman * 1.0, design)
    assert got.point == pytest.approx(0.3)
    assert got.standard_error == pytest.approx(0, abs=1e-12)
    assert (got.deff, got.n_effective) == (0, None)


def test_a_domain_keeps_every_psu_for_its_error() -> None:
    rng = np.random.default_rng(5)
    y, weight = rng.normal(50, 20, N), rng.uniform(1, 3, N)
    inside = PSU % 4 != 3
    kept = estimate("mean", y, design_of(weight), inside)
    dropped = estimate("mean", y[inside], Design(weight[inside], STRATUM[inside], PSU[inside]))
    assert kept.point == pytest.approx(dropped.point)
    assert kept.df == dropped.df == 6
    assert kept.standard_error != pytest.approx(dropped.standard_error, rel=1e-3)


def test_localities_as_strata_have_few_degrees_of_freedom_each_and_so_t(
    cohesion: Frame, cohesion_scores: Mapping[str, FloatArray]
) -> None:
    design, rows = cohesion_design(cohesion, "B1")
    inside = rows.astype(bool)
    keys = {"locality": cohesion.codes("locality")[inside]}
    for each in by("mean", cohesion_scores["trust"][inside], design, keys):
        assert each.df == 5
        assert each.interval() == each.interval(kind="t")
        low, high = each.interval()
        assert low is not None
        assert high is not None
        # 2.5706 is the quantile of t with 5 df; that of the normal distribution is 1.96.
        assert high - low == pytest.approx(2 * 2.570581835636314 * (each.standard_error or 0))


def test_few_psus_mean_t_and_not_z() -> None:
    got = estimate("mean", np.arange(N) * 1.0, design_of(np.ones(N)), STRATUM == "a")
    assert got.df == 3
    (t_low, t_high), (z_low, z_high) = got.interval(), got.interval(kind="z")
    assert t_low is not None
    assert z_low is not None
    assert t_high is not None
    assert z_high is not None
    assert (t_high - t_low) / (z_high - z_low) == pytest.approx(
        3.182446305284263 / 1.959963984540054
    )


def test_the_level_of_an_estimate_is_that_of_its_interval() -> None:
    got = estimate("mean", np.arange(N) * 1.0, design_of(np.ones(N)), level=0.9)
    assert got.interval() == got.interval(0.9) == got.interval(level=0.9)
    low, high = got.interval(0.95)
    assert low is not None
    assert high is not None
    inner_low, inner_high = got.interval()
    assert inner_low is not None
    assert inner_high is not None
    assert low < inner_low < inner_high < high


# --- errors say what to do


def test_an_unknown_statistic_lists_the_known() -> None:
    with pytest.raises(EstimateError, match=r"unknown statistic 'maen'; choose one of .*mean"):
        estimate("maen", np.ones(N), design_of(np.ones(N)))


def test_an_infinite_value_names_its_row() -> None:
    y = np.ones(N)
    y[7] = np.inf
    with pytest.raises(EstimateError, match="row 7 is infinite"):
        estimate("mean", y, design_of(np.ones(N)))


def test_values_of_another_length_are_an_error() -> None:
    with pytest.raises(EstimateError, match="one value a row"):
        estimate("mean", np.ones(N + 1), design_of(np.ones(N)))


@pytest.mark.parametrize("domain", [np.ones(N), np.ones(N - 1, bool)])
def test_a_domain_is_one_boolean_a_row(domain: FloatArray) -> None:
    with pytest.raises(EstimateError, match="give 24 booleans"):
        estimate("mean", np.ones(N), design_of(np.ones(N)), domain)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_is_a_share(level: float) -> None:
    with pytest.raises(EstimateError, match="share between 0 and 1"):
        estimate("mean", np.ones(N), design_of(np.ones(N)), level=level)
    with pytest.raises(EstimateError, match="share between 0 and 1"):
        estimate("mean", np.ones(N), design_of(np.ones(N))).interval(level)


def test_an_unknown_kind_of_interval_is_an_error() -> None:
    with pytest.raises(EstimateError, match="choose t, z, xlogit, beta"):
        estimate("mean", np.ones(N), design_of(np.ones(N))).interval(kind="wald")
