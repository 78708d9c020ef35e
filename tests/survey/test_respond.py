"""The participant web contract, step by step, without a browser and without cookies."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from questionnaires import Instrument
from survey.db import Database
from survey.models import Inbox
from survey.operations.waves import open_wave
from survey.site import today
from tests.conftest import FACTS, answers, localities, plan
from tests.survey.participant import Page, Participant

pytestmark = pytest.mark.usefixtures("wave")

GIVEN = {
    "D1": "P2", "D2": "woman", "D3": "30-39", "T1": "5", "T4": "dk", "B1": "pnta", "C1": "0",
    "N7": "3", "D4": "returned", "D10": "no", "Q1": "partly", "Q2": "trust attitudes",
}  # fmt: skip


def stored(database: Database) -> list[Inbox]:
    with database.reading() as session:
        return list(session.scalars(select(Inbox)))


def test_the_stored_row_holds_exactly_the_answers_given(
    client: FlaskClient, database: Database, cohesion: Instrument
) -> None:
    assert Participant(client).finish(GIVEN).page.is_received
    (row,) = stored(database)
    assert row.answers == answers(cohesion, **GIVEN)
    assert (row.locality, row.language, row.mode, row.psu) == ("P2", "en", "self-web", None)


def test_the_same_final_page_again_answers_the_same_and_stores_nothing(
    client: FlaskClient, database: Database
) -> None:
    participant = Participant(client).finish(GIVEN)
    again = client.post(participant.address, data=participant.sent)
    assert (again.status_code, Page(again.text).is_received) == (200, True)
    assert len(stored(database)) == 1


def test_other_answers_from_a_finished_visit_are_409_and_change_nothing(
    client: FlaskClient, database: Database
) -> None:
    participant = Participant(client).begin().answer_all(GIVEN)
    first = participant.page.hidden | {"action": "next"}
    participant.send(action="screen:2")
    participant.send(T1="1")
    while participant.page.offered:
        participant.send()
    assert Page(client.post(participant.address, data=first).text).is_received
    assert participant.send(action="next").status_code == 409
    assert [(row.answers or {})["T1"] for row in stored(database)] == ["5"]


@pytest.mark.parametrize("action", ["back", "screen:2", "language:ar", "erase"])
def test_answers_that_were_sent_are_shown_on_no_page_again(
    client: FlaskClient, action: str
) -> None:
    participant = Participant(client).begin()
    first = participant.page.hidden | {"D1": "P2"}
    participant.answer_all(GIVEN)
    review = dict(participant.page.hidden)
    participant.send(action="next")
    unsigned = review | {"state": review["state"][:-3] + "abc"}
    in_arabic = first | {"action": "language:ar"}
    for sent in (in_arabic, review | {"action": action}, unsigned | {"action": action}):
        reply = client.post(participant.address, data=sent)
        page = Page(reply.text)
        assert page.is_received or (action == "erase" and "Nothing was kept" in page.text)
        assert reply.headers["Clear-Site-Data"] == '"cache"'
        assert not page.chosen
        assert "state" not in page.hidden


def test_nothing_is_stored_before_the_last_page(client: FlaskClient, database: Database) -> None:
    Participant(client).begin().answer_all(GIVEN)
    assert stored(database) == []


def test_no_page_sets_a_cookie_or_may_be_kept(client: FlaskClient) -> None:
    participant = Participant(client)
    replies = [participant.reply, participant.send(consent="yes")]
    while not participant.page.is_received:
        replies.append(participant.send(D1="P1"))
    assert len(replies) == 17
    assert not any("Set-Cookie" in reply.headers or "ETag" in reply.headers for reply in replies)
    assert {reply.headers["Cache-Control"] for reply in replies} == {"no-store"}


def test_no_page_asks_for_anything_from_elsewhere(client: FlaskClient) -> None:
    participant = Participant(client).begin()
    while not participant.page.is_received:
        page, reply = participant.page, participant.reply
        policy = reply.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not any(tag in {"script", "img", "iframe", "object"} for tag, _ in page.tags)
        assert not any("style" in given or "onclick" in given for _, given in page.tags)
        assert "http://" not in page.html
        assert "https://" not in page.html
        participant.send(D1="P1")


def test_every_radio_offers_two_honest_ways_out(client: FlaskClient) -> None:
    participant = Participant(client).begin()
    seen = 0
    while participant.page.offered:
        for name, codes in participant.page.offered.items():
            assert name == "D1" or codes[-2:] == ["dk", "pnta"]
            seen += 1
        participant.send(D1="P1")
    assert seen == 55


def test_a_page_asks_six_items_at_most(client: FlaskClient) -> None:
    participant = Participant(client).begin()
    while participant.page.offered:
        assert len(participant.page.offered) <= 6
        participant.send(D1="P1")


def test_back_shows_the_answers_again(client: FlaskClient) -> None:
    participant = Participant(client).begin()
    participant.send(D1="P2", D2="man")
    participant.send(action="back", B1="4")
    assert participant.page.chosen == {"D1": ["P2"], "D2": ["man"]}
    participant.send(D1="P2", D2="man")
    assert participant.page.chosen == {"B1": ["4"]}


def test_back_from_the_first_screen_keeps_the_answers_through_consent(client: FlaskClient) -> None:
    participant = Participant(client).begin()
    participant.send(action="back", D1="P3")
    assert "consent" in participant.page.offered
    participant.send(consent="yes")
    assert participant.page.chosen["D1"] == ["P3"]


def test_the_review_shows_every_answer_and_leads_back_to_a_page(client: FlaskClient) -> None:
    participant = Participant(client).begin().answer_all(GIVEN)
    assert "Place 2" in participant.page.text
    assert "Completely" in participant.page.text
    participant.send(action="screen:2")
    assert participant.page.chosen == {"T1": ["5"], "T4": ["dk"]}


def test_changing_the_language_keeps_the_answers(client: FlaskClient, database: Database) -> None:
    participant = Participant(client).begin()
    participant.send(D1="P2")
    participant.send(action="language:ar", B1="4")
    assert participant.page.language == ("ar", "rtl")
    assert participant.page.chosen == {"B1": ["4"]}
    participant.answer_all({"B1": "4"}).send(action="next")
    (row,) = stored(database)
    assert row.answers is not None
    assert (row.language, row.answers["B1"], row.answers["D1"]) == ("ar", "4", "P2")


def test_an_unknown_language_falls_back_to_the_first(client: FlaskClient) -> None:
    participant = Participant(client).begin()
    participant.send(action="language:xx", D1="P1")
    assert participant.page.language == ("en", "ltr")


@pytest.mark.parametrize(
    ("address", "accepted", "language"),
    [
        ("/s/round-one/ar", "", ("ar", "rtl")),
        ("/s/round-one", "ar,en;q=0.5", ("ar", "rtl")),
        ("/s/round-one/en", "ar", ("en", "ltr")),
        ("/s/round-one", "de", ("en", "ltr")),
    ],
)
def test_the_language_is_the_one_of_the_address_or_the_browser(
    client: FlaskClient, address: str, accepted: str, language: tuple[str, str]
) -> None:
    reply = client.get(address, headers={"Accept-Language": accepted})
    assert Page(reply.text).language == language


def test_place_is_required_and_the_other_answers_are_kept(client: FlaskClient) -> None:
    participant = Participant(client).begin()
    reply = participant.send(D2="woman")
    assert reply.status_code == 422
    assert "<title>Error:" in reply.text
    assert 'href="#D1-0"' in reply.text
    assert participant.page.chosen == {"D2": ["woman"]}


def test_without_an_answer_to_consent_nothing_begins(client: FlaskClient) -> None:
    participant = Participant(client)
    assert participant.send().status_code == 422
    assert "consent" in participant.page.offered


def test_no_to_consent_ends_kindly_with_the_help_list(
    client: FlaskClient, database: Database
) -> None:
    reply = Participant(client).send(consent="no")
    assert reply.status_code == 200
    assert "Helpline (en)" in reply.text
    assert stored(database) == []


def test_erase_leads_to_an_empty_page_from_every_screen(client: FlaskClient) -> None:
    participant = Participant(client)
    while not participant.page.is_received:
        hidden = participant.page.hidden
        reply = client.post(participant.address, data=hidden | {"action": "erase", "T1": "5"})
        assert (reply.status_code, Page(reply.text).hidden) == (200, {})
        assert "Clear-Site-Data" in reply.headers
        participant.send(consent="yes", D1="P1")


def test_consent_says_all_that_it_must(client: FlaskClient) -> None:
    page = Participant(client).page
    for words in ("12 minutes", "skip any question", "do not ask your name", "fewer than 10"):
        assert words in page.text
    for fact in ("A research team (en)", "Helpline (en)", "Office 12 (en)", "18 or older"):
        assert fact in page.text
    assert str((today() + timedelta(days=365)).year) in page.text


def test_the_short_form_asks_eighteen_scored_items(
    app: Flask, database: Database, cohesion: Instrument
) -> None:
    with database.writing() as session:
        open_wave(session, cohesion, plan(link="short", form="short"), localities())
    participant = Participant(app.test_client(), "/s/short").begin()
    asked: list[str] = []
    while participant.page.offered:
        asked += participant.page.offered
        participant.send(D1="P1")
    assert len([name for name in asked if name[0] in "TBIANC"]) == 18
    assert participant.send(action="next").status_code == 200


def test_a_page_without_answers_is_the_same_for_everybody_but_its_state(
    client: FlaskClient,
) -> None:
    pages = []
    for place in ("P1", "P3"):
        participant = Participant(client).begin()
        participant.send(D1=place)
        pages.append(participant.page.html.replace(participant.page.hidden["state"], ""))
    assert pages[0] == pages[1]


def test_healthz_says_ok_and_nothing_else(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok"


def test_every_page_is_small_in_every_language(
    app: Flask, database: Database, cohesion: Instrument
) -> None:
    languages = cohesion.languages
    assert {"en", "sq", "bs", "mk", "ar", "fr", "sr-Latn", "sr-Cyrl"} <= {*languages}
    facts = {language: FACTS.get(language, FACTS["en"]) for language in languages}
    with database.writing() as session:
        open_wave(
            session, cohesion, plan(link="all", languages=languages, facts=facts), localities()
        )
    client, compressed = app.test_client(), {"Accept-Encoding": "gzip"}
    for language in languages:
        first = client.get(f"/s/all/{language}", headers=compressed)
        assert (first.headers["Content-Encoding"], weight(first) <= 7_000) == ("gzip", True)
        participant, sizes = Participant(client, f"/s/all/{language}"), []
        while not participant.page.is_received:
            participant.send(consent="yes", D1="P1")
            reply = client.post(participant.address, data=participant.sent, headers=compressed)
            sizes.append(weight(reply))
        assert len(sizes) == 16
        assert max(sizes) <= 10_000, language


def weight(reply: TestResponse) -> int:
    """Return the bytes of a reply with its headers."""
    return len(reply.data) + sum(len(name) + len(value) + 4 for name, value in reply.headers)


def test_what_a_wave_says_is_escaped(app: Flask, database: Database, cohesion: Instrument) -> None:
    harmful = {
        "en": FACTS["en"] | {"organisation": "<script>alert(1)</script>{{ 7*7 }}", "help": ["<b>"]}
    }
    with database.writing() as session:
        open_wave(
            session, cohesion, plan(link="harm", languages=("en",), facts=harmful), localities()
        )
    page = app.test_client().get("/s/harm").text
    assert "<script>" not in page
    assert "<b>" not in page
    assert "{{ 7*7 }}" in page
