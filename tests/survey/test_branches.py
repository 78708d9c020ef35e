"""A questionnaire with branches, on the pages: who is asked what, and what is stored of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from questionnaires import AnswerError, Instrument, read_instrument
from questionnaires.logic import complete_answers
from survey.db import Database
from survey.models import Wave
from tests.conftest import record
from tests.survey.participant import Participant
from tests.survey.sealed import only_answers, sealing_wave

BRANCHING = Path(__file__).parents[1] / "questionnaires" / "branching"


@pytest.fixture(scope="module")
def branching() -> Instrument:
    return read_instrument(BRANCHING)


@pytest.fixture
def wave(database: Database, branching: Instrument) -> Wave:
    return sealing_wave(database, branching, protection="open", languages=("en",), breakdowns=())


@pytest.fixture
def participant(wave: Wave, client: FlaskClient) -> Participant:
    return Participant(client).begin()


#: Somebody young who came from abroad and lives with two children.
FAMILY = {
    "D1": "P1", "age": "25", "sex": "woman", "moved": "yes", "from": "abroad", "welcome": "3",
    "adults": "1", "children": "2", "needs": "water", "how_water": "2", "plans": "stay",
}  # fmt: skip


def questions(participant: Participant) -> set[str]:
    return set(participant.page.offered)


def test_an_item_comes_after_the_screen_of_the_one_that_decides(participant: Participant) -> None:
    participant.send(D1="P1", age="25")
    assert "moved" in questions(participant)
    assert "from" not in questions(participant)
    participant.send(moved="yes")
    assert "from" in questions(participant)
    participant.send(**{"from": "abroad"})
    assert "welcome" in questions(participant)


def test_a_screen_shows_only_what_is_asked_of_this_person(participant: Participant) -> None:
    participant.send(D1="P1", age="25")
    participant.send(moved="yes")
    participant.send(**{"from": "here"})
    assert questions(participant) & {"welcome", "adults", "children"} == {"adults", "children"}


def test_a_screen_that_asks_nothing_is_passed_over_in_both_directions(
    participant: Participant,
) -> None:
    participant.send(D1="P1", age="50")
    participant.send(moved="no")
    assert {"from", "welcome"}.isdisjoint(questions(participant))
    assert "children" in questions(participant)
    participant.send(action="back")
    assert "moved" in questions(participant)
    participant.send(moved="no")
    participant.send(children="0")
    assert questions(participant) == set()
    participant.send(action="back")
    assert "children" in questions(participant)


def test_a_row_of_a_grid_is_asked_of_those_it_concerns(participant: Participant) -> None:
    participant.answer_all({"D1": "P1", "children": "1", "moved": "no"} | {"needs": "school"})
    assert "School" in participant.page.text
    assert participant.page.text.count("Not answered") >= 1
    participant.send(action="back")
    assert questions(participant) == {"how_school"}


def test_everything_that_was_not_asked_is_stored_as_not_shown(
    participant: Participant, database: Database
) -> None:
    participant.answer_all({"D1": "P1", "age": "50", "moved": "no", "children": "0"})
    participant.send(action="next")
    assert participant.page.is_received
    answers = only_answers(database)
    assert {name for name, answer in answers.items() if answer == "not_shown"} == {
        "from", "welcome", "needs", "how_water", "how_school", "plans",
    }  # fmt: skip
    assert (answers["moved"], answers["adults"], answers["sex"]) == ("no", "skip", "skip")


def test_the_longest_way_is_stored_as_it_was_answered(
    participant: Participant, database: Database
) -> None:
    participant.answer_all(FAMILY).send(action="next")
    assert only_answers(database) == FAMILY | {"how_school": "not_shown", "people": "3"}


def test_going_back_drops_the_answers_that_are_no_longer_asked(
    participant: Participant, database: Database
) -> None:
    participant.answer_all(FAMILY)
    assert "From abroad" in participant.page.text
    participant.send(action="screen:1")
    participant.answer_all(FAMILY | {"moved": "no"})
    assert "From abroad" not in participant.page.text
    participant.send(action="next")
    answers = only_answers(database)
    assert (answers["from"], answers["welcome"], answers["needs"]) == (
        "not_shown",
        "not_shown",
        "water",
    )


def test_an_answer_that_was_dropped_does_not_come_back(participant: Participant) -> None:
    participant.answer_all(FAMILY)
    participant.send(action="screen:1")
    participant.send(moved="no")
    participant.send(action="back", children="2", adults="1")
    participant.send(moved="yes")
    assert "from" in questions(participant)
    assert "from" not in participant.page.chosen


def test_a_page_of_the_review_that_asks_nothing_leads_to_the_next(
    participant: Participant,
) -> None:
    participant.answer_all({"D1": "P1", "moved": "no", "children": "0"})
    participant.send(action="screen:2")
    assert "children" in questions(participant)


def test_an_answer_against_a_constraint_is_refused_with_its_words(
    participant: Participant,
) -> None:
    participant.send(D1="P1", age="50")
    participant.send(moved="no")
    reply = participant.send(adults="1", children="11")
    assert reply.status_code == 422
    assert "Check the number of children." in participant.page.text
    assert participant.send(adults="2", children="11").status_code == 200


def test_an_answer_against_a_constraint_is_not_carried_on(
    participant: Participant, database: Database
) -> None:
    participant.send(D1="P1", age="50")
    participant.send(moved="no")
    participant.send(action="back", adults="1", children="11")
    participant.answer_all({"D1": "P1", "moved": "no"}).send(action="next")
    assert only_answers(database)["children"] == "skip"


def test_fields_of_items_that_are_not_asked_are_not_read(
    participant: Participant, database: Database
) -> None:
    participant.send(D1="P1", age="50", plans="stay")
    participant.send(moved="no", plans="stay", **{"from": "abroad"})
    participant.answer_all({"children": "0"}).send(action="next")
    answers = only_answers(database)
    assert (answers["plans"], answers["from"]) == ("not_shown", "not_shown")


def test_a_page_that_was_changed_keeps_what_its_items_may_still_be_asked(
    participant: Participant,
) -> None:
    participant.send(D1="P1", age="50")
    participant.send(moved="yes")
    data = {"state": "forged", "from": "abroad", "sex": "man"}
    participant.reply = participant.client.post(participant.address, data=data)
    assert participant.reply.status_code == 422
    participant.send(action="language:en")
    participant.begin()
    assert participant.page.chosen == {"sex": ["man"]}
    participant.send(D1="P1", sex="man")
    participant.send(moved="yes")
    assert participant.page.chosen == {"from": ["abroad"]}


def test_a_page_is_the_same_for_all_whom_it_asks_the_same(wave: Wave, client: FlaskClient) -> None:
    def third(answers: dict[str, str]) -> set[str]:
        one = Participant(client).begin()
        one.send(D1="P1")
        one.send(moved="yes")
        one.send(**answers)
        return questions(one)

    first, second = third({"from": "abroad"}), third({"from": "here"})
    assert first - second == {"welcome"}
    assert third({"from": "abroad"}) == first


def test_an_answer_to_an_item_that_is_not_asked_is_refused(
    database: Database, wave: Wave, branching: Instrument
) -> None:
    due = {item.name: "skip" for item in branching.items} | {"D1": "P1", "moved": "no"}
    whole = complete_answers(branching, "long", due)
    record(database, wave, whole)
    for change in (
        {"from": "abroad"},
        {"from": "skip"},
        {"moved": "not_shown"},
        {"children": "11"},
        {"people": "7"},
    ):
        with pytest.raises(AnswerError) as caught:
            record(database, wave, whole | change)
        assert set(change) == {caught.value.item} or "children" in change
