"""The command that scores a file, for every instrument of the library."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from questionnaires import read_instrument
from survey.cli import main, sixfold
from survey.operations.scoring import score_file

SECTORS = [
    "water",
    "food",
    "home",
    "health",
    "stress",
    "school",
    "work",
    "power",
    "roads",
    "phone",
    "safety",
    "legal",
    "papers",
    "care",
    "waste",
]
COHESION = "TRH TRV TR BE SI SI_self SI_comm AT AT_dist CN CE CE_freq CE_community CE_voice"

COLUMNS = {
    "social_cohesion": f"{COHESION} CE_bridging".split(),
    "community_profile": [
        "CR",
        *(f"needs_{sector}" for sector in SECTORS),
        "needs_worst",
        *(f"priority_{sector}" for sector in SECTORS),
    ],
    "beneficiary_monitoring": [
        "access",
        "quality",
        "inclusion",
        "RS_economic",
        "RS_social",
        "RS_psychosocial",
    ],
    "focus_group": [f"needs_vote_{sector}" for sector in SECTORS],
    "stakeholder_map": ["capacity"],
    "reintegration_governance": [f"G{number}" for number in range(1, 10)],
}
FIRST = {
    "social_cohesion": {"B1": "5", "B2": "5", "B3": "5"},
    "community_profile": {"needs_water": "2", "priority": "food water home"},
    "beneficiary_monitoring": {"BM11": "5", "BM12": "3"},
    "focus_group": {"voters": "4", "needs_vote": "water:20"},
    "stakeholder_map": {"capacity_staff": "5", "capacity_money": "4"},
    "reintegration_governance": {"G7_money": "4", "G7_shared": "2"},
}
WANTED = {
    "social_cohesion": {"BE": "100.0"},
    "community_profile": {"needs_water": "50.0", "needs_worst": "50.0", "priority_food": "100.0"},
    "beneficiary_monitoring": {"inclusion": "75.0"},
    "focus_group": {"needs_vote_water": "50.0", "needs_vote_food": "0.0"},
    "stakeholder_map": {"capacity": "87.5"},
    "reintegration_governance": {"G7": "75.0"},
}


def written(folder: Path, answers: dict[str, str]) -> Path:
    path = folder / "answers.csv"
    with path.open("w", newline="") as stream:
        table = csv.DictWriter(stream, ["id", *answers])
        table.writeheader()
        table.writerow({"id": "first", **answers})
        table.writerow({"id": "silent"})
    return path


def scored(*words: object) -> Result:
    return CliRunner().invoke(sixfold, ["score", *map(str, words)])


@pytest.mark.parametrize("name", COLUMNS)
def test_an_instrument_is_scored_in_its_documented_columns(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, FIRST[name])
    result = scored(path, "--instrument", name)
    assert result.exit_code == 0, result.output
    first, silent = csv.DictReader(result.output.splitlines())
    assert list(first) == ["id", *COLUMNS[name]]
    assert {column: first[column] for column in WANTED[name]} == WANTED[name]
    assert (first["id"], silent.pop("id")) == ("first", "silent")
    assert set(silent.values()) == {""}


@pytest.mark.parametrize("name", ["key_informant", "observation", "service_map"])
def test_an_instrument_without_scores_says_so(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    item = next(each for each in read_instrument(name).items if each.type == "single")
    path = written(tmp_path, {item.name: item.codes[0]})
    output = tmp_path / "scores.csv"
    with pytest.raises(SystemExit) as ended:
        main(["score", str(path), "--instrument", name, "-o", str(output)])
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out, output.exists()) == (1, "", False)
    assert printed.err.count("\n") == 1
    assert f"{name} has no scores" in printed.err


def test_a_broken_ranking_is_no_score_and_no_error(tmp_path: Path) -> None:
    path = written(tmp_path, {"priority": "food food", "needs_food": "4"})
    header, rows = score_file(path, "community_profile")
    first = dict(zip(header[1:], next(iter(rows))[1], strict=True))
    assert first["needs_food"] == 100
    assert first["priority_food"] != first["priority_food"]  # missing


def test_the_form_is_the_fullest_unless_told(tmp_path: Path) -> None:
    path = written(tmp_path, {"T1": "5", "T2": "5", "T3": "1", "T4": "5"})
    long, short = (
        next(
            csv.DictReader(
                scored(path, "--instrument", "social_cohesion", *form).output.splitlines()
            )
        )
        for form in ((), ("--form", "short"))
    )
    assert (long["TRH"], short["TRH"]) == ("50.0", "100.0")
