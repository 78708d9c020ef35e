"""Sessions of staff live on the server and die there; nobody else is ever given a cookie."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from sqlalchemy import select, update

from survey.db import Database
from survey.models import Role, StaffSession, Wave
from survey.operations.staff_sessions import ABSOLUTE, IDLE
from tests.survey.staff import PASSWORD, Colleague, employ

EMAIL = "ana@example.org"
HTTPS = "https://localhost"


@pytest.fixture
def ana(app: Flask, database: Database) -> Colleague:
    """Ana, who owns the only project, before she has signed in."""
    employ(database, EMAIL, Role.OWNER)
    return Colleague(app)


def is_in(browser: Colleague) -> bool:
    return browser.get("/desk/").status_code == 200


def sessions(database: Database) -> list[StaffSession]:
    with database.reading() as session:
        return list(session.scalars(select(StaffSession)))


def age(database: Database, **columns: int) -> None:
    with database.writing() as session:
        session.execute(update(StaffSession).values(**columns))
        session.commit()


def test_signing_in_gives_a_new_token_and_keeps_only_its_hash(
    ana: Colleague, database: Database
) -> None:
    ana.get("/account/sign-in")
    before = ana.cookie
    assert sessions(database) == []  # a visitor leaves no row
    ana.sign_in(EMAIL)
    assert ana.cookie not in {"", before}
    (row,) = sessions(database)
    assert ana.cookie.encode() not in row.id
    assert ana.cookie not in str(row.content)


def test_a_session_knows_nothing_of_the_computer(ana: Colleague, database: Database) -> None:
    ana.sign_in(EMAIL)
    (row,) = sessions(database)
    assert row.content.get("_id") == ""
    assert row.content.keys() <= {
        "_fresh", "_id", "_user_id", "csrf_token", "fs_cc", "fs_paa", "identity.auth_type",
        "identity.id", "proved_at",
    }  # fmt: skip


@pytest.mark.both_databases
def test_signing_out_ends_the_session_on_the_server(ana: Colleague, database: Database) -> None:
    ana.sign_in(EMAIL)
    stolen = ana.cookie
    ana.post("/account/sign-out")
    assert sessions(database) == []
    ana.client.set_cookie("sixfold", stolen)
    assert not is_in(ana)


@pytest.mark.both_databases
def test_a_new_password_ends_every_other_session(ana: Colleague, app: Flask) -> None:
    elsewhere = Colleague(app)
    ana.sign_in(EMAIL)
    elsewhere.sign_in(EMAIL)
    new = "seven other plain words"
    before = ana.cookie
    ana.post("/account/password", old=PASSWORD, password=new, again=new)
    assert ana.reply.status_code == 303
    assert is_in(ana)
    assert ana.cookie != before
    assert not is_in(elsewhere)


def test_signing_out_everywhere_ends_them_all(ana: Colleague, app: Flask) -> None:
    elsewhere = Colleague(app)
    ana.sign_in(EMAIL)
    elsewhere.sign_in(EMAIL)
    ana.post("/account/sign-out-everywhere")
    assert (is_in(ana), is_in(elsewhere)) == (False, False)


@pytest.mark.parametrize(("column", "limit"), [("seen_at", IDLE), ("made_at", ABSOLUTE)])
def test_a_session_ends_by_itself(
    ana: Colleague, database: Database, column: str, limit: int
) -> None:
    ana.sign_in(EMAIL)
    now = int(time.time())
    age(database, **{column: now - limit + 60})
    assert is_in(ana)
    age(database, **{column: now - limit - 60})
    assert not is_in(ana)


def test_over_https_the_cookie_is_bound_to_this_host(app: Flask, ana: Colleague) -> None:
    browser = Colleague(app, HTTPS)
    browser.sign_in(EMAIL)
    (cookie,) = browser.reply.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-sixfold=")
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert parts == {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}
    assert not is_in(ana)


def test_a_form_from_elsewhere_changes_nothing(app: Flask, ana: Colleague) -> None:
    browser = Colleague(app, HTTPS)
    browser.sign_in(EMAIL)
    assert is_in(browser)  # with the Referer that Referrer-Policy: same-origin lets through
    assert browser.reply.headers["Referrer-Policy"] == "same-origin"
    name = {"name": "Another"}
    token = browser.token()
    for headers, fields in (
        ({"Referer": "https://evil.example/"}, name | {"csrf_token": token}),
        ({"Referer": f"{HTTPS}/desk/"}, name),
        ({"Referer": f"{HTTPS}/desk/"}, name | {"csrf_token": "guessed"}),
    ):
        reply = browser.client.post("/desk/projects", data=fields, headers=headers, base_url=HTTPS)
        assert reply.status_code == 400
    assert "Another" not in browser.get("/desk/").text
    assert browser.post("/desk/projects", **name).status_code == 303
    assert ana.cookie == ""


def test_a_changed_cookie_opens_nothing(ana: Colleague) -> None:
    ana.sign_in(EMAIL)
    # The last sign of base64 carries bits that mean nothing, so another sign is changed.
    changed = ("b" if ana.cookie[-8] == "a" else "a").join((ana.cookie[:-8], ana.cookie[-7:]))
    for wrong in (changed, "~" + ana.cookie, "~x.y.z", ""):
        ana.client.set_cookie("sixfold", wrong)
        assert not is_in(ana)


def test_participants_and_readers_are_given_no_cookie(
    app: Flask, ana: Colleague, wave: Wave
) -> None:
    ana.sign_in(EMAIL)
    pages = ["/", "/healthz", f"/s/{wave.link}", "/s/nobody", "/reports/none", "/community/none"]
    for browser in (ana, Colleague(app)):
        for path in pages:
            for reply in (browser.client.get(path), browser.client.post(path, data={"a": "b"})):
                assert "Set-Cookie" not in reply.headers
                assert "Cookie" not in reply.headers.get("Vary", "")
    assert app.secret_key is None  # the participants' application could not make a session
