"""Estimators are what they are called: one number by two ways, and steady under relabelling."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from analysis import Design, Estimate, EstimateError, by, estimate
from analysis.estimators.quantile import quantile
from analysis.estimators.ratio import ratio
from analysis.estimators.variance import variance, variance_of_moments
from analysis.stages import FloatArray

N = 24
STRATUM = np.repeat(["a", "b", "c"], 8)
PSU = np.repeat(np.arange(12), 2)
NAMES = ["mean", "total", "variance", "quantile", "ratio"]
values = arrays.arrays(float, N, elements=st.integers(-1000, 1000), unique=True)
weights = arrays.arrays(float, N, elements=st.floats(0.1, 50))
few = settings(max_examples=25)
factors = st.floats(0.1, 20)


def drawn(weight: FloatArray) -> Design:
    return Design(weight, STRATUM, PSU)


def given_to(name: str, y: FloatArray) -> FloatArray:
    """Return values as the statistic wants them: a ratio is of them to something positive."""
    return np.column_stack([y, np.linspace(1, 5, N)]) if name == "ratio" else y


def near(got: Estimate, want: Estimate, scale: float = 1.0) -> None:
    assert (got.df, got.n) == (want.df, want.n)
    found, wanted = ((x.point, x.standard_error, *x.interval()) for x in (got, want))
    for each, known in zip(found, wanted, strict=True):
        if known is None:
            assert each is None
        else:
            assert each == pytest.approx(known * scale, rel=1e-6, abs=1e-5)


# --- identities


@few
@given(y=values, weight=weights)
def test_a_mean_is_a_ratio_to_one(y: FloatArray, weight: FloatArray) -> None:
    ratio = estimate("ratio", np.column_stack([y, np.ones(N)]), drawn(weight))
    near(ratio, estimate("mean", y, drawn(weight)))


@few
@given(y=values, weight=weights)
def test_a_variance_of_moments_is_the_variance(y: FloatArray, weight: FloatArray) -> None:
    got, want = variance_of_moments(np.column_stack([y, y**2]), weight), variance(y, weight)
    assert got.point == pytest.approx(want.point, rel=1e-9)
    assert got.influence == pytest.approx(want.influence, rel=1e-6, abs=1e-6)


@few
@given(y=values, weight=weights, rows=arrays.arrays(bool, N))
def test_a_domain_mean_is_a_ratio_of_totals_over_everyone(
    y: FloatArray, weight: FloatArray, rows: FloatArray
) -> None:
    rows[:4] = True
    inside = rows.astype(float)
    ratio = estimate("ratio", np.column_stack([y * inside, inside]), drawn(weight))
    domain = estimate("mean", y, drawn(weight), rows)
    assert ratio.point == pytest.approx(domain.point, abs=1e-8)
    assert ratio.standard_error == pytest.approx(domain.standard_error, rel=1e-6, abs=1e-7)


@few
@given(y=values, weight=weights)
def test_totals_of_domains_add_up(y: FloatArray, weight: FloatArray) -> None:
    parts = by("total", y, drawn(weight), {"half": np.arange(N) % 2})
    whole = estimate("total", y, drawn(weight))
    assert sum(each.point or 0 for each in parts) == pytest.approx(whole.point, abs=1e-6)
    assert sum(each.size for each in parts) == pytest.approx(whole.size)


@few
@given(y=values, weight=weights)
def test_a_total_in_a_domain_is_that_of_values_zero_elsewhere(
    y: FloatArray, weight: FloatArray
) -> None:
    domain = estimate("total", y, drawn(weight), STRATUM != "a")
    zeros = estimate("total", np.where(STRATUM != "a", y, 0.0), drawn(weight))
    assert domain.point == pytest.approx(zeros.point)
    assert domain.standard_error == pytest.approx(zeros.standard_error)


def test_the_variance_of_equal_weights_is_that_of_the_textbook() -> None:
    y = np.random.default_rng(3).normal(size=N)
    assert estimate("variance", y, drawn(np.full(N, 7.0))).point == pytest.approx(y.var(ddof=1))


@few
@given(at=st.floats(0, 1), y=values)
def test_quantiles_of_equal_weights_are_those_of_the_textbook(at: float, y: FloatArray) -> None:
    got = estimate(partial(quantile, at=at), y, drawn(np.full(N, 7.0)))
    assert got.point == pytest.approx(np.quantile(y, at), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("rule", "method"),
    [
        ("hf5", "hazen"),
        ("hf6", "weibull"),
        ("hf7", "linear"),
        ("hf8", "median_unbiased"),
        ("hf9", "normal_unbiased"),
    ],
)
def test_each_rule_is_that_of_hyndman_and_fan(rule: str, method: str) -> None:
    y = np.random.default_rng(3).normal(size=N)
    for at in (0.0, 0.03, 0.4, 0.5, 0.9, 1.0):
        got = quantile(y, np.ones(N), at=at, rule=rule)
        assert got.point == pytest.approx(np.quantile(y, at, method=method))  # type: ignore[call-overload]


def test_the_interval_of_a_quantile_is_that_of_the_share_below_it() -> None:
    y = np.random.default_rng(4).normal(size=N)
    median = estimate("quantile", y, drawn(np.ones(N)))
    share = estimate("proportion", y <= (median.point or 0), drawn(np.ones(N)))
    for kind in ("t", "z", "xlogit", "beta"):
        for got, below in zip(median.interval(kind=kind), share.interval(kind=kind), strict=True):
            assert below is not None
            assert got == pytest.approx(np.quantile(y, below))


# --- properties


@pytest.mark.parametrize("name", NAMES)
@few
@given(y=values, weight=weights, factor=factors)
def test_a_larger_unit_of_weight_changes_totals_alone(
    name: str, y: FloatArray, weight: FloatArray, factor: float
) -> None:
    before = estimate(name, given_to(name, y), drawn(weight))
    after = estimate(name, given_to(name, y), drawn(weight * factor))
    near(after, before, factor if name == "total" else 1.0)


@pytest.mark.parametrize("name", NAMES)
@few
@given(y=values, weight=weights, order=st.permutations(range(N)))
def test_the_order_of_rows_does_not_matter(
    name: str, y: FloatArray, weight: FloatArray, order: list[int]
) -> None:
    design = Design(weight[order], STRATUM[order], PSU[order])
    after = estimate(name, given_to(name, y)[order], design)
    near(after, estimate(name, given_to(name, y), drawn(weight)))


@pytest.mark.parametrize("name", NAMES)
@few
@given(y=values, weight=weights, labels=st.permutations(range(12)))
def test_the_labels_of_psus_do_not_matter(
    name: str, y: FloatArray, weight: FloatArray, labels: list[int]
) -> None:
    renamed = Design(weight, STRATUM, [f"village {labels[psu]}" for psu in PSU])
    near(
        estimate(name, given_to(name, y), renamed), estimate(name, given_to(name, y), drawn(weight))
    )


@few
@given(y=values, weight=weights, shift=st.floats(-1e3, 1e3))
def test_shifting_every_value_moves_quantiles_and_no_variance(
    y: FloatArray, weight: FloatArray, shift: float
) -> None:
    median, moved = (estimate("quantile", x, drawn(weight)) for x in (y, y + shift))
    assert moved.point == pytest.approx((median.point or 0) + shift, abs=1e-6)
    spread, same = (estimate("variance", x, drawn(weight)) for x in (y, y + shift))
    assert same.point == pytest.approx(spread.point, rel=1e-6, abs=1e-5)


@few
@given(y=values, weight=weights, scale=factors)
def test_scaling_every_value_scales_totals_and_squares_variances(
    y: FloatArray, weight: FloatArray, scale: float
) -> None:
    for name, power in (("total", 1), ("variance", 2)):
        before, after = (estimate(name, x, drawn(weight)) for x in (y, y * scale))
        assert after.point == pytest.approx((before.point or 0) * scale**power, rel=1e-6, abs=1e-5)
        assert after.standard_error == pytest.approx(
            (before.standard_error or 0) * scale**power, rel=1e-6, abs=1e-5
        )


@few
@given(y=values, weight=weights)
def test_influences_tell_what_one_more_respondent_would_do(
    y: FloatArray, weight: FloatArray
) -> None:
    pair = np.column_stack([y, np.linspace(1, 5, N)])
    step = weight * (1 + 1e-6 * (np.arange(N) == 5))
    moved = (ratio(pair, step).point - ratio(pair, weight).point) / 1e-6
    assert moved == pytest.approx(ratio(pair, weight).influence[5], rel=1e-2, abs=1e-3)


# --- traps and errors


@pytest.mark.parametrize("name", NAMES)
def test_a_domain_with_one_psu_has_no_standard_error(name: str) -> None:
    y = given_to(name, np.arange(N, dtype=np.float64))
    got = estimate(name, y, drawn(np.ones(N)), np.asarray(PSU == 3))
    assert got.point is not None
    assert (got.standard_error, got.df, got.deff, got.n_effective) == (None, 0, None, None)
    assert got.interval() == (None, None)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_domain_has_no_point(name: str) -> None:
    y = given_to(name, np.ones(N))
    got = estimate(name, y, drawn(np.ones(N)), np.zeros(N, bool))
    assert (got.point, got.standard_error, got.n) == (None, None, 0)


def test_a_ratio_to_nothing_has_no_point() -> None:
    got = estimate("ratio", np.column_stack([np.ones(N), np.zeros(N)]), drawn(np.ones(N)))
    assert (got.point, got.standard_error, got.n) == (None, None, N)


def test_a_row_without_numerator_or_denominator_is_in_no_ratio() -> None:
    y = np.column_stack([np.arange(1.0, N + 1), np.ones(N)])
    y[3, 0], y[4, 1] = np.nan, np.nan
    got = estimate("ratio", y, drawn(np.ones(N)))
    assert (got.n, got.point) == (N - 2, np.nanmean(np.delete(y[:, 0], [3, 4])))


def test_one_respondent_has_a_median_and_no_variance() -> None:
    one = np.arange(N) == 5
    assert estimate("quantile", np.arange(N), drawn(np.ones(N)), one).point == 5
    assert estimate("variance", np.arange(N), drawn(np.ones(N)), one).point is None


def test_weights_that_do_not_count_the_population_have_one_design_effect() -> None:
    y = np.random.default_rng(5).normal(size=N)
    shares = estimate("mean", y, drawn(np.full(N, 1 / N)))
    counts = estimate("mean", y, drawn(np.full(N, 4.0)))
    assert shares.deff == pytest.approx(counts.deff)
    assert shares.deff_without_replacement is None
    assert counts.deff_without_replacement == pytest.approx((counts.deff or 0) / 0.75)
    assert counts.n_effective == pytest.approx(N / (counts.deff or 0))


def test_a_bound_of_a_quantile_outside_the_sample_is_undefined() -> None:
    got = estimate(partial(quantile, at=0.02), np.arange(N), drawn(np.ones(N)))
    low, high = got.interval()
    assert (low, got.standard_error) == (None, None)
    assert high is not None


def test_a_median_of_equal_values_has_no_design_effect() -> None:
    got = estimate("quantile", np.full(N, 3.0), drawn(np.ones(N)))
    assert (got.point, got.standard_error, got.deff) == (3.0, 0.0, None)


@pytest.mark.parametrize("name", ["mean", "total", "variance", "quantile", "proportion"])
def test_two_columns_are_for_ratios(name: str) -> None:
    with pytest.raises(EstimateError, match="one value a row"):
        estimate(name, np.ones((N, 2)), drawn(np.ones(N)))


@pytest.mark.parametrize(
    ("statistic", "y", "message"),
    [
        ("proportion", np.full(N, 0.5), "other than 0 and 1"),
        ("ratio", np.ones(N), "two columns"),
        (partial(quantile, at=1.5), np.ones(N), "at is 1.5"),
        (partial(quantile, rule="hf0"), np.ones(N), "unknown rule 'hf0'; choose one of hf5"),
        ("mean", np.ones((N, 2, 2)), "one value a row"),
    ],
)
def test_what_makes_no_sense_is_an_error(
    statistic: partial[object] | str, y: FloatArray, message: str
) -> None:
    with pytest.raises(EstimateError, match=message):
        estimate(statistic, y, drawn(np.ones(N)))  # type: ignore[arg-type]
