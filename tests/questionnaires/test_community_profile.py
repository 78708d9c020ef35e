"""The household form of the community profile branches, limits and leaves out as designed."""

from __future__ import annotations

from typing import Any

import pytest

from questionnaires import Instrument, Role, Rule, item_type, read_instrument
from questionnaires.logic import broken_constraints, shown

SECTORS = [
    *("water", "food", "home", "health", "stress", "school", "work", "power"),
    *("roads", "phone", "safety", "legal", "papers", "care", "waste"),
]
SERVICES = ["health", "mhpss", "education", "jobs", "training", "cash", "housing", "legal"]
SEVERITY = (
    "No difficulty · Some, but we managed · Hard: we gave up other things · "
    "Very hard: health, safety or dignity suffered · We could not get it at all"
)


@pytest.fixture(scope="module")
def profile() -> Instrument:
    return read_instrument("community_profile")


def written(profile: Instrument, name: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = profile.document["instrument"]["item"]
    return next(row for row in rows if row["name"] == name)


def asked(profile: Instrument) -> list[str]:
    return [item.name for item in profile.items]


def test_it_asks_about_a_household(profile: Instrument) -> None:
    assert (profile.audience, profile.unit) == ("participants", "household")


def test_the_parts_stand_in_the_order_of_the_design(profile: Instrument) -> None:
    sections = [section.name for section in profile.sections if section.name != "drivers"]
    assert " ".join(sections) == (
        "place household needs priority assets services safety return barriers "
        "resilience about_you close"
    )


# Needs and priority


@pytest.mark.parametrize("sector", SECTORS)
def test_every_sector_is_asked_on_one_scale_of_severity(profile: Instrument, sector: str) -> None:
    item = profile.item(f"needs_{sector}")
    assert (item.scale, item.codes, item.na) == ("SEV5", ("0", "1", "2", "3", "4"), True)
    assert not item.reverse


def test_severity_is_told_in_what_a_household_went_through(profile: Instrument) -> None:
    words = profile.texts["en"]
    assert " · ".join(words[f"scale.SEV5.{code}"] for code in "01234") == SEVERITY
    assert words["choice.needs.na"] == "We did not need it"


def test_what_was_not_needed_is_no_point_of_the_scale(profile: Instrument) -> None:
    assert "na" not in profile.item("needs_water").codes


def test_the_problems_to_solve_first_are_the_sectors(profile: Instrument) -> None:
    assert list(profile.item("priority").codes) == SECTORS
    words = profile.texts["en"]
    assert [words[f"choice.priority.{each}"] for each in SECTORS] == [
        words[f"row.needs.{each}"] for each in SECTORS
    ]


def test_three_problems_are_ranked_in_an_order_that_differs(profile: Instrument) -> None:
    priority = profile.item("priority")
    assert priority.random
    assert priority.options.top == 3


def test_the_order_of_the_list_is_stored(profile: Instrument) -> None:
    assert "priority_order" in asked(profile)


def test_no_need_is_in_a_score_of_the_place(profile: Instrument) -> None:
    needs = [profile.item(f"needs_{sector}") for sector in SECTORS]
    assert [(item.dimension, item.facets) for item in needs] == [("", ())] * 15


# Branches


def test_who_can_use_it_is_asked_of_what_is_there(profile: Instrument) -> None:
    rows = written(profile, "asset_use")["row"]
    assert len(rows) == 14
    assert [row["ask_if"] for row in rows] == [f"${{assets_{row['code']}}} = 'yes'" for row in rows]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_followed_from_need_to_safety(profile: Instrument, service: str) -> None:
    got = profile.item(f"service_got_{service}").ask_if
    why = profile.item(f"why_{service}").ask_if
    assert f"${{service_need_{service}}} = 'yes'" in got
    assert f"${{service_got_{service}}} = 'no'" in why
    for grid in ("service_quality", "service_respect", "service_safety"):
        condition = profile.item(f"{grid}_{service}").ask_if
        assert f"${{service_got_{service}}} = 'yes'" in condition
        assert f"${{service_got_{service}}} = 'partly'" in condition
        assert "'no'" not in condition


def test_the_questions_on_arrivals_are_for_places_with_arrivals(profile: Instrument) -> None:
    for name in ("return_change", "bring"):
        assert written(profile, name)["ask_if"] == "${returned} = 'yes'"


@pytest.mark.parametrize("name", ["quarrels", "drivers"])
def test_a_limit_of_a_list_is_said_in_words(profile: Instrument, name: str) -> None:
    assert written(profile, name)["constraint"].startswith("count-selected(.) <= ")
    assert profile.texts["en"][f"constraint.{name}"]


def test_at_most_five_barriers_stand_on_a_screen(profile: Instrument) -> None:
    assert {item.options.screen for item in profile.items if item.source == "barriers"} == {5}


def test_nothing_much_and_nobody_stand_alone(profile: Instrument) -> None:
    for name, code in (("quarrels", "nothing"), ("bring", "nothing"), ("turn_to", "nobody")):
        alone = [choice.code for choice in profile.item(name).choices if choice.exclusive]
        assert alone == [code]


def test_a_household_without_needs_and_arrivals_takes_the_short_way(profile: Instrument) -> None:
    answers = {f"service_need_{each}": "no" for each in SERVICES} | {"returned": "no"}
    names = shown(profile, "long", answers | {"household_size": "1"})
    branches = ("children", "asset_use_", "service_got_", "why_", "service_quality_", "return_")
    assert not [name for name in names if name.startswith((*branches, "bring"))]


def test_only_what_was_needed_is_followed(profile: Instrument) -> None:
    answers = {"service_need_health": "yes", "service_got_health": "partly"}
    answers |= {"service_need_legal": "yes", "service_got_legal": "no"}
    names = shown(profile, "long", answers)
    assert {name for name in names if name.startswith("why_")} == {"why_health", "why_legal"}
    assert {name for name in names if name.startswith("service_respect_")} == {
        "service_respect_health"
    }


def test_who_first_named_a_problem_is_asked_why(profile: Instrument) -> None:
    assert "priority_reason" in shown(profile, "long", {"priority": "water jobs"})
    assert "priority_reason" not in shown(profile, "long", {"priority": "dk"})


def test_where_people_quarrel_about_nothing_it_is_not_asked_how_it_ends(
    profile: Instrument,
) -> None:
    assert "settled" not in shown(profile, "long", {"quarrels": "nothing"})
    assert "settled" in shown(profile, "long", {"quarrels": "land youth"})


def test_three_things_to_quarrel_about_are_enough(profile: Instrument) -> None:
    assert [*broken_constraints(profile, "long", {"quarrels": "land jobs aid"})] == []
    four = {"quarrels": "land jobs aid war"}
    assert [*broken_constraints(profile, "long", four)] == ["quarrels"]


def test_a_household_with_much_to_tell_can_do_so_in_fifteen_minutes(profile: Instrument) -> None:
    """Eight seconds a question is a rule of thumb; most here are one-word rows of a grid."""
    answers = {f"assets_{row['code']}": "yes" for row in written(profile, "assets")["row"][:8]}
    for service in SERVICES[:3]:
        answers |= {f"service_need_{service}": "yes", f"service_got_{service}": "partly"}
    answers |= {"returned": "yes", "priority": "water", "quarrels": "land"}
    names = shown(profile, "long", answers)
    asked = [name for name in names if item_type(profile.item(name).type).is_asked]
    assert len(asked) * 8 <= 15 * 60


# Resilience


def test_resilience_is_the_one_scale(profile: Instrument) -> None:
    resilience = profile.dimension("CR")
    assert (resilience.rule, resilience.role) == (Rule.MEAN, Role.DIMENSION)
    assert resilience.minimum == 3
    assert resilience.items == ("CR1", "CR2", "CR3", "CR4", "CR5", "CR6")
    assert [each.name for each in profile.dimensions if each.role is Role.DIMENSION] == ["CR"]


# Off


@pytest.mark.parametrize("name", ["drivers", "RA1", "RA2", "RA3"])
def test_what_can_put_people_at_risk_is_off(profile: Instrument, name: str) -> None:
    assert name not in asked(profile)
    assert "risk note" in written(profile, name)["reason"]


def test_drivers_are_asked_in_the_third_person_only(profile: Instrument) -> None:
    words = profile.texts["en"]["item.drivers"].lower()
    assert "some people" in words
    assert not {"you", "your"} & set(words.split())


def test_services_that_expose_their_users_are_not_asked_about(profile: Instrument) -> None:
    rows = {row["code"] for row in written(profile, "service_need")["row"]}
    assert not rows & {"gbv", "exit", "probation", "child_protection"}
