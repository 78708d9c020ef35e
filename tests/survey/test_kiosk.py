"""A kiosk forgets everybody, an interview needs a ticket, and a door that is not open is shut."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from questionnaires import Instrument
from survey.config import Settings
from survey.db import Database
from survey.models import Inbox, SpentNonce, Wave
from survey.models.wave import Door
from survey.operations.codes import make_pack
from survey.operations.waves import open_wave
from survey.respond.doors import LEFT_ALONE, NEXT, TICKET_LIFE, new_ticket
from survey.respond.visit import Seal, Visit
from tests.conftest import localities, plan
from tests.survey.participant import Page, Participant

FORM = "application/x-www-form-urlencoded"


def opened(database: Database, instrument: Instrument, *doors: Door) -> Wave:
    with database.writing() as session:
        return open_wave(session, instrument, plan(form="short", doors=doors), localities())


@pytest.fixture
def both(database: Database, cohesion: Instrument) -> Wave:
    """A round for a kiosk and for interviews, without an open link."""
    return opened(database, cohesion, Door.KIOSK, Door.ENUMERATOR)


def modes(database: Database) -> list[str | None]:
    with database.reading() as session:
        return list(session.scalars(select(Inbox.mode)))


def begun(client: FlaskClient, language: str = "en") -> Participant:
    """Stand before the kiosk and press a button of its first page."""
    person = Participant(client, "/s/round-one/kiosk")
    person.address = f"/s/round-one/{language}"
    person.send(action=f"language:{language}")
    return person


def test_a_kiosk_begins_in_every_language_and_says_how_the_answers_came(
    client: FlaskClient, database: Database, both: Wave
) -> None:
    first = Page(client.get("/s/round-one/kiosk").text)
    assert first.buttons == ["language:en", "language:ar"]
    person = begun(client, "ar")
    assert person.page.language == ("ar", "rtl")
    assert "consent" in person.page.offered
    assert person.finish({"D1": "P1", "T1": "5"}).page.is_received
    assert modes(database) == ["kiosk"]


def test_the_last_page_of_a_kiosk_makes_room_by_itself(client: FlaskClient, both: Wave) -> None:
    person = begun(client).finish({"D1": "P1"})
    assert person.reply.headers["Refresh"] == "20; url=/s/round-one/kiosk"
    assert person.reply.headers["Clear-Site-Data"] == '"cache"'
    assert ("a", {"class": "button", "href": "/s/round-one/kiosk"}) in person.page.tags
    assert person.reply.headers["Cache-Control"] == "no-store"
    assert "state" not in person.page.hidden


def test_a_kiosk_that_nobody_touches_goes_back_to_its_first_page(
    client: FlaskClient, both: Wave
) -> None:
    person = begun(client).begin()
    assert person.reply.headers["Refresh"] == "600; url=/s/round-one/kiosk"
    assert "10 minutes" in Page(client.get("/s/round-one/kiosk").text).text


def test_nobody_goes_back_into_answers_that_were_sent_at_a_kiosk(
    client: FlaskClient, database: Database, both: Wave
) -> None:
    person = begun(client).begin()
    first = dict(person.page.hidden)
    person.answer_all({"D1": "P1", "T1": "5"})
    review = dict(person.page.hidden)
    person.send(action="next")
    assert person.page.is_received
    address = person.address
    assert Page(client.post(address, data=review | {"action": "next"}).text).is_received
    for sent in (
        first | {"D1": "P1"},
        review | {"action": "back"},
        review | {"action": "screen:0"},
    ):
        page = Page(client.post(address, data=sent).text)
        assert page.buttons == ["language:en", "language:ar"]
        assert page.hidden["state"] not in {first["state"], review["state"]}
        assert not page.chosen
    assert len(modes(database)) == 1


def test_nobody_goes_back_into_answers_that_were_erased_at_a_kiosk(
    client: FlaskClient, database: Database, both: Wave
) -> None:
    person = begun(client).begin()
    person.answer_all({"D1": "P1", "T1": "5"})
    review = dict(person.page.hidden)
    person.send(action="erase")
    assert person.reply.headers["Refresh"].startswith("20;")
    assert not person.page.is_received
    for action in ("next", "back"):
        page = Page(client.post(person.address, data=review | {"action": action}).text)
        assert page.buttons == ["language:en", "language:ar"]
    assert modes(database) == []
    with database.reading() as session:
        assert len(session.scalars(select(SpentNonce.id)).all()) == 1


def test_every_person_at_a_kiosk_is_a_new_visit(
    app: Flask, client: FlaskClient, settings: Settings, both: Wave
) -> None:
    seal = Seal(settings.signing_keys(), "round-one")
    states = [Page(client.get("/s/round-one/kiosk").text).hidden["state"] for _ in range(3)]
    visits = [seal.open(state) for state in states]
    assert len({visit.nonce for visit in visits}) == 3
    assert all(visit.is_blank is False and not visit.answers for visit in visits)


def test_a_kiosk_of_a_round_with_codes_asks_for_one(
    client: FlaskClient, settings: Settings, database: Database, cohesion: Instrument
) -> None:
    wave = opened(database, cohesion, Door.CODES, Door.KIOSK)
    with database.writing() as session:
        code = make_pack(session, wave, 1, settings.lasting_key())[0]
    person = begun(client)
    assert "code" in person.page.offered
    person.send(code="nothing")
    assert person.reply.status_code == 422
    person.send(code=code)
    assert person.finish({"D1": "P1"}).page.is_received
    assert modes(database) == ["kiosk"]


# Interviews.


def ticket(app: Flask, link: str = "round-one") -> str:
    with app.app_context():
        return new_ticket(link)


def test_a_ticket_begins_interviews_that_say_so(
    app: Flask, client: FlaskClient, database: Database, both: Wave
) -> None:
    address = f"/s/round-one/i/{ticket(app)}"
    for _ in range(2):
        person = Participant(client, address)
        assert "Read the whole next page aloud" in person.page.text
        assert person.reply.headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in person.reply.headers
        person.address = "/s/round-one/en"
        person.send(action="language:en")
        assert person.finish({"D1": "P1", "T1": "5"}).page.is_received
    assert modes(database) == ["interviewer", "interviewer"]


def test_a_ticket_ends_after_a_day_of_work(
    app: Flask, client: FlaskClient, both: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/s/round-one/i/{ticket(app)}"
    assert client.get(address).status_code == 200
    late = int(time.time()) + TICKET_LIFE + 60
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: late)
    assert client.get(address).status_code == 404


def test_a_page_that_was_opened_in_time_begins_no_interview_after_the_ticket_has_ended(
    app: Flask,
    client: FlaskClient,
    database: Database,
    both: Wave,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened_early = Participant(client, f"/s/round-one/i/{ticket(app)}")
    opened_early.address = "/s/round-one/en"
    begun_early = interviewed(app, client)
    later(monkeypatch, TICKET_LIFE - 60)
    consent = Page(opened_early.send(action="language:en").text)
    assert "consent" in consent.offered
    later(monkeypatch, TICKET_LIFE + 120)
    for sent in ({"consent": "yes"}, {"action": "language:ar"}):
        assert client.post(opened_early.address, data=consent.hidden | sent).status_code == 404
    begun_early.send(action="next")
    assert begun_early.page.is_received
    assert modes(database) == ["interviewer"]


def test_no_other_ticket_begins_an_interview(app: Flask, client: FlaskClient, both: Wave) -> None:
    made = ticket(app)
    for wrong in (ticket(app, "other"), f"{made[:-4]}AAAA", "interview", made[::-1]):
        assert client.get(f"/s/round-one/i/{wrong}").status_code == 404


def test_two_tickets_of_one_second_are_the_same_whoever_asked(app: Flask, both: Wave) -> None:
    times: set[str] = set()
    for _ in range(3):
        times.add(ticket(app).split(".")[0])
    assert len(times) == 1


def interviewed(app: Flask, client: FlaskClient) -> Participant:
    """Hold an interview until its review."""
    person = Participant(client, f"/s/round-one/i/{ticket(app)}")
    person.address = "/s/round-one/en"
    person.send(action="language:en")
    return person.begin().answer_all({"D1": "P1", "T1": "5"})


@pytest.mark.parametrize("action", ["back", "screen:0", "language:ar", "erase"])
def test_an_interview_that_was_sent_cannot_be_seen_again(
    app: Flask, client: FlaskClient, database: Database, both: Wave, action: str
) -> None:
    person = interviewed(app, client)
    review = dict(person.page.hidden)
    person.send(action="next")
    again = Page(client.post(person.address, data=review | {"action": action}).text)
    assert again.is_received
    assert not again.chosen
    assert Page(client.post(person.address, data=person.sent).text).is_received
    assert modes(database) == ["interviewer"]


@pytest.mark.parametrize("action", ["next", "back", "screen:0", "language:ar"])
def test_an_interview_that_was_erased_cannot_be_seen_again(
    app: Flask, client: FlaskClient, database: Database, both: Wave, action: str
) -> None:
    person = interviewed(app, client)
    review = dict(person.page.hidden)
    person.send(action="erase")
    assert "Nothing was kept" in person.page.text
    assert "Refresh" not in person.reply.headers
    again = client.post(person.address, data=review | {"action": action})
    assert "Nothing was kept" in again.text
    assert again.headers["Clear-Site-Data"] == '"cache"'
    assert "state" not in Page(again.text).hidden
    assert modes(database) == []


def test_of_a_visit_that_was_erased_on_the_open_link_nothing_is_noted(
    client: FlaskClient, database: Database, wave: Wave
) -> None:
    Participant(client).begin().answer_all({"D1": "P1"}).send(action="erase")
    with database.reading() as session:
        assert session.scalars(select(SpentNonce.id)).all() == []


# Doors that are shut.


def test_where_the_link_is_no_door_nobody_comes_in_by_it(
    client: FlaskClient, database: Database, both: Wave
) -> None:
    for path in ("/s/round-one", "/s/round-one/ar"):
        assert client.get(path).status_code == 404
        assert client.post(path, data={"consent": "yes"}).status_code == 404
    assert "Office 12" in client.get("/s/round-one").text
    assert modes(database) == []


def test_where_there_is_no_kiosk_and_no_interview_their_addresses_are_shut(
    app: Flask, client: FlaskClient, wave: Wave
) -> None:
    assert client.get("/s/round-one/kiosk").status_code == 404
    assert client.get(f"/s/round-one/i/{ticket(app)}").status_code == 404
    assert client.get("/s/round-one/c/0000").status_code == 200


def test_nobody_can_claim_a_door_that_was_not_signed(
    client: FlaskClient, settings: Settings, database: Database, both: Wave
) -> None:
    forged = Seal("f" * 48, "round-one").close(Visit("en", 0, {"D1": "P1"}, door=Door.ENUMERATOR))
    person = Participant(client, "/s/round-one/kiosk")
    person.reply = client.post("/s/round-one/en", data={"state": forged})
    assert person.reply.status_code == 404
    assert "kept" not in person.page.text
    assert modes(database) == []


def test_a_kiosk_that_was_not_signed_notes_nothing_at_any_round(
    client: FlaskClient, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    with database.writing() as session:
        open_wave(session, cohesion, plan(link="kiosk", doors=(Door.KIOSK,)), localities())
    for link in (wave.link, "kiosk"):
        for _ in range(3):
            state = Seal("f" * 48, link).close(Visit("en", door=Door.KIOSK))
            reply = client.post(f"/s/{link}", data={"state": state, "action": "erase"})
            assert reply.status_code == 200
            at_a_kiosk = reply.headers.get("Refresh", "").startswith("20;")
            assert at_a_kiosk == (link == "kiosk")
    with database.reading() as session:
        assert session.scalars(select(SpentNonce.id)).all() == []


# Visits that were left, and keys that were changed.


def later(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    now = time.time() + seconds
    monkeypatch.setattr("survey.respond.visit.time.time", lambda: now)


def test_nobody_goes_back_into_a_visit_that_was_abandoned_at_a_kiosk(
    client: FlaskClient, database: Database, both: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = Page(client.get("/s/round-one/kiosk").text).hidden
    person = begun(client).begin()
    first = dict(person.page.hidden)
    person.answer_all({"D1": "P1", "T1": "5"})
    review = dict(person.page.hidden)
    later(monkeypatch, 650)
    before = Page(client.post(person.address, data=review | {"action": "back"}).text)
    assert before.offered
    later(monkeypatch, 670)
    for sent in (first | {"D1": "P1"}, review | {"action": "screen:0"}, review):
        page = Page(client.post(person.address, data=sent).text)
        assert page.buttons == ["language:en", "language:ar"]
    assert modes(database) == []
    waited = client.post("/s/round-one/en", data=start | {"action": "language:en"})
    assert "consent" in Page(waited.text).offered


def test_answers_of_a_kiosk_that_were_stored_are_received_however_late_they_are_sent_again(
    client: FlaskClient, both: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = begun(client).finish({"D1": "P1"})
    later(monkeypatch, 5000)
    assert Page(client.post(person.address, data=person.sent).text).is_received


def test_only_pages_of_a_kiosk_say_when_they_were_made_and_interviews_when_their_ticket_was(
    settings: Settings,
) -> None:
    seal = Seal(settings.signing_keys(), "round-one")
    assert seal.open(seal.close(Visit("en", code="x"))).made == 0
    assert seal.open(seal.close(Visit("en", door=Door.ENUMERATOR, made=7))).made == 7
    assert seal.open(seal.close(Visit("en", door=Door.KIOSK, made=7))).made > 7


def test_a_visit_at_a_kiosk_outlives_a_change_of_the_signing_key(
    client: FlaskClient, database: Database, both: Wave
) -> None:
    old = Seal("f" * 48, "round-one")
    state = old.close(Visit("en", 0, {"D1": "P1"}, door=Door.KIOSK))
    person = begun(client)
    person.reply = client.post("/s/round-one/en", data={"state": state, "D1": "P1"})
    assert "Your answers are kept in this page" in person.page.text
    person.answer_all({"D1": "P1"}).send(action="next")
    assert person.page.is_received
    assert modes(database) == ["kiosk"]
    first = old.close(Visit("en", door=Door.KIOSK))
    again = client.post("/s/round-one/en", data={"state": first, "action": "language:ar"})
    assert Page(again.text).buttons == ["language:en", "language:ar"]


def test_erase_and_leave_erases_when_nothing_can_be_noted(
    client: FlaskClient, database: Database, both: Wave
) -> None:
    person = begun(client).begin()
    changed = {"state": person.page.hidden["state"][:-3] + "abc", "action": "erase"}
    page = client.post(person.address, data=changed)
    assert page.headers["Refresh"].startswith("20;")
    assert "state" not in Page(page.text).hidden
    with database.reading() as session:
        assert session.scalars(select(SpentNonce.id)).all() == []  # whoever changed it
    person = begun(client).begin()
    refuse = (
        "CREATE TRIGGER full BEFORE INSERT ON spent_nonce BEGIN SELECT RAISE(FAIL, 'full'); END"
    )
    with database.engine.begin() as connection:
        connection.execute(text(refuse))
    person.send(action="erase")
    assert person.reply.status_code == 200
    assert person.reply.headers["Refresh"].startswith("20;")
    with database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER full"))


# What goes wrong at a kiosk leads back to it.


def moved(database: Database, old: str, new: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


def leads_back(reply: TestResponse, seconds: int = LEFT_ALONE) -> bool:
    """Tell whether a page goes back to the kiosk by itself, and leads nowhere else."""
    links = [given.get("href") or "" for tag, given in Page(reply.text).tags if tag == "a"]
    is_dead = any(link.startswith(("/privacy", "/leave")) for link in links)
    is_open = any(link.startswith("/s/round-one/") and "/kiosk" not in link for link in links)
    goes = reply.headers.get("Refresh") == f"{seconds}; url=/s/round-one/kiosk"
    return goes and not is_dead and not is_open


def test_no_page_of_a_kiosk_leads_to_where_nothing_leads_back(
    client: FlaskClient, both: Wave
) -> None:
    person = begun(client)
    assert leads_back(person.reply)
    person.send(consent="yes", action="back")
    assert leads_back(person.reply)
    assert leads_back(person.begin().answer_all({"D1": "P1"}).send(action="next"), NEXT)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_error_at_a_kiosk_goes_back_to_its_first_page(
    client: FlaskClient, database: Database, both: Wave, language: str
) -> None:
    person = begun(client, language).begin().answer_all({"D1": "P1", "T1": "5"})
    state = person.page.hidden["state"]
    unclean = client.post(
        person.address, data=f"state={state}&action=next&x=%00", content_type=FORM
    )
    assert (unclean.status_code, leads_back(unclean)) == (400, True)
    moved(database, "wave", "away")
    for reply in (
        person.send(action="next"),
        client.get("/s/round-one/kiosk"),
        client.get("/s/round-one/kiosk/complain/en"),
    ):
        assert (reply.status_code, leads_back(reply)) == (503, True)
    erased = client.post(person.address, data={"state": state, "action": "erase"})
    assert (erased.status_code, leads_back(erased, NEXT)) == (200, True)
    moved(database, "away", "wave")


def test_an_error_elsewhere_stays_where_it_is(
    client: FlaskClient, database: Database, wave: Wave
) -> None:
    person = Participant(client).begin()
    unclean = client.post(
        "/s/round-one", data=f"state={person.page.hidden['state']}&x=%00", content_type=FORM
    )
    moved(database, "wave", "away")
    for reply in (unclean, person.send(D1="P1"), person.send(action="erase")):
        assert "Refresh" not in reply.headers
    moved(database, "away", "wave")
