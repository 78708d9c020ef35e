"""The command `sixfold analyse`: what it prints, writes and refuses."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from survey.cli import main

ANSWERS = "sex,trust\n" + "woman,4\nman,2\n" * 10
PLAN = """
data = "answers.csv"

[[tables]]
name = "trust by sex"
statistic = "mean"
of = ["trust"]
by = ["sex"]
"""


@dataclass
class Ran:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: object) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        printed = capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "answers.csv").write_text(ANSWERS)
    (tmp_path / "plan.toml").write_text(PLAN)
    return tmp_path / "plan.toml"


def test_json_goes_to_stdout_and_nothing_else(run: Run, plan: Path) -> None:
    done = run("analyse", plan)
    assert (done.code, done.err) == (0, "")
    rows = json.loads(done.out)["tables"][0]["rows"]
    assert [(row["by"]["sex"], row["estimate"]) for row in rows] == [("man", 2.0), ("woman", 4.0)]


def test_csv_and_html_go_to_a_file(run: Run, plan: Path, tmp_path: Path) -> None:
    for name in ("csv", "html"):
        done = run("analyse", plan, "--format", name, "-o", tmp_path / f"out.{name}")
        assert (done.code, done.out, done.err) == (0, "", "")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text())))
    assert [row["estimate"] for row in rows] == ["2.0", "4.0", ""]
    assert "no disclosure control" in (tmp_path / "out.html").read_text()


def test_a_plan_with_problems_leaves_the_file_as_it_was(
    run: Run, plan: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    out.write_text("before")
    plan.write_text(PLAN.replace('"mean"', '"mood"').replace("by =", "buy ="))
    refused = run("analyse", plan, "-o", out)
    assert (refused.code, refused.out) == (1, "")
    assert len(refused.err.splitlines()) == 2
    assert "Traceback" not in refused.err
    assert out.read_text() == "before"
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "answers.csv", "out.json", "plan.toml",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["answers.csv", "plan.toml", "link.csv"])
def test_no_file_that_is_read_is_written_over(
    run: Run, plan: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "link.csv").symlink_to("answers.csv")
    refused = run("analyse", plan, "--format", "csv", "-o", tmp_path / name)
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert f"{name}: is a file that is read here; give -o another name" in refused.err
    assert (plan.read_text(), (tmp_path / "answers.csv").read_text()) == (PLAN, ANSWERS)
    score = run("score", tmp_path / "answers.csv", "--instrument", "social_cohesion", "-o",
                tmp_path / "link.csv")  # fmt: skip
    assert "is a file that is read here" in score.err


def test_a_link_stays_a_link_and_a_pipe_a_pipe(run: Run, plan: Path, tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to("out.json")
    assert run("analyse", plan, "-o", tmp_path / "link.json").code == 0
    assert (tmp_path / "link.json").is_symlink()
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor() as readers:
        heard = readers.submit((tmp_path / "pipe").read_text)
        assert run("analyse", plan, "-o", tmp_path / "pipe").code == 0
        assert heard.result(60) == (tmp_path / "out.json").read_text()
    assert (tmp_path / "pipe").is_fifo()


def test_a_folder_that_is_not_there_is_named_with_what_to_do(
    run: Run, plan: Path, tmp_path: Path
) -> None:
    lost = run("analyse", plan, "-o", tmp_path / "no" / "x.json")
    assert f"there is no folder {tmp_path / 'no'}; make it, or give -o another" in lost.err
    folder = run("analyse", plan, "-o", tmp_path)
    assert "is a folder; give -o the name of a file in it" in folder.err
    assert (lost.code, folder.code, lost.err.count("\n"), folder.err.count("\n")) == (1, 1, 1, 1)


def test_an_engine_that_is_not_there_is_one_line(run: Run, plan: Path) -> None:
    refused = run("analyse", plan, "--engine", "spark")
    assert (refused.code, refused.out, refused.err.count("\n")) == (1, "", 1)
    assert "spark" in refused.err


def test_what_is_not_there_is_exit_1_and_what_is_not_an_option_2(run: Run, plan: Path) -> None:
    for missing in (plan.with_name("none.toml"), plan.parent):
        refused = run("analyse", missing)
        assert (refused.code, refused.out, refused.err.count("\n")) == (1, "", 1)
    unwritable = run("analyse", plan, "-o", plan.parent / "none" / "out.json")
    assert (unwritable.code, unwritable.err.count("\n")) == (1, 1)
    assert run("analyse").code == 2
    assert run("analyse", plan, "--colour").code == 2


def test_the_command_says_that_it_is_for_the_owner(run: Run) -> None:
    assert "no disclosure control" in " ".join(run("analyse", "--help").out.split())


def test_a_workbook_is_scored_like_a_table(run: Run, tmp_path: Path) -> None:
    rows: list[list[str | float]] = [
        ["id", "T1", "T2", "T3", "T4"],
        ["b", 5, 5.0, "5", 1],
        ["a", "dk", "dk", "dk", 1],
    ]
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(tmp_path / "answers.xlsx")
    (tmp_path / "answers.csv").write_text("\n".join(",".join(map(str, row)) for row in rows))
    made = [
        run("score", tmp_path / f"answers.{ending}", "--instrument", "social_cohesion")
        for ending in ("xlsx", "csv")
    ]
    assert made[0].code == 0
    assert made[0].out == made[1].out
