"""What phones send: sealed before it leaves, stored once, judged when it is opened."""

from __future__ import annotations

import base64
import json
import secrets
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from questionnaires import Instrument, read_instrument
from questionnaires.logic import shown
from survey.db import Database
from survey.errors import WaveClosedError
from survey.keys import seal_to
from survey.models import Role, SpentNonce, Wave
from survey.operations.batches import BATCH_SIZE
from survey.operations.opening import OpenedResponse, read_responses
from survey.operations.placing import Parcel, Receipt
from survey.operations.projects import delete_round, take_back_round
from survey.operations.responses import record_parcel
from survey.operations.waves import LATE, close_wave, end_arrivals, open_wave, place_item
from survey.site import today
from tests.conftest import KEY, answers, localities, plan
from tests.survey.sealed import FIRST, RECIPIENTS, SECOND, STRANGER, kept, sealing_wave, send
from tests.survey.staff import employ


@pytest.fixture
def wave(database: Database, cohesion: Instrument) -> Wave:
    return sealing_wave(database, cohesion)


@pytest.fixture
def phone(app: Flask, wave: Wave) -> FlaskClient:
    assert wave.recipients
    return app.test_client()


def parcel(wave: Wave, content: object, **changes: Any) -> dict[str, Any]:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    sealed = seal_to(body, RECIPIENTS)
    return {
        "round": wave.link,
        "token": secrets.token_hex(16),
        "instrument_sha256": wave.instrument_sha256,
        "sealed": base64.b64encode(sealed).decode(),
    } | changes


def post(phone: FlaskClient, sent: object) -> TestResponse:
    return phone.post("/sync/responses", json=sent)


def opened(database: Database, wave: Wave) -> tuple[tuple[OpenedResponse, ...], dict[str, int]]:
    with database.writing() as session:
        close_wave(session, session.merge(wave))
        opening = read_responses(session, wave, [SECOND])
    return opening.responses, dict(opening.left_out)


@pytest.mark.both_databases
def test_a_sealed_response_is_stored_once_and_opens_as_what_was_answered(
    phone: FlaskClient, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    sent = parcel(wave, {"D1": "P2", "T1": "5"})
    replies = [post(phone, sent) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [201, 200, 200]
    assert replies[0].json == {"status": "stored"}
    assert len(kept(database)) == 1
    (response,), left_out = opened(database, wave)
    assert response.answers == answers(cohesion, D1="P2", T1="5")
    assert (response.stratum, response.weight, response.psu) == ("P2", 1_000_000, None)
    assert left_out == {}
    assert post(phone, sent).status_code == 200  # after the batch, and after the round


def test_another_body_under_a_token_is_409_and_changes_nothing(
    phone: FlaskClient, database: Database, wave: Wave
) -> None:
    sent = parcel(wave, {"D1": "P2"})
    post(phone, sent)
    before = kept(database)
    other = parcel(wave, {"D1": "P1"}, token=sent["token"])
    assert post(phone, other).status_code == 409
    assert kept(database) == before


def test_no_reply_sets_a_cookie_or_lets_other_sites_read_it(phone: FlaskClient, wave: Wave) -> None:
    for sent in (parcel(wave, {"D1": "P2"}), {}):
        headers = post(phone, sent).headers
        assert "Set-Cookie" not in headers
        assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no json", "damaged"),
        (b"[" * 100_000, "damaged"),
        ([1, 2], "damaged"),
        ({"D1": 3}, "damaged"),
        ({"D1": None}, "damaged"),
        ({"D1": "nowhere"}, "unfit"),
        ({"T1": "5"}, "unfit"),
        ({"D1": "P1", "T1": "99"}, "unfit"),
        ({"D1": "P1", "X1": "1"}, "unfit"),
        ({"D1": "P1", "weight": "1000000000"}, "unfit"),
        ({"answers": {"D1": "P1"}, "weight": 10**12}, "damaged"),
        ({"parcel": "P1"}, "unfit"),
    ],
)
def test_what_is_no_answer_is_left_out_when_it_is_opened_and_stays(
    phone: FlaskClient, database: Database, wave: Wave, content: object, reason: str
) -> None:
    assert post(phone, parcel(wave, content)).status_code == 201
    assert post(phone, parcel(wave, {"D1": "P1"})).status_code == 201
    responses, left_out = opened(database, wave)
    assert (len(responses), left_out) == (1, {reason: 1})
    assert len(kept(database)) == 2


def test_what_is_sealed_to_another_key_is_left_out_and_stays(
    phone: FlaskClient, database: Database, wave: Wave
) -> None:
    theirs = seal_to(b'{"D1": "P1"}', [str(STRANGER.to_public())])
    sent = parcel(wave, {}, sealed=base64.b64encode(theirs).decode())
    assert post(phone, sent).status_code == 201
    assert opened(database, wave) == ((), {"locked": 1})


@pytest.mark.parametrize(
    "changes",
    [
        {"token": "0" * 31},
        {"token": "0" * 34},
        {"token": "G" * 32},
        {"token": 5},
        {"instrument_sha256": "0" * 64},
        {"sealed": "not base64!"},
        {"sealed": base64.b64encode(b'{"D1": "P1"}').decode()},
        {"sealed": ""},
        {"extra": "1"},
        {"round": ["round-one"]},
    ],
)
def test_what_no_phone_would_send_is_422_and_says_what_to_mend(
    phone: FlaskClient, database: Database, wave: Wave, changes: dict[str, Any]
) -> None:
    reply = post(phone, parcel(wave, {"D1": "P1"}, **changes))
    assert (reply.status_code, kept(database)) == (422, [])
    assert set(reply.json or {}) == {"error"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"round": "\xff"}', "application/json"),
        (b"{}", "text/plain"),
        (b"round=round-one", "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_is_no_json_object_is_422(phone: FlaskClient, body: bytes, kind: str) -> None:
    reply = phone.post("/sync/responses", data=body, content_type=kind)
    assert reply.status_code == 422
    assert reply.is_json


def test_too_much_at_once_is_413(phone: FlaskClient, database: Database, wave: Wave) -> None:
    reply = post(phone, parcel(wave, {"D1": "P1"}, sealed="A" * 300_000))
    assert (reply.status_code, reply.is_json, kept(database)) == (413, True, [])


def test_an_unknown_round_is_404_and_a_page_cannot_be_asked_for(
    phone: FlaskClient, wave: Wave
) -> None:
    assert post(phone, parcel(wave, {"D1": "P1"}, round="nowhere")).status_code == 404
    assert phone.get("/sync/responses").status_code == 405


def test_a_round_without_keys_takes_nothing_that_nobody_could_open(
    app: Flask, database: Database, cohesion: Instrument
) -> None:
    with database.writing() as session:
        plain = open_wave(session, cohesion, plan(link="plain"), localities())
    assert post(app.test_client(), parcel(plain, {"D1": "P1"})).status_code == 422


def test_a_round_that_awaits_its_test_or_its_day_is_403(
    app: Flask, database: Database, cohesion: Instrument
) -> None:
    with database.writing() as session:
        decided = plan(link="waiting", protection="sealed", recipients=RECIPIENTS)
        waiting = open_wave(session, cohesion, decided, localities())
    later = sealing_wave(database, cohesion, link="later", opens_on=today() + timedelta(days=2))
    for closed in (waiting, later):
        reply = post(app.test_client(), parcel(closed, {"D1": "P1"}))
        assert (reply.status_code, kept(database)) == (403, [])


def test_a_phone_has_thirty_days_after_the_last_one_and_then_410(
    client: FlaskClient, database: Database, cohesion: Instrument
) -> None:
    for link, days, status in (("late", 30, 201), ("too-late", 31, 410)):
        last = today() - timedelta(days=days)
        wave = sealing_wave(
            database, cohesion, link=link, opens_on=last - timedelta(days=5), closes_on=last
        )
        with database.writing() as session:
            close_wave(session, session.merge(wave))
        assert post(client, parcel(wave, {"D1": "P1"})).status_code == status


def test_a_round_that_is_closed_early_still_takes_what_phones_have_kept(
    client: FlaskClient, database: Database, cohesion: Instrument
) -> None:
    # The day of closing is not kept, so phones have their thirty days from the last day planned.
    wave = sealing_wave(database, cohesion, link="early")
    assert wave.closes_on > today()
    with database.writing() as session:
        close_wave(session, session.merge(wave))
    assert post(client, parcel(wave, {"D1": "P1"})).status_code == 201
    assert client.get(f"/s/{wave.link}/en").status_code == 410


def test_a_round_that_was_deleted_takes_nothing_more(
    client: FlaskClient, database: Database, cohesion: Instrument
) -> None:
    employ(database, "owner@example.org", Role.OWNER, "Ours")
    wave = sealing_wave(database, cohesion, link="deleted")
    with database.writing() as session:
        delete_round(session, session.get_one(Wave, wave.id), today())
    assert post(client, parcel(wave, {"D1": "P1"})).status_code == 410
    with database.writing() as session:
        take_back_round(session, session.get_one(Wave, wave.id), today())
    assert post(client, parcel(wave, {"D1": "P1"})).status_code == 201


def test_what_a_phone_does_not_mention_was_not_shown_where_the_answers_say_so(
    client: FlaskClient, database: Database
) -> None:
    profile = read_instrument("community_profile")
    wave = sealing_wave(database, profile, link="profile")
    asked = {item.name for item in profile.asked("long")}
    never = asked - shown(profile, "long", {})
    assert never
    sent = parcel(wave, {place_item(profile).name: "P1"})
    assert post(client, sent).status_code == 201
    (response,), left_out = opened(database, wave)
    assert left_out == {}
    assert never <= {name for name, each in response.answers.items() if each == "not_shown"}


def test_nothing_is_taken_after_the_day_on_which_answers_are_deleted(
    database: Database, cohesion: Instrument
) -> None:
    last = today() + timedelta(days=33)
    wave = sealing_wave(database, cohesion, keep_until=last)
    assert last < wave.closes_on + LATE
    with database.writing() as session:
        sent = Parcel(seal_to(b"{}", RECIPIENTS), b"n" * 16)
        assert record_parcel(session, wave, sent, KEY, last) is Receipt.STORED
        with pytest.raises(WaveClosedError):
            record_parcel(session, wave, sent, KEY, last + timedelta(days=1))


@pytest.mark.both_databases
def test_when_phones_have_had_their_time_the_rest_is_sealed_and_nonces_are_forgotten(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    for _ in range(BATCH_SIZE):
        send(database, wave, answers(cohesion))
    with database.writing() as session:
        close_wave(session, session.merge(wave))
        sent = Parcel(seal_to(b'{"D1": "P1"}', RECIPIENTS), b"n" * 16)
        record_parcel(session, wave, sent, KEY, wave.closes_on + LATE)
        assert end_arrivals(session, wave.closes_on + LATE) == 0
        assert session.query(SpentNonce).count() == BATCH_SIZE
        assert end_arrivals(session, wave.closes_on + LATE + timedelta(days=1)) == 1
        assert session.query(SpentNonce).count() == 0
        assert len(read_responses(session, wave, [FIRST]).responses) == BATCH_SIZE + 1


def test_a_database_that_is_away_is_503_and_the_phone_keeps_its_parcel(
    phone: FlaskClient, database: Database, wave: Wave
) -> None:
    sent = parcel(wave, {"D1": "P1"})
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO away")
    reply = post(phone, sent)
    assert (reply.status_code, reply.is_json) == (503, True)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO inbox")
    assert post(phone, sent).status_code == 201


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
keys = st.sampled_from(["round", "token", "instrument_sha256", "sealed"])


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=st.dictionaries(keys | st.text(max_size=5), values, min_size=1))
def test_no_json_breaks_the_door(phone: FlaskClient, wave: Wave, changes: dict[str, Any]) -> None:
    assert post(phone, parcel(wave, {"D1": "P1"}) | changes).status_code in {404, 422}
