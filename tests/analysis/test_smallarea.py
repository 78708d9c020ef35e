"""Modelled estimates agree with R, shrink as they should, and never stand alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Design, Estimate, EstimateError, FayHerriot, Frame, by, fay_herriot

FOLDER = Path(__file__).parents[1] / "golden"
R = json.loads((FOLDER / "cohesion_fay_herriot.json").read_text(encoding="utf-8"))
RULE = json.loads((FOLDER / "cohesion_means.json").read_text(encoding="utf-8"))["rule"]
CASES = [pytest.param(case, id=case["var"]) for case in R["cases"]]


def areas(points: list[float], errors: list[float], df: int = 8, n: int = 50) -> list[Estimate]:
    return [
        Estimate(point, error, df, None, n, domain=(("locality", str(i)),))
        for i, (point, error) in enumerate(zip(points, errors, strict=True))
    ]


POINTS = [48.0, 52.0, 61.0, 39.0, 55.0, 70.0, 44.0, 50.0]
ERRORS = [2.0, 3.0, 6.0, 4.0, 1.0, 8.0, 5.0, 3.0]


# --- R


@pytest.mark.parametrize("case", CASES)
def test_the_model_agrees_with_r(case: Mapping[str, Any]) -> None:
    want, model = case["expected"], case["expected"]["REML"]
    direct = areas(list(want["direct"].values()), list(want["direct_se"].values()))
    found = fay_herriot(direct)
    rel = 1e-6  # of R's own search; case["tol"] is 1e-5
    assert found.variance == pytest.approx(model["A"], rel=rel)
    assert found.coefficients == pytest.approx((model["beta"],), rel=rel)
    assert [e.point for e in found.areas] == pytest.approx(list(model["eblup"].values()), rel=rel)
    assert [e.share_direct for e in found.areas] == pytest.approx(model["gamma"], rel=rel)
    mse = [(e.root_mse or 0) ** 2 for e in found.areas]
    assert mse == pytest.approx(model["mse_reml_prasad_rao"], rel=rel)


def score(frame: Frame, dimension: str) -> np.ndarray:
    columns = []
    for k in range(1, RULE["items_per_dimension"] + 1):
        text = frame.codes(f"{dimension}_{k}")
        missing = np.isin(text, ["", *map(str, RULE["missing_codes"])])
        x = np.where(missing, "nan", text).astype(float)
        columns.append(6 - x if f"{dimension}_{k}" in RULE["reverse_items"] else x)
    valid = np.sum(~np.isnan(columns), axis=0)
    mean = np.nansum(columns, axis=0) / np.maximum(valid, 1)
    return np.where(2 * valid >= len(columns), 100 * (mean - 1) / 4, np.nan)


@pytest.mark.parametrize("case", CASES)
def test_from_answers_to_modelled_localities_as_r_goes(case: Mapping[str, Any]) -> None:
    frame = Frame.read(FOLDER / "cohesion.csv")
    rows = frame.codes("wave") == "1"
    locality = frame.codes("locality")[rows]
    weight = frame.codes("w_base").astype(float)[rows]
    design = Design(weight, locality, frame.codes("cluster")[rows])
    direct = by("mean", score(frame, case["var"])[rows], design, {"locality": locality})
    found = fay_herriot(direct)
    want = case["expected"]["REML"]["eblup"]
    assert not any(each.is_smoothed for each in found.areas)
    got = {each.direct.domain[0][1]: each.point for each in found.areas}
    assert got == pytest.approx(want, rel=1e-6)


# --- identities and properties


def test_the_direct_estimate_comes_back_beside_the_modelled_one() -> None:
    direct = areas(POINTS, ERRORS)
    found = fay_herriot(direct)
    assert [each.direct for each in found.areas] == direct
    assert {each.label for each in found.areas} == {"modelled"}


def test_a_modelled_estimate_lies_between_the_direct_and_the_expected_one() -> None:
    for each in fay_herriot(areas(POINTS, ERRORS)).areas:
        assert each.point is not None
        assert each.expected is not None
        assert each.direct.point is not None
        low, high = sorted((each.direct.point, each.expected))
        assert low <= each.point <= high
        mixed = (each.share_direct or 0) * each.direct.point
        mixed += (1 - (each.share_direct or 0)) * each.expected
        assert each.point == pytest.approx(mixed)


def test_an_exact_locality_keeps_its_own_estimate_and_a_vague_one_gives_it_up() -> None:
    found = fay_herriot(areas(POINTS, [0.001, 500.0, *ERRORS[2:]]))
    exact, vague = found.areas[:2]
    assert exact.point == pytest.approx(POINTS[0], abs=1e-4)
    assert exact.root_mse == pytest.approx(0.001, rel=1e-3)
    assert vague.point == pytest.approx(vague.expected, abs=0.01)
    assert vague.root_mse is not None
    assert vague.root_mse < 20


def test_equal_errors_make_the_known_estimate_of_the_variance() -> None:
    # With one D for all, REML is the sample variance less D.
    found = fay_herriot(areas(POINTS, [3.0] * 8))
    assert found.variance == pytest.approx(np.var(POINTS, ddof=1) - 9, rel=1e-7)
    assert found.coefficients[0] == pytest.approx(np.mean(POINTS))


def test_localities_that_do_not_differ_all_get_what_is_expected() -> None:
    found = fay_herriot(areas([50.0, 50.5, 49.8, 50.1], [4.0] * 4))
    assert found.variance == 0
    assert [each.point for each in found.areas] == pytest.approx([50.1] * 4)
    assert {each.share_direct for each in found.areas} == {0.0}
    # g2 = D/m and 2·g3 = 2·D²/D³/(m/(2D²)) = 4D/m: never a certainty.
    assert found.areas[0].root_mse == pytest.approx(np.sqrt(16 / 4 + 4 * 16 / 4))


def test_a_covariate_that_explains_all_is_followed() -> None:
    x = np.arange(8.0)
    found = fay_herriot(areas((30 + 4 * x).tolist(), ERRORS), x[:, None])
    assert found.coefficients == pytest.approx((30, 4))
    assert found.variance == pytest.approx(0, abs=1e-6)
    assert [each.expected for each in found.areas] == pytest.approx((30 + 4 * x).tolist())


@given(
    points=st.lists(st.floats(20, 80), min_size=8, max_size=8),
    shift=st.floats(-50, 50),
    scale=st.floats(0.1, 10),
)
def test_the_unit_and_the_zero_of_the_score_do_not_matter(
    points: list[float], shift: float, scale: float
) -> None:
    before = fay_herriot(areas(points, ERRORS))
    moved = areas([scale * p + shift for p in points], [scale * e for e in ERRORS])
    after = fay_herriot(moved)
    for a, b in zip(before.areas, after.areas, strict=True):
        assert b.point == pytest.approx(scale * (a.point or 0) + shift, abs=1e-3 * scale)
        assert b.root_mse == pytest.approx(scale * (a.root_mse or 0), rel=1e-3)


@given(order=st.permutations(range(8)))
def test_the_order_of_localities_does_not_matter(order: list[int]) -> None:
    direct = areas(POINTS, ERRORS)
    before = {each.direct.domain: each.point for each in fay_herriot(direct).areas}
    after = fay_herriot([direct[i] for i in order])
    assert {each.direct.domain: each.point for each in after.areas} == pytest.approx(before)


def test_modelled_estimates_are_closer_to_the_truth_and_say_how_close() -> None:
    rng = np.random.default_rng(6)
    error = np.tile([2.0, 4.0, 6.0, 8.0, 10.0], 6)
    direct_loss, model_loss, claimed = [], [], []
    for _ in range(300):
        truth = 50 + rng.normal(0, 5, 30)
        y = truth + rng.normal(0, error)
        found = fay_herriot(areas(y.tolist(), error.tolist()))
        points = np.array([each.point for each in found.areas], dtype=float)
        direct_loss.append((y - truth) ** 2)
        model_loss.append((points - truth) ** 2)
        claimed.append([(each.root_mse or 0) ** 2 for each in found.areas])
    assert np.mean(model_loss) < 0.5 * np.mean(direct_loss)
    assert np.mean(claimed) == pytest.approx(np.mean(model_loss), rel=0.1)


# --- smoothing


def test_errors_of_localities_with_few_psus_are_pooled() -> None:
    direct = areas(POINTS, ERRORS)
    few = [replace(direct[0], df=3, n=20), replace(direct[1], standard_error=0.0), *direct[2:]]
    found = fay_herriot(few)
    assert [each.is_smoothed for each in found.areas] == [True, True] + [False] * 6
    df = np.array([3, 8, 8, 8, 8, 8, 8])
    n = np.array([20, 50, 50, 50, 50, 50, 50])
    own = np.array([2.0, *ERRORS[2:]]) ** 2
    unit = (df * n * own).sum() / df.sum()
    assert (found.areas[0].sampling_error or 0) ** 2 == pytest.approx(unit / 20)
    assert (found.areas[1].sampling_error or 0) ** 2 == pytest.approx(unit / 50)
    assert found.areas[2].sampling_error == ERRORS[2]


def test_the_number_of_psus_may_be_told() -> None:
    direct = areas(POINTS, ERRORS)
    found = fay_herriot(direct, psus=[4, 5, 5, 5, 5, 5, 5, 5])
    assert [each.is_smoothed for each in found.areas] == [True] + [False] * 7
    assert not any(each.is_smoothed for each in fay_herriot(areas(POINTS, ERRORS, df=4)).areas)
    assert all(each.is_smoothed for each in fay_herriot(areas(POINTS, ERRORS, df=3)).areas)


def test_a_locality_without_a_standard_error_is_smoothed() -> None:
    direct = areas(POINTS, ERRORS)
    found = fay_herriot([replace(direct[0], standard_error=None, df=0), *direct[1:]])
    assert found.areas[0].is_smoothed
    assert found.areas[0].point is not None


def test_a_locality_without_answers_is_not_modelled() -> None:
    nobody = Estimate(None, None, None, None, 0, domain=(("locality", "z"),))
    found = fay_herriot([nobody, *areas(POINTS, ERRORS)])
    assert found.areas[0].direct == nobody
    assert found.areas[0].point is None
    assert found.areas[0].interval() == (None, None)
    without = fay_herriot(areas(POINTS, ERRORS))
    assert found.areas[1:] == without.areas


# --- intervals


def test_the_interval_is_normal_around_the_modelled_point() -> None:
    each = fay_herriot(areas(POINTS, ERRORS)).areas[0]
    low, high = each.interval()
    assert low is not None
    assert high is not None
    assert (low + high) / 2 == pytest.approx(each.point)
    assert high - low == pytest.approx(2 * 1.959963984540054 * (each.root_mse or 0))
    assert each.interval(0.9)[0] == pytest.approx(
        (each.point or 0) - 1.6448536269514722 * (each.root_mse or 0)
    )
    with pytest.raises(EstimateError, match="level is 95"):
        each.interval(95)


# --- errors say what to do


def model(**options: Any) -> FayHerriot:
    return fay_herriot(areas(POINTS, ERRORS), **options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"covariates": np.ones((8, 1))}, "repeat one another or the intercept"),
        ({"covariates": np.ones((7, 1))}, "one row for each of the 8 localities"),
        ({"covariates": np.ones(8)}, "give a table of finite numbers"),
        ({"covariates": np.full((8, 1), np.nan)}, "finite numbers"),
        ({"covariates": np.random.default_rng(1).normal(size=(8, 7))}, "needs at least 10"),
        ({"psus": [5] * 7}, "7 numbers of PSUs for 8 localities"),
    ],
)
def test_a_model_that_cannot_be_is_named(options: dict[str, Any], said: str) -> None:
    with pytest.raises(EstimateError, match=said):
        model(**options)


def test_too_few_localities_are_named() -> None:
    with pytest.raises(EstimateError, match="2 localities have an estimate"):
        fay_herriot(areas([1.0, 2.0], [1.0, 1.0]))


def test_localities_without_any_error_cannot_be_smoothed() -> None:
    with pytest.raises(EstimateError, match="none can be smoothed"):
        fay_herriot(areas([1.0, 2.0, 3.0], [0.0, 0.0, 0.0]))
