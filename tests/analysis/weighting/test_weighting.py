"""Calibrated weights hit what is known, and say clearly when they cannot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from analysis import (
    Design,
    DesignError,
    EstimateError,
    by,
    estimate,
    greg,
    poststratify,
    rake,
    trim,
    weights_of,
)
from analysis.stages import FloatArray
from analysis.weighting import Margin

N = 48
SEX = np.tile(["woman", "man", "man"], 16)
AGE = np.repeat(["18-29", "30-59", "60+"], [12, 24, 12])
STRATUM = np.repeat(["a", "b"], 24)
PSU = np.repeat(np.arange(12), 4)
RNG = np.random.default_rng(5)
Y = RNG.normal(50, 20, N)
INCOME = RNG.gamma(3, 100, N)
MARGINS: dict[str, Margin] = {
    "sex": (SEX, {"woman": 520, "man": 480}),
    "age": (AGE, {"18-29": 250, "30-59": 450, "60+": 300}),
}
weights = arrays.arrays(float, N, elements=st.floats(0.2, 40))


def drawn(weight: FloatArray | None = None) -> Design:
    return Design(np.full(N, 20.0) if weight is None else weight, STRATUM, PSU)


def achieved(design: Design, labels: Any, category: str) -> float:
    return float(design.weight[labels == category].sum())


def error(y: FloatArray, design: Design, rows: Any = None) -> float:
    found = estimate("total", y, design, rows).standard_error
    assert found is not None
    return found


# --- identities


@given(weight=weights)
def test_raked_weights_hit_every_margin(weight: FloatArray) -> None:
    raked = rake(drawn(weight), MARGINS)
    for labels, known in MARGINS.values():
        for category, people in known.items():
            assert achieved(raked, labels, category) == pytest.approx(people, rel=1e-10)


def proportional_fitting(weight: FloatArray) -> FloatArray:
    """Rake as it was first done: one margin after the other, until nothing moves."""
    found = weight.copy()
    for _ in range(2000):
        for labels, known in MARGINS.values():
            for category, people in known.items():
                rows = labels == category
                found[rows] *= people / found[rows].sum()
    return found


@given(weight=weights)
def test_raking_is_iterative_proportional_fitting(weight: FloatArray) -> None:
    want = proportional_fitting(weight)
    assert rake(drawn(weight), MARGINS).weight == pytest.approx(want, rel=1e-8)


@given(weight=weights)
def test_raking_on_one_margin_is_poststratification(weight: FloatArray) -> None:
    one = {"age": MARGINS["age"]}
    raked, cell = rake(drawn(weight), one), poststratify(drawn(weight), one)
    linear = greg(drawn(weight), one)
    assert raked.weight == pytest.approx(cell.weight, rel=1e-10)
    assert linear.weight == pytest.approx(cell.weight, rel=1e-10)
    assert error(Y, raked) == pytest.approx(error(Y, cell), rel=1e-8)
    assert error(Y, linear) == pytest.approx(error(Y, cell), rel=1e-8)


def test_a_poststratified_mean_is_the_mean_of_the_means_of_the_cells() -> None:
    cell = poststratify(drawn(), {"age": MARGINS["age"]})
    known = MARGINS["age"][1]
    parts = by("mean", Y, drawn(), {"age": AGE})
    want = sum(known[each.domain[0][1]] * (each.point or 0) for each in parts) / 1000
    assert estimate("mean", Y, cell).point == pytest.approx(want)


@pytest.mark.parametrize("way", ["rake", "linear", "bounded", "logit"])
def test_what_is_known_has_no_error(way: str) -> None:
    design = {
        "rake": lambda: rake(drawn(), MARGINS),
        "linear": lambda: greg(drawn(), MARGINS),
        "bounded": lambda: greg(drawn(), MARGINS, bounds=(0.6, 2.1)),
        "logit": lambda: greg(drawn(), MARGINS, distance="logit", bounds=(0.3, 3)),
    }[way]()
    for labels, known in MARGINS.values():
        for category, people in known.items():
            indicator = (np.asarray(labels) == category).astype(float)
            found = estimate("total", indicator, design)
            assert found.point == pytest.approx(people, rel=1e-10)
            assert found.standard_error == pytest.approx(0, abs=1e-6)
    assert error(Y, design) > 1


def test_a_numeric_total_is_hit_and_has_no_error() -> None:
    people = 20 * N
    sexes = {"woman": 0.4 * people, "man": 0.6 * people}
    design = greg(drawn(), {"sex": (SEX, sexes)}, {"income": (INCOME, 21 * INCOME.sum())})
    found = estimate("total", INCOME, design)
    assert found.point == pytest.approx(21 * INCOME.sum(), rel=1e-10)
    assert found.standard_error == pytest.approx(0, abs=1e-5)


def test_bounds_hold() -> None:
    for distance in ("linear", "logit"):
        ratio = greg(drawn(), MARGINS, distance=distance, bounds=(0.6, 2.1)).weight / 20
        assert ratio.min() >= 0.6 - 1e-12
        assert ratio.max() <= 2.1 + 1e-12


def residual_error(y: FloatArray, fit: FloatArray, final: FloatArray) -> float:
    """Return the error of a total from residuals of a regression with the weights `fit`."""
    x = np.column_stack([SEX == "woman", AGE == "30-59", AGE == "60+", np.ones(N)]).astype(float)
    slope = np.linalg.lstsq(x * np.sqrt(fit)[:, None], y * np.sqrt(fit), rcond=None)[0]
    return error(y - x @ slope, Design(final, STRATUM, PSU))


def test_the_regression_of_the_residuals_has_the_design_weights() -> None:
    weight = np.linspace(5, 60, N)
    raked = rake(drawn(weight), MARGINS)
    got = error(Y, raked)
    assert got == pytest.approx(residual_error(Y, weight, raked.weight), rel=1e-10)
    assert got != pytest.approx(residual_error(Y, raked.weight, raked.weight), rel=1e-4)


def test_a_domain_of_a_calibrated_design_is_an_indicator_times_the_value() -> None:
    raked, rows = rake(drawn(), MARGINS), SEX == "woman"
    assert error(Y, raked, rows) == pytest.approx(error(Y * rows, raked), rel=1e-12)
    assert estimate("mean", Y, raked, PSU < 3).df == estimate("mean", Y, drawn(), PSU < 3).df


def test_a_reordered_calibrated_design_gives_the_same_error() -> None:
    order = np.random.default_rng(1).permutation(N)
    margins = {"sex": MARGINS["sex"]}
    totals = {"income": (INCOME, 22 * INCOME.sum())}
    design = greg(drawn(), margins, totals, bounds=(0.2, 4))
    moved = design.reordered(order)
    assert error(Y[order], moved) == pytest.approx(error(Y, design), rel=1e-10)


# --- properties


@given(weight=weights, scale=st.floats(0.01, 1e4))
def test_only_the_proportions_of_the_weights_before_matter(
    weight: FloatArray, scale: float
) -> None:
    before, after = rake(drawn(weight), MARGINS), rake(drawn(weight * scale), MARGINS)
    assert after.weight == pytest.approx(before.weight, rel=1e-8)
    assert error(Y, after) == pytest.approx(error(Y, before), rel=1e-6)


@given(weight=weights)
def test_margins_that_are_hit_already_change_nothing(weight: FloatArray) -> None:
    design = drawn(weight)
    known = {s: achieved(design, SEX, s) for s in ("woman", "man")}
    assert rake(design, {"sex": (SEX, known)}).weight == pytest.approx(weight, rel=1e-10)


@given(weight=weights, upper=st.floats(1.1, 3))
def test_trimmed_weights_lie_within_bounds_and_keep_their_sum(
    weight: FloatArray, upper: float
) -> None:
    bound = upper * float(weight.mean())
    trimmed = trim(drawn(weight), upper=bound).weight
    assert trimmed.max() <= bound
    assert trimmed.sum() == pytest.approx(weight.sum())
    assert (trimmed >= np.minimum(weight, bound) - 1e-9).all()


def test_numbers_and_their_text_are_one_category() -> None:
    codes = np.where(SEX == "woman", 1.0, 2.0)
    by_number = rake(drawn(), {"sex": (codes, {1: 520, 2: 480})})  # type: ignore[dict-item]
    by_text = rake(drawn(), {"sex": (codes.astype(int), {"1": 520, "2": 480})})
    assert (by_number.weight == by_text.weight).all()


def test_the_kish_effect_of_known_weights() -> None:
    found = weights_of(Design([1, 1, 2, 4]))
    assert (found.deff_weights, found.weight_min, found.weight_max) == (1.375, 1, 4)


# --- problems name the thing, the place and the remedy

SEXES = {"woman": 520.0, "man": 480.0}
BAD: list[tuple[dict[str, Any], str]] = [
    ({"sex": (SEX, SEXES | {"other": 3})}, "margin sex names category 'other', .* join it"),
    ({"sex": (SEX, {"woman": 1000})}, "sex has no total for category 'man', which row 1 is in"),
    (
        {"sex": (np.where(np.arange(N) == 3, "", SEX), SEXES)},
        "sex has no total for an empty label, which row 3 is in; give its total",
    ),
    ({"sex": (SEX, SEXES | {"man": 0})}, "sex has total 0.0 for category 'man'.* above zero"),
    ({"sex": (SEX, SEXES | {"man": np.nan})}, "sex has total nan"),
    (
        {"sex": (SEX, SEXES), "age": (AGE, {"18-29": 250, "30-59": 450, "60+": 299})},
        "margin age adds up to 999 people and margin sex to 1000; make them the same",
    ),
    ({}, "no margins are given; give the population"),
    (
        {"sex": (SEX, SEXES), "again": (SEX, {"woman": 480, "man": 520})},
        "do not converge: a total stays .* join small categories",
    ),
]


@pytest.mark.parametrize(("margins", "message"), BAD)
def test_margins_that_cannot_be_met_say_why(margins: Any, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        rake(drawn(), margins)


def test_all_problems_of_margins_are_told_at_once() -> None:
    margins: dict[str, Margin] = {
        "sex": (SEX, {"woman": 500, "other": 3}),
        "age": (AGE, {"18-29": 250}),
    }
    with pytest.raises(DesignError) as told:
        rake(drawn(), margins)
    lines = str(told.value).splitlines()
    assert [line.split()[1] for line in lines] == ["sex", "sex", "age", "age"]


def test_a_margin_of_another_length_says_so() -> None:
    with pytest.raises(EstimateError, match=r"margin sex has shape .* one label a row"):
        rake(drawn(), {"sex": (SEX[:5], SEXES)})


def test_margins_that_differ_by_rounding_agree() -> None:
    thirds = dict.fromkeys(("18-29", "30-59", "60+"), 1000 / 3)
    raked = rake(drawn(), {"age": (AGE, thirds), "sex": (SEX, SEXES)})
    assert raked.weight.sum() == pytest.approx(1000, rel=1e-12)


OTHERS: list[tuple[Any, str]] = [
    (lambda: poststratify(drawn(), MARGINS), "takes one margin and 2 are given"),
    (lambda: rake(rake(drawn(), MARGINS), MARGINS), "calibrated already"),
    (lambda: greg(drawn(), MARGINS, distance="huber"), "choose linear or logit"),
    (lambda: greg(drawn(), MARGINS, distance="logit"), "needs bounds"),
    (lambda: greg(drawn(), MARGINS, bounds=(1.2, 3)), "one number below 1 and one above"),
    (lambda: greg(drawn(), MARGINS, bounds=(0.99, 1.01)), "do not converge.*widen the bounds"),
    (
        lambda: greg(drawn(), {"sex": (SEX, SEXES)}, {"income": (INCOME, 5 * INCOME.sum())}),
        "makes the weight of row .* give bounds",
    ),
    (lambda: greg(drawn(), None, {"x": (INCOME[:3], 9)}), "total x has values of shape"),
    (lambda: greg(drawn(), None, {"x": (INCOME * np.nan, 9)}), "total x has no value in row 0"),
    (lambda: greg(drawn(), None, {"x": (INCOME, np.inf)}), "total x is inf"),
    (lambda: trim(drawn(), upper=10), "the mean weight, 20, is not between"),
    (lambda: trim(drawn(), lower=30), "the mean weight, 20, is not between"),
    (lambda: trim(Design([1.0, 3.0]), lower=1.5, upper=2), "does not settle.*mean weight, 2$"),
]


@pytest.mark.parametrize(("call", "message"), OTHERS)
def test_what_cannot_be_done_says_why(call: Any, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        call()


def test_a_lonely_stratum_outside_the_domain_counts_when_the_population_is_known() -> None:
    stratum = np.where(PSU == 11, "c", STRATUM)
    design = rake(Design(np.full(N, 20.0), stratum, PSU), MARGINS)
    with pytest.raises(DesignError, match="stratum c has only one PSU"):
        estimate("mean", Y, design, stratum != "c")


def test_two_margins_and_two_totals_have_no_error_left() -> None:
    size = RNG.integers(1, 9, N).astype(float)
    totals = {"income": (INCOME, 310_000.0), "size": (size, 4_700.0)}
    design = greg(drawn(), MARGINS, totals)
    for column, known in totals.values():
        found = estimate("total", column, design)
        assert found.point == pytest.approx(known)
        assert found.standard_error == pytest.approx(0, abs=1e-6 * known)
    assert estimate("mean", SEX == "man", design).standard_error == pytest.approx(0, abs=1e-9)


def test_nobody_is_weighted_down_to_nothing() -> None:
    x = np.arange(4.0)
    everyone = {"all": (np.full(4, "all"), {"all": 4})}
    with pytest.raises(DesignError, match="makes the weight of row 0 0, and nobody"):
        greg(Design(np.ones(4)), everyone, {"x": (x, 10.0)}, bounds=(0, 3))


def test_a_bound_at_the_mean_makes_all_weights_equal() -> None:
    assert trim(Design([1.0, 3.0]), lower=2).weight.tolist() == [2.0, 2.0]
    assert trim(Design([1.0, 3.0]), upper=2).weight.tolist() == [2.0, 2.0]
    assert trim(Design([1.0, 3.0]), lower=2, upper=2).weight.tolist() == [2.0, 2.0]


def test_of_margins_that_differ_by_rounding_the_first_says_how_many_people_there_are() -> None:
    off = {name: count * (1 + 8e-10) for name, count in MARGINS["age"][1].items()}
    for margins, people in (
        ({"sex": MARGINS["sex"], "age": (AGE, off)}, 1000.0),
        ({"age": (AGE, off), "sex": MARGINS["sex"]}, 1000.0 * (1 + 8e-10)),
    ):
        assert rake(drawn(), margins).weight.sum() == pytest.approx(people, rel=1e-12)


def test_a_total_missed_by_a_millionth_is_missed() -> None:
    with pytest.raises(DesignError, match="the weights do not converge"):
        greg(drawn(), {"sex": MARGINS["sex"]}, {"people": (np.ones(N), 1000.001)})
