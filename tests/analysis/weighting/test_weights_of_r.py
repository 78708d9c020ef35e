"""Weights and standard errors after calibration are those of R `survey`."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis import Design, Estimate, by, estimate, greg, poststratify, rake, trim, weights_of
from analysis.stages import FloatArray
from tests.analysis.oracle import Case, Text, close
from tests.analysis.test_oracle_api import FOLDER, R, columns, design_of, measured

TYPES = {"E": 4421, "H": 755, "M": 1018}
TARGET = {"No": 1072, "Yes": 5122}
CASES = [each for each in R["cases"] if each["stat"] in ("calibrated", "trim")]
GOLDEN = Path(__file__).parents[2] / "golden"
COHESION = json.loads((GOLDEN / "cohesion_scales.json").read_text(encoding="utf-8"))
RAKE, TRIM = (
    next(each for each in COHESION["cases"] if each["stat"] == stat)
    for stat in ("calibrated", "trim")
)


def calibrated(case: Case) -> tuple[Design, Mapping[str, Text]]:
    """Return the design of a case, calibrated as the case says."""
    design, column = design_of(case["design"]), columns(R["designs"][case["design"]]["data"])
    types = {"stype": (column["stype"], TYPES)}
    both = types | {"sch_wide": (column["sch_wide"], TARGET)}
    total = {"api99": (measured(column, "api99"), 3914069)}
    ways = {
        "poststrat": lambda: poststratify(design, types),
        "rake": lambda: rake(design, both),
        "rake_default": lambda: rake(design, both),
        "calib_raking": lambda: rake(design, both),
        "greg_factor": lambda: greg(design, both),
        "calib_logit": lambda: greg(design, both, distance="logit", bounds=(0.5, 2.5)),
        "calib_bounded_linear": lambda: greg(design, both, bounds=(0.6, 1.6)),
        "greg_api99": lambda: greg(design, types, total),
        "greg_api99_strat": lambda: greg(design, types, total),
        "trim": lambda: trim(rake(design, both), 20, 45),
    }
    return ways[case["id"].split("/")[1]](), column


def same(got: Estimate, want: Case, tol: Mapping[str, float]) -> None:
    low, high = got.interval()
    z_low, z_high = got.interval(kind="z")
    values = {"estimate": got.point, "se": got.standard_error, "df": got.df}
    values |= {"ci_t_low": low, "ci_t_high": high, "ci_z_low": z_low, "ci_z_high": z_high}
    for name in values.keys() & want.keys():
        close(values[name], want[name], tol)


@pytest.mark.parametrize("case", [pytest.param(each, id=each["id"]) for each in CASES])
@pytest.mark.skipif(not CASES, reason="SIXFOLD_ORACLE names no oracle")
def test_calibrated_schools_agree_with_r(case: Case) -> None:
    design, column = calibrated(case)
    want, tol = case["expected"], case["tol"]
    with (FOLDER / case["weights_file"]).open(encoding="utf-8") as file:
        weights = [float(row["w"]) for row in csv.DictReader(file)]
    for got, weight in zip(design.weight, weights, strict=True):
        close(got, weight, tol)
    y = measured(column, "api00")
    same(estimate("mean", y, design), want["mean_api00"], tol)
    close(float(design.weight.sum()), want["sum_w"], tol)
    if case["stat"] == "trim":
        assert weights_of(design).weight_max == want["max"]
        close(weights_of(design).weight_min, want["min"], tol)
        return
    close(weights_of(design).deff_weights, want["kish_deff"], tol)
    same(estimate("total", measured(column, "enroll"), design), want["total_enroll"], tol)
    found = by("mean", y, design, {"stype": column["stype"]})
    for got_mean, mean in zip(found, want["mean_by_stype"], strict=True):
        assert got_mean.domain == (("stype", mean["stype"]),)
        same(got_mean, {"estimate": mean["api00"], "se": mean["se"]}, tol)


# --- the cohesion survey: three margins of 24, 3 and 5 categories


@cache
def cohesion() -> tuple[Mapping[str, Text], Design]:
    """Return the first wave with its margins, as R had them, and its design."""
    with (GOLDEN / "cohesion.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["wave"] == "1"]
    column = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    gender, age = column["gender"], column["age"]
    column["gender2"] = np.where((gender == "") | (gender == "other"), "unknown", gender)
    column["age2"] = np.where(age == "", "unknown", age)
    weight = column["w_base"].astype(float)
    return column, Design(weight, column["locality"], column["cluster"])


@cache
def raked() -> Design:
    column, design = cohesion()
    margins = {name: (column[name], known) for name, known in RAKE["population"].items()}
    return rake(design, margins)


def trust(column: Mapping[str, Any]) -> FloatArray:
    answers = np.array([column[f"trust_{k}"] for k in range(1, 7)])
    x = np.where(np.isin(answers, ["", "8", "9"]), "nan", answers).astype(float)
    x[[2, 5]] = 6 - x[[2, 5]]
    valid = np.sum(~np.isnan(x), axis=0)
    mean = np.nansum(x, axis=0) / np.maximum(valid, 1)
    return np.where(valid >= 3, 25 * (mean - 1), np.nan)


def test_raked_weights_of_the_cohesion_survey_agree_with_r() -> None:
    with (GOLDEN / "cohesion_raked.csv").open(encoding="utf-8") as file:
        want = np.array([float(row["w"]) for row in csv.DictReader(file)])
    assert raked().weight == pytest.approx(want, rel=RAKE["tol"]["weights_rel"])
    assert weights_of(raked()).deff_weights == pytest.approx(RAKE["expected"]["kish_deff"])
    base = weights_of(cohesion()[1]).deff_weights
    assert base == pytest.approx(RAKE["expected"]["kish_deff_base"], rel=1e-12)


def test_raked_weights_of_the_cohesion_survey_hit_every_margin() -> None:
    column, _ = cohesion()
    for name, known in RAKE["population"].items():
        for category, people in known.items():
            achieved = raked().weight[column[name] == category].sum()
            assert achieved == pytest.approx(people, rel=1e-10)


def test_a_standard_error_that_takes_raked_weights_as_drawn_is_another() -> None:
    column, design = cohesion()
    want = RAKE["expected"]["means"]["trust"]["se_treating_weights_as_fixed"]
    fixed = estimate("mean", trust(column), design.reweighted(raked().weight)).standard_error
    known = estimate("mean", trust(column), raked()).standard_error
    assert fixed == pytest.approx(want, rel=1e-7)
    assert known is not None
    assert known < 0.99 * want


def test_trimmed_weights_of_the_cohesion_survey_agree_with_r() -> None:
    column, _ = cohesion()
    upper = 3 * float(np.median(raked().weight))
    trimmed, want, tol = trim(raked(), upper=upper), TRIM["expected"], TRIM["tol"]
    close(upper, want["upper"], tol)
    assert (raked().weight > upper).sum() == want["n_trimmed"]
    close(float(trimmed.weight.sum()), want["sum_w"], tol)
    close(weights_of(trimmed).weight_max, want["max"], tol)
    close(estimate("mean", trust(column), trimmed).point, want["mean_trust"], tol)
