"""Means on R's api data, where the reference cases are at hand: designs of one and two stages.

The data come from a package under the GPL and are not part of this repository; `SIXFOLD_ORACLE`
names the folder that has them.
"""

from __future__ import annotations

import csv
import json
import os
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis import Design, DesignError, Estimate, Linearised, by, estimate
from analysis.stages import FloatArray

FOLDER = Path(os.environ.get("SIXFOLD_ORACLE", "no oracle"))
FILE = FOLDER / "expected" / "a_api.json"
R = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"cases": [], "designs": {}}
MEANS = [each for each in R["cases"] if each["stat"] == "mean"]
LONELY = [each for each in R["cases"] if each["stat"] == "lonely"]
LONELY_DOMAINS = [
    each for each in R["cases"] if each["stat"] == "lonely_domain" and not each["adjust_domain"]
]
pytestmark = pytest.mark.skipif(not R["cases"], reason="SIXFOLD_ORACLE names no oracle")


def named(cases: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in cases]


@cache
def columns(name: str) -> dict[str, NDArray[np.str_]]:
    with (FOLDER / "data" / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


def drawn(stratum: NDArray[np.str_], unit: NDArray[np.str_]) -> FloatArray:
    """Return how many units were drawn in the stratum of each row."""
    units = defaultdict(set)
    for h, label in zip(stratum, unit, strict=True):
        units[h].add(label)
    return np.array([len(units[h]) for h in stratum], dtype=float)


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


def agrees(got: Estimate, want: Mapping[str, Any]) -> None:
    low, high = got.interval()
    values = {"estimate": got.point, "se": got.standard_error, "df": got.df, "n": got.n}
    values |= {"ci_t_low": low, "ci_t_high": high, "deff_replace": got.deff}
    for name in values.keys() & want.keys():
        assert values[name] == pytest.approx(want[name], rel=1e-10, abs=1e-12), name


def measured(column: Mapping[str, NDArray[np.str_]], name: str) -> FloatArray:
    return np.where(column[name] == "", "nan", column[name]).astype(float)


@pytest.mark.parametrize("case", named(MEANS))
def test_means_of_the_api_schools_agree_with_r(case: Mapping[str, Any]) -> None:
    column, design = columns(R["designs"][case["design"]]["data"]), design_of(case["design"])
    y = measured(column, case["var"])
    if case.get("domain"):
        assert case["domain"] == "stype=='E'"
        agrees(estimate("mean", y, design, column["stype"] == "E"), case["expected"])
    elif case.get("by"):
        found = by("mean", y, design, {name: column[name] for name in case["by"]})
        named_domains = {each.domain: each for each in found}
        for want in case["expected"]:
            agrees(named_domains[tuple(sorted(want["by"].items()))], want)
    else:
        agrees(estimate("mean", y, design), case["expected"])


def total(y: FloatArray, weight: FloatArray) -> Linearised:
    return Linearised(float((weight * y).sum()), weight * y)


@pytest.mark.parametrize("case", named(LONELY))
def test_lonely_psus_are_taken_as_r_takes_them(case: Mapping[str, Any]) -> None:
    column, design = columns("api_lonely.csv"), design_of("lonely", case["lonely"])
    expected = case["expected"]
    agrees(estimate("mean", measured(column, "api00"), design), expected["mean"])
    agrees(estimate(total, measured(column, "enroll"), design), expected["total"])


@pytest.mark.parametrize("case", named(LONELY_DOMAINS))
def test_a_domain_lonely_in_its_stratum_is_taken_as_r_takes_it(case: Mapping[str, Any]) -> None:
    column, design = columns("apistrat.csv"), design_of("strat_nofpc", case["lonely"])
    first = np.flatnonzero(column["stype"] == "H")[0]
    rows = (column["stype"] != "H") | (np.arange(len(design)) == first)
    agrees(estimate("mean", measured(column, "api00"), design, rows), case["expected"])


def test_a_lonely_psu_stops_as_in_r() -> None:
    y = measured(columns("api_lonely.csv"), "api00")
    with pytest.raises(DesignError, match="stratum H has only one PSU"):
        estimate("mean", y, design_of("lonely"))
