"""Estimates of one design vary together, and contrasts of them know it."""

from __future__ import annotations

from functools import partial
from math import hypot

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from analysis import Design, EstimateError, adjusted, estimate, gather, joint, linearise
from analysis.estimators.quantile import quantile
from analysis.stages import BoolArray, FloatArray
from analysis.weighting import rake

N = 24
STRATUM = np.repeat(["a", "b", "c"], 8)
PSU = np.repeat(np.arange(12), 2)
HALF: BoolArray = np.arange(N) % 2 == 0
values = arrays.arrays(float, N, elements=st.integers(-1000, 1000), unique=True)
weights = arrays.arrays(float, N, elements=st.floats(0.1, 50))
few = settings(max_examples=25)


def drawn(weight: FloatArray) -> Design:
    return Design(weight, STRATUM, PSU)


@few
@given(y=values, weight=weights)
def test_variances_on_the_diagonal_are_those_of_single_estimates(
    y: FloatArray, weight: FloatArray
) -> None:
    domains = [HALF, ~HALF, STRATUM == "a"]
    covariance = joint("mean", y, drawn(weight), domains).covariance()
    singly = [estimate("mean", y, drawn(weight), each).standard_error or 0 for each in domains]
    assert np.sqrt(np.diag(covariance)) == pytest.approx(singly, rel=1e-9, abs=1e-9)
    assert (covariance == covariance.T).all()


@few
@given(y=values, z=values, weight=weights)
def test_a_difference_of_two_measures_is_the_measure_of_differences(
    y: FloatArray, z: FloatArray, weight: FloatArray
) -> None:
    both = gather([linearise("mean", x, drawn(weight)) for x in (y, z)], drawn(weight))
    got, want = both.contrast([-1, 1]), estimate("mean", z - y, drawn(weight))
    assert got.point == pytest.approx(want.point, abs=1e-8)
    assert got.standard_error == pytest.approx(want.standard_error, rel=1e-7, abs=1e-7)


@few
@given(y=values, weight=weights)
def test_a_difference_of_domains_is_a_regression_coefficient(
    y: FloatArray, weight: FloatArray
) -> None:
    x = np.column_stack([np.ones(N), ~HALF])
    bread = np.linalg.inv(x.T @ (weight[:, None] * x))
    coefficient = bread @ x.T @ (weight * y)
    influence = (x * (weight * (y - x @ coefficient))[:, None]) @ bread
    variance = drawn(weight).variance(influence[:, 1], np.ones(N, bool))
    got = joint("mean", y, drawn(weight), [HALF, ~HALF]).contrast([-1, 1])
    assert got.point == pytest.approx(coefficient[1], abs=1e-7)
    assert got.standard_error == pytest.approx(np.sqrt(variance), rel=1e-7, abs=1e-7)


def test_domains_in_other_strata_do_not_vary_together() -> None:
    y = np.random.default_rng(2).normal(size=N)
    both = joint("mean", y, drawn(np.ones(N)), [STRATUM == "a", STRATUM == "b"])
    assert both.covariance()[0, 1] == 0


def test_calibrated_weights_know_as_much_in_a_contrast_as_in_an_estimate() -> None:
    y = np.random.default_rng(2).normal(size=N)
    sex = np.where(np.arange(N) % 3 == 0, "man", "woman")
    raked = rake(drawn(np.ones(N)), {"sex": (sex, {"man": 50, "woman": 60})})
    want = estimate("mean", y, raked, HALF)
    got = joint("mean", y, raked, [HALF]).contrast([1])
    assert got.standard_error == pytest.approx(want.standard_error)
    assert got.standard_error != pytest.approx(
        estimate("mean", y, drawn(raked.weight), HALF).standard_error
    )


def test_a_contrast_of_one_estimate_is_that_estimate() -> None:
    y = np.random.default_rng(2).normal(size=N)
    for statistic in ("mean", "total", "variance", partial(quantile, at=0.4)):
        got = joint(statistic, y, drawn(np.ones(N)), [HALF]).contrast([1])
        want = estimate(statistic, y, drawn(np.ones(N)), HALF)
        assert got.point == pytest.approx(want.point)
        assert got.standard_error == pytest.approx(want.standard_error)


def test_medians_of_the_same_people_in_another_unit_differ_without_doubt() -> None:
    y = np.random.default_rng(2).normal(size=N)
    parts = [joint("quantile", x, drawn(np.ones(N)), [HALF]) for x in (y, 3 * y)]
    assert parts[1].covariance() == pytest.approx(9 * parts[0].covariance())


def test_a_median_and_a_mean_of_the_same_people_rise_together() -> None:
    y = np.random.default_rng(2).normal(size=N)
    medians = joint("quantile", y, drawn(np.ones(N)), [HALF])
    means = joint("mean", y, drawn(np.ones(N)), [HALF])
    assert (medians.influence * means.influence).sum() > 0


def test_two_domains_with_a_psu_each_have_a_difference_without_error() -> None:
    """Each mean is 0 away from itself in its own PSU: adding up would call the error 0."""
    y = np.arange(N) * 1.0
    got = joint("mean", y, drawn(np.ones(N)), [PSU == 0, PSU == 1]).contrast([-1, 1])
    assert (got.point, got.standard_error, got.t, got.p) == (2.0, None, None, None)
    assert got.interval() == got.interval(kind="z") == (None, None)


def test_an_estimate_that_does_not_count_may_be_undefined() -> None:
    y = np.random.default_rng(2).normal(size=N)
    three = joint("mean", y, drawn(np.ones(N)), [HALF, ~HALF, PSU == 0])
    assert three.contrast([-1, 1, 0]).standard_error is not None
    assert three.contrast([-1, 0, 1]).standard_error is None
    assert np.isnan(three.covariance()[2]).all()


def test_equal_values_differ_by_nothing_and_have_no_t() -> None:
    got = joint("mean", np.full(N, 100 / 3), drawn(np.ones(N)), [HALF, ~HALF]).contrast([-1, 1])
    assert got.point == pytest.approx(0)
    assert (got.t, got.p) == (None, None)


def test_rounding_of_large_and_equal_values_is_no_variation() -> None:
    design = drawn(np.random.default_rng(1).uniform(1, 3, N))
    large = joint("mean", np.full(N, 1e6 / 3), design, [HALF, STRATUM == "a"])
    got = large.contrast([-1, 1])
    assert got.standard_error is not None
    assert got.standard_error > 0
    assert (got.t, got.p) == (None, None)


def test_domains_in_two_psus_each_have_a_difference_with_an_error() -> None:
    y = np.random.default_rng(2).normal(size=N)
    both = joint("mean", y, drawn(np.ones(N)), [PSU < 2, (PSU == 4) | (PSU == 5)])
    errors = [
        estimate("mean", y, drawn(np.ones(N)), rows).standard_error or 0
        for rows in (PSU < 2, (PSU == 4) | (PSU == 5))
    ]
    assert both.contrast([-1, 1]).standard_error == pytest.approx(hypot(*errors))


def test_a_singular_hypothesis_has_no_f() -> None:
    y = np.random.default_rng(2).normal(size=N)
    both = joint("mean", y, drawn(np.ones(N)), [HALF, ~HALF])
    assert both.wald([[-1, 1], [1, -1]], 8) == (None, None)
    assert both.wald([[-1, 1]], 0) == (None, None)
    f, p = both.wald([[-1, 1]], both.df)
    t = both.contrast([-1, 1])
    assert f == pytest.approx((t.t or 0) ** 2)
    assert p == pytest.approx(t.p)


def test_one_coefficient_belongs_to_each_estimate() -> None:
    with pytest.raises(EstimateError, match="3 coefficients for 2 estimates"):
        joint("mean", np.ones(N), drawn(np.ones(N)), [HALF, ~HALF]).contrast([1, 2, 3])


def test_a_difference_has_no_interval_of_shares() -> None:
    got = joint("mean", np.arange(N), drawn(np.ones(N)), [HALF, ~HALF]).contrast([-1, 1])
    with pytest.raises(EstimateError, match="choose t or z"):
        got.interval(kind="beta")


# --- several p-values


def test_adjusted_p_values_are_those_worked_by_hand() -> None:
    p = [0.01, None, 0.04, 0.03]
    assert adjusted(p, "holm") == pytest.approx((0.03, None, 0.06, 0.06))
    assert adjusted(p, "bh") == pytest.approx((0.03, None, 0.04, 0.04))
    assert adjusted(p, "none") == tuple(p)
    assert adjusted([], "holm") == ()
    assert adjusted([0.9, 0.8], "holm") == (1.0, 1.0)


def test_an_unknown_adjustment_is_an_error() -> None:
    with pytest.raises(EstimateError, match="unknown adjustment 'bonferroni'; choose none, holm"):
        adjusted([0.1], "bonferroni")


def test_one_degree_of_freedom_is_enough_for_t() -> None:
    design = Design(np.ones(6), ["a"] * 2 + ["b"] * 4, [0, 0, 1, 1, 2, 2], lonely_psu="remove")
    found = joint("mean", [1.0, 2, 4, 8, 3, 9], design, [np.arange(6) % 2 == k for k in (0, 1)])
    difference = found.contrast([-1, 1])
    assert (difference.df, found.df) == (1, 1)
    assert difference.t == pytest.approx((difference.point or 0) / (difference.standard_error or 1))
    assert found.contrast([-1, 1], df=0).t is None
