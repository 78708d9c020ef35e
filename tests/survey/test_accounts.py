"""How staff come in: a link, a password, a second factor, and no faster than allowed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any, cast

import pytest
from click.testing import CliRunner
from flask import Flask
from flask import session as visit
from passlib.context import CryptContext
from passlib.totp import TOTP
from sqlalchemy import select, update
from webauthn.helpers import bytes_to_base64url, encode_cbor

from survey.account.accounts import Account
from survey.account.passkeys import registered, signed_by
from survey.cli import sixfold
from survey.config import Settings
from survey.db import Database
from survey.models import Attempt, Invitation, Passkey, Role, Staff, StaffSession, Wave
from survey.operations.factors import add_passkey, passkeys_of, spend_step
from survey.operations.passwords import Passwords
from survey.operations.staff import LINK_LIFE, TRIES, may_try
from survey.operations.staff_sessions import find_session, keep_session
from tests.survey.disk import content_of
from tests.survey.staff import PASSWORD, Colleague, employ

EMAIL = "ana@example.org"
NEW = "seven other plain words"


def command(settings: Settings, *words: str) -> str:
    """Run `sixfold` on the installation of a test, and return what it printed."""
    environment = {
        "SIXFOLD_INSTANCE": str(settings.instance),
        "SIXFOLD_DATABASE_URL": settings.database_url,
        "SIXFOLD_SECRET_KEY": settings.secret_key,
    }
    done = CliRunner().invoke(sixfold, list(words), env=environment, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def link_in(text: str) -> str:
    found = re.search(r"/account/join/[\w-]{22,}", text)
    assert found
    return found[0]


def account(database: Database, email: str = EMAIL) -> Staff:
    with database.reading() as session:
        return session.scalars(select(Staff).where(Staff.email == email)).one()


def neutral(page: str) -> str:
    """Return a page without the e-mail that was typed and the hidden token."""
    return re.sub(r'value="[^"]*"', "", page)


class Phone:
    """An authenticator app."""

    def __init__(self, letters: str) -> None:
        self._totp = TOTP(key=letters.replace("-", ""), format="base32")

    def code(self, later: int = 0) -> str:
        return str(self._totp.generate(int(time.time()) + later).token)


def set_up_phone(browser: Colleague) -> tuple[Phone, list[str]]:
    """Add an authenticator app; return it and the recovery codes that were shown."""
    page = browser.get("/account/authenticator").text
    key = re.search(r'id="key">([^<]+)<', page)
    assert key
    phone = Phone(key[1])
    shown = browser.post("/account/authenticator", code=phone.code()).text
    return phone, re.findall(r"<li>([0-9a-f-]{23})</li>", shown)


def test_the_first_account_is_made_by_the_command_and_has_no_password(
    settings: Settings, database: Database, app: Flask
) -> None:
    link = link_in(command(settings, "staff", "add", EMAIL, "--role", "owner"))
    assert account(database).password is None
    browser = Colleague(app)
    for guess in ("", "admin", EMAIL, "password", "None"):
        assert browser.sign_in(EMAIL, guess).status_code == 422
    assert browser.post(link, password=NEW, again=NEW).status_code == 303
    with database.writing() as session:  # five wrong tries in this minute
        session.query(Attempt).delete()
        session.commit()
    assert browser.sign_in(EMAIL, NEW).status_code == 303


@pytest.mark.both_databases
def test_a_link_works_once_and_a_day(settings: Settings, database: Database, app: Flask) -> None:
    link = link_in(command(settings, "staff", "add", EMAIL, "--role", "owner"))
    browser = Colleague(app)
    over = browser.get("/account/join/unknown-unknown-unknown")
    assert over.status_code == 404
    assert browser.get(link).status_code == 200
    with database.writing() as session:
        (row,) = session.scalars(select(Invitation))
        assert row.expires_at <= time.time() + LINK_LIFE
        assert link.rpartition("/")[2].encode() not in row.id
        session.execute(update(Invitation).values(expires_at=int(time.time()) - 1))
        session.commit()
    assert neutral(browser.get(link).text) == neutral(over.text)
    assert browser.post(link, password=NEW, again=NEW).status_code == 404
    again = link_in(command(settings, "staff", "reset", EMAIL))
    assert browser.post(again, password=NEW, again=NEW).status_code == 303
    assert browser.post(again, password=NEW, again=NEW).status_code == 404
    assert neutral(browser.get(again).text) == neutral(over.text)


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", "short", "12 to 200"),
        ("x" * 201, "x" * 201, "12 to 200"),
        ("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "too easy"),
        (EMAIL, EMAIL, "too easy"),
        (NEW, NEW + "x", "differ"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_lives_on(
    settings: Settings, app: Flask, password: str, again: str, said: str
) -> None:
    link = link_in(command(settings, "staff", "add", EMAIL, "--role", "owner"))
    browser = Colleague(app)
    reply = browser.post(link, password=password, again=again)
    assert (reply.status_code, said in reply.text) == (422, True)
    assert browser.get(link).status_code == 200


def test_passwords_are_hashed_with_argon2id_at_the_promised_cost(database: Database) -> None:
    employ(database, EMAIL, Role.OWNER)
    assert (account(database).password or "").startswith("$argon2id$v=19$m=65536,t=3,p=")


def test_a_hash_of_old_cost_is_renewed_at_sign_in(app: Flask, database: Database) -> None:
    employ(database, EMAIL, Role.OWNER)
    cheap = CryptContext(["argon2"], argon2__memory_cost=1024, argon2__time_cost=1)
    with database.writing() as session:
        session.execute(update(Staff).values(password=cheap.hash(PASSWORD)))
        session.commit()
    assert Colleague(app).sign_in(EMAIL).status_code == 303
    assert "m=65536,t=3" in (account(database).password or "")


def test_no_more_than_two_hashes_are_made_at_once(tmp_path: Path) -> None:
    at_once, most = 0, 0

    def hash_in_turn() -> None:
        nonlocal at_once, most
        with Passwords(tmp_path).turn():
            at_once += 1
            most = max(most, at_once)
            time.sleep(0.05)
            at_once -= 1

    people = [Thread(target=hash_in_turn) for _ in range(4)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert most == 2


def test_a_crowd_at_the_sign_in_page_is_sent_away_and_participants_are_served(
    app: Flask, database: Database, wave: Wave
) -> None:
    employ(database, EMAIL, Role.OWNER)
    browser = Colleague(app)
    browser.token()
    folder = app.extensions["sixfold"].settings.instance
    hold = Event()

    def stay() -> None:
        with Passwords(folder).turn():
            hold.wait(60)

    crowd = [Thread(target=stay) for _ in range(4)]
    for each in crowd:
        each.start()
    time.sleep(0.5)  # until all four are in the queue
    try:
        reply = browser.sign_in(EMAIL)
        assert (reply.status_code, "Many people" in reply.text) == (503, True)
        assert app.test_client().get(f"/s/{wave.link}").status_code == 200
    finally:
        hold.set()
    for each in crowd:
        each.join()
    assert browser.sign_in(EMAIL).status_code == 303


def test_another_process_waits_too(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from survey.operations.passwords import Passwords\n"
        "with Passwords(Path(sys.argv[1])).turn(): print('in', flush=True)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with Passwords(tmp_path).turn(), Passwords(tmp_path).turn():
        other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(timeout=3)
    assert other.communicate(timeout=30)[0] == "in\n"


def cpu_time() -> float:
    """Return the CPU time of this process and of those it started, which hash."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def test_an_unknown_account_looks_and_takes_like_a_wrong_password(
    app: Flask, database: Database
) -> None:
    employ(database, EMAIL, Role.OWNER)
    browser = Colleague(app)
    browser.sign_in("first@example.org", "wrong wrong wrong")  # loads what is loaded once
    spent = {}
    for email in (EMAIL, "nobody@example.org"):
        start = cpu_time()
        reply = browser.sign_in(email, "wrong wrong wrong")
        spent[email] = (cpu_time() - start, reply.status_code, neutral(reply.text))
    known, unknown = spent.values()
    assert known[1:] == unknown[1:] == (422, known[2])
    assert 0.5 < known[0] / unknown[0] < 2


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
def test_guessing_is_slowed_down_for_the_account_alone(
    app: Flask, database: Database, email: str
) -> None:
    employ(database, EMAIL, Role.OWNER)
    employ(database, "ben@example.org", Role.READER)
    browser = Colleague(app)
    with database.writing() as session:
        tries = [
            may_try(session, b"s" * 48, f"sign-in {email}", int(time.time())) for _ in range(TRIES)
        ]
    assert all(tries)
    assert browser.sign_in(email).status_code == 429
    assert browser.sign_in(email.upper()).status_code == 429
    assert browser.sign_in("ben@example.org").status_code == 303
    with database.writing() as session:
        session.execute(update(Attempt).values(began_at=Attempt.began_at - 61))
        session.commit()
    assert Colleague(app).sign_in(email).status_code == (303 if email == EMAIL else 422)


def test_no_address_of_a_computer_is_kept(
    app: Flask, database: Database, settings: Settings
) -> None:
    employ(database, EMAIL, Role.OWNER)
    browser = Colleague(app)
    browser.headers = {"User-Agent": "Canary-Browser", "X-Forwarded-For": "203.0.113.77"}
    browser.sign_in(EMAIL)
    browser.get("/desk/", headers=browser.headers)
    browser.sign_in("nobody-canary@example.org", "canary-password")
    database.dispose()
    kept = content_of(settings.instance)
    for trace in (b"Canary-Browser", b"203.0.113.77", b"127.0.0.1", b"nobody-canary"):
        assert trace not in kept
    assert PASSWORD.encode() not in kept


@pytest.mark.both_databases
def test_an_app_is_asked_for_and_each_code_works_once(app: Flask, database: Database) -> None:
    employ(database, EMAIL, Role.OWNER)
    browser = Colleague(app)
    browser.sign_in(EMAIL)
    phone, codes = set_up_phone(browser)
    assert len(codes) == 10
    browser.post("/account/sign-out")
    assert "/account/second-factor" in browser.sign_in(EMAIL).location
    assert browser.get("/desk/").status_code == 303  # the password alone opens nothing
    assert browser.post("/account/second-factor", code="000000").status_code == 422
    code, half_in = phone.code(30), browser.cookie  # the present one was spent on setting up
    assert browser.post("/account/second-factor", code=code).status_code == 303
    assert browser.cookie != half_in  # whoever knew the session before does not come along
    assert browser.get("/desk/").status_code == 200
    thief = Colleague(app)
    thief.sign_in(EMAIL)
    assert thief.post("/account/second-factor", code=code).status_code == 422
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    with database.writing() as session:  # as if a minute had passed
        session.execute(update(Staff).values(totp_last_step=None))
        session.commit()
    later = phone.code().translate(arabic)
    assert thief.post("/account/second-factor", code=later).status_code == 303


@pytest.mark.both_databases
def test_a_recovery_code_stands_in_once(app: Flask, database: Database) -> None:
    employ(database, EMAIL, Role.OWNER)
    browser = Colleague(app)
    browser.sign_in(EMAIL)
    _phone, codes = set_up_phone(browser)
    for status in (303, 422):
        other = Colleague(app)
        other.sign_in(EMAIL)
        assert other.post("/account/second-factor", recovery=codes[0]).status_code == status


def test_the_desk_stays_shut_until_there_is_a_second_factor(app: Flask, database: Database) -> None:
    employ(database, EMAIL, Role.OWNER, factor=True)
    browser = Colleague(app)
    browser.sign_in(EMAIL)
    assert browser.get("/desk/").location == "/account/"
    assert "Add a second factor first" in browser.get("/account/").text
    set_up_phone(browser)
    assert browser.get("/desk/").status_code == 200


def test_the_last_second_factor_can_be_replaced_and_not_removed(
    app: Flask, database: Database
) -> None:
    employ(database, EMAIL, Role.OWNER, factor=True)
    browser = Colleague(app)
    browser.sign_in(EMAIL)
    set_up_phone(browser)
    refused = browser.post("/account/authenticator/remove")
    assert (refused.status_code, "Add another one first" in refused.text) == (422, True)
    mine = account(database)
    assert mine.totp_secret
    with database.writing() as session:
        key = Passkey(id=b"key", staff_id=mine.id, name="blue", public_key=b"k", sign_count=0)
        add_passkey(session, mine.id, key)
    assert browser.post("/account/authenticator/remove").status_code == 303
    assert account(database).totp_secret is None
    assert browser.post("/account/passkey/0/remove").status_code == 422
    with database.reading() as session:
        assert len(passkeys_of(session, mine.id)) == 1


def test_an_owner_helps_a_member_back_in_and_the_second_factor_stays(
    app: Flask, database: Database
) -> None:
    employ(database, EMAIL, Role.OWNER)
    employ(database, "ben@example.org", Role.READER)
    ben, ana = Colleague(app), Colleague(app)
    ben.sign_in("ben@example.org")
    phone, _codes = set_up_phone(ben)
    ana.sign_in(EMAIL)
    page = ana.get("/desk/projects/1").text
    (path,) = re.findall(r'action="(/desk/projects/1/members/2/link)"', page)
    link = link_in(ana.post(path).text)
    assert Colleague(app).post(link, password=NEW, again=NEW).status_code == 303
    assert ben.get("/desk/").status_code == 303  # the old session is over
    assert "/second-factor" in ben.sign_in("ben@example.org", NEW).location
    assert ben.post("/account/second-factor", code=phone.code(30)).status_code == 303


def test_an_owner_cannot_take_over_an_account_of_another_team(
    app: Flask, database: Database
) -> None:
    employ(database, EMAIL, Role.OWNER, "Ours")
    employ(database, "eva@example.org", Role.OWNER, "Theirs")
    ana = Colleague(app)
    ana.sign_in(EMAIL)
    ana.post("/desk/projects/1/members", email="eva@example.org", role="reader")
    page = ana.get("/desk/projects/1").text
    (path,) = re.findall(r'action="(/desk/projects/1/members/3/link)"', page)
    reply = ana.post(path)
    assert (reply.status_code, "another owner" in reply.text) == (422, True)


@pytest.mark.parametrize(
    "wished", ["https://evil.example/", "//evil.example/desk/", "/\\evil.example", "desk", "/s/x"]
)
def test_signing_in_leads_to_pages_of_ours_only(
    app: Flask, database: Database, wished: str
) -> None:
    employ(database, EMAIL, Role.OWNER)
    reply = Colleague(app).sign_in(EMAIL, path=f"/account/sign-in?next={wished}")
    assert reply.location == "/desk/"


def test_what_matters_asks_for_proof_again(app: Flask, database: Database) -> None:
    employ(database, EMAIL, Role.OWNER)
    browser = Colleague(app)
    browser.sign_in(EMAIL)
    with database.writing() as session:
        (row,) = session.scalars(select(StaffSession))
        row.content = row.content | {"proved_at": int(time.time()) - 601}
        session.commit()
    again = browser.post("/desk/projects/1/delete", typed="First project")
    assert again.location.startswith("/account/confirm")
    assert browser.post("/account/confirm", password="wrong").status_code == 422
    assert browser.post("/account/confirm", password=PASSWORD).status_code == 303
    assert browser.post("/desk/projects/1/delete", typed="First project").status_code == 303
    assert "was deleted" in browser.get("/desk/projects/1").text


@pytest.mark.both_databases
def test_a_clock_that_was_ahead_for_a_while_locks_nobody_out(database: Database) -> None:
    employ(database, EMAIL, Role.OWNER)
    staff_id, now = account(database).id, int(time.time())
    ahead = now + 5 * 365 * 86400
    with database.writing() as session:
        tries = [may_try(session, b"k" * 32, EMAIL, ahead) for _ in range(TRIES + 1)]
        assert tries == [True] * TRIES + [False]
        assert may_try(session, b"k" * 32, EMAIL, now)
        assert spend_step(session, staff_id, ahead // 30)
        assert spend_step(session, staff_id, now // 30)
        # A code of the step before, which an app may still show, is used up as ever.
        assert not spend_step(session, staff_id, now // 30 - 1)
        for moment, made in ((now, ahead), (ahead, now), (ahead, ahead)):
            keep_session(session, "token", {}, moment, made, is_new=True)
            assert find_session(session, "token", now) is None
        keep_session(session, "another", {}, now, now, is_new=True)
        # Clearing away takes those along that a clock ahead has left.
        assert len(session.scalars(select(StaffSession)).all()) == 1
        assert find_session(session, "another", now - 5) is not None


def odd_passkeys() -> list[str]:
    """Return what no browser sends: deep, empty, of other kinds, and odd CBOR in a sound frame."""
    text = bytes_to_base64url
    answered = {"type": "webauthn.create", "challenge": text(b"c" * 32)}
    client = text(json.dumps(answered | {"origin": "http://localhost"}).encode())
    head = hashlib.sha256(b"localhost").digest() + b"\x45" + bytes(20) + b"\0\4abcd"
    keys = [
        encode_cbor(each) for each in (7, "x", [1], {1: 2, 3: -7, -1: 1, -2: 5, -3: "y"}, {3: -7})
    ]
    odd: list[Any] = [1, [], None, {}, {"fmt": 1, "attStmt": 1, "authData": b"x" * 37}]
    odd += [{"fmt": "none", "attStmt": {}, "authData": each} for each in (5, b"x" * 10)]
    odd += [{"fmt": "none", "attStmt": {}, "authData": head + key} for key in (*keys, b"")]
    made = [*map(encode_cbor, odd), b"", b"\xff" * 9, b"\x9f" * 3000, b"\x81" * 3000]
    known = {"id": text(b"abcd"), "rawId": text(b"abcd"), "type": "public-key"}
    framed = [{"clientDataJSON": client, "attestationObject": text(each)} for each in made]
    framed += [{"clientDataJSON": client, "authenticatorData": client, "signature": ""}]
    sent = [json.dumps(known | {"response": each}) for each in [*framed, 1, {}]]
    return [*sent, "[" * 20_000, "[]", "null", "1", "{}", '{"id": 1}', '{"id": ["a"]}', "\ud800"]


def test_what_no_browser_sends_as_a_passkey_breaks_nothing_and_lets_nobody_in() -> None:
    app = Flask("any")
    app.secret_key = "k"
    known = [Passkey(id=b"abcd", staff_id=1, name="n", public_key=b"k", sign_count=0)]
    person = cast("Account", SimpleNamespace(id=1, email=EMAIL))
    for answer in odd_passkeys():
        with app.test_request_context("/"):
            visit["passkey_challenge"] = bytes_to_base64url(b"c" * 32)
            registered(person, answer, "n")  # a key of one's own that never fits harms nobody
            visit["passkey_challenge"] = bytes_to_base64url(b"c" * 32)
            assert signed_by(known, answer) is None, answer[:80]


@pytest.mark.both_databases
def test_a_passkey_is_kept_once_and_the_second_time_said(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    employ(database, EMAIL, Role.OWNER)
    browser = Colleague(app)
    browser.sign_in(EMAIL)

    def same(*_: object) -> Passkey:
        return Passkey(
            id=b"abcd", staff_id=account(database).id, name="n", public_key=b"k", sign_count=0
        )

    monkeypatch.setattr("survey.account.own.registered", same)
    assert browser.post("/account/passkey", passkey="{}", name="n").status_code == 200
    again = browser.post("/account/passkey", passkey="{}", name="n")
    assert again.status_code == 422
    assert "already" in again.text


def test_too_many_tries_at_ones_own_password_say_so(app: Flask, database: Database) -> None:
    employ(database, EMAIL, Role.OWNER)
    browser = Colleague(app)
    browser.sign_in(EMAIL)
    with database.writing() as writing:
        for _ in range(TRIES):
            may_try(writing, b"s" * 48, f"sign-in {EMAIL}", int(time.time()))
    late = browser.post("/account/password", old=PASSWORD, password="x", again="x")
    assert late.status_code == 429
    assert "do not fit" not in late.text
    assert "too many" in late.text.lower()


@pytest.mark.both_databases
def test_two_requests_cannot_both_use_a_code(database: Database) -> None:
    employ(database, EMAIL, Role.OWNER)
    staff_id = account(database).id
    with database.writing() as session:
        assert [spend_step(session, staff_id, step) for step in (7, 7, 6, 8)] == [
            True, False, False, True,
        ]  # fmt: skip
