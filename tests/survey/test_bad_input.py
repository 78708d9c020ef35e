"""Whatever is sent: a clear page with the right status, nothing stored, valid answers kept."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from questionnaires import Instrument
from survey.db import Database
from survey.models import Inbox, Response, Wave
from survey.operations.waves import close_wave, open_wave
from survey.site import today
from tests.conftest import localities, plan
from tests.survey.participant import Page, Participant

pytestmark = pytest.mark.usefixtures("wave")
#: The long proof sends twenty times as much.
MORE = 20 if os.environ.get("SIXFOLD_SOAK") else 1
FORM = "application/x-www-form-urlencoded"


def rows(database: Database) -> int:
    with database.reading() as session:
        waiting = session.scalar(select(func.count()).select_from(Inbox)) or 0
        return waiting + (session.scalar(select(func.count()).select_from(Response)) or 0)


def post(client: FlaskClient, body: bytes, address: str = "/s/round-one") -> TestResponse:
    return client.post(address, data=body, content_type=FORM)


def at_trust(client: FlaskClient) -> Participant:
    """Return a participant who stands before the first screen on trust."""
    participant = Participant(client).begin()
    participant.send(D1="P2")
    participant.send(B1="4")
    assert "T1" in participant.page.offered
    return participant


def test_an_unknown_option_is_422_and_the_valid_answers_stay(client: FlaskClient) -> None:
    participant = at_trust(client)
    reply = participant.send(T1="99", T2="3")
    assert reply.status_code == 422
    assert participant.page.chosen == {"T2": ["3"]}
    assert "99" not in participant.page.text


def test_two_answers_to_one_radio_are_422(client: FlaskClient) -> None:
    assert at_trust(client).send(T1=["1", "5"]).status_code == 422


def test_an_exclusive_choice_with_others_is_422(client: FlaskClient) -> None:
    participant = Participant(client).begin()
    while "Q2" not in participant.page.offered:
        participant.send(D1="P1")
    assert participant.send(Q2=["none", "trust"]).status_code == 422


def test_a_place_of_another_round_is_422(client: FlaskClient) -> None:
    assert Participant(client).begin().send(D1="elsewhere").status_code == 422


@pytest.mark.parametrize("change", [lambda s: "x" + s, lambda s: s[:9], lambda s: "", str.lower])
def test_a_tampered_hidden_field_is_422_and_keeps_the_valid_answers(
    client: FlaskClient, change: object
) -> None:
    participant = at_trust(client)
    sealed = participant.page.hidden["state"]
    reply = participant.send(state=change(sealed), T1="5", T2="77")  # type: ignore[operator]
    assert reply.status_code == 422
    participant.send(action="language:en")
    assert "consent" in participant.page.offered
    participant.send(consent="yes")
    participant.send(D1="P1")
    participant.send()
    assert participant.page.chosen == {"T1": ["5"]}


def test_a_state_of_another_round_is_422(
    client: FlaskClient, database: Database, cohesion: Instrument
) -> None:
    with database.writing() as session:
        open_wave(session, cohesion, plan(link="round-two"), localities())
    state = at_trust(client).page.hidden["state"]
    assert client.post("/s/round-two", data={"state": state, "T1": "1"}).status_code == 422


@pytest.mark.parametrize("action", ["screen:9", "screen:99", "screen:-1", "screen:" + "9" * 5000])
def test_nobody_can_jump_past_a_screen(client: FlaskClient, action: str) -> None:
    participant = Participant(client).begin()
    assert participant.send(action=action).status_code == 422  # the place is missing
    participant.send(D1="P1", action=action)
    assert "B1" in participant.page.offered


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"a=1&" * 20_000, 400),
        (b"a=" + b"x" * 600_000, 413),
        (b"T1=%ED%A0%80%FF", 400),
        (b"T1=\xff\xfe", 400),
        (b"T1=%00", 400),
        (b"consent=yes%0B", 400),
        (b"T1=%E2%80%AE5", 400),
        (b"consent", 400),
        (b"%", 400),
    ],
)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_body_that_is_no_clean_form_gets_a_clear_page(
    client: FlaskClient, database: Database, body: bytes, status: int, language: str
) -> None:
    reply = post(client, body, f"/s/round-one/{language}")
    assert reply.status_code == status
    assert Page(reply.text).language[0] == language
    assert "<h1>" in reply.text
    assert rows(database) == 0


def test_a_page_that_cannot_be_read_keeps_the_answers_of_those_before(client: FlaskClient) -> None:
    participant = at_trust(client)
    sealed = participant.page.hidden["state"]
    participant.reply = post(client, f"T1=%00&state={sealed}&T2=%ff".encode())
    assert participant.reply.status_code == 400
    participant.send()
    assert "T1" in participant.page.offered
    participant.send(action="back")
    assert participant.page.chosen == {"B1": ["4"]}


def test_an_unreadable_body_at_a_database_that_is_gone_is_still_a_page(
    client: FlaskClient, database: Database
) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE wave RENAME TO away"))
    assert post(client, b"T1=%00").status_code == 503
    assert post(client, b"a=" + b"x" * 600_000).status_code == 503


def test_the_first_page_promises_no_answers_that_it_does_not_keep(client: FlaskClient) -> None:
    assert "earlier pages" not in post(client, b"consent=%00").text


def test_an_empty_body_asks_for_consent_again(client: FlaskClient) -> None:
    assert post(client, b"").status_code == 422


def test_json_and_multipart_bodies_are_refused_clearly(client: FlaskClient) -> None:
    assert client.post("/s/round-one", json={"consent": "yes"}).status_code == 400
    multipart = {"consent": "yes", "file": (Path(__file__).open("rb"), "x.txt")}  # noqa: SIM115
    reply = client.post("/s/round-one", data=multipart, content_type="multipart/form-data")
    assert reply.status_code == 400


@pytest.mark.parametrize(
    ("days", "status"), [((1, 9), 403), ((-9, -1), 410)], ids=["not open yet", "over"]
)
def test_a_round_answers_only_between_its_days(
    client: FlaskClient,
    database: Database,
    cohesion: Instrument,
    days: tuple[int, int],
    status: int,
) -> None:
    opens_on, closes_on = (today() + timedelta(days=day) for day in days)
    changed = plan(link="other", opens_on=opens_on, closes_on=closes_on)
    with database.writing() as session:
        open_wave(session, cohesion, changed, localities())
    assert client.get("/s/other").status_code == status
    assert post(client, b"consent=yes", "/s/other").status_code == status


def test_a_round_that_closes_under_way_stores_nothing_more(
    client: FlaskClient, database: Database, wave: Wave
) -> None:
    participant = Participant(client).begin().answer_all({"D1": "P1"})
    with database.writing() as session:
        close_wave(session, session.merge(wave))
    assert participant.send(action="next").status_code == 410
    assert rows(database) == 0


def test_erase_and_leave_leaves_also_when_the_round_has_closed(
    client: FlaskClient, database: Database, wave: Wave
) -> None:
    participant = Participant(client).begin().answer_all({"D1": "P1"})
    erase = participant.page.hidden | {"action": "erase"}
    with database.writing() as session:
        close_wave(session, session.merge(wave))
    for path in ("/s/round-one/ar", "/s/nowhere/ar"):
        reply = client.post(path, data=erase)
        assert (reply.status_code, reply.headers["Clear-Site-Data"]) == (200, '"cache"')
        page = Page(reply.text)
        assert page.language == ("ar", "rtl")
        assert not page.hidden
        assert not any(tag == "a" and "skip" not in str(given) for tag, given in page.tags)


def test_an_unknown_round_is_404_in_the_reader_s_language(client: FlaskClient) -> None:
    reply = client.get("/s/nowhere", headers={"Accept-Language": "ar"})
    assert (reply.status_code, Page(reply.text).language) == (404, ("ar", "rtl"))
    assert client.get("/nothing/here").status_code == 404
    assert client.put("/s/round-one").status_code == 405


def test_an_unavailable_database_is_503_and_the_answers_stay_in_the_page(
    client: FlaskClient, database: Database
) -> None:
    participant = Participant(client).begin().answer_all({"D1": "P1", "T1": "5"})
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE inbox RENAME TO away"))
    review = participant.page.hidden
    assert participant.send(action="next").status_code == 503
    assert not participant.page.is_received
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO inbox"))
    assert participant.page.hidden["state"] == review["state"]
    assert participant.send(action="next").status_code == 200
    assert rows(database) == 1


def test_a_database_that_is_gone_under_way_is_503_and_the_page_can_be_sent_again(
    client: FlaskClient, database: Database
) -> None:
    participant = at_trust(client)
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE wave RENAME TO away"))
    reply = participant.send(T1="5")
    assert reply.status_code == 503
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO wave"))
    participant.send()
    assert "T5" in participant.page.offered


#: All examples of a test share its installation: nothing of theirs is stored.
one_installation = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
text_of_any_kind = st.text(max_size=30)
names = st.sampled_from(["state", "action", "consent", "D1", "T1", "B1", "Q2", "nonce"])


@pytest.mark.soak
@settings(parent=one_installation, max_examples=300 * MORE)
@given(fields=st.lists(st.tuples(names | text_of_any_kind, text_of_any_kind), max_size=8))
def test_no_form_content_breaks_a_page_or_is_stored(
    client: FlaskClient, database: Database, fields: list[tuple[str, str]]
) -> None:
    body = urlencode(fields, errors="replace").encode()
    assert post(client, body).status_code in {200, 400, 422}
    assert rows(database) == 0


@pytest.mark.soak
@settings(parent=one_installation, max_examples=200 * MORE)
@given(body=st.binary(max_size=300))
def test_no_bytes_break_a_page_or_are_stored(
    client: FlaskClient, database: Database, body: bytes
) -> None:
    assert post(client, body).status_code in {200, 400, 422}
    assert rows(database) == 0


actions = st.sampled_from(["next", "back", "erase", "language:ar", "language:xx", "screen:1"])


@pytest.mark.soak
@settings(parent=one_installation, max_examples=60 * MORE)
@given(
    steps=st.lists(
        st.tuples(actions | text_of_any_kind, st.dictionaries(names, text_of_any_kind, max_size=3)),
        max_size=6,
    )
)
def test_no_way_through_the_pages_breaks_one_or_stores_anything(
    client: FlaskClient, database: Database, steps: list[tuple[str, dict[str, str]]]
) -> None:
    state = at_trust(client).page.hidden["state"]
    for action, fields in steps:
        sent = {"state": state, **fields, "action": action}
        reply = post(client, urlencode(sent, errors="replace").encode())
        assert reply.status_code in {200, 400, 422}
        state = Page(reply.text).hidden.get("state", state)
    assert rows(database) == 0


@pytest.mark.soak
@settings(parent=one_installation, max_examples=150 * MORE)
@given(values=st.dictionaries(st.sampled_from(["T1", "T2", "T3", "T4"]), text_of_any_kind))
def test_no_answer_passes_that_the_page_does_not_offer(
    client: FlaskClient, values: dict[str, str]
) -> None:
    participant = at_trust(client)
    offered = {*map(str, range(1, 6)), "dk", "pnta", ""}
    reply = post(client, urlencode(participant.page.hidden | values, errors="replace").encode())
    is_accepted = "T5" in Page(reply.text).offered
    assert is_accepted == offered.issuperset(values.values())
