"""Reliability is that of R: psych and lavaan on bfi, covariance algebra on the cohesion survey."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from analysis import reliability, split_half
from analysis.reliability import one_factor
from analysis.reliability.alpha import (
    alpha_if_dropped,
    alpha_of,
    item_rest,
    mean_correlation,
    stepped_up,
)
from analysis.reliability.halves import every_half
from analysis.reliability.items import complete, correlation, covariance
from analysis.stages import FloatArray
from tests.analysis.oracle import Case, close
from tests.analysis.test_oracle_api import BFI, FOLDER

GOLDEN = Path(__file__).parents[2] / "golden"
COHESION = json.loads((GOLDEN / "cohesion_scales.json").read_text(encoding="utf-8"))["cases"]
REVERSED = "trust_3 trust_6 belonging_3 identity_2 attitudes_2 attitudes_5 norms_3 engagement_3"


def of_kind(cases: list[Case], stat: str) -> list[object]:
    return [pytest.param(each, id=each["id"]) for each in cases if each["stat"] == stat]


@cache
def bfi() -> list[dict[str, str]]:
    with (FOLDER / "data" / "bfi.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def bfi_items(case: Case) -> dict[str, FloatArray]:
    """Return the items of a scale, those with a minus reversed."""
    found = {}
    for key in case["items"]:
        name = key.removeprefix("-")
        x = np.array([row[name] or "nan" for row in bfi()]).astype(float)
        found[name] = 7 - x if key.startswith("-") else x
    return found


def matrix(case: Case) -> FloatArray:
    return complete(np.column_stack(list(bfi_items(case).values())))


def pairwise_covariance(values: FloatArray) -> FloatArray:
    """Return covariances, each of those who answered both items."""
    k = values.shape[1]
    found = np.zeros((k, k))
    for i in range(k):
        for j in range(k):
            found[i, j] = covariance(complete(values[:, [i, j]]))[0, 1]
    return found


@pytest.mark.skipif(not BFI["cases"], reason="SIXFOLD_ORACLE names no oracle")
@pytest.mark.parametrize("case", of_kind(BFI["cases"], "alpha"))
def test_alpha_agrees_with_psych(case: Case) -> None:
    want, tol, items = case["expected"], case["tol"], bfi_items(case)
    values = np.column_stack(list(items.values()))
    if case["missing"] == "complete":
        found = reliability(items)
        assert found.n == want["n"]
        close(found.alpha, want["alpha"], tol)
        close(found.alpha_standardised, want["std_alpha"], tol)
        close(found.mean_r, want["average_r"], tol)
        close(found.alpha_low, want["feldt"]["low"], tol)
        close(found.alpha_high, want["feldt"]["high"], tol)
        rest, dropped = [*found.item_rest.values()], [*found.alpha_if_dropped.values()]
    else:  # what is asked of complete cases holds for any covariance
        shared = pairwise_covariance(values)
        close(alpha_of(shared), want["alpha"], tol)
        close(stepped_up(mean_correlation(shared), len(items)), want["std_alpha"], tol)
        close(mean_correlation(shared), want["average_r"], tol)
        rest, dropped = item_rest(shared), alpha_if_dropped(shared)
    for k, each in enumerate(want["item"]):
        close(rest[k], each["r_drop"], tol)
        close(dropped[k], each["alpha_if_dropped"], tol)


@pytest.mark.skipif(not BFI["cases"], reason="SIXFOLD_ORACLE names no oracle")
@pytest.mark.parametrize("case", of_kind(BFI["cases"], "omega"))
def test_omega_agrees_with_lavaan_and_psych(case: Case) -> None:
    want, tol, values = case["expected"], case["tol"], matrix(case)
    close(reliability(bfi_items(case)).omega, want["omega_cfa_raw"], tol)
    raw, standard = one_factor(covariance(values)), one_factor(correlation(covariance(values)))
    assert raw is not None
    assert standard is not None
    shrunk = (len(values) - 1) / len(values)  # lavaan divides by n
    for k, loading in enumerate(raw.loadings):
        close(loading * np.sqrt(shrunk), want["cfa_ml_raw_loadings"][k], tol)
        close(raw.uniqueness[k] * shrunk, want["cfa_ml_residual_var"][k], tol)
        close(standard.loadings[k], want["ml_loadings"][k], tol)
    close(standard.omega, want["omega_total_1f_ml_standardized"], tol)


@pytest.mark.skipif(not BFI["cases"], reason="SIXFOLD_ORACLE names no oracle")
@pytest.mark.parametrize("case", of_kind(BFI["cases"], "split_half"))
def test_halves_agree_with_psych(case: Case) -> None:
    want, tol, values = case["expected"], case["tol"], matrix(case)
    found = split_half(values)
    close(found.odd_even_r, want["odd_even_r"], tol)
    close(found.odd_even, want["odd_even_spearman_brown"], tol)
    close(found.guttman, want["guttman_lambda4_odd_even"], tol)
    # Of an odd number of items, psych tries the first half of the ways to halve them only.
    every = every_half(correlation(covariance(values)))
    tried = every[: len(every) // 2]
    close(float(tried.min()), want["min"], tol)
    close(float(tried.mean()), want["mean"], tol)
    close(float(tried.max()), want["max"], tol)
    assert (found.lowest, found.highest) == (every.min(), every.max())


# --- the cohesion survey


@cache
def cohesion() -> Mapping[str, FloatArray]:
    """Return all numbers of the first wave, reversed items turned round."""
    with (GOLDEN / "cohesion.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["wave"] == "1"]
    found = {"w_base": np.array([float(row["w_base"]) for row in rows])}
    for name in (name for name in rows[0] if name[-2] == "_" and name[-1].isdigit()):
        text = np.array([row[name] for row in rows])
        x = np.where(np.isin(text, ["", "8", "9"]), "nan", text).astype(float)
        found[name] = 6 - x if name in REVERSED.split() else x
    return found


def scale(case: Case) -> dict[str, FloatArray]:
    names = [f"{case['scale']}_{k}" for k in range(1, 7)]
    return {name: cohesion()[name] for name in names}


@pytest.mark.parametrize("case", of_kind(COHESION, "alpha"))
def test_alpha_of_the_cohesion_survey_agrees_with_r(case: Case) -> None:
    found, want, tol = reliability(scale(case)), case["expected"], case["tol"]
    assert found.n == want["n"]
    close(found.alpha, want["alpha"], tol)
    for got, wanted in zip(found.item_rest.values(), want["item_rest"], strict=True):
        close(got, wanted, tol)
    for got, wanted in zip(found.alpha_if_dropped.values(), want["alpha_if_dropped"], strict=True):
        close(got, wanted, tol)


@pytest.mark.parametrize("case", of_kind(COHESION, "alpha_weighted"))
def test_weighted_alpha_of_the_cohesion_survey_agrees_with_r(case: Case) -> None:
    found = reliability(scale(case), weight=cohesion()["w_base"])
    close(found.alpha, case["expected"]["alpha"], case["tol"])
    assert found.alpha_low is None
