"""The command that checks an instrument: problems, advice, minutes, and whom it singles out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from survey.cli import main

BRANCHING = Path(__file__).parents[1] / "questionnaires" / "branching"


def check(*words: str | Path) -> int:
    """Run the check; return the code it ends with."""
    with pytest.raises(SystemExit) as ended:
        main(["instrument", "check", *map(str, words)])
    return int(ended.value.code or 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(BRANCHING, tmp_path / "branching")


def change(folder: Path, old: str, new: str) -> None:
    file = folder / "instrument.toml"
    file.write_text(file.read_text().replace(old, new))


def test_a_sound_instrument_ends_well(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(folder) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert "branching 1.0 is sound: 13 items." in shown.out
    assert "Form 'short': about " in shown.out
    assert "an estimate" in shown.out
    assert "Flesch-Kincaid grade" in shown.out


def test_advice_is_printed_and_ends_well(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(folder, "${moved} = 'yes'", "${moved} = 'yes' or ${moved} != 'yes'")
    assert check(folder) == 0
    shown = capsys.readouterr()
    assert "advice: instrument.toml:from: always-asked: its condition always holds" in shown.out
    assert shown.err == ""


def test_every_problem_is_a_line_on_stderr(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, "${moved} = 'yes'", "${moved} = 'yes' and ${moved} = 'no'")
    change(folder, ". <= 10 or", ". < 0 and")
    assert check(folder) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert [line.split(": ")[:2] for line in shown.err.splitlines()] == [
        ["instrument.toml:children", "impossible-constraint"],
        ["instrument.toml:from", "never-asked"],
    ]


def test_the_preview_counts_people_in_each_locality(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "localities.csv"
    file.write_text("code,population\nP1,5200\nP2,40\n")
    assert check("social_cohesion", "--localities", file) == 0
    shown = capsys.readouterr().out
    assert "Preview of re-identification, form long and short:" in shown
    assert "P2: about 40 of 40" in shown
    assert "independent" in shown


def test_a_localities_file_with_a_mistake_ends_with_one_line_and_no_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "localities.csv"
    file.write_text("code,population\nP1,many\n")
    assert check("social_cohesion", "--localities", file) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("localities.csv:P1: wrong-type: 'population' must be")
    assert check("social_cohesion", "--localities", tmp_path / "none.csv") == 1
