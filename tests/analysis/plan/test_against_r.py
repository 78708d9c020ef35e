"""A plan, run from its TOML file to its JSON, gives R's numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.plan.conftest import Run
from tests.analysis.plan.plans import REVERSED, cohesion, listed, scale, table

GOLDEN = Path(__file__).parents[2] / "golden"
Case = dict[str, Any]


def cases(file: str, *stats: str) -> list[Any]:
    found = json.loads((GOLDEN / file).read_text(encoding="utf-8"))["cases"]
    return [pytest.param(each, id=each["id"]) for each in found if each["stat"] in stats]


#: Without PSUs, a wave kept as a domain is not the wave alone that R was given.
MEANS = [each for each in cases("cohesion_means.json", "mean") if each.id[0] != "U"]
QUANTILES = [each for each in cases("cohesion_estimates.json", "quantile") if "hf7" in each.id]
COMPLETE = 'gender = ["man", "woman"], ethnicity = ["majority", "minority_a", "minority_b"]'

#: Keys of the result, by those of R.
KEYS = {
    "estimate": "estimate",
    "se": "standard_error",
    "df": "df",
    "ci_t_low": "low",
    "ci_t_high": "high",
    "ci_low": "low",
    "ci_high": "high",
    "deff_replace": "deff",
    "n": "n",
    "change": "estimate",
    "t": "t",
    "p": "p",
    "p_holm": "p_adjusted",
}


def agree(row: Case, want: Case) -> None:
    for theirs in KEYS.keys() & want.keys():
        got = row[KEYS[theirs]]
        assert got == pytest.approx(want[theirs], rel=1e-10, abs=1e-12), theirs


@pytest.mark.parametrize("case", MEANS)
def test_means_and_domain_means(run: Run, case: Case) -> None:
    by = case.get("by") or []
    keep = 'gender = ["man", "woman"]' if "gender" in by else ""
    plan = cohesion(case["design"], keep) + table("mean", [case["var"]], by)
    rows = run(plan)["tables"][0]["rows"]
    wanted = case["expected"] if by else [{"by": {}} | case["expected"]]
    assert [row["by"] for row in rows] == sorted(
        (want["by"] for want in wanted), key=lambda codes: [codes[name] for name in by]
    )
    found = {json.dumps(row["by"], sort_keys=True): row for row in rows}
    for want in wanted:
        agree(found[json.dumps(want["by"], sort_keys=True)], want)


@pytest.mark.parametrize("case", QUANTILES)
def test_quantiles_with_woodruff_intervals(run: Run, case: Case) -> None:
    plan = cohesion(case["design"])
    plan += table("quantile", ["trust"], more="at = [0.1, 0.25, 0.5, 0.75, 0.9]")
    rows = run(plan)["tables"][0]["rows"]
    assert [row["at"] for row in rows] == [want["p"] for want in case["expected"]]
    for row, want in zip(rows, case["expected"], strict=True):
        agree(row, {key: value for key, value in want.items() if key != "p"})


@pytest.mark.parametrize("case", cases("cohesion_estimates.json", "proportion"))
@pytest.mark.parametrize("interval", ["t", "xlogit", "beta"])
def test_proportions(run: Run, case: Case, interval: str) -> None:
    plan = cohesion(case["design"]) + table("proportion", ["trust_1"])
    rows = run(plan + f'interval = "{interval}"')["tables"][0]["rows"]
    assert [row["category"] for row in rows] == ["1", "2", "3", "4", "5"]
    for row, want in zip(rows, case["expected"], strict=True):
        low, high = want.get(f"ci_{interval}") or (want["ci_t_low"], want["ci_t_high"])
        bare = {key: want[key] for key in ("estimate", "se", "df")}
        agree(row, bare | {"ci_low": low, "ci_high": high})


@pytest.mark.parametrize("case", cases("cohesion_estimates.json", "change", "change_by"))
def test_change_between_waves_with_covariance(run: Run, case: Case) -> None:
    by = [case["by"]] if "by" in case else []
    plan = cohesion(case["design"]) + (
        f'[[changes]]\nname = "since"\nof = ["{case["var"]}"]\nby = {listed(by)}\n'
        'between = {column = "wave", from = "1", to = "2"}\nadjust = "holm"\n'
    )
    rows = run(plan)["changes"][0]["rows"]
    wanted = case["expected"] if by else [case["expected"]]
    assert len(rows) == len(wanted)
    for row, want in zip(rows, wanted, strict=True):
        assert row["by"] == {name: want[name] for name in by}
        assert (row["of"], row["from"], row["to"]) == (case["var"], "1", "2")
        agree(row, want)


@pytest.mark.parametrize("case", cases("cohesion_estimates.json", "ttest", "wald_f", "pairwise"))
def test_tests_of_means(run: Run, case: Case) -> None:
    test = {"ttest": "t", "wald_f": "wald", "pairwise": "pairwise"}[case["stat"]]
    found = run(cohesion(case["design"], COMPLETE) + asked(test, case["var"], case["group"]))
    got, want = found["tests"][0], case["expected"]
    if test == "pairwise":
        assert set(got) == {"name", "pairs"}
        assert [(each["a"], each["b"]) for each in got["pairs"]] == [
            (each["a"], each["b"]) for each in want
        ]
        for pair, wanted in zip(got["pairs"], want, strict=True):
            agree(pair | {"estimate": pair["difference"]}, wanted | {"change": wanted["diff"]})
        return
    df = want["df"] if test == "t" else [want["df"], want["ddf"]]
    assert got["df"] == df
    statistic = want["statistic"] if test == "t" else want["F"]
    assert got["statistic"] == pytest.approx(statistic, rel=1e-10)
    assert got["p"] == pytest.approx(want["p"], rel=1e-10)


def asked(test: str, of: str, by: str) -> str:
    return f'[[tests]]\nname = "asked"\ntest = "{test}"\nof = "{of}"\nby = "{by}"\n'


RANKS = [each for each in cases("cohesion_estimates.json", "ranktest") if "/wilcoxon/" in each.id]


@pytest.mark.parametrize("case", RANKS)
def test_tests_of_ranks(run: Run, case: Case) -> None:
    plan = cohesion(case["design"], COMPLETE) + asked("wilcoxon", case["var"], case["group"])
    got, want = run(plan)["tests"][0], case["expected"]
    assert got["df"] == want["df"]
    assert got["statistic"] == pytest.approx(want["statistic"], rel=1e-10)
    assert got["p"] == pytest.approx(want["p"], rel=1e-10)


@pytest.mark.parametrize("name", REVERSED)
def test_reliability_on_complete_cases(run: Run, name: str) -> None:
    scales = json.loads((GOLDEN / "cohesion_scales.json").read_text(encoding="utf-8"))["cases"]
    want = next(each["expected"] for each in scales if each["id"] == f"alpha/{name}")
    items = [f"{name}_{number}" for number in range(1, 7)]
    plan = f'data = "cohesion.csv"\nmissing = [8, 9.0]\nkeep = {{wave = 1}}\n{scale(name)}'
    got = run(plan + f'[[reliability]]\nname = "items"\nof = {listed(items)}\n')["reliability"][0]
    assert got["n"] == want["n"]
    assert got["alpha"] == pytest.approx(want["alpha"], rel=1e-10)
    assert list(got["item_rest"]) == items
    assert list(got["item_rest"].values()) == pytest.approx(want["item_rest"], rel=1e-10)
    assert list(got["alpha_if_dropped"].values()) == pytest.approx(
        want["alpha_if_dropped"], rel=1e-10
    )
