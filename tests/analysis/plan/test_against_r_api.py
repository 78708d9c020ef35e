"""A plan over R's api data, where the reference cases are at hand: stages and populations."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from analysis.plan import render, run_plan
from tests.analysis.plan.plans import listed, table
from tests.analysis.plan.test_against_r import Case, agree

FOLDER = Path(os.environ.get("SIXFOLD_ORACLE", "no oracle"))
FILE = FOLDER / "expected" / "a_api.json"
R = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"cases": [], "designs": {}}
CASES = [
    pytest.param(each, id=each["id"])
    for each in R["cases"]
    if each["stat"] in ("mean", "total", "ratio") and each.get("design") in R["designs"]
]
pytestmark = pytest.mark.skipif(not R["cases"], reason="SIXFOLD_ORACLE names no oracle")


def drawn(spec: dict[str, str]) -> str:
    """Return the design of a plan; without a column of weights, they come from the fpc."""
    parts = {
        "strata": [spec[key] for key in ("strata",) if key in spec],
        "psu": [spec[key] for key in ("psu", "ssu") if key in spec],
        "fpc": [spec[key] for key in ("fpc", "fpc_ssu") if key in spec],
    }
    lines = [f"{name} = {listed(columns)}" for name, columns in parts.items() if columns]
    lines += ['weight = "pw"'] if spec["weights"] == "pw" else []
    return "\n".join(["[design]", *lines, ""])


@pytest.mark.parametrize("case", CASES)
def test_designs_with_stages_and_populations(tmp_path: Path, case: Case) -> None:
    spec = R["designs"][case["design"]]
    by = case.get("by") or []
    of = [case["num"], case["den"]] if case["stat"] == "ratio" else [case["var"]]
    keep = 'keep = {stype = "E"}\n' if case.get("domain") else ""
    top = f"data = {json.dumps(os.fspath(FOLDER / 'data' / spec['data']))}\n"
    (tmp_path / "plan.toml").write_text(top + keep + drawn(spec) + table(case["stat"], of, by))
    found = json.loads(render(run_plan(tmp_path / "plan.toml"), "json"))["tables"][0]["rows"]
    wanted: list[dict[str, Any]] = case["expected"] if by else [case["expected"]]
    rows = {json.dumps(row["by"], sort_keys=True): row for row in found}
    assert len(rows) == len(wanted)
    for want in wanted:
        agree(rows[json.dumps(want.get("by", {}), sort_keys=True)], want)
