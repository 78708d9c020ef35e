"""Codes open a round once each, and no disk tells which answers came with which of them."""

from __future__ import annotations

import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from questionnaires import AnswerError, Instrument
from questionnaires.forms import RESERVED
from survey.config import Settings
from survey.db import Database
from survey.errors import CodeError, ParcelError, RefusedError, SurveyError
from survey.keys import new_identity, public_key
from survey.models import Inbox, InviteCode, Response, Wave
from survey.models.wave import Door
from survey.operations.codes import (
    LARGEST_PACK,
    code_hash,
    codes_left,
    is_unused,
    make_pack,
    plain_code,
    void_codes,
)
from survey.operations.placing import Parcel, Receipt, Submission
from survey.operations.responses import record_parcel, record_response
from survey.operations.retention import overdue
from survey.operations.waves import close_wave, fielded_instrument, open_wave
from survey.respond.own_code import HINTS
from survey.site import today
from tests.conftest import KEY, answers, localities, plan
from tests.survey.disk import content_of
from tests.survey.participant import Page, Participant

WITH_CODES = {"form": "short", "doors": (Door.CODES,)}


@pytest.fixture
def coded(database: Database, cohesion: Instrument) -> Wave:
    with database.writing() as session:
        return open_wave(session, cohesion, plan(**WITH_CODES), localities())


def pack_of(database: Database, wave: Wave, count: int, key: bytes = KEY) -> list[str]:
    with database.writing() as session:
        return make_pack(session, session.get_one(Wave, wave.id), count, key)


def send(database: Database, wave: Wave, code: str | None, nonce: bytes | None = None) -> Receipt:
    given = answers(fielded_instrument(wave), "short")
    nonce = nonce or secrets.token_bytes(16)
    submission = Submission(given, "en", "self-web", nonce, code=code)
    with database.writing() as session:
        return record_response(session, wave, submission, KEY, today())


def stored(database: Database) -> int:
    with database.reading() as session:
        return sum(
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Inbox, Response)
        )


def test_a_code_is_eighty_random_bits_in_readable_groups(database: Database, coded: Wave) -> None:
    pack = pack_of(database, coded, 200)
    assert len(set(pack)) == 200
    assert all(re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", x) for x in pack)
    signs = "".join(pack).replace("-", "")
    assert len(set(signs)) == 32


@pytest.mark.parametrize(
    "typed",
    ["0O1I-L234-5678-9ABC", "0o1i l234 5678 9abc", " ٠0١1123456789abc", "00-11_12.34 56789ABC"],
    ids=["alike", "small", "arabic", "marks"],
)
def test_typing_is_forgiving(typed: str) -> None:
    assert plain_code(typed) == "001112345678 9ABC".replace(" ", "")


def test_only_a_keyed_hash_is_kept_and_the_pack_is_shown_once(
    settings: Settings, database: Database, coded: Wave
) -> None:
    pack = pack_of(database, coded, 30)
    everything = content_of(settings.instance)
    for code in pack:
        for spelled in (code, plain_code(code), plain_code(code).lower()):
            assert spelled.encode() not in everything
    assert code_hash(pack[0], coded.id, KEY) != code_hash(pack[0], coded.id, b"x" * 32)
    assert code_hash(pack[0], coded.id, KEY) != code_hash(pack[0], coded.id + 1, KEY)


def test_the_order_of_the_pack_is_not_that_of_the_table(database: Database, coded: Wave) -> None:
    pack = pack_of(database, coded, 60)
    hashes = [code_hash(code, coded.id, KEY) for code in pack]
    assert hashes != sorted(hashes)
    with database.reading() as session:
        assert sorted(hashes) == list(session.scalars(select(InviteCode.id)))


@pytest.mark.both_databases
def test_a_code_is_used_up_by_the_answers_it_lets_in(database: Database, coded: Wave) -> None:
    code, *others = pack_of(database, coded, 3)
    nonce = secrets.token_bytes(16)
    assert send(database, coded, code, nonce) is Receipt.STORED
    with database.reading() as session:
        assert codes_left(session, coded) == 2
        assert not is_unused(session, coded, code, KEY)
    assert send(database, coded, code, nonce) is Receipt.ALREADY_STORED
    with pytest.raises(CodeError):
        send(database, coded, code)
    assert send(database, coded, others[0].lower()) is Receipt.STORED
    assert stored(database) == 2


@pytest.mark.both_databases
def test_one_code_sent_by_many_at_once_is_stored_once(database: Database, coded: Wave) -> None:
    code = pack_of(database, coded, 1)[0]

    def once(_number: int) -> str:
        try:
            return send(database, coded, code)
        except CodeError:
            return "refused"

    with ThreadPoolExecutor(8) as pool:
        found = sorted(pool.map(once, range(12)))
    assert found == ["refused"] * 11 + [Receipt.STORED]
    assert stored(database) == 1


def test_when_answers_cannot_be_stored_their_code_stays(database: Database, coded: Wave) -> None:
    code = pack_of(database, coded, 1)[0]
    bad = Submission({"D1": "P1"}, "en", "self-web", secrets.token_bytes(16), code=code)
    with database.writing() as session, pytest.raises(AnswerError):
        record_response(session, coded, bad, KEY, today())
    assert send(database, coded, code) is Receipt.STORED


def test_without_a_code_of_this_round_nothing_is_stored(
    database: Database, coded: Wave, cohesion: Instrument
) -> None:
    with database.writing() as session:
        other = open_wave(session, cohesion, plan(link="other", **WITH_CODES), localities())
    foreign = pack_of(database, other, 1)[0]
    for code in (foreign, None, "", "0000-0000-0000-0000", "x" * 64):
        with pytest.raises(CodeError):
            send(database, coded, code)
    assert stored(database) == 0


def test_a_disk_image_links_no_code_to_an_answer(
    settings: Settings, database: Database, coded: Wave
) -> None:
    pack = pack_of(database, coded, 30)
    for code in pack[:25]:
        send(database, coded, code)
    everything = content_of(settings.instance)
    used = [code_hash(code, coded.id, KEY) for code in pack[:25]]
    left = [code_hash(code, coded.id, KEY) for code in pack[25:]]
    assert [each for each in used if each in everything] == []
    assert all(each in everything for each in left)


def test_what_is_left_of_a_pack_goes_when_the_round_closes(
    settings: Settings, database: Database, coded: Wave
) -> None:
    pack = pack_of(database, coded, 5)
    with database.writing() as session:
        close_wave(session, session.get_one(Wave, coded.id))
    everything = content_of(settings.instance)
    assert not any(code_hash(code, coded.id, KEY) in everything for code in pack)
    with pytest.raises(RefusedError, match="closed"):
        pack_of(database, coded, 1)


def test_codes_that_are_left_are_erased_with_their_round(database: Database, coded: Wave) -> None:
    pack_of(database, coded, 1)
    with database.reading() as session:
        assert [wave.id for wave in overdue(session, coded.keep_until)] == []
        assert [wave.id for wave in overdue(session, coded.keep_until.replace(year=2999))] == [1]


def test_a_pack_that_was_lost_is_made_void(database: Database, coded: Wave) -> None:
    lost = pack_of(database, coded, 4)
    with database.writing() as session:
        assert void_codes(session, session.get_one(Wave, coded.id)) == 4
    with pytest.raises(CodeError):
        send(database, coded, lost[0])


def test_a_pack_that_cannot_be_is_refused(
    database: Database, coded: Wave, cohesion: Instrument
) -> None:
    with database.writing() as session:
        wave = open_wave(session, cohesion, plan(link="open"), localities())
    assert wave.doors == ["open"]
    with pytest.raises(RefusedError, match="takes no codes"):
        pack_of(database, wave, 5)
    for count in (0, -1, LARGEST_PACK + 1):
        with pytest.raises(RefusedError, match="1 to 10000"):
            pack_of(database, coded, count)


def test_a_phone_cannot_go_around_the_codes(database: Database, cohesion: Instrument) -> None:
    key = public_key(new_identity())
    with database.writing() as session:
        sealed = open_wave(session, cohesion, plan(recipients=(key,), **WITH_CODES), localities())
        sealed.awaits_test = False
        session.commit()
    parcel = Parcel(b"age-encryption.org/v1\n", secrets.token_bytes(16))
    with database.writing() as session, pytest.raises(ParcelError, match="one response a code"):
        record_parcel(session, sealed, parcel, KEY, today())


@pytest.mark.parametrize(
    ("doors", "problem"),
    [
        ((), "at least one door"),
        ((Door.OPEN, Door.OPEN), "each once"),
        ((Door.OPEN, Door.CODES), "without a code"),
    ],
    ids=["none", "twice", "both"],
)
def test_doors_that_make_no_sense_are_refused(
    database: Database, cohesion: Instrument, doors: tuple[Door, ...], problem: str
) -> None:
    with database.writing() as session, pytest.raises(SurveyError, match=problem):
        open_wave(session, cohesion, plan(doors=doors), localities())


# What a participant meets.


@pytest.fixture
def pack(settings: Settings, database: Database, coded: Wave) -> list[str]:
    return pack_of(database, coded, 4, settings.lasting_key())


def test_a_typed_code_opens_the_round_and_is_gone_afterwards(
    client: FlaskClient, database: Database, pack: list[str]
) -> None:
    person = Participant(client)
    assert "code" in person.page.offered
    person.send(code=pack[0].lower().replace("-", " "))
    assert "consent" in person.page.offered
    person.finish({"D1": "P1", "T1": "5"})
    assert person.page.is_received
    again = client.post(person.address, data=person.sent)
    assert Page(again.text).is_received
    assert stored(database) == 1
    late = Participant(client)
    late.send(code=pack[0])
    assert late.reply.status_code == 422


def test_a_scanned_code_goes_straight_to_consent(client: FlaskClient, pack: list[str]) -> None:
    person = Participant(client, f"/s/round-one/c/{pack[0]}")
    assert person.reply.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in person.reply.headers
    assert "consent" in person.page.offered
    assert pack[0] not in person.page.text
    person.address = "/s/round-one/en"
    assert person.finish({"D1": "P1"}).page.is_received


def test_unknown_used_void_and_foreign_codes_look_alike(
    client: FlaskClient,
    settings: Settings,
    database: Database,
    cohesion: Instrument,
    pack: list[str],
) -> None:
    with database.writing() as session:
        other = open_wave(session, cohesion, plan(link="other", **WITH_CODES), localities())
    foreign = pack_of(database, other, 1, settings.lasting_key())[0]
    person = Participant(client)
    person.send(code=pack[0])
    assert person.finish({"D1": "P1"}).page.is_received
    with database.writing() as session:
        void_codes(session, session.get_one(Wave, other.id - 1))
    replies: dict[str, set[tuple[int, str, str]]] = {}
    for code in (pack[0], pack[1], foreign, "0000-0000-0000-0000"):
        for path in ("/s/round-one", "/s/round-one/en"):
            reply = client.post(path, data={"code": code})
            headers = {name: reply.headers[name] for name in ("Content-Length", "Cache-Control")}
            said = reply.text.replace(code, "CODE")
            replies.setdefault(path, set()).add((reply.status_code, said, str(headers)))
    assert [len(each) for each in replies.values()] == [1, 1]
    assert next(iter(replies["/s/round-one"]))[0] == 422


def test_a_thousand_wrong_codes_find_nothing_and_lock_nobody_out(
    client: FlaskClient, database: Database, coded: Wave, pack: list[str]
) -> None:
    page = {
        client.post("/s/round-one/en", data={"code": secrets.token_hex(8)}).status_code
        for _ in range(200)
    }
    assert page == {422}
    with database.reading() as session:
        assert not any(is_unused(session, coded, secrets.token_hex(8), KEY) for _ in range(800))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(InviteCode)) == 4
    person = Participant(client)
    person.send(code=pack[0])
    assert person.finish({"D1": "P1"}).page.is_received


def test_two_tabs_with_one_code_store_one_response_and_keep_the_other_answers(
    client: FlaskClient, database: Database, pack: list[str]
) -> None:
    tabs = [Participant(client), Participant(client)]
    for tab in tabs:
        tab.send(code=pack[0])
        tab.begin().answer_all({"D1": "P1", "T1": "4"})
    assert tabs[0].send(action="next").status_code == 200
    assert tabs[0].page.is_received
    assert tabs[1].send(action="next").status_code == 422
    assert "code" in tabs[1].page.offered
    assert stored(database) == 1
    assert tabs[1].send(code="0000", action="next").status_code == 422
    tabs[1].send(code=pack[1], action="next")
    assert tabs[1].page.is_received
    assert stored(database) == 2


def test_the_last_page_with_another_code_is_received_again(
    client: FlaskClient, database: Database, pack: list[str]
) -> None:
    tabs = [Participant(client), Participant(client)]
    for tab in tabs:
        tab.send(code=pack[0])
        tab.begin().answer_all({"D1": "P1", "T1": "4"})
    for tab in tabs:
        tab.send(action="next")
    tabs[1].send(code=pack[1], action="next")
    assert tabs[1].page.is_received
    again = client.post(tabs[1].address, data=tabs[1].sent)
    assert Page(again.text).is_received
    assert stored(database) == 2


def test_no_item_can_be_named_as_a_box_of_the_doors() -> None:
    assert {"code", *HINTS} <= RESERVED


def test_a_code_is_typed_at_the_door_only(client: FlaskClient, pack: list[str]) -> None:
    person = Participant(client)
    person.send(code=pack[0])
    person.begin()
    asked = set(person.page.offered)
    person.send(code="nothing", action="language:ar")
    assert set(person.page.offered) == asked


def test_nobody_passes_the_page_of_the_code(client: FlaskClient, pack: list[str]) -> None:
    assert pack
    reply = client.post("/s/round-one", data={"consent": "yes"})
    assert "code" in Page(reply.text).offered
    turned = client.post("/s/round-one", data={"code": "", "action": "language:ar"})
    assert Page(turned.text).language == ("ar", "rtl")
    assert "code" in Page(turned.text).offered
    empty = client.post("/s/round-one", data={"code": ""})
    assert empty.status_code == 422
    assert client.get(f"/s/round-one/c/{quote('<b>x</b>')}").status_code in {200, 404}


def test_a_code_is_in_no_title_no_address_and_no_link(app: Flask, pack: list[str]) -> None:
    client = app.test_client()
    person = Participant(client, f"/s/round-one/c/{pack[0]}")
    for _step in range(3):
        for tag, given in person.page.tags:
            for name in ("href", "action", "src"):
                assert pack[0] not in (given.get(name) or ""), tag
        person.address = "/s/round-one/en"
        person.begin()
