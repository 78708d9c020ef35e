"""Who is asked what: conditions, calculations and constraints over a whole questionnaire."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaires import AnswerError, Instrument, library_names, read_instrument, screens
from questionnaires.build import build_instrument
from questionnaires.logic import (
    broken_constraints,
    check_relevance,
    complete_answers,
    item_meaning,
    shown,
    still_asked,
    waits_for,
)
from questionnaires.types import item_type
from tests.questionnaires.types.asking import every_type

#: A slow machine is no failure.
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
BRANCHING = read_instrument(Path(__file__).parent / "branching")
CHOICES = {
    "D1": ["P1"], "age": ["", "dk", "10", "29", "30", "77"], "sex": ["", "woman", "pnta"],
    "moved": ["", "yes", "no", "dk"], "from": ["", "abroad", "here"], "welcome": ["", "1"],
    "adults": ["", "1", "2"], "children": ["", "0", "2", "dk"],
    "needs": ["", "water", "water school", "none", "dk"], "how_water": ["", "2"],
    "how_school": ["", "3"], "plans": ["", "stay"],
}  # fmt: skip
answers = st.fixed_dictionaries({}, optional={
    name: st.sampled_from([each or "skip" for each in codes]) for name, codes in CHOICES.items()
})  # fmt: skip
forms = st.sampled_from(["long", "short"])


def asked(**given: str) -> set[str]:
    """Return which of the items with a condition are asked, given some answers."""
    return set(shown(BRANCHING, "long", given)) & set(waits_for(BRANCHING))


@pytest.mark.parametrize(
    ("given_answers", "expected"),
    [
        ({}, ""),
        ({"moved": "yes"}, "from"),
        ({"moved": "dk"}, ""),
        ({"moved": "yes", "from": "abroad"}, "from welcome"),
        ({"moved": "no", "from": "abroad"}, ""),
        ({"children": "2"}, "needs"),
        ({"children": "2", "needs": "pnta"}, "needs"),
        ({"children": "2", "needs": "water school"}, "needs how_water how_school"),
        ({"children": "2", "needs": "none"}, "needs"),
        ({"children": "0", "needs": "water"}, ""),
        ({"age": "20", "adults": "2", "children": "1"}, "needs plans"),
        ({"age": "20", "adults": "3"}, "plans"),
        ({"age": "30", "adults": "3"}, ""),
        ({"age": "dk", "adults": "3"}, ""),
    ],
)
def test_an_item_is_asked_when_its_conditions_hold(
    given_answers: dict[str, str], expected: str
) -> None:
    assert asked(**given_answers) == set(expected.split())


def test_a_form_asks_its_own_items_only() -> None:
    given_answers = {"age": "20", "adults": "3"}
    assert "plans" in shown(BRANCHING, "long", given_answers)
    assert "plans" not in shown(BRANCHING, "short", given_answers)


def test_an_item_waits_for_the_items_behind_a_calculation_and_a_section() -> None:
    waits = waits_for(BRANCHING)
    assert waits["plans"] == {"age", "adults", "children"}
    assert waits["how_water"] == {"children", "needs"}


@pytest.mark.parametrize("name", library_names())
def test_no_item_of_the_library_stands_beside_one_it_waits_for(name: str) -> None:
    instrument = read_instrument(name)
    waits = waits_for(instrument)
    for form in instrument.forms:
        for screen in screens(instrument, form):
            names = {item.name for item in screen}
            assert not any(names & waits.get(item.name, frozenset()) for item in screen)


@pytest.mark.parametrize("name", library_names())
def test_every_item_of_the_library_has_a_meaning_in_expressions(name: str) -> None:
    for item in read_instrument(name).items:
        assert item_meaning(item).kind


def test_the_answer_to_a_list_experiment_is_a_number_of_statements() -> None:
    lists = [item for item in every_type().items if item.type == "list_experiment"]
    assert lists
    assert all(item_meaning(item).is_number and not item_meaning(item).codes for item in lists)


# What becomes of answers


@relaxed
@given(given_answers=answers, form=forms)
def test_what_is_still_asked_is_asked_of_the_same_answers(
    given_answers: dict[str, str], form: str
) -> None:
    kept = still_asked(BRANCHING, form, given_answers)
    assert shown(BRANCHING, form, kept) == shown(BRANCHING, form, given_answers)
    assert still_asked(BRANCHING, form, kept) == kept
    assert kept.items() <= given_answers.items()


@relaxed
@given(given_answers=answers, form=forms)
def test_with_every_answer_given_only_what_is_asked_stays(
    given_answers: dict[str, str], form: str
) -> None:
    every = {item.name: "skip" for item in BRANCHING.asked(form)} | given_answers
    every = {name: every[name] for name in every if name in {i.name for i in BRANCHING.asked(form)}}
    assert set(still_asked(BRANCHING, form, every)) == shown(BRANCHING, form, every)


@relaxed
@given(given_answers=answers, form=forms)
def test_complete_answers_are_the_ones_that_can_be_stored(
    given_answers: dict[str, str], form: str
) -> None:
    every = {item.name: "skip" for item in BRANCHING.asked(form)} | given_answers
    whole = complete_answers(BRANCHING, form, every)
    assert set(whole) == {item.name for item in BRANCHING.asked(form)}
    assert complete_answers(BRANCHING, form, whole) == whole
    hidden = {name for name, answer in whole.items() if answer == "not_shown"}
    assert hidden == set(whole) - shown(BRANCHING, form, every)
    if not list(broken_constraints(BRANCHING, form, whole)):
        check_relevance(BRANCHING, form, whole)


@relaxed
@given(given_answers=answers, name=st.sampled_from(sorted(waits_for(BRANCHING))))
def test_an_answer_where_nothing_was_asked_is_refused(
    given_answers: dict[str, str], name: str
) -> None:
    every = {item.name: "skip" for item in BRANCHING.items} | given_answers
    whole = complete_answers(BRANCHING, "long", every)
    wrong = "skip" if whole[name] == "not_shown" else "not_shown"
    with pytest.raises(AnswerError) as caught:
        check_relevance(BRANCHING, "long", whole | {name: wrong})
    assert caught.value.item


def test_a_calculation_that_is_kept_is_stored_with_its_value() -> None:
    every = {item.name: "skip" for item in BRANCHING.items}
    assert complete_answers(BRANCHING, "long", every)["people"] == "skip"
    assert complete_answers(BRANCHING, "long", every | {"adults": "2"})["people"] == "2"
    both = every | {"adults": "2", "children": "3", "needs": "none"}
    assert complete_answers(BRANCHING, "long", both)["people"] == "5"


def test_nobody_can_send_another_value_of_a_calculation() -> None:
    whole = complete_answers(
        BRANCHING, "long", {item.name: "skip" for item in BRANCHING.items} | {"adults": "2"}
    )
    check_relevance(BRANCHING, "long", whole)
    with pytest.raises(AnswerError):
        check_relevance(BRANCHING, "long", whole | {"people": "7"})


def test_no_answer_breaks_no_constraint() -> None:
    assert list(broken_constraints(BRANCHING, "long", {"children": "dk", "adults": "1"})) == []
    assert list(broken_constraints(BRANCHING, "long", {"children": "11"})) == ["children"]
    assert list(broken_constraints(BRANCHING, "long", {"children": "11", "adults": "2"})) == []


def test_an_answer_stays_while_what_decides_about_it_is_not_answered() -> None:
    assert still_asked(BRANCHING, "long", {"from": "abroad"}) == {"from": "abroad"}
    assert still_asked(BRANCHING, "long", {"moved": "no", "from": "abroad"}) == {"moved": "no"}
    kept = {"moved": "yes", "from": "abroad", "welcome": "1"}
    assert still_asked(BRANCHING, "long", kept) == kept
    assert still_asked(BRANCHING, "long", kept | {"moved": "dk"}) == {"moved": "dk"}


def test_an_instrument_without_conditions_asks_everything(cohesion: Instrument) -> None:
    assert shown(cohesion, "short", {}) == {item.name for item in cohesion.asked("short")}
    assert still_asked(cohesion, "long", {"T1": "5"}) == {"T1": "5"}


def household() -> Instrument:
    """Return the branching instrument with a group of items for each adult."""
    document = json.loads(BRANCHING.canonical)
    table, text = document["instrument"], document["text"]["en"]
    table["section"].insert(3, {"name": "people"})
    table["group"] = [{"name": "adult", "section": "people", "maximum": 3, "count": "adults"}]
    table["item"] += [
        {"name": "years", "section": "people", "type": "number", "group": "adult"},
        {"name": "works", "section": "people", "type": "single", "group": "adult",
         "ask_if": "${years} >= 18", "choice": [{"code": "yes"}, {"code": "no"}]},
    ]  # fmt: skip
    table["calculation"] += [{"name": "all_years", "expression": "sum(${years})", "stored": True}]
    text["section"]["people"] = {"title": "People"}
    text["group"] = {"adult": {"title": "Adult"}}
    text["item"] |= {"years": "How old?", "works": "Does this person work?"}
    text["choice"]["works"] = {"yes": "Yes", "no": "No"}
    return build_instrument(document)


def test_a_turn_of_a_group_is_asked_by_its_own_answers() -> None:
    whole = household()
    people = {"adults": "2", "years_1": "40", "years_2": "12", "years_3": "50"}
    turns = {name for name in shown(whole, "long", people) if name[-2:] in {"_1", "_2", "_3"}}
    assert turns == {"years_1", "works_1", "years_2"}
    assert waits_for(whole)["works_2"] == {"adults", "years_2"}


def test_a_sum_outside_a_group_goes_over_all_its_turns() -> None:
    whole = household()
    people = {"adults": "2", "years_1": "40", "years_2": "12", "years_3": "50"}
    every = {item.name: "skip" for item in whole.items} | people
    assert complete_answers(whole, "long", every)["all_years"] == "52"


def test_what_no_page_asks_may_be_missing_without_a_reason() -> None:
    for name in library_names():
        instrument = read_instrument(name)
        companions = [item for item in instrument.items if not item_type(item.type).is_asked]
        whole = complete_answers(instrument, instrument.forms[0], {})
        assert all(whole[item.name] in {"not_shown", "skip", "0"} for item in companions)
