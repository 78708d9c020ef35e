"""Complaints: written without being known, read by owners, tied to no answer."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyrage.x25519 import Identity
from sqlalchemy import Date, func, select, text, update

from questionnaires import Instrument, read_instrument
from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.errors import FullError, NonceSpentError, WaveClosedError
from survey.keys import new_identity, public_key, unseal
from survey.models import AuditEntry, Complaint, ProjectRound, Role, SpentNonce, Wave
from survey.operations import complaints
from survey.operations.complaints import LONGEST, Written, record_complaint, takes_complaints
from survey.operations.placing import Receipt
from survey.operations.retention import overdue
from survey.operations.waves import erase_wave, open_wave
from survey.site import today
from tests.conftest import KEY, localities, plan, sqlite_url
from tests.databases import migrated
from tests.survey.disk import content_of
from tests.survey.participant import Page, Participant
from tests.survey.staff import Colleague, employ

WORDS = "The office asked us for money <b>twice</b>."
PAGE = "/s/round-one/complain/en"
LIST = "/desk/projects/1/complaints"


@dataclass
class World:
    """An installation with a team, two rounds, one of them with a key, and an owner signed in."""

    app: Flask
    database: Database
    settings: Settings
    key: Identity
    owner: Colleague

    def wave(self, link: str = "round-one") -> Wave:
        with self.database.reading() as session:
            return session.scalars(select(Wave).where(Wave.link == link)).one()

    def all(self) -> list[Complaint]:
        with self.database.reading() as session:
            return list(session.scalars(select(Complaint)))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, cohesion: Instrument) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("complaints")
    settings = Settings(folder, sqlite_url(folder), "s" * 48)
    database = migrated(settings.database_url)
    employ(database, "owner@example.org", Role.OWNER, "Ours")
    employ(database, "researcher@example.org", Role.RESEARCHER, "Ours")
    key = new_identity()
    with database.writing() as session:
        doors = ("open", "kiosk")
        open_wave(session, cohesion, plan(doors=doors), localities())
        locked = plan(link="round-two", recipients=(public_key(key),))
        open_wave(session, cohesion, locked, localities()).awaits_test = False
        session.commit()
    app = create_app(settings)
    owner = Colleague(app)
    owner.sign_in("owner@example.org")
    yield World(app, database, settings, key, owner)
    app.extensions["sixfold"].database.dispose()
    database.dispose()


@pytest.fixture(autouse=True)
def nothing_written(world: World) -> Iterator[None]:
    yield
    with world.database.writing() as session:
        session.query(Complaint).delete()
        session.commit()


def write(client: FlaskClient, path: str = PAGE, **fields: str) -> Page:
    """Open the form and send it."""
    page = Page(client.get(path).text)
    reply = client.post(path, data=page.hidden | fields)
    assert "Set-Cookie" not in reply.headers
    return Page(reply.text)


def test_what_somebody_writes_is_kept_with_its_day_and_nothing_else(world: World) -> None:
    client = world.app.test_client()
    client.environ_base |= {"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": "canary-agent"}
    said = write(client, text=f"  {WORDS} ", reach="")
    assert "apart from all answers" in said.text
    (kept,) = world.all()
    assert (kept.text, kept.reach, kept.day, kept.state) == (WORDS, None, today(), "new")
    names = {column.name for column in Complaint.__table__.columns}
    assert names == {
        "id", "wave_id", "day", "state", "text", "reach", "sealed", "body_hash", "note", "version",
    }  # fmt: skip
    days = [c.name for c in Complaint.__table__.columns if isinstance(c.type, Date)]
    assert days == ["day"]
    everything = content_of(world.settings.instance)
    assert b"203.0.113.77" not in everything
    assert b"canary-agent" not in everything
    with world.database.reading() as session:
        made = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'complaint'"))
        assert str(made).rstrip().endswith("WITHOUT ROWID")
        acts = session.scalars(select(AuditEntry.action)).all()
    assert not [act for act in acts if "complaint" in act]  # its clock time would stand there


def test_the_same_form_sent_twice_is_kept_once_and_other_words_are_not_lost(world: World) -> None:
    client = world.app.test_client()
    page = Page(client.get(PAGE).text)
    for _ in range(2):
        reply = client.post(PAGE, data=page.hidden | {"text": WORDS})
        assert reply.status_code == 200
    assert len(world.all()) == 1
    other = client.post(PAGE, data=page.hidden | {"text": "Something else"})
    assert other.status_code == 409
    assert "Something else" in other.text
    fresh = Page(other.text).hidden
    assert client.post(PAGE, data=fresh | {"text": "Something else"}).status_code == 200
    assert {each.text for each in world.all()} == {WORDS, "Something else"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": " "}, "Write what happened"),
        ({"text": "x" * 4001}, "This is too long"),
        ({"text": WORDS, "reach": "x" * 201}, "This is too long"),
        ({"text": WORDS, "state": "forged"}, "open for very long"),
    ],
    ids=["empty", "long", "long-reach", "forged"],
)
def test_what_cannot_be_kept_is_shown_again_and_said(
    world: World, fields: dict[str, str], said: str
) -> None:
    page = write(world.app.test_client(), **fields)
    assert said in page.text
    assert world.all() == []
    title = page.text.split("Form")[0]
    assert "Error:" in title


def test_another_language_keeps_the_words_and_erasing_keeps_nothing(world: World) -> None:
    client = world.app.test_client()
    page = write(client, text=WORDS, action="language:ar")
    assert page.language == ("ar", "rtl")
    assert WORDS in page.text
    gone = write(client, text=WORDS, action="erase")
    assert WORDS not in gone.html
    assert "Nothing was kept." in gone.text
    assert world.all() == []


def test_words_are_locked_in_a_round_that_has_keys(world: World) -> None:
    page = "/s/round-two/complain/en"
    client = world.app.test_client()
    assert "Only the research team's key opens them" in Page(client.get(page).text).text
    write(client, page, text=WORDS, reach="at the mill")
    (kept,) = world.all()
    assert (kept.text, kept.reach) == (None, None)
    assert kept.sealed is not None
    opened = json.loads(unseal(kept.sealed, [world.key]))
    assert opened == {"text": WORDS, "reach": "at the mill"}
    shown = world.owner.get(f"{LIST}/{kept.id.hex()}").text
    assert "The words are locked" in shown
    assert "mill" not in shown
    file = world.owner.post(f"{LIST}/{kept.id.hex()}/file")
    assert file.data == kept.sealed
    assert "fetched a locked complaint" in world.owner.get("/desk/projects/1/log").text


def test_every_door_and_the_last_page_lead_to_the_form(world: World) -> None:
    client = world.app.test_client()
    assert PAGE in client.get("/s/round-one/en").text
    participant = Participant(client).finish({"D1": "P1"})
    assert PAGE in participant.reply.text
    assert client.get(PAGE).status_code == 200
    assert client.get("/s/no-such/complain/en").status_code == 404


def test_a_kiosk_goes_back_to_its_first_page_by_itself(world: World) -> None:
    client = world.app.test_client()
    path = "/s/round-one/kiosk/complain/en"
    state = Page(client.get(path).text).hidden
    shown = client.get(path)
    assert shown.headers["Refresh"] == "600; url=/s/round-one/kiosk"
    sent = client.post(path, data=state | {"text": WORDS})
    assert sent.headers["Refresh"] == "20; url=/s/round-one/kiosk"
    erased = client.post(path, data=state | {"action": "erase"})
    assert (erased.status_code, erased.location) == (303, "/s/round-one/kiosk")
    assert client.get("/s/round-two/kiosk/complain/en").status_code == 404


AT_A_KIOSK = "/s/round-one/kiosk/complain/en"


@pytest.mark.parametrize("ends", [{"action": "next"}, {"action": "erase"}])
def test_nobody_goes_back_into_words_that_were_sent_or_erased_at_a_kiosk(
    world: World, ends: dict[str, str]
) -> None:
    client = world.app.test_client()
    form = Page(client.get(AT_A_KIOSK).text).hidden | {"text": WORDS, "reach": "at the mill"}
    shown = client.post(AT_A_KIOSK, data=form | {"action": "language:ar"})
    assert "at the mill" in shown.text
    client.post(AT_A_KIOSK, data=form | Page(shown.text).hidden | ends)
    kept = len(world.all())
    for more in (
        {"action": "language:ar"},
        {"text": "x" * (LONGEST + 1), "action": "next"},
        {"text": "Something else", "action": "next"},
    ):
        again = client.post(AT_A_KIOSK, data=form | more)
        assert not any(words in again.text for words in ("twice", "at the mill", "xxx", "else"))
        assert again.headers["Refresh"] == "600; url=/s/round-one/kiosk"
    received = client.post(AT_A_KIOSK, data=form | {"action": "next"})
    assert ("Received" in received.text) is (ends["action"] == "next")
    assert "at the mill" not in received.text
    assert len(world.all()) == kept
    fresh = write(client, AT_A_KIOSK, text=WORDS)
    assert "Received" in fresh.text


def test_words_that_were_left_at_a_kiosk_are_shown_to_nobody_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.app.test_client()
    form = Page(client.get(AT_A_KIOSK).text).hidden | {"text": WORDS, "action": "language:ar"}
    forged = form | {"state": "forged"}
    elsewhere = form | Page(client.get(PAGE).text).hidden
    now = time.time()
    for seconds, sent, is_shown in (
        (650, form, True),
        (670, form, False),
        (0, forged, False),
        (0, elsewhere, False),
    ):
        monkeypatch.setattr("survey.respond.complain.time.time", lambda late=seconds: now + late)
        reply = client.post(AT_A_KIOSK, data=sent)
        assert ("twice" in reply.text) is is_shown
        assert reply.status_code == (200 if is_shown else 422)
    assert write(client, text=WORDS, action="language:ar").text.count("twice") == 1


def test_erasing_at_a_kiosk_notes_no_form_that_was_not_signed(world: World) -> None:
    client = world.app.test_client()
    for state in ("forged", Page(client.get(PAGE).text).hidden["state"]):
        client.post(AT_A_KIOSK, data={"state": state, "action": "erase"})
    with world.database.reading() as session:
        before = session.scalar(select(func.count()).select_from(SpentNonce))
    for _ in range(2):
        client.post(AT_A_KIOSK, data={"state": "forged", "action": "erase"})
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SpentNonce)) == before


def test_words_without_a_declared_length_are_read_at_a_kiosk(world: World) -> None:
    page = "/s/round-one/kiosk/complain/en"
    state = Page(world.app.test_client().get(page).text).hidden["state"]
    body = urlencode({"state": state, "text": "Sent piece by piece.", "action": "send"}).encode()
    before = len(world.all())
    reply = world.app.test_client().post(
        page,
        input_stream=BytesIO(body),
        environ_overrides={"wsgi.input_terminated": True},
        headers={"Transfer-Encoding": "chunked"},
        content_type="application/x-www-form-urlencoded",
    )
    assert reply.status_code == 200
    assert len(world.all()) == before + 1


def test_nothing_is_taken_that_nobody_would_read(world: World) -> None:
    wave = world.wave()
    with world.database.writing() as session:
        place = session.get_one(ProjectRound, wave.id)
        session.delete(place)
        session.flush()
        assert not takes_complaints(session, wave, today())
        session.rollback()
        assert takes_complaints(session, wave, wave.closes_on + timedelta(days=1))
        assert not takes_complaints(session, wave, wave.keep_until + timedelta(days=1))
        assert not takes_complaints(session, wave, wave.opens_on - timedelta(days=1))


def test_a_flood_ends_at_the_limit_of_a_day_and_loses_no_words(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complaints, "A_DAY", 2)
    wave, day = world.wave(), today()
    with world.database.writing() as session:
        for number in range(2):
            nonce = bytes([number]) * 16
            kept = record_complaint(session, wave, Written("a", nonce), KEY, day)
            assert kept is Receipt.STORED
        with pytest.raises(NonceSpentError):
            record_complaint(session, wave, Written("b", nonce), KEY, day)
        with pytest.raises(FullError):
            record_complaint(session, wave, Written("a", b"n" * 16), KEY, day)
        tomorrow = day + timedelta(days=1)
        record_complaint(session, wave, Written("a", b"n" * 16), KEY, tomorrow)
    client = world.app.test_client()
    page = Page(client.get(PAGE).text)
    full = client.post(PAGE, data=page.hidden | {"text": WORDS})
    assert full.status_code == 429
    assert "asked us for money" in full.text


def test_owners_read_take_in_hand_and_close_and_the_log_holds_no_word(world: World) -> None:
    write(world.app.test_client(), text=WORDS, reach="at the mill")
    (kept,) = world.all()
    path = f"{LIST}/{kept.id.hex()}"
    assert "nobody has taken in hand: 1" in world.owner.get("/desk/").text
    assert "asked us for money" in world.owner.get(LIST).text
    shown = world.owner.get(path).text
    assert "&lt;b&gt;twice" in shown
    assert "at the mill" in shown
    world.owner.post(path, state="in hand", note="Wrote to the office", version="1")
    assert "nobody has taken in hand" not in world.owner.get("/desk/").text
    world.owner.post(path, state="closed", note="Wrote to the office", version="2")
    world.owner.post(path, state="closed", note="Paid back", version="3")
    (now,) = world.all()
    assert (now.state, now.note, now.version) == ("closed", "Paid back", 4)
    log = world.owner.get("/desk/projects/1/log").text
    for act in ("took a complaint in hand", "closed a complaint", "wrote a note on a complaint"):
        assert act in log
    assert "Paid back" not in log
    assert "money" not in log


def test_two_owners_at_one_complaint_lose_no_word(world: World) -> None:
    write(world.app.test_client(), text=WORDS)
    (kept,) = world.all()
    path = f"{LIST}/{kept.id.hex()}"
    world.owner.post(path, state="in hand", note="First", version="1")
    late = world.owner.post(path, state="closed", note="Second", version="1")
    assert late.status_code == 409
    assert "First" in late.text
    assert "Second" in late.text
    assert world.all()[0].note == "First"
    assert world.owner.post(path, state="void", note="", version="2").status_code == 422


def test_nothing_is_taken_at_the_moment_at_which_everything_is_erased(
    world: World, cohesion: Instrument
) -> None:
    asked = plan(link="sealed", protection="sealed", recipients=(public_key(world.key),))
    with world.database.writing() as session:
        wave = open_wave(session, cohesion, asked, localities())
        wave.awaits_test = False
        session.commit()
    last = wave.keep_until
    with world.database.reading() as session:
        assert takes_complaints(session, wave, last)
    with world.database.writing() as session:
        erase_wave(session, session.get_one(Wave, wave.id), last + timedelta(days=1))
    for day in (last, last + timedelta(days=1)):
        with world.database.writing() as session, pytest.raises(WaveClosedError):
            record_complaint(session, wave, Written(WORDS, b"n" * 16), KEY, day)
    assert world.all() == []


def test_what_waited_for_a_database_that_closed_the_form_is_not_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.app.test_client()
    page = Page(client.get(PAGE).text)
    monkeypatch.setattr("survey.respond.complain.takes_complaints", lambda *_: True)
    monkeypatch.setattr("survey.operations.complaints.takes_complaints", lambda *_: False)
    said = Page(client.post(PAGE, data=page.hidden | {"text": WORDS}).text)
    assert "apart from all answers" not in said.text
    assert world.all() == []


def test_what_was_written_is_erased_with_the_answers_of_its_round(
    world: World, cohesion: Instrument
) -> None:
    database = world.database
    with database.writing() as session:
        wave = open_wave(session, cohesion, plan(link="over"), localities())
        record_complaint(session, wave, Written(WORDS, b"n" * 16), KEY, today())
        past = {"keep_until": today() - timedelta(days=1), "closes_on": today()}
        session.execute(update(Wave).where(Wave.id == wave.id).values(past))
        session.commit()
        session.refresh(wave)
        (due,) = overdue(session, today())
        erase_wave(session, due, today())
        assert session.scalar(select(func.count()).select_from(Complaint)) == 0
        assert overdue(session, today()) == []


@pytest.fixture(scope="module")
def support(world: World) -> str:
    """A round about support; return its link."""
    instrument = read_instrument("beneficiary_monitoring")
    with world.database.writing() as session:
        asked = plan(link="support", breakdowns=("D2",))
        open_wave(session, instrument, asked, localities())
    return "/s/support"


def pages_of(client: FlaskClient, address: str, harm: str) -> list[str]:
    """Return what every page says to somebody who answers the question about harm like this."""
    visitor = Participant(client, address).begin()
    shown = []
    while visitor.page.offered:
        shown.append(visitor.page.text)
        given = {"D1": "P1", "BM2": "4-6", "BM15": harm}
        visitor.send(**{k: v for k, v in given.items() if k in visitor.page.offered})
    visitor.send(action="next")
    assert visitor.page.is_received
    return [*shown, visitor.page.text]


def test_after_a_question_about_harm_the_lines_stand_there_at_once_for_everybody(
    world: World, support: str
) -> None:
    client = world.app.test_client()
    told, silent = (pages_of(client, support, harm) for harm in ("yes", "no"))
    # Whoever looks on learns nothing: what is shown does not depend on the answer.
    assert told == silent
    at = next(number for number, page in enumerate(told) if "in return?" in page)
    for page in (told[at], told[at + 1], told[-1]):
        assert "Helpline (en)" in page
        assert "Office 12 (en)" in page
    assert "Office 12 (en)" not in told[0]
    assert "Complain or ask" in told[-1]


def test_a_line_end_counts_once_as_the_browser_counts_it(world: World) -> None:
    lines = "\r\n".join(["x" * 9] * (LONGEST // 10))
    write(world.app.test_client(), text=lines)
    (kept,) = world.all()
    assert kept.text == lines.replace("\r\n", "\n")
