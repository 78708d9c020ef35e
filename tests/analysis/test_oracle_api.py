"""Everything that R estimated and tested on its api schools: designs of one and two stages.

The data come from packages under the GPL and are not part of this repository; `SIXFOLD_ORACLE`
names the folder that has them. What is left out is named in the last test, and why in
docs/methods/estimates.md.
"""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis import Design, DesignError, compare_unweighted, estimate
from analysis.stages import FloatArray
from tests.analysis.oracle import CHECKS, Case, Survey, close, drawn, has_rule, mean_vcov, same

FOLDER = Path(os.environ.get("SIXFOLD_ORACLE", "no oracle"))
NOTHING: dict[str, Any] = {"cases": [], "designs": {}}


def reference(name: str) -> dict[str, Any]:
    file = FOLDER / "expected" / name
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else NOTHING


R, BFI = reference("a_api.json"), reference("b_bfi.json")
TESTS = ("F", "wilcoxon", "median", "KruskalWallis")
pytestmark = pytest.mark.skipif(not R["cases"], reason="SIXFOLD_ORACLE names no oracle")


def is_checked(case: Case) -> bool:
    """Tell whether there is a check of this kind of case."""
    if case["stat"] == "glm":
        return "group" in case
    return case["stat"] in CHECKS and has_rule(case) and case.get("test", "F") in TESTS


def named(cases: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in cases]


def of_kind(stat: str) -> list[dict[str, Any]]:
    return [each for each in R["cases"] if each["stat"] == stat]


@cache
def columns(name: str) -> dict[str, NDArray[np.str_]]:
    with (FOLDER / "data" / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


def design_of(name: str, lonely_psu: str = "error") -> Design:
    spec = R["designs"][name]
    column = columns(spec["data"])
    n = len(next(iter(column.values())))
    everyone, each = np.full(n, "all"), np.arange(n).astype(str)
    stratum = column[spec["strata"]] if "strata" in spec else everyone
    psu = [column[spec["psu"]]] if "psu" in spec else [each]
    psu += [column[spec["ssu"]]] if "ssu" in spec else []
    fpc = [column[spec[key]].astype(float) for key in ("fpc", "fpc_ssu") if key in spec]
    if spec["weights"] in column:
        weight = column[spec["weights"]].astype(float)
    else:
        parents = [stratum, *psu]
        weight = np.prod(
            [count / drawn(a, b) for count, a, b in zip(fpc, parents, psu, strict=False)], axis=0
        )
    return Design(weight, stratum, psu, fpc or None, lonely_psu=lonely_psu)


def measured(column: Mapping[str, NDArray[np.str_]], name: str) -> FloatArray:
    return np.where(column[name] == "", "nan", column[name]).astype(float)


def survey(case: Case) -> Survey:
    column, design = columns(R["designs"][case["design"]]["data"]), design_of(case["design"])
    rows = np.ones(len(design), dtype=bool)
    if case.get("domain"):
        assert case["domain"] == "stype=='E'"
        rows = column["stype"] == "E"
    return Survey(design, column, lambda name: measured(column, name), rows)


@pytest.mark.parametrize("case", named([each for each in R["cases"] if is_checked(each)]))
def test_estimates_and_tests_agree_with_r(case: Case) -> None:
    CHECKS[case["stat"]](case, survey(case))


@pytest.mark.parametrize("case", named(of_kind("mean_vcov")))
def test_covariances_of_domain_means_agree_with_r(case: Case) -> None:
    means = next(each for each in R["cases"] if f"{each['id']}/vcov" == case["id"])
    mean_vcov(case, survey(case), [row["by"] for row in means["expected"]])


@pytest.mark.parametrize("case", named(of_kind("lonely")))
def test_lonely_psus_are_taken_as_r_takes_them(case: Case) -> None:
    column, design = columns("api_lonely.csv"), design_of("lonely", case["lonely"])
    expected, tol = case["expected"], case["tol"]
    same(estimate("mean", measured(column, "api00"), design), expected["mean"], tol)
    same(estimate("total", measured(column, "enroll"), design), expected["total"], tol)


@pytest.mark.parametrize(
    "case", named([each for each in of_kind("lonely_domain") if not each["adjust_domain"]])
)
def test_a_domain_lonely_in_its_stratum_is_taken_as_r_takes_it(case: Case) -> None:
    column, design = columns("apistrat.csv"), design_of("strat_nofpc", case["lonely"])
    first = np.flatnonzero(column["stype"] == "H")[0]
    rows = (column["stype"] != "H") | (np.arange(len(design)) == first)
    got = estimate("mean", measured(column, "api00"), design, rows)
    same(got, case["expected"], case["tol"])


def test_a_lonely_psu_stops_as_in_r() -> None:
    y = measured(columns("api_lonely.csv"), "api00")
    with pytest.raises(DesignError, match="stratum H has only one PSU"):
        estimate("mean", y, design_of("lonely"))


# --- plain samples


def people(case: Case) -> tuple[FloatArray, NDArray[np.str_]]:
    with (FOLDER / "expected" / "b_bfi_scores.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    score = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    column = columns("bfi.csv")
    age = np.array(["0-20", "20-24", "25-34", "35+"])[
        np.digitize(column["age"].astype(float), [19, 24, 34], right=True)
    ]
    return measured(score, case["scale"]), {**column, "agegrp": age}[case["group"]]


@pytest.mark.parametrize(
    "case", named([each for each in BFI["cases"] if each["stat"] == "omnibus"])
)
def test_plain_samples_of_many_groups_are_compared_as_in_r(case: Case) -> None:
    y, groups = people(case)
    welch = compare_unweighted(y, groups)
    ranks = compare_unweighted(y, groups, test="kruskal")
    want, tol = case["expected"]["welch"], case["tol"]
    for got, wanted in zip(
        (welch.statistic, *welch.df, welch.p),
        (want[k] for k in ("F", "df1", "df2", "p")),
        strict=True,
    ):
        close(got, wanted, tol)
    close(ranks.statistic, case["expected"]["kruskal"]["H"], tol)
    close(ranks.p, case["expected"]["kruskal"]["p"], tol)


@pytest.mark.parametrize(
    "case", named([each for each in BFI["cases"] if each["stat"] == "pairwise_classic"])
)
def test_pairs_of_plain_samples_are_compared_as_in_r(case: Case) -> None:
    y, groups = people(case)
    holm, bh = (compare_unweighted(y, groups, adjust=name).pairs for name in ("holm", "bh"))
    for got, by_bh, want in zip(holm, bh, case["expected"], strict=True):
        assert (got.a, got.b) == (want["a"].replace("<", "0-"), want["b"])
        two = np.isin(groups, [got.a, got.b])
        ranks = compare_unweighted(np.where(two, y, np.nan), groups, test="mannwhitney")
        values = {"diff": got.point, "t": got.t, "df": got.df, "p": got.p, "W": ranks.statistic}
        values |= {"mw_p": ranks.p, "hedges_g": got.hedges_g, "p_holm": got.p_adjusted}
        values |= dict(zip(("ci_low", "ci_high"), got.interval(), strict=True))
        for name, value in (values | {"p_bh": by_bh.p_adjusted}).items():
            close(value, want[name], case["tol"])


def test_what_is_left_out_is_what_the_page_of_methods_names() -> None:
    elsewhere = ("calibrated", "trim", "replicate", "mean_vcov", "lonely", "error")
    left = Counter(
        str(each.get("test") or each.get("qrule") or each["stat"])
        for each in R["cases"]
        if not is_checked(each) and each["stat"] not in elsewhere and not is_lonely(each)
    )
    tables = dict.fromkeys(("Chisq", "Wald", "adjWald", "saddlepoint"), 16)
    steps = dict.fromkeys(("math", "school", "shahvaish", "hf2", "hf4"), 8)
    assert left == Counter(tables | steps | {"glm": 16, "lonely_domain": 4})


def is_lonely(case: Case) -> bool:
    return case["stat"] == "lonely_domain" and not case["adjust_domain"]
