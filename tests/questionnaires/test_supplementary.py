"""The supplementary questions of social cohesion and its two wordings of who the groups are."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from analysis import Frame, Row, score
from questionnaires import Instrument, Role, worded
from questionnaires.build import build_instrument

with (Path(__file__).parent / "library.csv").open(encoding="utf-8", newline="") as _stream:
    SUPPLEMENTARY = [
        row["item"] for row in csv.DictReader(_stream) if row["instrument"] == "social_cohesion"
    ]

#: What the plain words ask about, and the other wording must not.
CLEAVAGE = re.compile(r"ethnic|religio", re.IGNORECASE)


@pytest.fixture(scope="module")
def full(cohesion: Instrument) -> Instrument:
    """Return the questionnaire with every supplementary question switched on."""
    document = json.loads(cohesion.canonical)
    for row in document["instrument"]["item"]:
        if row["section"] == "supplementary":
            del row["enabled"]
    return build_instrument(document)


@pytest.fixture(scope="module")
def displacement(full: Instrument) -> Instrument:
    """Return the questionnaire in the words for displaced people and those who lived here."""
    return worded(full, "displacement")


# Supplementary questions


def test_there_are_twelve_in_the_order_of_the_design(full: Instrument) -> None:
    asked = [item.name for item in full.items if item.section == "supplementary"]
    assert asked == SUPPLEMENTARY
    assert len(asked) == 12


def test_they_stand_between_the_attitudes_and_the_person(full: Instrument) -> None:
    sections = [section.name for section in full.sections]
    assert sections[-4:] == ["attitudes", "supplementary", "about_you", "close"]


def test_as_shipped_none_of_them_is_asked(cohesion: Instrument) -> None:
    assert not {item.name for item in cohesion.items} & set(SUPPLEMENTARY)
    assert "supplementary" not in {section.name for section in cohesion.sections}
    assert "RA" not in {dimension.name for dimension in cohesion.dimensions}


@pytest.mark.parametrize("name", SUPPLEMENTARY)
def test_each_has_a_switch_of_its_own(cohesion: Instrument, name: str) -> None:
    document = json.loads(cohesion.canonical)
    row = next(row for row in document["instrument"]["item"] if row["name"] == name)
    del row["enabled"]
    assert name in {item.name for item in build_instrument(document).items}


def test_they_are_in_the_long_form_only(full: Instrument) -> None:
    assert not [item for item in full.asked("short") if item.section == "supplementary"]


def test_only_acceptance_of_returning_families_is_scored(full: Instrument) -> None:
    scored = {item.name: item.dimension for item in full.items if item.section == "supplementary"}
    assert {name for name, dimension in scored.items() if dimension} == {"RA1", "RA2", "RA3"}
    assert full.dimension("RA").role is Role.EXTRA


def test_the_six_dimensions_do_not_change(cohesion: Instrument, full: Instrument) -> None:
    assert [each for each in full.dimensions if each.role is not Role.EXTRA] == [
        *cohesion.dimensions
    ]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"RA1": "5", "RA2": "5", "RA3": "5"}, 100.0),
        ({"RA1": "1", "RA2": "3", "RA3": "dk"}, 25.0),
        ({"RA1": "5", "RA2": "pnta", "RA3": "dk"}, None),
    ],
)
def test_acceptance_needs_two_answers_of_three(
    full: Instrument, answers: dict[str, str], expected: float | None
) -> None:
    frame = Frame.from_answers(full, [Row(answers, 1_000_000, "", None, "en", "self-web")])
    (value,) = score(frame)["RA"]
    assert value == pytest.approx(expected if expected is not None else float("nan"), nan_ok=True)


def test_returning_families_are_asked_about_only_with_a_risk_note(cohesion: Instrument) -> None:
    rows = {row["name"]: row for row in cohesion.document["instrument"]["item"]}
    assert all("risk note" in rows[name]["reason"] for name in ("RA1", "RA2", "RA3"))


def test_whoever_meets_nobody_of_other_groups_can_say_so(full: Instrument) -> None:
    assert full.item("AS2").na
    assert full.texts["en"]["choice.AS2.na"] == "I do not meet them"


# Two wordings


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_other_wording_rewrites_the_same_questions(
    full: Instrument, displacement: Instrument, language: str
) -> None:
    def rewritten(code: str) -> set[str]:
        plain, other = worded(full, "").texts[code], displacement.texts[code]
        return {key for key in plain.words if plain[key] != other[key]}

    assert rewritten(language) == rewritten("en")
    assert len(rewritten(language)) == 18


def test_the_other_wording_asks_and_scores_the_same(
    full: Instrument, displacement: Instrument
) -> None:
    assert displacement.items == full.items
    assert displacement.dimensions == full.dimensions


def test_every_question_about_ethnicity_or_religion_is_rewritten(
    full: Instrument, displacement: Instrument
) -> None:
    plain, other = full.texts["en"], displacement.texts["en"]
    about = [key for key in plain.words if key.startswith("item.") and CLEAVAGE.search(plain[key])]
    about = [key for key in about if key not in {"item.D11", "item.D12", "item.TS1"}]
    assert len(about) == 10
    assert [key for key in about if CLEAVAGE.search(other[key])] == []


def test_every_question_about_groups_in_a_score_is_rewritten(displacement: Instrument) -> None:
    words = displacement.texts["en"]
    scored = [f"item.{item.name}" for item in displacement.items if item.dimension]
    assert [key for key in scored if re.search(r"\bgroups?\b", words[key])] == ["item.C4"]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_other_wording_leaves_answers_alone(
    full: Instrument, displacement: Instrument, language: str
) -> None:
    plain, other = full.texts[language], displacement.texts[language]
    labels = [key for key in plain.words if key.startswith(("scale.", "choice.", "answer."))]
    assert [key for key in labels if plain[key] != other[key]] == []
