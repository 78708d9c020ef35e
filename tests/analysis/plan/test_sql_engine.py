"""The sql engine gives the numbers of the numpy engine, or says what it cannot do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.plan import PlanError, render, run_plan
from tests.analysis.plan.plans import cohesion, listed, table

Results = dict[str, Any]
Both = Callable[[str], tuple[Results, Results]]


@pytest.fixture
def both(folder: Path) -> Both:
    """Run a plan on both engines, numpy first."""

    def both(plan: str) -> tuple[Results, Results]:
        path = folder / "plan.toml"
        path.write_text(plan, encoding="utf-8")
        numpy, sql = (json.loads(render(run_plan(path, each), "json")) for each in ("numpy", "sql"))
        return numpy, sql

    return both


@pytest.fixture
def refused(folder: Path) -> Callable[[str], list[str]]:
    def refused(plan: str) -> list[str]:
        (folder / "plan.toml").write_text(plan, encoding="utf-8")
        with pytest.raises(PlanError) as caught:
            run_plan(folder / "plan.toml", "sql")
        return str(caught.value).splitlines()

    return refused


def agree(found: tuple[Results, Results]) -> None:
    numpy, sql = (each["tables"][0]["rows"] for each in found)
    assert len(numpy) == len(sql) > 0
    for ours, theirs in zip(sql, numpy, strict=True):
        assert ours.keys() == theirs.keys()
        for key, want in theirs.items():
            exact = want is None or isinstance(want, int | str | dict)
            assert ours[key] == (want if exact else pytest.approx(want, rel=1e-8, abs=1e-9)), key


@pytest.mark.parametrize("design", ["A1", "A2", "AW", "B1", "C2", "U1"])
@pytest.mark.parametrize("by", [[], ["locality"], ["gender", "ethnicity"]])
def test_means_of_scales(both: Both, design: str, by: list[str]) -> None:
    agree(both(cohesion(design) + table("mean", ["trust", "belonging", "norms"], by)))


@pytest.mark.parametrize("interval", ["t", "z", "xlogit", "beta"])
def test_proportions(both: Both, interval: str) -> None:
    asked = table("proportion", ["trust_1", "locality"], ["wave"], f'interval = "{interval}"')
    agree(both(cohesion("AW", 'gender = ["man", "woman"]') + asked))


@pytest.mark.parametrize("statistic", ["mean", "total"])
def test_numbers_and_totals(both: Both, statistic: str) -> None:
    asked = table(statistic, ["trust_1", "trust_2", "attitudes"], ["locality"], "level = 0.9")
    agree(both(cohesion("A1") + asked))


@pytest.mark.parametrize("lonely", ["adjust", "average", "remove", "certainty"])
def test_strata_with_one_psu(both: Both, folder: Path, lonely: str) -> None:
    (folder / "few.csv").write_text(
        "s,p,y,by\n1,a,-2.5,na\n1,a,4,dk\n1,b,0.125,na\n1,c,,skip\n2,d,5,na\n2,d,1e1,dk\n"
    )
    plan = f'data = "few.csv"\n[design]\nstrata = "s"\npsu = "p"\nlonely_psu = "{lonely}"\n'
    agree(both(plan + table("mean", ["y"], ["by"])))
    agree(both(plan + table("proportion", ["by"])))


def test_the_notice_says_how_the_numbers_were_made(both: Both) -> None:
    numpy, sql = both(cohesion("A1") + table("mean", ["trust"]))
    assert "millionths" not in numpy["provenance"]["notice"]
    assert sql["provenance"]["notice"].startswith(numpy["provenance"]["notice"])
    assert "weights rounded to millionths" in sql["provenance"]["notice"]


def test_everything_it_cannot_do_is_a_line_with_the_place_and_the_remedy(
    refused: Callable[[str], list[str]],
) -> None:
    plan = (
        'data = "cohesion.csv"\n[design]\nstrata = ["stratum", "locality"]\n'
        'psu = ["locality", "cluster"]\nfpc = ["w_base", "age"]\n'
        '[calibrate]\nmethod = "rake"\nmargins = {gender = {man = 1, woman = 1}}\n'
    )
    asked = {"quantile": 1, "variance": 1, "ratio": 2, "mean": 1}
    for statistic, names in asked.items():
        made = table(statistic, ["trust_1", "trust_2"][:names])
        plan += made.replace("asked", statistic)
    plan += '[[tests]]\nname = "sexes"\ntest = "t"\nof = "trust_1"\nby = "gender"\n'
    plan += '[[changes]]\nname = "since"\nof = ["trust_1"]\n'
    plan += 'between = {column = "wave", from = "1", to = "2"}\n'
    plan += f'[[reliability]]\nname = "items"\nof = {listed(["trust_1", "trust_2"])}\n'
    lines = refused(plan)
    assert [line.partition(": ")[0] for line in lines] == [
        "design.strata", "design.psu", "design.fpc", "calibrate", "tables (quantile)",
        "tables (variance)", "tables (ratio)", "tests (sexes)", "changes (since)",
        "reliability (items)",
    ]  # fmt: skip
    assert all(line.endswith("; use --engine numpy") for line in lines)
    assert lines[4] == "tables (quantile): the sql engine has no statistic quantile; " + (
        "use --engine numpy"
    )


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ("1,0.0000014\n2,1\n", "design: data.csv row 2, column w: weight too small"),
        ("1,1\n2,1e15\n", "design: data.csv row 3, column w: weight too small or too large"),
        ("1.00000000001,1\n2,1\n", "tables (asked): column y has more digits"),
        ("1e14,1\n2e14,1\n", "tables (asked): y: the respondents of one cell"),
    ],
)
def test_numbers_that_do_not_fit_are_refused(
    refused: Callable[[str], list[str]], folder: Path, cells: str, says: str
) -> None:
    (folder / "data.csv").write_text("y,w\n" + cells)
    asked = 'data = "data.csv"\n[design]\nweight = "w"\n' + table("mean", ["y"])
    (line,) = refused(asked)
    assert line.startswith(says)
    assert line.endswith("; use --engine numpy")


def test_a_column_with_very_many_codes_is_refused(
    refused: Callable[[str], list[str]], folder: Path
) -> None:
    (folder / "data.csv").write_text("y\n" + "".join(f"code {n}\n" for n in range(201)))
    (line,) = refused('data = "data.csv"\n' + table("proportion", ["y"]))
    assert line.startswith("tables (asked): y has 201 codes")
    assert line.endswith("; use --engine numpy")


def test_plans_do_not_load_a_database() -> None:
    program = "import sys, analysis.plan; assert 'sqlalchemy' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
