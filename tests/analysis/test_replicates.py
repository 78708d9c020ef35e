"""Replicates tell the same errors as the formulas, and those of R `survey` where it has them."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from analysis import (
    Design,
    DesignError,
    Estimate,
    EstimateError,
    Replicates,
    balanced,
    bootstrap,
    by,
    estimate,
    estimate_replicated,
    given_replicates,
    jackknife,
    rake,
)
from analysis.estimators.quantile import quantile
from analysis.stages import FloatArray
from tests.analysis.oracle import Case, close
from tests.analysis.test_oracle_api import FOLDER, R, columns, design_of, measured

CASES = [each for each in R["cases"] if each["stat"] == "replicate"]
#: The design that R made the replicates of; other cases have their weights in a file.
MADE = {
    "clus1_jk1": "clus1_nofpc",
    "clus1_jk1_fpc": "clus1",
    "strat_jkn": "strat_nofpc",
    "strat_jkn_fpc": "strat",
}
DELIVERED = [each for each in CASES if each["repweights"]]
OWN = [each for each in CASES if each["id"].split("/")[1] in MADE]

N = 24
STRATUM = np.repeat(["a", "b", "c"], 8)
PSU = np.repeat(np.arange(12), 2)
PAIRS = np.repeat(["a", "b", "c", "d", "e", "f"], 4)
RNG = np.random.default_rng(11)
Y, W = RNG.normal(50, 20, N), RNG.uniform(1, 9, N)
values = arrays.arrays(float, N, elements=st.floats(-100, 100).map(lambda x: round(x, 6)))
weights = arrays.arrays(float, N, elements=st.floats(0.1, 50))


def agrees(case: Case, replicates: Replicates, name: str) -> None:
    column, want, tol = columns(R["designs"][name]["data"]), case["expected"], case["tol"]
    y = measured(column, "api00")
    pair = np.column_stack([y, measured(column, "api99")])
    enroll = measured(column, "enroll")
    found = {
        "mean_api00": estimate_replicated("mean", y, replicates),
        "total_enroll": estimate_replicated("total", enroll, replicates),
        "ratio": estimate_replicated("ratio", pair, replicates),
    }
    for key, got in found.items():
        low, high = got.interval()
        numbers = {"estimate": got.point, "se": got.standard_error, "df": got.df}
        numbers |= {"ci_t_low": low, "ci_t_high": high}
        for part in numbers.keys() & want[key].keys():
            close(numbers[part], want[key][part], tol)
    rows = zip(*(want["by_stype"][key] for key in ("stype", "api00", "se")), strict=True)
    for label, mean, error in rows:
        got = estimate_replicated("mean", y, replicates, column["stype"] == label)
        close(got.point, mean, tol)
        close(got.standard_error, error, tol)


@pytest.mark.skipif(not CASES, reason="SIXFOLD_ORACLE names no oracle")
@pytest.mark.parametrize("case", [pytest.param(each, id=each["id"]) for each in DELIVERED])
def test_delivered_replicate_weights_agree_with_r(case: Case) -> None:
    rows = np.loadtxt(FOLDER / case["repweights"], delimiter=",", skiprows=1)
    weight = design_of(case["design"]).weight
    delivered = given_replicates(weight, rows, case["scale"], case["rscales"])
    agrees(case, delivered, case["design"])


@pytest.mark.skipif(not CASES, reason="SIXFOLD_ORACLE names no oracle")
@pytest.mark.parametrize("case", [pytest.param(each, id=each["id"]) for each in OWN])
def test_jackknives_agree_with_r(case: Case) -> None:
    name = MADE[case["id"].split("/")[1]]
    agrees(case, jackknife(design_of(name)), name)


# --- identities: of a total, a jackknife and half-samples have the error of the formula


def error(found: Estimate) -> float:
    assert found.standard_error is not None
    return found.standard_error


@given(y=values, weight=weights, fpc=st.sampled_from([None, 4, 5, 40]))
def test_a_jackknifed_total_has_the_error_of_the_formula(
    y: FloatArray, weight: FloatArray, fpc: int | None
) -> None:
    design = Design(weight, STRATUM, PSU, None if fpc is None else np.full(N, fpc))
    got = error(estimate_replicated("total", y, jackknife(design)))
    assert got == pytest.approx(error(estimate("total", y, design)), rel=1e-7, abs=1e-6)


@given(y=values, weight=weights, fay=st.sampled_from([0, 0.3, 0.5]))
def test_a_balanced_total_has_the_error_of_the_formula(
    y: FloatArray, weight: FloatArray, fay: float
) -> None:
    design = Design(weight, PAIRS, PSU)
    got = error(estimate_replicated("total", y, balanced(design, fay)))
    assert got == pytest.approx(error(estimate("total", y, design)), rel=1e-7, abs=1e-6)


def test_the_replicates_of_a_total_average_to_it() -> None:
    design = Design(W, PAIRS, PSU)
    for replicates in (jackknife(design), balanced(design)):
        points = [float((W * f[replicates.unit] * Y).sum()) for f in replicates.factors]
        assert np.mean(points) == pytest.approx(float((W * Y).sum()))


DESIGNS: dict[str, Design] = {
    "plain": Design(W, STRATUM, PSU),
    "finite": Design(W, STRATUM, PSU, np.full(N, 7)),
    "two stages": Design(W, STRATUM, [PSU, np.arange(N)], [np.full(N, 9), np.full(N, 5)]),
}
KINDS = [("rao-wu", "plain"), ("rao-wu", "finite"), ("canty-davison", "plain")]
KINDS += [("preston", "plain"), ("preston", "finite"), ("preston", "two stages")]


@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_a_bootstrapped_total_has_nearly_the_error_of_the_formula(kind: str, name: str) -> None:
    design = DESIGNS[name]
    drawn = bootstrap(design, 6000, seed=3, kind=kind)
    got = error(estimate_replicated("total", Y, drawn))
    assert got == pytest.approx(error(estimate("total", Y, design)), rel=0.03)
    mean = np.mean([factor[drawn.unit] for factor in drawn.factors], axis=0)
    assert mean == pytest.approx(np.ones(N), abs=0.06)


@pytest.mark.parametrize(
    ("kind", "factor"), [("rao-wu", 1), ("preston", 1), ("canty-davison", 4 / 3)]
)
def test_the_variance_of_a_bootstrap_is_that_between_its_replicates(
    kind: str, factor: float
) -> None:
    drawn = bootstrap(DESIGNS["plain"], 5, seed=7, kind=kind)
    points = np.array([float((W * each[drawn.unit] * Y).sum()) for each in drawn.factors])
    got = error(estimate_replicated("total", Y, drawn))
    assert got**2 == pytest.approx(factor * points.var(ddof=1))


def test_preston_gives_the_weight_of_those_left_out_to_those_drawn() -> None:
    thirds = Design(np.ones(6), ["a"] * 3 + ["b"] * 3)
    root = 0.5**0.5
    for factor in bootstrap(thirds, 20, seed=1, kind="preston").factors:
        for stratum in (factor[:3], factor[3:]):
            want = [1 - root, 1 - root, 1 + 2 * root]
            assert sorted(stratum.tolist()) == pytest.approx(want)


def test_preston_draws_no_further_within_what_was_not_drawn() -> None:
    drawn = bootstrap(DESIGNS["two stages"], 20, seed=2, kind="preston")
    for factor in drawn.factors:
        first, second = factor[drawn.unit].reshape(12, 2).T
        left_out = np.isclose(first, second).reshape(3, 4)
        assert left_out.sum(axis=1).tolist() == [2, 2, 2]


def test_strata_of_unequal_size_count_by_their_harmonic_mean() -> None:
    drawn = bootstrap(Design(np.ones(6), list("aabbbb")), 5, seed=1, kind="canty-davison")
    n = 2 / (1 / 2 + 1 / 4)
    assert drawn.scale == pytest.approx(n / (n - 1) / 4)


def test_the_unit_of_weights_changes_no_design_effect() -> None:
    found = [
        estimate_replicated("mean", Y, jackknife(Design(W * unit, STRATUM, PSU))).deff
        for unit in (1, 1e8)
    ]
    assert found[0] is not None
    assert found[1] == pytest.approx(found[0])


def test_a_domain_in_one_psu_has_no_error_and_one_in_two_has() -> None:
    halves = balanced(Design(W, PAIRS, PSU), fay=0.5)
    assert estimate_replicated("mean", Y, halves, PSU == 3).standard_error is None
    assert error(estimate_replicated("mean", Y, halves, (PSU == 2) | (PSU == 3))) > 0


def test_a_mean_and_its_domains_have_nearly_the_error_of_the_formula() -> None:
    design = Design(W, STRATUM, PSU)
    knife = jackknife(design)
    rows = {label: np.arange(N) % 2 == label for label in (0, 1)}
    for each in by("mean", Y, design, np.arange(N) % 2):
        got = estimate_replicated("mean", Y, knife, rows[int(each.domain[0][1])])
        assert got.point == each.point
        assert got.df == each.df
        assert got.standard_error == pytest.approx(each.standard_error, rel=0.1)
        assert got.deff is not None
        assert got.deff == pytest.approx(each.deff, rel=0.2)


def test_a_median_can_be_bootstrapped() -> None:
    half = partial(quantile, at=0.5)
    drawn = bootstrap(Design(np.ones(400)), 400, seed=1)
    y = np.random.default_rng(2).normal(0, 1, 400)
    found = estimate_replicated(half, y, drawn)
    assert found.standard_error == pytest.approx(1.2533 / 20, rel=0.25)
    assert found.deff is None


def test_the_same_seed_draws_the_same() -> None:
    design = DESIGNS["plain"]
    found = [estimate_replicated("mean", Y, bootstrap(design, 50, seed=seed)) for seed in (1, 1, 2)]
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_a_domain_in_one_psu_has_no_error() -> None:
    design = DESIGNS["plain"]
    for replicates in (jackknife(design), bootstrap(design, 30, seed=1)):
        found = estimate_replicated("mean", Y, replicates, PSU == 3)
        assert found.point == estimate("mean", Y, design, PSU == 3).point
        assert found.standard_error is None


def test_nobody_has_no_mean() -> None:
    found = estimate_replicated("mean", np.full(N, np.nan), jackknife(DESIGNS["plain"]))
    assert (found.point, found.standard_error, found.n) == (None, None, 0)


def test_the_df_are_bounded_by_the_number_of_replicates() -> None:
    assert estimate_replicated("mean", Y, bootstrap(DESIGNS["plain"], 5, seed=1)).df == 4
    assert estimate_replicated("mean", Y, bootstrap(DESIGNS["plain"], 50, seed=1)).df == 9


def test_a_stratum_taken_whole_adds_nothing() -> None:
    fpc = np.where(STRATUM == "a", 4, 40)
    design = Design(W, STRATUM, PSU, fpc)
    got = error(estimate_replicated("total", Y, jackknife(design)))
    assert got == pytest.approx(error(estimate("total", Y, design)))


# --- problems name the thing, the place and the remedy

SEX = np.tile(["woman", "man"], 12)
KNOWN = rake(Design(W, STRATUM, PSU), {"sex": (SEX, {"woman": 60, "man": 60})})
BAD: list[tuple[Any, str]] = [
    (lambda: jackknife(KNOWN), "the design is calibrated"),
    (lambda: jackknife(Design(W, np.where(PSU == 0, "z", STRATUM), PSU)), "stratum z has only one"),
    (lambda: jackknife(DESIGNS["two stages"]), 'kind="preston"'),
    (lambda: balanced(DESIGNS["plain"]), "stratum a has 4 PSUs .* use jackknife"),
    (lambda: balanced(Design(W, PAIRS, PSU, np.full(N, 9))), "a finite population"),
    (lambda: balanced(Design(W, PAIRS, PSU), fay=1), "fay is 1"),
    (lambda: bootstrap(DESIGNS["plain"], seed=1, kind="smooth"), "choose one of rao-wu"),
    (lambda: bootstrap(DESIGNS["plain"], 1, seed=1), "at least two"),
    (lambda: bootstrap(DESIGNS["finite"], seed=1, kind="canty-davison"), 'use kind="rao-wu"'),
    (lambda: given_replicates(W, np.ones((3, 4)), 1), "replicate weights have shape"),
    (lambda: given_replicates(W, np.full((N, 2), np.nan), 1), "replicate weight 0 of row 0"),
    (lambda: given_replicates(W, np.ones((N, 2)), 1, [1, 1, 1]), "scales has shape"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_replicates_that_cannot_be_made_say_why(call: Any, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        call()


def test_values_of_another_length_say_so() -> None:
    with pytest.raises(EstimateError, match="one value a row"):
        estimate_replicated("mean", Y[:3], jackknife(DESIGNS["plain"]))
