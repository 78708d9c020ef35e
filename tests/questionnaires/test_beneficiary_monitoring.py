"""Beneficiary monitoring: three scores of the support, three of reintegration, and help at once."""

from __future__ import annotations

from typing import Any

import pytest

from questionnaires import Instrument, Role, Rule, read_instrument
from questionnaires.logic import shown
from questionnaires.read import LIBRARY

SCORES = {
    "access": "BM4 BM5 BM6",
    "quality": "BM7 BM8 BM9 BM10",
    "inclusion": "BM11 BM12",
    "RS_economic": "RS1 RS2 RS3",
    "RS_social": "RS4 RS5 RS6",
    "RS_psychosocial": "RS7 RS8 RS9 RS10",
}
CAVEAT = "Inspired by IOM's three dimensions; not the RSS; not comparable with it."


@pytest.fixture(scope="module")
def monitoring() -> Instrument:
    return read_instrument("beneficiary_monitoring")


def written(monitoring: Instrument, name: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = monitoring.document["instrument"]["item"]
    return next(row for row in rows if row["name"] == name)


@pytest.mark.parametrize("name", SCORES)
def test_a_score_is_the_mean_of_its_own_items(monitoring: Instrument, name: str) -> None:
    score = monitoring.dimension(name)
    assert (score.rule, score.role) == (Rule.MEAN, Role.DIMENSION)
    assert " ".join(score.items) == SCORES[name]


def test_no_score_adds_up_the_others(monitoring: Instrument) -> None:
    assert [each.name for each in monitoring.dimensions] == list(SCORES)
    assert [each.parts for each in monitoring.dimensions] == [()] * 6


@pytest.mark.parametrize("name", [name for name in SCORES if name.startswith("RS_")])
def test_a_reintegration_score_says_that_it_is_not_the_rss(
    monitoring: Instrument, name: str
) -> None:
    assert monitoring.texts["en"][f"dimension.{name}.meaning"].endswith(CAVEAT)


def test_the_sources_say_that_it_is_not_the_rss() -> None:
    sources = (LIBRARY / "beneficiary_monitoring" / "SOURCES.md").read_text(encoding="utf-8")
    caveat = CAVEAT[0].lower() + CAVEAT[1:]
    assert caveat in " ".join(sources.split())


def test_debts_and_worry_count_the_other_way_round(monitoring: Instrument) -> None:
    assert [item.name for item in monitoring.items if item.reverse] == ["RS3", "RS8"]


@pytest.mark.parametrize("name", ["BM13", "BM14", "BM15", "BM18"])
def test_what_is_counted_is_in_no_score(monitoring: Instrument, name: str) -> None:
    assert monitoring.item(name).dimension == ""


# Help at once


@pytest.mark.parametrize("name", ["BM15", "RS8"])
def test_help_is_shown_with_the_question_itself(monitoring: Instrument, name: str) -> None:
    assert written(monitoring, name)["help"] is True
    assert "help" in monitoring.texts["en"][f"hint.{name}"]


def test_nothing_follows_from_an_answer_about_abuse(monitoring: Instrument) -> None:
    table = monitoring.document["instrument"]
    conditions = [row.get("ask_if", "") for row in (*table["item"], *table["section"])]
    assert not [condition for condition in conditions if "BM15" in condition]


def test_it_is_said_that_no_alert_follows(monitoring: Instrument) -> None:
    assert "alerts nobody" in monitoring.texts["en"]["hint.BM15"]
    assert "alert nobody" in monitoring.texts["en"]["consent.care"]


def test_whoever_did_not_complain_can_say_so(monitoring: Instrument) -> None:
    assert monitoring.item("BM14").na
    assert monitoring.texts["en"]["choice.BM14.na"] == "I did not complain"


# Before it begins


@pytest.mark.parametrize("section", ["access", "quality", "change", "unintended"])
def test_before_support_begins_nothing_is_asked_about_it(
    monitoring: Instrument, section: str
) -> None:
    assert monitoring.section(section).ask_if == "${BM2} != 'not_begun'"


def test_at_baseline_what_is_left_is_a_persons_own_life(monitoring: Instrument) -> None:
    before = shown(monitoring, "long", {"BM2": "not_begun"})
    after = shown(monitoring, "long", {"BM2": "4-6"})
    unsure = shown(monitoring, "long", {"BM2": "dk"})
    support = {f"BM{number}" for number in (4, 5, 6, 7, 8, 9, 10, 17, 18)}
    assert not before & support
    assert support <= after
    assert unsure == after
    assert {"BM11", "BM13", "BM15", "RS1", "RS10"} <= before


def test_reintegration_is_asked_of_everyone(monitoring: Instrument) -> None:
    assert [monitoring.section(name).ask_if for name in ("living", "feeling")] == ["", ""]


# The story


def test_a_story_is_off_and_has_a_consent_of_its_own(monitoring: Instrument) -> None:
    names = {item.name for item in monitoring.items}
    assert not names & {"BM19", "BM19_quote"}
    assert written(monitoring, "BM19")["type"] == "text"
    assert written(monitoring, "BM19_quote")["ask_if"] == "${BM19} != ''"


def test_no_item_asks_for_the_code_of_a_card(monitoring: Instrument) -> None:
    names = [row["name"] for row in monitoring.document["instrument"]["item"]]
    assert [name for name in names if "code" in name or "card" in name] == []
