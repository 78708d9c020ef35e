"""Mistakes in conditions, constraints and calculations: each named with its place and remedy."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaires import InstrumentError, Problem, read_instrument, thaw_instrument
from questionnaires.build import build_instrument
from questionnaires.check import find_problems

#: A slow machine is no failure.
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
HERE = Path(__file__).parent
FLAWS = tomllib.loads((HERE / "branching_flaws.toml").read_text(encoding="utf-8"))


@pytest.fixture
def branching(tmp_path: Path) -> Path:
    """Return the folder of an instrument with branches and without a flaw."""
    return shutil.copytree(HERE / "branching", tmp_path / "branching")


def change(path: Path, old: str, new: str) -> None:
    """Replace `old`, which stands in the file once, by `new`."""
    before = path.read_text(encoding="utf-8")
    assert before.count(old) == 1
    path.write_text(before.replace(old, new), encoding="utf-8")


def problems(folder: Path) -> list[Problem]:
    """Return what is wrong with an instrument, or, if it can be read, what its check finds."""
    try:
        return find_problems(read_instrument(folder))
    except InstrumentError as error:
        return list(error.problems)


def test_the_branching_instrument_has_no_flaw(branching: Path) -> None:
    assert problems(branching) == []


@pytest.mark.parametrize("flaw", FLAWS.values(), ids=list(FLAWS))
def test_a_flaw_is_named_once_with_its_place_and_remedy(
    branching: Path, flaw: dict[str, Any]
) -> None:
    file = flaw.get("file", "instrument.toml")
    change(branching / file, flaw["old"], flaw["new"])
    for also in flaw.get("also", []):
        change(branching / also["file"], also["old"], also["new"])
    expected = Problem(file, flaw["item"], flaw["code"], flaw["remedy"])
    assert problems(branching) == [expected]


def test_the_flaws_of_all_catalogues_are_more_than_sixty() -> None:
    others = tomllib.loads((HERE / "flaws.toml").read_text(encoding="utf-8"))
    assert len(FLAWS) + len(others) > 120
    assert len({flaw["code"] for flaw in FLAWS.values()}) >= 15


def test_all_mistakes_are_named_at_once(branching: Path) -> None:
    change(branching / "instrument.toml", "${moved} = 'yes'", "${moved} == 'yes'")
    change(branching / "instrument.toml", "selected(${needs}, 'water')", "selected(${needs}")
    change(branching / "instrument.toml", ". <= 10 or", ". =< 10 or")
    assert [problem.item for problem in problems(branching)] == ["children", "from", "how_water"]


@pytest.mark.parametrize("sign", ["(", "-", "not(", "1+", "if(1=1,1,"])
def test_an_endless_expression_is_a_problem_like_any_other(branching: Path, sign: str) -> None:
    change(branching / "instrument.toml", "${moved} = 'yes'", sign * 200_000)
    (problem,) = problems(branching)
    assert (problem.item, problem.code) == ("from", "too-long")


def test_a_condition_that_becomes_too_deep_within_its_grid_is_named(branching: Path) -> None:
    deep = "(" * 40 + "${needs} != ''" + ")" * 40
    change(branching / "instrument.toml", "${needs} != ''", deep)
    (problem,) = problems(branching)
    assert (problem.item, problem.code) == ("how", "too-deep")


def test_a_branch_that_is_off_may_wait_for_what_is_off(branching: Path) -> None:
    row = 'enabled = false\nreason = "Only where it does no harm."\n'
    change(branching / "instrument.toml", row, f"{row}ask_if = \"${{moved}} = 'yes'\"\n")
    assert problems(branching) == []
    change(branching / "instrument.toml", "\"${moved} = 'yes'\"\n\n[[item.choice]]\ncode = \"a\"",
           "\"${moved} = 'maybe'\"\n\n[[item.choice]]\ncode = \"a\"")  # fmt: skip
    assert [problem.code for problem in problems(branching)] == ["unknown-code"]


# Expressions of any shape, anywhere

FROZEN = read_instrument(HERE / "branching").canonical
WORDS = ["${moved}", "${age}", "${needs}", "${young}", "${people}", "'yes'", "''", "1", "30", "."]
WORDS += ["=", "!=", "<", "+", "div", "and", "or", "not(", "selected(", "sum(", "if(", ",", ")"]


@settings(relaxed, max_examples=150)
@given(
    owner=st.sampled_from(["from", "welcome", "children", "plans", "how", "D1"]),
    key=st.sampled_from(["ask_if", "constraint"]),
    text=st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join),
)
def test_any_expression_builds_or_names_its_problems(owner: str, key: str, text: str) -> None:
    document = json.loads(FROZEN)
    row = next(row for row in document["instrument"]["item"] if row["name"] == owner)
    row[key] = text
    document["text"]["en"]["constraint"] = {owner: "Check this.", "children": "Check that."}
    try:
        instrument = build_instrument(document)
    except InstrumentError as error:
        assert all(problem.remedy for problem in error.problems)  # noqa: PT017 - or it builds
        return
    assert thaw_instrument(instrument.canonical) == instrument
    find_problems(instrument)
