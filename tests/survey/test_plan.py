"""The planner: what it says, what it writes, and how it fails."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from survey.cli import main


@dataclass
class Ran:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


Plan = Callable[..., Ran]


@pytest.fixture
def plan(capsys: pytest.CaptureFixture[str]) -> Plan:
    def plan(*words: object) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main(["plan", *map(str, words)])
        printed = capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return plan


@pytest.fixture
def frame(tmp_path: Path) -> Path:
    rows = [f"c{number},{10 * number},s{number % 2}" for number in range(1, 21)]
    return written(tmp_path / "frame.csv", "cluster,size,stratum", *rows)


@pytest.fixture
def strata(tmp_path: Path) -> Path:
    return written(
        tmp_path / "strata.csv", "stratum,size,sd", "a,6000,10", "b,3000,20", "c,1000,40"
    )


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("command", [[], ["size"], ["margin"], ["change"], ["allocate"], ["draw"]])
def test_every_planner_has_help(plan: Plan, command: list[str]) -> None:
    shown = plan(*command, "--help")
    assert (shown.code, shown.err) == (0, "")
    assert "Usage: sixfold plan" in shown.out


def test_a_size_is_said_in_a_sentence_and_as_json(plan: Plan) -> None:
    said = plan("size", "--margin", 5, "--percent", 50, "--response", 0.8)
    assert "385 people must answer: ask 482." in said.out
    found = json.loads(plan("size", "--margin", 5, "--percent", 50, "--json").out)
    assert found["respondents"] == found["invited"] == 385
    clustered = plan("size", "--margin", 5, "--cluster-size", 15, "--rho", 0.064)
    assert "117 people must answer in 8 clusters" in clustered.out
    assert "design effect 1.90" in clustered.out


@pytest.mark.parametrize(("n", "margin"), [(50, "5.54"), (100, "3.92"), (200, "2.77")])
def test_a_margin_is_that_of_the_methods(plan: Plan, n: int, margin: str) -> None:
    assert f"{n} answers give ± {margin} points" in plan("margin", "--n", n).out
    assert json.loads(plan("margin", "--n", n, "--json").out)["deff"] == 1


def test_a_change_is_found_from_a_size_or_a_size_from_a_change(plan: Plan) -> None:
    assert "A change of 3.96 points" in plan("change", "--n", 400).out
    share = json.loads(plan("change", "--change", -10, "--percent", 40, "--json").out)
    assert (share["respondents"], share["change"]) == (354, 10)
    both = json.loads(plan("change", "--change", 5, "--n", 300, "--json").out)
    assert both["power"] == pytest.approx(0.865, abs=0.001)
    same = ["--cluster-size", "15", "--rho", "0.1", "--cluster-correlation", "0.8"]
    apart = json.loads(plan("change", "--n", 300, *same[:4], "--json").out)
    assert json.loads(plan("change", "--n", 300, *same, "--json").out)["change"] < apart["change"]


def test_a_sample_is_shared_out_over_strata(plan: Plan, strata: Path, tmp_path: Path) -> None:
    shared = plan("allocate", strata, "--total", 100, "--minimum", 20)
    assert [(row["stratum"], row["n"]) for row in table(shared.out)] == [
        ("a", "53"),
        ("b", "27"),
        ("c", "20"),
    ]
    assert "Design effect of the weights: 1.0" in shared.err
    assert plan("allocate", strata, "--total", 100, "--method", "neyman").out.count("\n") == 4
    out = tmp_path / "out.csv"
    assert plan("allocate", strata, "--total", 90, "--method", "equal", "-o", out).out == ""
    assert [row["n"] for row in table(out.read_text())] == ["30", "30", "30"]


def test_a_draw_records_its_seed_and_is_drawn_again_by_it(plan: Plan, frame: Path) -> None:
    first = plan("draw", frame, "--clusters", 6)
    rows = table(first.out)
    seed = rows[0]["seed"]
    assert len(rows) == 6
    assert f"with seed {seed} from the frame with SHA-256 " in first.err
    assert plan("draw", frame, "--clusters", 6, "--seed", seed) == first
    assert {row["stratum"] for row in rows} == {"s0", "s1"}
    for row in rows:
        assert float(row["probability"]) * float(row["weight"]) == pytest.approx(1)
    assert plan("draw", frame, "--clusters", 6).out != first.out


def test_clusters_are_shared_out_over_strata_by_size(plan: Plan, tmp_path: Path) -> None:
    rows = [
        f"{where}{n},{size},{where}" for where, size in (("x", 90), ("y", 10)) for n in range(9)
    ]
    file = written(tmp_path / "f.csv", "cluster,size,stratum", *rows)
    shares = [
        [row["stratum"] for row in table(plan("draw", file, "--clusters", 8, *more).out)].count("x")
        for more in ((), ("--minimum", 1), ("--minimum", 4))
    ]
    assert shares == [6, 7, 4]


def test_a_frame_without_strata_is_drawn_as_one(plan: Plan, tmp_path: Path) -> None:
    file = written(tmp_path / "f.csv", "cluster;size", *(f"v{n};{n}" for n in range(1, 9)))
    drawn = plan("draw", file, "--clusters", 3, "--seed", 1, "--method", "systematic")
    assert {row["probability"] for row in table(drawn.out)} == {"0.375"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("size --margin 0", "margin is 0"),
        ("size --margin 5 --sd 20 --percent 50", "not both"),
        ("size --margin 5 --percent 100", "percent is 100"),
        ("size --margin 5 --level 95", "level is 95"),
        ("margin --n 0", "n is 0"),
        ("margin --n 50 --population 20", "a sample is no larger"),
        ("change", "give --change"),
        ("change --n 100 --rho 2", "rho is 2"),
        ("change --percent 5 --change -10", "percent is -5"),
        ("draw none.csv --clusters 3", "none.csv"),
        ("allocate none.csv --total 3", "none.csv"),
        ("draw {frame} --clusters 21", "all strata together have 20"),
        ("draw {frame} --clusters 3", "the minimum of 2 a stratum asks for 4"),
        ("draw {frame} --clusters 6 --seed -1", "seed is -1"),
        ("draw {frame} --clusters 6 --method best", "unknown method 'best'"),
        ("allocate {strata} --total 5 --method best", "unknown method 'best'"),
        ("draw {strata} --clusters 3", "no column cluster"),
        ("draw {frame} --clusters 6 -o {frame}", "is a file that is read here"),
        ("allocate {strata} --total 9 -o {strata}", "is a file that is read here"),
        ("allocate {strata} --total 9 -o {strata}/no/out.csv", "there is no folder"),
        (f"allocate {{strata}} --total 9 --minimum {9 * 10**400}", "cannot be shared out"),
        ("size --margin 1e-200", "margin is 1e-200; give a number of at least 1e-15"),
        ("size --margin 5 --sd 1e200", "sd is 1e+200; give a number of at most 1e+15"),
        ("size --margin 5 --level 0.9999999999999999", "level is 0.9999999999999999"),
        ("change --change 1e-200", "the size of the change is 1e-200"),
        (f"margin --n {9 * 10**400}", "n is 90000000000000000000… (401 digits); give a number of"),
    ],
)
def test_a_mistake_is_one_line_and_exit_1(
    plan: Plan, frame: Path, strata: Path, words: str, said: str
) -> None:
    refused = plan(*words.format(frame=frame, strata=strata).split())
    assert (refused.code, refused.out) == (1, "")
    assert said in refused.err
    assert "Traceback" not in refused.err
    assert refused.err.count("\n") == 1


def test_every_problem_of_a_file_is_named_and_nothing_is_written(
    plan: Plan, tmp_path: Path
) -> None:
    file = written(tmp_path / "f.csv", "cluster,size", "a,10", "a,x", ",0", "d,-3", "e,inf")
    out = tmp_path / "out.csv"
    refused = plan("draw", file, "--clusters", 2, "-o", out)
    assert refused.code == 1
    assert refused.err.splitlines() == [
        "row 3, column cluster: is empty or there twice; give it one name",
        "row 3, column size: is no number above 0; mend it",
        "row 4, column cluster: is empty or there twice; give it one name",
        "row 4, column size: is no number above 0; mend it",
        "row 5, column size: is no number above 0; mend it",
        "row 6, column size: is no number above 0; mend it",
    ]
    assert not out.exists()


def test_sizes_beyond_counting_and_rows_without_a_stratum_are_named(
    plan: Plan, tmp_path: Path
) -> None:
    file = written(tmp_path / "f.csv", "cluster,size,stratum", "a,1e308,x", "b,9,", "c,9,x")
    assert plan("draw", file, "--clusters", 2).err.splitlines() == [
        "row 2, column size: is beyond what can be counted; mend it",
        "row 3, column stratum: is empty; name its stratum",
    ]
    file = written(tmp_path / "s.csv", "stratum,size", "a,1e300", "b,4")
    assert "row 2, column size: is beyond" in plan("allocate", file, "--total", 2).err
    file = written(tmp_path / "e.csv", "cluster,size,stratum", *(f"c{n},9," for n in range(4)))
    assert {row["stratum"] for row in table(plan("draw", file, "--clusters", 2).out)} == {""}


def test_sizes_are_written_as_numbers_are_and_shares_as_they_were_asked_for(
    plan: Plan, tmp_path: Path
) -> None:
    file = written(tmp_path / "s.csv", "stratum,size", "a,10000000", "b,0.5")
    assert [row["size"] for row in table(plan("allocate", file, "--total", 2).out)] == [
        "10000000", "0.5",
    ]  # fmt: skip
    file = written(tmp_path / "f.csv", "cluster,size", "a,12345678", "b,12345678")
    assert {row["size"] for row in table(plan("draw", file, "--clusters", 1).out)} == {"12345678"}
    assert "at 99.5%" in plan("size", "--margin", 5, "--level", 0.995).out
    assert "at 97.5%" in plan("margin", "--n", 50, "--level", 0.975).out
    assert "a chance of 87.5%" in plan("change", "--n", 400, "--power", 0.875).out


def test_a_table_without_rows_is_named(plan: Plan, tmp_path: Path) -> None:
    refused = plan("draw", written(tmp_path / "f.csv", "cluster,size"), "--clusters", 2)
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "no rows below the header" in refused.err


def test_unknown_options_are_exit_2(plan: Plan) -> None:
    assert plan("size").code == 2
    assert plan("nonsense").code == 2
