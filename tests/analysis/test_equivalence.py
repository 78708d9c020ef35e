"""Whether groups may be compared: likeness of loadings, items that differ, and the words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import EstimateError, Frame, dimension_items, equivalence, reliability
from analysis.equivalence import Congruence, Equivalence, ItemDifference, likeness, tucker_phi
from analysis.multiplicity import adjusted
from analysis.ordinal import _Model, fit_ordinal, null_likelihood
from analysis.reliability.onefactor import _better, _Fit
from analysis.stages import FloatArray
from tests.analysis.oracle import close
from tests.analysis.test_oracle_api import R, columns, measured

LOADINGS = (0.9, 1.0, 0.8, 1.1)


def coded(
    n: int, seed: int, shift: float = 0.0, loadings: tuple[float, ...] = LOADINGS
) -> FloatArray:
    """Return answers 1-5 to items with one factor; `shift` moves the last item only."""
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(n, 1)) * np.array(loadings) + rng.normal(size=(n, len(loadings)))
    latent[:, -1] += shift
    return np.asarray(1 + np.searchsorted([-1.2, -0.4, 0.4, 1.2], latent), dtype=np.float64)


def groups(n: int) -> list[str]:
    return ["ar"] * n + ["en"] * n


# --- ordinal logistic regression


@pytest.mark.skipif(not R["cases"], reason="SIXFOLD_ORACLE names no oracle")
def test_two_ordered_answers_are_a_logistic_regression_as_in_r() -> None:
    case = next(e for e in R["cases"] if e["id"] == "srs_nofpc/logit/sch_wide~ell+meals")
    column = columns("apisrs.csv")
    x = np.column_stack([measured(column, "ell"), measured(column, "meals")])
    found = fit_ordinal((column["sch_wide"] == "Yes").astype(np.int64), x)
    assert found is not None
    # P(yes) = 1 - logistic(threshold - x'b) = logistic(x'b - threshold)
    for got, want in zip([-found.thresholds[0], *found.coefficients], case["expected"]["coef"],
                         strict=True):  # fmt: skip
        close(float(got), want, case["tol"])


def test_without_a_relation_the_thresholds_are_the_logits_of_the_shares() -> None:
    code = np.repeat([0, 1, 2], [20, 50, 30])
    x = np.tile([1.0, -1.0], 50)[:, np.newaxis]
    found = fit_ordinal(code, x)
    assert found is not None
    assert found.coefficients == pytest.approx(np.zeros(1), abs=1e-7)
    assert found.thresholds == pytest.approx(np.log([0.2 / 0.8, 0.7 / 0.3]), abs=1e-7)
    assert found.log_likelihood == pytest.approx(null_likelihood(code))
    assert found.explained(null_likelihood(code)) == pytest.approx(0, abs=1e-9)


def test_a_known_slope_is_found_again() -> None:
    rng = np.random.default_rng(8)
    x = rng.normal(3, 2, size=(40_000, 1))
    code = np.searchsorted([0.0, 2.0, 5.0], 1.3 * x[:, 0] + rng.logistic(size=40_000))
    found = fit_ordinal(code.astype(np.int64), x)
    assert found is not None
    assert found.coefficients == pytest.approx(np.array([1.3]), abs=0.03)
    assert found.thresholds == pytest.approx(np.array([0.0, 2.0, 5.0]), abs=0.1)


def test_answers_that_are_separated_have_no_estimate() -> None:
    x = np.arange(20.0)[:, np.newaxis]
    assert fit_ordinal((np.arange(20) > 9).astype(np.int64), x) is None
    assert fit_ordinal(np.zeros(20, dtype=np.int64), x) is None
    assert fit_ordinal((np.arange(20) % 2).astype(np.int64), np.ones((20, 1))) is None


def test_what_a_model_explains_is_a_share_of_what_can_be() -> None:
    rng = np.random.default_rng(8)
    x = rng.normal(size=(300, 1))
    code = np.searchsorted([0.0, 1.0], x[:, 0] + rng.logistic(size=300)).astype(np.int64)
    found, null = fit_ordinal(code, x), null_likelihood(code)
    assert found is not None
    gained, possible = (1 - np.exp(2 / 300 * (null - top)) for top in (found.log_likelihood, 0.0))
    assert found.explained(null) == pytest.approx(gained / possible)


# --- congruence


@given(st.floats(0.01, 100))
def test_proportional_loadings_are_congruent(factor: float) -> None:
    first = np.array([0.7, 0.2, -0.4])
    assert tucker_phi(first, factor * first) == pytest.approx(1)
    assert tucker_phi(first, -first) == pytest.approx(-1)


def test_congruence_is_a_cosine() -> None:
    assert tucker_phi(np.array([1.0, 0.0]), np.array([1.0, 1.0])) == pytest.approx(0.5**0.5)


# --- the whole


def test_groups_alike_may_be_compared() -> None:
    values = np.vstack([coded(400, 1), coded(400, 2)])
    found = equivalence(values, groups(400))
    assert found.verdict().startswith("Means may be compared")
    assert [each.groups for each in found.congruence] == [("ar", "en")]
    assert (found.congruence[0].phi or 0) > 0.99
    assert {each.size for each in found.items} == {"none"}
    assert {name: each.n for name, each in found.groups.items()} == {"ar": 400, "en": 400}


def test_an_item_that_one_group_answers_higher_is_found() -> None:
    values = np.vstack([coded(400, 1), coded(400, 2, shift=1.5)])
    found = equivalence(dict(zip("abcd", values.T, strict=True)), groups(400))
    moved = {each.item: each for each in found.items}["d"]
    assert moved.size in ("moderate", "large")
    assert moved.effect is not None
    assert moved.shift is not None
    assert 0 < moved.shift <= moved.effect
    assert moved.shift > 0.8 * moved.effect
    assert (moved.p_adjusted or 0) >= (moved.p or 1)
    assert found.verdict().startswith("Compare means with a warning")
    assert " d " in found.verdict()


def test_the_statistic_compares_models_of_the_rest_of_the_items() -> None:
    values = np.vstack([coded(200, 1), coded(200, 2, shift=0.4)])
    code, rest = values[:, 3].astype(np.int64) - 1, values[:, :3].mean(axis=1, keepdims=True)
    second = np.repeat([[0.0], [1.0]], 200, axis=0)
    less, more = fit_ordinal(code, rest), fit_ordinal(code, np.c_[rest, second, second * rest])
    between = fit_ordinal(code, np.c_[rest, second])
    assert less is not None
    assert between is not None
    assert more is not None
    unfinished = [[5.0, np.nan, 5.0, 1.0]] * 30  # of the second group, and they do not count
    items = equivalence(np.vstack([values, unfinished]), [*groups(200), *["en"] * 30]).items
    found = items[3]
    ratio = 2 * (more.log_likelihood - less.log_likelihood)
    assert found.statistic == pytest.approx(ratio)
    assert found.df == 2
    assert found.p == pytest.approx(np.exp(-ratio / 2))  # of chi-squared with two df
    null = null_likelihood(code)
    assert found.effect == pytest.approx(more.explained(null) - less.explained(null))
    assert found.shift == pytest.approx(between.explained(null) - less.explained(null))
    assert found.shift != pytest.approx(found.effect)
    corrected = adjusted([each.p for each in items], "holm")
    assert tuple(each.p_adjusted for each in items) == corrected
    assert any((each.p_adjusted or 0) > (each.p or 0) for each in items)


def test_items_that_hang_together_otherwise_forbid_comparing() -> None:
    values = np.vstack([coded(400, 1), coded(400, 2, loadings=(1.5, 1.4, 0.05, 0.1))])
    found = equivalence(values, groups(400))
    assert (found.congruence[0].phi or 0) < 0.85
    assert found.verdict().startswith("Do not compare means")


def test_fair_likeness_asks_for_care() -> None:
    found = equivalence(np.vstack([coded(400, 1), coded(400, 2)]), groups(400))
    fair = replace(found, congruence=(replace(found.congruence[0], phi=0.9),))
    assert fair.verdict().startswith("Compare means with care")
    unknown = replace(found, congruence=(replace(found.congruence[0], phi=None),))
    assert unknown.verdict().startswith("Do not compare means")


@pytest.mark.parametrize(
    ("p", "effect", "size"),
    [
        (0.05, 0.035, "moderate"),
        (0.0501, 0.2, "none"),
        (0.01, 0.0349, "none"),
        (0.01, 0.0699, "moderate"),
        (0.01, 0.07, "large"),
        (None, 0.2, "unknown"),
        (0.01, None, "unknown"),
    ],
)
def test_a_difference_is_clear_and_large_or_it_is_none(
    p: float | None, effect: float | None, size: str
) -> None:
    assert ItemDifference("a", 9.0, 2, p, p, effect, effect).size == size


def judged(phi: float | None = 1.0, n: int = 150, size: str = "none") -> str:
    """Return the verdict on two groups, `n` in the second, and an item `b` that differs so."""
    answered = replace(reliability(coded(20, 1)), n=150)
    effect = {"none": 0.0, "moderate": 0.05, "large": 0.1, "unknown": None}[size]
    same = ItemDifference("a", 0.0, 2, 1.0, 1.0, 0.0, 0.0)
    other = ItemDifference("b", 9.0, 2, 0.01, 0.01, effect, effect)
    named = {"ar": answered, "en": replace(answered, n=n)}
    return Equivalence(named, (Congruence(("ar", "en"), phi),), (same, other)).verdict()


def test_verdicts_change_exactly_where_the_limits_are() -> None:
    assert judged().startswith("Means may be compared")
    assert judged(n=149).startswith("Too few to judge: en (149) of 150")
    assert judged(phi=0.95).startswith("Means may be compared")
    assert judged(phi=0.9499).startswith("Compare means with care")
    assert judged(phi=0.85).startswith("Compare means with care")
    assert "in ar and en." in judged(phi=0.8499)
    assert judged(phi=0.8499).startswith("Do not compare means")


@pytest.mark.parametrize("size", ["moderate", "large", "unknown"])
def test_an_item_that_moves_or_cannot_be_told_is_named_alone(size: str) -> None:
    verdict = judged(size=size)
    assert verdict.startswith("Compare means with a warning")
    assert "groups answer b differently" in verdict
    # What forbids comparing is said before what asks for a warning.
    assert judged(phi=0.5, size=size).startswith("Do not compare means")


def test_small_groups_are_not_judged() -> None:
    found = equivalence(np.vstack([coded(400, 1), coded(149, 2)]), ["ar"] * 400 + ["en"] * 149)
    assert found.verdict().startswith("Too few to judge: en (149) of 150")


def test_golden_respondents_are_too_few_to_judge(golden_frame: Frame) -> None:
    found = equivalence(dimension_items(golden_frame, "AT"), golden_frame.codes("sex"))
    assert found.verdict().startswith("Too few to judge")


def test_the_order_of_respondents_does_not_matter() -> None:
    values, group = np.vstack([coded(200, 1), coded(200, 2, 0.5)]), np.array(groups(200))
    order = np.random.default_rng(3).permutation(400)
    before, after = equivalence(values, group), equivalence(values[order], group[order])
    for a, b in zip(before.items, after.items, strict=True):
        assert b.statistic == pytest.approx(a.statistic, abs=1e-6)
        assert b.df == 2


def test_one_group_has_nothing_to_compare() -> None:
    found = equivalence(coded(200, 1), ["en"] * 199 + [""])
    assert "one group only" in found.verdict()
    assert found.groups["en"].n == 199
    assert found.congruence == ()
    assert found.items[0].size == "unknown"


def test_groups_of_another_length_say_so() -> None:
    with pytest.raises(EstimateError, match="group has shape"):
        equivalence(coded(20, 1), ["en"])
    with pytest.raises(EstimateError, match="nobody has a group"):
        equivalence(coded(20, 1), [""] * 20)


@pytest.mark.parametrize("loadings", [LOADINGS, (0.9, -1.0, 0.8, -1.1)], ids=["like", "unlike"])
def test_likeness_is_what_decides_of_equivalence(loadings: tuple[float, ...]) -> None:
    values = np.vstack([coded(200, 3), coded(200, 4, 1.5, loadings)])
    whole = equivalence(values, groups(200))
    congruence, differences = likeness(values, groups(200))
    assert congruence == whole.congruence
    told = tuple(replace(each, shift=None) for each in whole.items)
    assert differences == (told if loadings is LOADINGS else ())


def test_at_the_top_of_a_likelihood_no_step_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    code = coded(200, 3)[:, 0].astype(np.int64) - 1
    x = np.random.default_rng(1).normal(size=(200, 1))
    best = fit_ordinal(code, x)
    assert best is not None
    looks: list[float] = []
    plain = _Model.log_likelihood

    def counted(model: _Model, at: FloatArray) -> float:
        looks.append(plain(model, at))
        return looks[-1]

    monkeypatch.setattr(_Model, "log_likelihood", counted)
    at = np.concatenate([best.thresholds, best.coefficients])
    assert _Model(code, x, 5).better(at) is None
    assert len(looks) == 1


def test_where_a_factor_fits_exactly_no_step_is_tried() -> None:
    loadings = np.array([0.9, 0.8, 0.7])
    r = np.outer(loadings, loadings)
    np.fill_diagonal(r, 1.0)
    top = _Fit(r, 1 - loadings**2)
    assert np.abs(top.slope).max() < 1e-12
    top.step = None  # type: ignore[assignment,method-assign]
    assert _better(top) is None
