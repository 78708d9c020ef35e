"""Who is listened to, and what is refused before anything looks at it."""

from __future__ import annotations

import ast
import csv
import io
import re
import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import TConn

from questionnaires import Instrument, screens
from survey.app import create_app
from survey.cli import sixfold
from survey.config import Settings, make_instance, read_settings
from survey.db import Database
from survey.errors import ConfigurationError, TamperedError
from survey.models import Role, Wave
from survey.operations.waves import open_wave
from survey.respond.visit import Seal, Visit
from survey.server import _hosts, _Worker
from tests.bench.staff import memory
from tests.conftest import answers, localities, plan
from tests.survey.participant import Participant
from tests.survey.server import Server
from tests.survey.staff import PASSWORD, Colleague, employ
from tests.survey.test_bad_input import rows

EMAIL = "ana@example.org"
ROOMS = Path(__file__).parents[2]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil", ""])
@pytest.mark.parametrize("path", ["/s/round-one", "/healthz", "/desk/", "/account/sign-in"])
def test_another_host_is_400(client: FlaskClient, wave: Wave, host: str, path: str) -> None:
    for reply in (
        client.get(path, headers={"Host": host}),
        client.post(path, headers={"Host": host}, data={"consent": "yes"}),
    ):
        assert reply.status_code == 400
        assert "evil" not in reply.text
        assert "Set-Cookie" not in reply.headers


def test_the_hosts_of_the_configuration_are_listened_to(
    settings: Settings, database: Database, wave: Wave
) -> None:
    app = create_app(replace(settings, hosts=("survey.example.org",)))
    client = app.test_client()
    for host, status in (("survey.example.org:8443", 200), ("localhost", 200), ("other", 400)):
        assert client.get(f"/s/{wave.link}", headers={"Host": host}).status_code == status
    app.extensions["sixfold"].database.dispose()


def test_the_configuration_is_written_and_read_again(tmp_path: Path) -> None:
    there = {"SIXFOLD_INSTANCE": str(tmp_path)}
    made = make_instance(read_settings(there), ["survey.example.org"])
    assert read_settings(there) == made
    assert made.hosts == ("survey.example.org",)
    (tmp_path / "config.toml").write_text('hosts = "survey.example.org"')
    with pytest.raises(ConfigurationError, match="hosts must be a list"):
        read_settings(there)


@pytest.mark.parametrize("bind", ["0.0.0.0:5000", "unix:/run/web.sock", ":5000"])
def test_a_server_for_every_address_must_be_told_its_names(settings: Settings, bind: str) -> None:
    with pytest.raises(ConfigurationError, match="hosts = "):
        _hosts(settings, bind)
    assert "a.org" in _hosts(replace(settings, hosts=("a.org",)), bind)
    assert _hosts(settings, "192.0.2.7:80") == ("192.0.2.7",)


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Origin": "https://evil.example"}, True),
        ({"Origin": "http://localhost.evil.example"}, True),
        ({}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "null"}, False),
    ],
)
def test_a_form_on_another_site_sends_nothing_in_a_participant_s_name(
    client: FlaskClient, database: Database, wave: Wave, headers: dict[str, str], refused: bool
) -> None:
    participant = Participant(client, f"/s/{wave.link}").begin().answer_all({"D1": "P1"})
    sent = participant.page.hidden | {"action": "next"}
    reply = client.post(f"/s/{wave.link}", data=sent, headers=headers)
    assert reply.status_code == (403 if refused else 200)
    assert rows(database) == (0 if refused else 1)
    assert client.get(f"/s/{wave.link}", headers=headers).status_code == 200  # a link may lead here


def test_staff_and_phones_are_protected_alike(app: Flask, database: Database, wave: Wave) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    client = app.test_client()
    assert client.post("/sync/responses", json={}, headers=foreign).status_code == 403
    assert client.post("/account/sign-in", data={}, headers=foreign).status_code == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [("/s/" + "x" * 2100, 414), ("/s/a%00b", 400), ("/s/a%E2%80%AEb", 400), ("/s/%ED%A0%80", 404)],
)
def test_an_address_that_is_none_is_refused(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


@pytest.mark.parametrize("body", [b"email=a%00", b"email=%ff", b"a=1&" * 2001, b"email=%E2%80%AE"])
def test_a_form_of_staff_must_be_clean_too(
    app: Flask, database: Database, wave: Wave, body: bytes
) -> None:
    browser = Colleague(app)
    token = f"csrf_token={browser.token()}&".encode()
    form = "application/x-www-form-urlencoded"
    reply = browser.client.post("/account/sign-in", data=token + body, content_type=form)
    assert reply.status_code == 400
    multipart = {"csrf_token": browser.token(), "email": "a\x00", "password": "x"}
    kind = "multipart/form-data"
    sent = browser.client.post("/account/sign-in", data=multipart, content_type=kind)
    assert sent.status_code == 400


@pytest.mark.parametrize("value", ['"\\ud800"', '"a\\u0000"', "[" * 100_000, '{"a":' * 50_000])
def test_json_of_a_phone_must_be_clean_and_flat(
    client: FlaskClient, wave: Wave, value: str
) -> None:
    body = f'{{"round": {value}, "token": "{"0" * 32}", "instrument_sha256": "x", "sealed": ""}}'
    reply = client.post("/sync/responses", data=body, content_type="application/json")
    assert reply.status_code == 422


@pytest.mark.parametrize("path", ["/console", "/.env", "/.git/config", "/static/x", "/debug"])
def test_what_others_leave_open_is_not_there(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code == 404
    assert not app.debug


def test_no_page_fetches_an_address_that_somebody_gave() -> None:
    clients = {"urllib.request", "http.client", "requests", "httpx", "urllib3", "aiohttp", "ftplib"}
    found = {
        str(path.relative_to(ROOMS))
        for room in ("survey", "questionnaires", "analysis")
        for path in (ROOMS / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or "", *(each.name for each in node.names)]
        if name in clients
    }
    assert found == set()


# The secret key, changed while people are at work.


@pytest.fixture
def renewed(settings: Settings) -> Settings:
    return replace(settings, secret_key="n" * 48, old_keys=(settings.secret_key,))


def test_an_open_page_goes_on_after_the_key_was_changed_and_is_stored_once(
    settings: Settings, renewed: Settings, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    visit = Visit("en", len(screens(cohesion, "long")), answers(cohesion))
    last = {"state": Seal(settings.secret_key, wave.link).close(visit)}
    for changed in (settings, renewed, renewed):
        app = create_app(changed)
        reply = app.test_client().post(f"/s/{wave.link}", data=last)
        app.extensions["sixfold"].database.dispose()
        assert (reply.status_code, "data-received" in reply.text) == (200, True)
    assert rows(database) == 1


def test_the_new_key_signs_and_a_key_that_is_gone_opens_nothing(
    settings: Settings, renewed: Settings
) -> None:
    visit = Visit("en")
    page = Seal(renewed.signing_keys(), "a").close(visit)
    assert Seal(renewed.secret_key, "a").open(page) == visit
    old = Seal(settings.secret_key, "a").close(visit)
    assert Seal(renewed.signing_keys(), "a").open(old) == visit
    with pytest.raises(TamperedError):
        Seal(renewed.secret_key, "a").open(old)


def test_a_short_old_key_is_refused(settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match="shorter than 32"):
        replace(settings, old_keys=("short",)).required_key()


def test_codes_of_an_app_stay_good_and_new_ones_are_sealed_to_the_new_key() -> None:
    from survey.account.accounts import OneTimeCodes  # noqa: PLC0415 - staff's libraries

    old, new = OneTimeCodes(["o" * 48]), OneTimeCodes(["o" * 48, "n" * 48])
    kept = old.generate_totp_secret()
    assert new.get_totp_b32_key(kept) == old.get_totp_b32_key(kept)
    made = new.generate_totp_secret()
    assert OneTimeCodes(["n" * 48]).get_totp_b32_key(made)
    with pytest.raises(KeyError):
        old.get_totp_b32_key(made)


# Time and memory.


def test_who_does_not_hang_up_is_waited_for_where_nobody_else_comes_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The thread that takes connections finds nothing left to wait for."""
    monkeypatch.setattr("survey.server._FAREWELL", 0.01)
    settings = Config()
    worker = _Worker(1, 1, [], None, 30, settings, Logger(settings))
    worker.wsgi = lambda _environ, start: start("200 OK", [("Content-Length", "4")]) and [b"page"]
    with (
        closing(worker.tmp),
        socket.create_server(("127.0.0.1", 0)) as door,
        socket.create_connection(door.getsockname()) as person,
    ):
        line, address = door.accept()
        person.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert worker.handle(TConn(settings, line, address, door.getsockname())) is False
        with line:
            line.setblocking(False)
            assert line.recv(1) == b""
        assert person.makefile("rb").read().endswith(b"page")


@pytest.mark.slow
def test_two_workers_stay_below_150_mib_also_when_staff_have_come(
    settings: Settings, database: Database, cohesion: Instrument
) -> None:
    with database.writing() as session:
        open_wave(session, cohesion, plan(), localities())
    employ(database, EMAIL, Role.OWNER)
    database.dispose()
    server = Server(settings).start()
    try:
        for _ in range(100):
            server.get("/s/round-one")
            server.get("/s/round-one/ar")
        visited = memory(server)
        for _ in range(40):
            server.get("/account/sign-in")
            server.get("/privacy")
        after = memory(server)
    finally:
        server.stop()
    assert visited < 120
    assert after < 150


def test_a_password_is_hashed_outside_the_process_that_serves(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    employ(database, EMAIL, Role.OWNER)
    browser = Colleague(app)
    browser.token()

    def refuse(*_given: object, **_more: object) -> None:
        raise AssertionError("64 MiB in the process of participants")

    monkeypatch.setattr("argon2.low_level.core", refuse)
    monkeypatch.setattr("argon2.low_level.hash_secret", refuse)
    monkeypatch.setattr("argon2.low_level.verify_secret", refuse)
    typed = {"email": EMAIL, "password": PASSWORD}  # `sign_in` may know the password already
    assert browser.post("/account/sign-in", **typed).status_code == 303


# What leaves the house, and what it is made of.

_CELLS = ["=1+1", "+A1", "-A1", "@SUM(1)", "\t=1", "＝1", "=cmd|' /C calc'!A0", "-1", "+2.5", "a=1"]


def test_no_cell_that_we_write_is_a_formula(tmp_path: Path) -> None:
    table = tmp_path / "answers.csv"
    with table.open("w", newline="") as stream:
        csv.writer(stream).writerows([["id", "T1"], *([cell, "1"] for cell in _CELLS)])
    done = CliRunner().invoke(sixfold, ["score", str(table), "--instrument", "social_cohesion"])
    assert done.exit_code == 0, done.output
    ids = [row["id"] for row in csv.DictReader(io.StringIO(done.output))]
    assert ids == ["'" + cell for cell in _CELLS[:7]] + _CELLS[7:]


@pytest.mark.parametrize(
    "file", ["requirements.txt", "requirements-postgres.txt", "requirements-test.txt"]
)
def test_every_requirement_is_locked_by_hash(file: str) -> None:
    text = (ROOMS / file).read_text(encoding="utf-8")
    named = re.findall(r"^([A-Za-z0-9][^\s=]*)==.+ \\\n +--hash=sha256:", text, re.MULTILINE)
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(named) == len(lines) > 20


@pytest.mark.parametrize("sent", [{"json": {"auth_token": "x"}}, {"query_string": "auth_token=x"}])
def test_no_token_but_the_session_s_is_even_read(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch, sent: dict[str, Any]
) -> None:
    employ(database, EMAIL, Role.OWNER)

    def read(*_given: object) -> None:
        raise AssertionError("a token was read")

    monkeypatch.setattr("flask_security.core._request_loader", read)
    headers = {"Authentication-Token": "x"}
    reply = app.test_client().get("/desk/", headers=headers, **sent)
    assert (reply.status_code, "/account/sign-in" in reply.location) == (303, True)
