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
from tests.analysis.plan.plans import cohesion, listed, scale, table

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


def agree(found: tuple[Results, Results], part: str = "tables") -> None:
    numpy, sql = (each[part][0] for each in found)
    assert numpy.get("rows") or numpy.get("pairs") or numpy["p"] is not None
    same(sql, numpy, part)


def same(ours: Any, theirs: Any, place: str) -> None:
    """Fail unless both say the same: texts and whole numbers to the letter, others but rounding."""
    if isinstance(theirs, dict):
        assert ours.keys() == theirs.keys(), place
        for key, want in theirs.items():
            same(ours[key], want, f"{place}.{key}")
    elif isinstance(theirs, list):
        assert len(ours) == len(theirs), place
        for number, (mine, want) in enumerate(zip(ours, theirs, strict=True)):
            same(mine, want, f"{place}[{number}]")
    else:
        exact = theirs is None or isinstance(theirs, int | str)
        assert ours == (theirs if exact else pytest.approx(theirs, rel=1e-8, abs=1e-9)), place


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


@pytest.mark.parametrize(
    ("design", "by"), [("A1", ["gender", "ethnicity"]), ("CW", []), ("U1", ["locality"])]
)
@pytest.mark.parametrize("statistic", ["ratio", "variance"])
def test_ratios_and_variances(both: Both, statistic: str, design: str, by: list[str]) -> None:
    agree(both(cohesion(design) + table(statistic, ["trust_1", "norms_2"], by)))


def test_ratios_and_variances_of_numbers_far_from_zero(both: Both, folder: Path) -> None:
    (folder / "few.csv").write_text(
        "w,p,y,x\n1,a,10001,2\n2,a,10004,1\n1.5,b,10002,\n1,b,9990,4\n3,c,10002,3\n1,c,,5\n"
        "2,d,9999,7\n1,d,10003,-2\n1,d,10000,1\n4,d,10000,0\n"
    )
    for design in ('weight = "w"\npsu = "p"', 'weight = "w"', ""):
        plan = f'data = "few.csv"\n[design]\n{design}\n'
        agree(both(plan + table("ratio", ["y", "x"])))
        agree(both(plan + table("variance", ["y", "x"])))


@pytest.mark.parametrize(
    ("missing", "cells"),
    [
        ('["refused", "dk"]', "1,2,\n2,refused,3\ndk,4,5\n4,1,refused\n3,3,1\n"),
        ('["9999"]', "".join(f"{10**9 + n},{n},{5 - n % 5}\n" for n in range(10)) + "9999,1,2\n"),
    ],
)
def test_codes_that_are_no_answer_are_not_summed(
    both: Both, folder: Path, missing: str, cells: str
) -> None:
    (folder / "few.csv").write_text("y,x,z\n" + cells)
    plan = f'data = "few.csv"\nmissing = {missing}\n'
    plan += '[scales.s]\nitems = ["x", "z"]\nminimum = 0\nmaximum = 9\n'
    for statistic, of in {
        "mean": ["y", "s"], "total": ["s"], "ratio": ["x", "z"], "variance": ["y"],
    }.items():  # fmt: skip
        agree(both(plan + table(statistic, of)))


def test_items_of_rows_that_are_not_kept_may_hold_anything(both: Both, folder: Path) -> None:
    (folder / "few.csv").write_text(
        "k,p,x,z\n1,a,2,5\n1,b,4,3\n1,c,1,1\n0,c,none,99\n0,d,1e99,none\n0,a,5,2\n"
    )
    plan = 'data = "few.csv"\nkeep = {k = 1}\n[design]\npsu = "p"\n'
    plan += '[scales.s]\nitems = ["x", "z"]\nreverse = ["z"]\nminimum = 1\nmaximum = 5\n'
    found = both(plan + table("mean", ["s", "x"]))
    agree(found)
    assert [row["n"] for row in found[0]["tables"][0]["rows"]] == [3, 3]


@pytest.mark.parametrize(("design", "by"), [("AW", ["locality"]), ("CW", []), ("UW", [])])
def test_changes_carry_the_covariance_of_repeated_psus(
    both: Both, design: str, by: list[str]
) -> None:
    asked = f'[[changes]]\nname = "since"\nof = {listed(["trust", "norms_2"])}\nby = {listed(by)}\n'
    asked += 'between = {column = "wave", from = "1", to = "2"}\nadjust = "holm"\n'
    agree(both(cohesion(design) + asked), "changes")


@pytest.mark.parametrize(
    ("test", "by"),
    [
        ("t", "gender"), ("wald", "locality"), ("pairwise", "ethnicity"), ("raoscott", "ethnicity")
    ],
)  # fmt: skip
@pytest.mark.parametrize("design", ["A1", "U1"])
def test_tests_of_means_and_of_tables(both: Both, design: str, test: str, by: str) -> None:
    asked = f'[[tests]]\nname = "asked"\ntest = "{test}"\nof = "trust_2"\nby = "{by}"\n'
    agree(both(cohesion(design, 'gender = ["man", "woman"]') + asked), "tests")


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


def test_duckdb_gives_the_results_of_the_sql_engine_to_the_last_digit(folder: Path) -> None:
    asked = table("mean", ["trust"], ["locality"]) + table("proportion", ["gender"])
    path = folder / "plan.toml"
    path.write_text(cohesion("A1") + asked.replace("asked", "shares", 1), encoding="utf-8")
    sql, duckdb = (run_plan(path, engine) for engine in ("sql", "duckdb"))
    assert duckdb.tables == sql.tables
    assert "sums of the duckdb engine" in str(duckdb.provenance["notice"])


def test_what_duckdb_cannot_do_is_refused_in_its_name(folder: Path) -> None:
    (folder / "plan.toml").write_text(cohesion("A1") + table("quantile", ["trust_1"]))
    with pytest.raises(PlanError, match="the duckdb engine has no statistic quantile"):
        run_plan(folder / "plan.toml", "duckdb")


def test_where_duckdb_is_not_installed_one_line_says_so(folder: Path) -> None:
    (folder / "plan.toml").write_text(cohesion("A1") + table("mean", ["trust"]))
    program = (
        "import sys; sys.modules['duckdb'] = None\n"
        "from analysis.plan import PlanError, run_plan\n"
        f"try: run_plan({str(folder / 'plan.toml')!r}, 'duckdb')\n"
        "except PlanError as error: print(error)"
    )
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert said.stdout.decode().splitlines() == [
        "engine duckdb: its library is missing; install sixfold[duckdb], or use sql"
    ]


def test_everything_it_cannot_do_is_a_line_with_the_place_and_the_remedy(
    refused: Callable[[str], list[str]],
) -> None:
    plan = (
        'data = "cohesion.csv"\n[design]\nstrata = ["stratum", "locality"]\n'
        'psu = ["locality", "cluster"]\nfpc = ["w_base", "age"]\n'
        '[calibrate]\nmethod = "rake"\nmargins = {gender = {man = 1, woman = 1}}\n'
    )
    plan += scale("trust")
    for statistic, of in {
        "quantile": ["trust_1"], "variance": ["trust"], "ratio": ["trust_1", "trust"],
        "mean": ["trust"],
    }.items():  # fmt: skip
        plan += table(statistic, of).replace("asked", statistic)
    for test in ("wilcoxon", "t"):
        plan += f'[[tests]]\nname = "{test}"\ntest = "{test}"\nof = "trust_1"\nby = "gender"\n'
    plan += '[[changes]]\nname = "since"\nof = ["trust_1"]\n'
    plan += 'between = {column = "wave", from = "1", to = "2"}\n'
    plan += f'[[reliability]]\nname = "items"\nof = {listed(["trust_1", "trust_2"])}\n'
    lines = refused(plan)
    assert [line.partition(": ")[0] for line in lines] == [
        "design.strata", "design.psu", "design.fpc", "calibrate", "tables (quantile)",
        "tables (variance)", "tables (ratio)", "tests (wilcoxon)", "reliability (items)",
    ]  # fmt: skip
    assert all(line.endswith("; use --engine numpy") for line in lines)
    assert [line.partition("has no ")[2].partition(";")[0] for line in lines[4:8]] == [
        "statistic quantile", "statistic variance of scales", "statistic ratio of scales",
        "test wilcoxon",
    ]  # fmt: skip


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


def test_a_scale_of_very_many_codes_is_refused_and_their_shares_are_not(
    refused: Callable[[str], list[str]], both: Both, folder: Path
) -> None:
    (folder / "data.csv").write_text("y\n" + "".join(f"{n}\n" for n in range(201)))
    of_items = '[scales.s]\nitems = ["y"]\nminimum = 0\nmaximum = 200\n'
    (line,) = refused('data = "data.csv"\n' + of_items + table("mean", ["s"]))
    assert line.startswith("tables (asked): y has 201 codes")
    assert line.endswith("; use --engine numpy")
    agree(both('data = "data.csv"\n' + table("proportion", ["y"])))


def test_plans_do_not_load_a_database() -> None:
    program = "import sys, analysis.plan; assert 'sqlalchemy' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
