"""A round that asks an item of every type: without a script, without a cookie, in two languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from questionnaires import Instrument, read_instrument
from survey.db import Database
from survey.errors import SurveyError
from survey.models import Inbox, Wave
from survey.operations.wave_plans import Locality
from survey.operations.waves import areas_of, localities_of, open_wave
from survey.respond.chance import Blocks
from tests.conftest import plan
from tests.survey.participant import Page, Participant
from tests.survey.sealed import only_answers, sealing_wave

FOLDER = Path(__file__).parents[1] / "questionnaires" / "every_type"
ADDRESS = "/s/every"
AREAS = [
    Locality("N", {"en": "North"}),
    Locality("S", {"en": "South"}),
    Locality("N1", {"en": "Upper town"}, parent="N"),
    Locality("N2", {"en": "Lower town"}, parent="N"),
    Locality("S1", {"en": "Bridge"}, parent="S"),
]
GIVEN: dict[str, Any] = {
    "lives_area": "N", "lives": "N2", "agrees": "yes", "home": "na", "heard": ["radio", "meeting"],
    "needs_water": "3", "needs_food": "na", "works_bus": "none", "first_1": "water",
    "first_2": "work", "weighs_1_best": "water", "weighs_1_worst": "work", "weighs_2": "dk",
    "size": "٢", "since_month": "5", "since_year": "2019", "age_1": "25", "studies_1": "yes",
    "age_2": "60", "did": "2", "paid": "same", "story": "It rained", "voters": "3",
    "tokens_water": "12", "tokens_school": "3", "step_1": "Plant trees", "begins_1_year": "2027",
    "idea_1_more": "yes", "step_2": "Sing",
}  # fmt: skip
STORED = {
    "lives": "N2", "home": "na", "heard": "meeting radio", "needs_water": "3", "needs_food": "na",
    "needs_home": "skip", "works_bus": "none", "first": "water work", "weighs_1": "water work",
    "weighs_2": "dk", "weighs_3": "skip", "size": "2", "since": "2019-05", "age_1": "25",
    "studies_1": "yes", "age_2": "60", "studies_2": "not_shown", "age_3": "not_shown", "did": "2",
    "paid": "same", "story": "It rained", "tokens": "water:12 school:3", "step_1": "Plant trees",
    "begins_1": "2027", "idea_1_more": "yes", "step_2": "Sing", "idea_2_more": "skip",
    "step_3": "not_shown", "young": "yes",
}  # fmt: skip


@pytest.fixture(scope="module")
def every() -> Instrument:
    return read_instrument(FOLDER)


@pytest.fixture
def round_of_all(database: Database, every: Instrument) -> Wave:
    return sealing_wave(
        database, every, places=AREAS, protection="open", link="every", breakdowns=()
    )


def answer(participant: Participant, given: Mapping[str, Any]) -> list[Page]:
    """Answer every screen with what is `given`; return the pages that were shown."""
    pages = []
    while offered := participant.page.offered:
        pages.append(participant.page)
        participant.send(**{name: given[name] for name in offered if name in given})
        assert participant.reply.status_code == 200, sorted(offered)
    return pages


@pytest.mark.usefixtures("round_of_all")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_is_answered_is_stored(client: FlaskClient, database: Database, language: str) -> None:
    participant = Participant(client, f"{ADDRESS}/{language}").begin()
    answer(participant, GIVEN)
    participant.send(action="next")
    assert participant.page.is_received
    answers = only_answers(database)
    assert answers.items() >= STORED.items()
    assert set(answers) == {item.name for item in read_instrument(FOLDER).items}


@pytest.mark.usefixtures("round_of_all")
def test_nothing_answered_but_the_place_is_stored_as_skipped(
    client: FlaskClient, database: Database
) -> None:
    participant = Participant(client, ADDRESS).begin()
    answer(participant, {"lives_area": "N", "lives": "N2"})
    participant.send(action="next")
    answers = only_answers(database)
    assert {answers["heard"], answers["first"], answers["size"], answers["tokens"]} == {"skip"}
    assert answers["story"] == answers["paid"] == answers["age_1"] == "not_shown"


@pytest.mark.usefixtures("round_of_all")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_are_small_and_need_no_script(client: FlaskClient, language: str) -> None:
    participant = Participant(client, f"{ADDRESS}/{language}").begin()
    for page in answer(participant, GIVEN):
        assert not any(tag == "script" for tag, _ in page.tags)
        hidden = page.hidden | {"action": "language:" + language}
        reply = client.post(ADDRESS, data=hidden, headers={"Accept-Encoding": "gzip"})
        assert len(reply.data) <= 10_000


@pytest.mark.usefixtures("round_of_all")
def test_every_box_has_a_label_or_its_question_as_one(client: FlaskClient) -> None:
    participant = Participant(client, ADDRESS).begin()
    for page in answer(participant, GIVEN):
        ids = [str(given["id"]) for _, given in page.tags if given.get("id")]
        assert len(ids) == len(set(ids))
        labelled = {given.get("for") for tag, given in page.tags if tag == "label"}
        for tag, given in page.tags:
            if tag in {"select", "textarea"} or (tag == "input" and not given.get("type")):
                assert given["id"] in labelled or given["aria-labelledby"] in ids


@pytest.mark.usefixtures("round_of_all")
def test_back_shows_what_was_written(client: FlaskClient) -> None:
    participant = Participant(client, ADDRESS).begin()
    answer(participant, GIVEN)
    screens = 0
    while participant.page.buttons.count("back"):
        html = participant.page.html
        if 'name="story"' in html:
            assert "It rained</textarea>" in html
        if 'name="since_year"' in html:
            assert 'value="2019"' in html
            assert '<option value="5" selected>' in html
        if 'name="tokens_water"' in html:
            assert 'value="12"' in html
        participant.send(
            action="back", **{n: GIVEN[n] for n in participant.page.offered if n in GIVEN}
        )
        screens += 1
    assert screens > 10


# Places in areas


@pytest.mark.usefixtures("round_of_all")
def test_the_area_comes_first_and_offers_its_localities_only(client: FlaskClient) -> None:
    participant = Participant(client, ADDRESS).begin()
    assert participant.page.offered == {"lives_area": ["N", "S"]}
    participant.send(lives_area="S")
    assert participant.page.offered["lives"] == ["S1"]
    participant.send(action="back")
    participant.send(lives_area="N")
    assert participant.page.offered["lives"] == ["N1", "N2"]


@pytest.mark.usefixtures("round_of_all")
def test_a_locality_of_another_area_and_the_area_itself_are_refused(client: FlaskClient) -> None:
    participant = Participant(client, ADDRESS).begin()
    participant.send(lives_area="S")
    for place in ("N1", "S"):
        assert participant.send(lives=place).status_code == 422


def test_without_areas_there_is_one_list(
    client: FlaskClient, database: Database, every: Instrument
) -> None:
    sealing_wave(database, every, protection="open", link="every", breakdowns=())
    participant = Participant(client, ADDRESS).begin()
    assert participant.page.offered["lives"] == ["P1", "P2", "P3"]


def test_areas_are_no_localities(database: Database, round_of_all: Wave) -> None:
    with database.reading() as session:
        assert [each.code for each in localities_of(session, round_of_all)] == ["N1", "N2", "S1"]
        assert [each.code for each in areas_of(session, round_of_all)] == ["N", "S"]


@pytest.mark.parametrize(
    ("changed", "remedy"),
    [
        (Locality("X", {"en": "X"}), "lies in no area"),
        (Locality("X", {"en": "X"}, parent="Q"), "no locality 'Q'"),
        (Locality("X", {"en": "X"}, parent="N1"), "lies in another area"),
    ],
)
def test_areas_that_do_not_fit_are_refused(
    database: Database, every: Instrument, changed: Locality, remedy: str
) -> None:
    with database.writing() as session, pytest.raises(SurveyError, match=remedy):
        open_wave(session, every, plan(link="every", breakdowns=()), [*AREAS, changed])


# What is left to chance


@pytest.mark.usefixtures("round_of_all")
def test_an_order_that_was_drawn_stays_and_is_stored(
    client: FlaskClient, database: Database
) -> None:
    participant = Participant(client, ADDRESS).begin()
    participant.send(lives_area="N")
    first = participant.page.offered["heard"]
    participant.send(action="language:ar")
    assert participant.page.offered["heard"] == first
    answer(participant, GIVEN)
    participant.send(action="next")
    assert only_answers(database)["heard_order"].split() == first[:4]


@pytest.mark.usefixtures("round_of_all")
def test_each_arm_is_shown_its_own_list(
    client: FlaskClient, database: Database, every: Instrument
) -> None:
    longer = Counter[str]()
    for _ in range(8):
        participant = Participant(client, ADDRESS).begin()
        pages = answer(participant, GIVEN)
        page = next(page for page in pages if "did" in page.offered)
        is_longer = every.texts["en"]["choice.did.paid"] in page.text
        assert is_longer is ("4" in page.offered["did"])
        longer["treatment" if is_longer else "control"] += 1
        participant.send(action="next")
    with database.reading() as session:
        arms = Counter(session.scalars(select(Inbox.answers["did_arm"].as_string())))
    assert arms == longer == {"control": 4, "treatment": 4}


def test_arms_are_even_after_every_block_in_every_locality() -> None:
    blocks, arms = Blocks(), ("control", "treatment")
    for locality in ("N1", "S1"):
        for _ in range(5):
            drawn = Counter(blocks.draw("did_arm", arms, locality) for _ in range(4))
            assert drawn == {"control": 2, "treatment": 2}


def test_two_localities_do_not_share_a_block() -> None:
    blocks, arms = Blocks(), ("control", "treatment")
    drawn = [blocks.draw("did_arm", arms, place) for place in ("N1", "S1") * 4]
    assert Counter(drawn[::2]) == Counter(drawn[1::2]) == {"control": 2, "treatment": 2}


@pytest.mark.usefixtures("round_of_all")
def test_the_arm_is_drawn_once_whatever_the_person_does(client: FlaskClient) -> None:
    participant = Participant(client, ADDRESS).begin()
    pages = answer(participant, GIVEN)
    before = next(page.offered["did"] for page in pages if "did" in page.offered)
    for _ in range(5):
        while "lives_area" not in participant.page.offered:
            participant.send(action="back")
        pages = answer(participant, GIVEN | {"lives_area": "S", "lives": "S1"})
        assert next(page.offered["did"] for page in pages if "did" in page.offered) == before


# Wordings


def test_a_round_may_be_worded_for_another_divide(
    client: FlaskClient, database: Database, every: Instrument
) -> None:
    wave = sealing_wave(
        database, every, protection="open", link="every", breakdowns=(), variant="displacement"
    )
    assert wave.instrument_sha256 != every.sha256
    participant = Participant(client, ADDRESS).begin()
    assert "since you came" in participant.page.text


# Errors on the page


@pytest.mark.usefixtures("round_of_all")
@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"first_1": "water", "first_3": "work"}, "rank"),
        ({"size": "many"}, "number"),
        ({"since_year": "2019"}, "date"),
        ({"voters": "1", "tokens_water": "11"}, "votes"),
        ({"story": "x" * 61}, "text"),
        ({"weighs_1_best": "water"}, "best_worst"),
    ],
)
def test_an_error_stands_in_the_summary_and_at_its_question(
    client: FlaskClient, every: Instrument, wrong: dict[str, str], word: str
) -> None:
    participant = Participant(client, ADDRESS).begin()
    while next(iter(wrong)) not in participant.page.offered:
        participant.send(**{n: GIVEN[n] for n in participant.page.offered if n in GIVEN})
    reply = participant.send(**wrong)
    assert reply.status_code == 422
    assert participant.page.text.count(every.texts["en"][f"answer.{word}"]) == 2
    links = [given["href"] for tag, given in participant.page.tags if tag == "a"]
    ids = {f"#{given['id']}" for _, given in participant.page.tags if given.get("id")}
    assert set(links) <= ids
