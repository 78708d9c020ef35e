"""What a person may do with a page that is not finished yet, and what stands beside a question."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from questionnaires import read_instrument
from survey.db import Database
from survey.errors import SurveyError
from survey.operations.waves import open_wave
from tests.conftest import FACTS, localities, plan
from tests.survey.participant import Participant
from tests.survey.sealed import sealing_wave
from tests.survey.test_every_type import ADDRESS, AREAS, FOLDER, GIVEN

LINES = {language: FACTS[language]["help"] for language in FACTS}


def opened(
    client: FlaskClient, database: Database, instrument: Path | str, language: str = "en"
) -> Participant:
    """Return a participant of a round of `instrument` who has consented."""
    places = AREAS if instrument is FOLDER else localities()
    asked = read_instrument(instrument)
    sealing_wave(database, asked, places, protection="open", link="every", breakdowns=())
    return Participant(client, f"{ADDRESS}/{language}").begin()


def walk_to(participant: Participant, field: str) -> None:
    while field not in participant.page.offered:
        offered = participant.page.offered
        given = GIVEN | ({"D1": "P1"} if "D1" in offered else {})
        participant.send(**{name: given[name] for name in offered if name in given})


# Lines for help


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("item", ["BM15", "RS8"])
def test_the_lines_for_help_stand_right_under_the_question_they_are_for(
    client: FlaskClient, database: Database, item: str, language: str
) -> None:
    participant = opened(client, database, "beneficiary_monitoring", language)
    walk_to(participant, item)
    html = participant.page.html
    _, question = html.split(f'<legend id="{item}">')
    _, after = question.split("</fieldset>", 1)
    next_question = after.split("<fieldset")[0]
    assert all(line in next_question for line in LINES[language])
    assert html.count(LINES[language][0]) == 1


def test_the_lines_for_help_are_there_whatever_is_answered(
    client: FlaskClient, database: Database
) -> None:
    participant = opened(client, database, "beneficiary_monitoring")
    walk_to(participant, "BM15")
    for answer in ("yes", "no", "pnta"):
        participant.send(BM15=answer, action="language:en")
        assert LINES["en"][0] in participant.page.text


@pytest.mark.parametrize("instrument", ["community_profile", "beneficiary_monitoring"])
def test_the_list_says_that_answers_alert_nobody(
    client: FlaskClient, database: Database, instrument: str
) -> None:
    opened(client, database, instrument)
    assert "Your answers alert nobody" in Participant(client, ADDRESS).page.text


def test_other_pages_show_no_lines_for_help(client: FlaskClient, database: Database) -> None:
    participant = opened(client, database, "beneficiary_monitoring")
    assert LINES["en"][0] not in participant.page.text


# Half an answer, and another language


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        ("since_year", {"since_month": "5"}, '<option value="5" selected>'),
        ("size", {"size": "many"}, 'value="many"'),
        ("first_1", {"first_2": "work"}, '<option value="work" selected>'),
        ("story", {"story": "x" * 61}, f"{'x' * 61}</textarea>"),
        ("heard", {"heard": ["dk", "pnta"]}, 'value="dk" checked'),
    ],
)
def test_half_an_answer_is_kept_when_the_language_changes(
    client: FlaskClient, database: Database, field: str, given: dict[str, str], kept: str
) -> None:
    participant = opened(client, database, FOLDER)
    walk_to(participant, field)
    assert participant.send(**given, action="language:ar").status_code == 200
    assert participant.page.language == ("ar", "rtl")
    assert "Error" not in participant.page.html
    assert "bad" not in [given.get("class") for _, given in participant.page.tags]
    assert kept in participant.page.html
    assert participant.send(**given).status_code == 422


def test_a_language_that_is_not_offered_keeps_half_an_answer_too(
    client: FlaskClient, database: Database
) -> None:
    participant = opened(client, database, FOLDER)
    walk_to(participant, "size")
    assert participant.send(size="many", action="language:xx").status_code == 200
    assert 'value="many"' in participant.page.html


# Fields that no page sends


@pytest.mark.parametrize("field", ["since", "first", "tokens", "weighs_1"])
def test_an_unknown_way_out_is_refused(client: FlaskClient, database: Database, field: str) -> None:
    participant = opened(client, database, FOLDER)
    walk_to(participant, field)
    assert participant.send(**{field: "forged"}).status_code == 422


def test_a_count_of_one_arm_is_not_kept_for_the_other(
    client: FlaskClient, database: Database
) -> None:
    participant = opened(client, database, FOLDER)
    data = {"state": "forged", "did": "2", "paid": "same"}
    participant.reply = client.post(ADDRESS, data=data)
    assert participant.reply.status_code == 422
    participant.send(action="language:en")
    participant.begin()
    walk_to(participant, "did")
    assert "did" not in participant.page.chosen


# What can be a round


@pytest.mark.parametrize("name", ["stakeholder_map"])
def test_a_record_without_a_place_is_no_round(database: Database, name: str) -> None:
    planned = plan(form="full", breakdowns=())
    with database.writing() as session, pytest.raises(SurveyError) as caught:
        open_wave(session, read_instrument(name), planned, localities())
    assert f"'{name}' is a record of the team" in str(caught.value)
    assert "with an instrument for participants" in str(caught.value)


def test_a_round_needs_a_place_that_nobody_leaves_out(tmp_path: Path, database: Database) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "every")
    structure = folder / "instrument.toml"
    structure.write_text(structure.read_text().replace("required = true\n", ""))
    with database.writing() as session, pytest.raises(SurveyError, match="required = true"):
        open_wave(session, read_instrument(folder), plan(breakdowns=()), AREAS)


# How far it is


def test_a_page_says_in_which_part_it_is_whoever_is_asked(
    client: FlaskClient, database: Database
) -> None:
    participant = opened(client, database, "beneficiary_monitoring")
    assert "Part 1 of 12" in participant.page.text
    participant.send(D1="P1")
    participant.send(BM2="not_begun")
    assert "Part 5 of 12" in participant.page.text
