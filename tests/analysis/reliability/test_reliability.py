"""Reliability by its definitions, on the golden respondents, and where it is undefined."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import (
    EstimateError,
    Frame,
    dimension_items,
    icc_oneway,
    measurement_error,
    reliability,
    retest,
    score,
    split_half,
    stratified_alpha,
)
from analysis.reliability import one_factor
from analysis.stages import FloatArray

#: Alpha, omega and complete n of scoring.md.
GOLDEN = {
    "TRH": (0.661117, 0.664017, 113),
    "TRV": (0.739816, 0.740511, 117),
    "AT": (0.783792, 0.789101, 86),
}


def answers(loadings: list[float], n: int, seed: int = 4) -> FloatArray:
    rng = np.random.default_rng(seed)
    factor, noise = rng.normal(size=(n, 1)), rng.normal(size=(n, len(loadings)))
    weight = np.array(loadings)
    return np.asarray(factor * weight + noise * np.sqrt(1 - weight**2), dtype=np.float64)


def pearson(x: FloatArray, y: FloatArray) -> float:
    return float(np.mean((x - x.mean()) * (y - y.mean())) / (x.std() * y.std()))


# --- golden respondents


@pytest.mark.parametrize("dimension", GOLDEN)
def test_golden_reliability(dimension: str, golden_frame: Frame) -> None:
    found = reliability(dimension_items(golden_frame, dimension))
    alpha, omega, n = GOLDEN[dimension]
    assert found.alpha == pytest.approx(alpha, abs=5e-7)
    assert found.omega == pytest.approx(omega, abs=5e-7)
    assert found.n == n


def test_golden_stratified_alpha(golden_frame: Frame) -> None:
    parts = {name: dimension_items(golden_frame, name) for name in ("TRH", "TRV")}
    found = stratified_alpha(parts)
    assert found.n == 96
    assert found.alpha == pytest.approx(0.780686, abs=5e-7)
    assert found.too_few


def test_golden_intraclass_correlation(golden_frame: Frame) -> None:
    found = icc_oneway(score(golden_frame)["BE"], golden_frame.codes("adm2"))
    assert found == pytest.approx(0.073411, abs=5e-7)


def test_golden_measurement_error() -> None:
    found = measurement_error(0.78, 18, 50)
    assert found.sem == pytest.approx(8.44, abs=0.005)
    assert found.sdc == pytest.approx(23.4, abs=0.05)
    assert found.sdc_group == pytest.approx(3.3, abs=0.05)


# --- identities


def test_alpha_of_parallel_items_is_stepped_up_from_one() -> None:
    covariance = np.full((4, 4), 0.4) + 0.6 * np.eye(4)
    values = np.linalg.cholesky(covariance) @ _orthogonal(4, 50)
    found = reliability(values.T)
    assert found.alpha == pytest.approx(4 * 0.4 / (1 + 3 * 0.4))
    assert found.alpha_standardised == pytest.approx(found.alpha)
    assert found.omega == pytest.approx(found.alpha)
    assert found.mean_r == pytest.approx(0.4)
    assert split_half(values.T).odd_even == pytest.approx(found.alpha)


def _orthogonal(k: int, n: int) -> FloatArray:
    """Return k columns with unit variance that do not correlate, of shape (k, n)."""
    start = np.random.default_rng(0).normal(size=(n, k))
    return np.linalg.qr(start - start.mean(axis=0))[0].T * sqrt(n - 1)


def test_one_factor_is_found_again() -> None:
    loadings, unique = np.array([2.0, 1.0, -0.5, 0.8]), np.array([1.0, 0.4, 0.7, 2.0])
    found = one_factor(np.outer(loadings, loadings) + np.diag(unique))
    assert found is not None
    assert found.loadings == pytest.approx(loadings, abs=1e-7)
    assert found.uniqueness == pytest.approx(unique, abs=1e-7)
    assert found.omega == pytest.approx(3.3**2 / (3.3**2 + 4.1))


def test_three_items_have_one_factor_in_closed_form() -> None:
    r = np.array([[1, 0.5, 0.3], [0.5, 1, 0.4], [0.3, 0.4, 1]])
    found = one_factor(r)
    assert found is not None
    want = [sqrt(0.5 * 0.3 / 0.4), sqrt(0.5 * 0.4 / 0.3), sqrt(0.3 * 0.4 / 0.5)]
    assert found.loadings == pytest.approx(np.array(want), abs=1e-8)


def test_items_without_a_proper_factor_have_no_omega() -> None:
    # By the closed form, the first loading would be sqrt(0.8 * 0.8 / 0.3), above 1.
    assert one_factor(np.array([[1, 0.8, 0.8], [0.8, 1, 0.3], [0.8, 0.3, 1]])) is None
    assert one_factor(np.ones((3, 3))) is None
    assert one_factor(np.eye(2)) is None


def test_two_items_have_spearman_brown_and_no_omega() -> None:
    values = answers([0.8, 0.7], 300)
    r = pearson(values[:, 0], values[:, 1])
    found = reliability(values)
    assert found.spearman_brown == pytest.approx(2 * r / (1 + r))
    assert found.alpha_standardised == found.spearman_brown
    assert found.omega is None
    assert found.item_rest == {"1": pytest.approx(r), "2": pytest.approx(r)}
    assert found.alpha_if_dropped == {"1": None, "2": None}
    assert reliability(answers([0.8, 0.7, 0.6], 300)).spearman_brown is None


def test_the_rest_and_what_is_dropped_by_definition() -> None:
    values = answers([0.8, 0.7, 0.6, 0.2], 200)
    found = reliability(values)
    for j in range(4):
        others = np.delete(values, j, axis=1)
        want = pearson(values[:, j], others.sum(axis=1))
        assert found.item_rest[str(j + 1)] == pytest.approx(want)
        assert found.alpha_if_dropped[str(j + 1)] == pytest.approx(reliability(others).alpha)


@given(st.lists(st.sampled_from([0, 1, 2, 3, 4]), min_size=40, max_size=40))
def test_only_complete_cases_count(missing: list[int]) -> None:
    values = answers([0.8, 0.7, 0.6, 0.5], 40)
    gaps = np.array(missing)[:, np.newaxis] == np.arange(4)
    whole = values[~gaps.any(axis=1)]
    if len(whole) > 1:
        assert reliability(np.where(gaps, np.nan, values)) == reliability(whole)


@given(shift=st.floats(-50, 50), scale=st.floats(0.1, 20))
def test_the_unit_of_all_items_does_not_matter(shift: float, scale: float) -> None:
    values = answers([0.8, 0.7, 0.6, 0.5], 150)
    before, after = reliability(values), reliability(values * scale + shift)
    assert after.alpha == pytest.approx(before.alpha)
    assert after.omega == pytest.approx(before.omega)
    assert after.item_rest == pytest.approx(before.item_rest)


def test_the_interval_narrows_and_holds_alpha() -> None:
    found = [reliability(answers([0.7] * 5, n), level=level) for n, level in
             ((60, 0.95), (600, 0.95), (600, 0.5))]  # fmt: skip
    widths = [(each.alpha_high or 0) - (each.alpha_low or 0) for each in found]
    assert widths == sorted(widths, reverse=True)
    for each in found:
        assert (each.alpha_low or 1) < (each.alpha or 0) < (each.alpha_high or 0)


def test_equal_weights_change_nothing() -> None:
    values = answers([0.8, 0.7, 0.6], 90)
    plain, weighted = reliability(values), reliability(values, weight=np.full(90, 3.0))
    assert weighted.alpha == pytest.approx(plain.alpha)
    assert weighted.omega == pytest.approx(plain.omega)


def test_stratified_alpha_of_one_part_is_alpha() -> None:
    values = answers([0.8, 0.7, 0.6], 200)
    assert stratified_alpha({"all": values}).alpha == pytest.approx(reliability(values).alpha)


def test_too_few_to_judge_and_wording() -> None:
    values = answers([0.8, 0.7, 0.6, 0.0], 400)
    assert reliability(values).check_wording(["4", "1"]) == ("4",)
    assert reliability(values[:99]).too_few
    assert not reliability(values[:100]).too_few
    assert stratified_alpha({"a": values[:99, :2], "b": values[:99, 2:]}).too_few
    assert not stratified_alpha({"a": values[:100, :2], "b": values[:100, 2:]}).too_few
    assert stratified_alpha({"all": np.array([[1.0, 2.0], [3.0, 4.0]])}).alpha == pytest.approx(1)
    assert reliability(values[:99]).check_wording(["4"]) == ()


def test_a_shift_between_occasions_counts_against_agreement() -> None:
    first = np.random.default_rng(1).normal(50, 18, 80)
    second = first + np.random.default_rng(2).normal(0, 6, 80)
    same, shifted = retest(np.c_[first, second]), retest(np.c_[first, second + 10])
    assert same.n == 80
    assert same.icc is not None
    assert shifted.icc is not None
    assert same.icc > shifted.icc
    assert same.sd == pytest.approx(shifted.sd)
    assert same.error is not None
    assert same.error.sem == pytest.approx((same.sd or 0) * sqrt(1 - same.icc))


def test_agreement_as_shrout_and_fleiss_have_it() -> None:
    # Six targets, four judges: table 2 of Shrout and Fleiss (1979), ICC(2,1) = .29.
    judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    assert retest(judges).icc == pytest.approx(0.2898, abs=5e-5)
    targets = np.repeat(np.arange(6), 4)
    assert icc_oneway(np.ravel(judges), targets) == pytest.approx(0.1657, abs=5e-5)


# --- what is undefined is None


@pytest.mark.parametrize("values", [[[1.0, 2.0]], np.full((9, 3), np.nan), np.ones((9, 1))])
def test_too_little_gives_none(values: Any) -> None:
    found = reliability(values)
    assert (found.alpha, found.omega, found.mean_r, found.alpha_low) == (None,) * 4
    assert set(found.item_rest.values()) == {None}
    assert split_half(values).guttman is None
    assert stratified_alpha({"all": values}).alpha is None


def test_an_item_that_does_not_vary_correlates_with_nothing() -> None:
    values = np.column_stack([answers([0.8, 0.7], 50), np.ones(50)])
    found = reliability(values)
    assert found.alpha is not None
    assert (found.mean_r, found.omega, found.item_rest["3"]) == (None, None, None)
    assert reliability(np.ones((9, 3))).alpha is None
    assert split_half(values).highest is None


def test_undefined_agreement_is_none() -> None:
    assert icc_oneway([1, 2, 3], ["a", "a", "a"]) is None
    assert icc_oneway([1, 2, 3], ["a", "b", "c"]) is None
    assert retest([[1.0, 2.0]]).icc is None
    assert retest(np.ones((5, 2))).icc is None


BAD: list[tuple[Callable[[], object], str]] = [
    (lambda: reliability({}), "there are no items"),
    (lambda: reliability([1.0, 2.0]), "one row a respondent and one column an item"),
    (lambda: reliability({"a": [1, 2], "b": [1]}), "item b has shape .* the first has 2"),
    (lambda: reliability({"a": [1, 2], "b": [1, np.inf]}), "item b is infinite in row 1"),
    (lambda: reliability(np.ones((3, 2)), weight=[1, 2]), "weight has shape"),
    (lambda: reliability(np.ones((3, 2)), weight=[1, 2, 0]), "weight of row 2 is 0"),
    (lambda: reliability(np.ones((3, 2)), level=95), "level is 95"),
    (lambda: stratified_alpha({"a": np.ones((3, 2)), "b": np.ones((4, 2))}), "same respondents"),
    (lambda: stratified_alpha({}), "same respondents"),
    (lambda: icc_oneway([1, 2], ["a"]), "one of each a row"),
    (lambda: measurement_error(1.2, 3, 4), "give a share"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_what_cannot_be_judged_says_why(call: Callable[[], object], message: str) -> None:
    with pytest.raises(EstimateError, match=message):
        call()
