"""What every reply says to the browser, on every address of both applications."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from survey.db import Database
from survey.models import Role, Wave
from tests.survey.staff import Colleague, employ
from tests.survey.test_policy import VALUES, routes

EMAIL = "ana@example.org"
SAID = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: A policy may name these, hashes, and nothing else.
SOURCES = {"'none'", "'self'", "data:"}
_HASH = re.compile(r"'sha256-[A-Za-z0-9+/]{43}='")
#: Addresses that hold a code or a ticket, which no other page may learn.
_SECRET = re.compile(r"/s/[^/]+/[ci]/[^/]+")


def problems(reply: TestResponse) -> list[str]:
    """Return what is wrong with the headers of a reply."""
    said = dict(SAID)
    if _SECRET.fullmatch(reply.request.path) and reply.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
        said["Referrer-Policy"] = "no-referrer"
    found = [name for name, value in said.items() if reply.headers.get(name) != value]
    found += [name for name in ("ETag", "Last-Modified", "Server-Timing") if name in reply.headers]
    policy = reply.headers.get("Content-Security-Policy", "")
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";")) if policy else {}
    for name in ("default-src", "base-uri", "frame-ancestors"):
        found += [] if parts.get(name) == "'none'" else [name]
    found += [] if parts.get("form-action") == "'self'" else ["form-action"]
    sources = {source for value in parts.values() for source in value.split()}
    return found + [each for each in sources - SOURCES if not _HASH.fullmatch(each)]


@pytest.fixture
def browser(app: Flask, database: Database, wave: Wave) -> Colleague:
    assert wave.link == VALUES["link"]
    employ(database, EMAIL, Role.OWNER, "Ours")
    ana = Colleague(app)
    assert ana.sign_in(EMAIL).status_code == 303
    return ana


def test_every_reply_of_every_address_says_the_same(app: Flask, browser: Colleague) -> None:
    staff: Flask = app.wsgi_app.staff  # type: ignore[attr-defined]
    stranger = Colleague(app)
    wrong = {}
    for each in (app, staff):
        for rule, method in routes(each):
            with each.test_request_context():
                path = rule.build({name: VALUES[name] for name in rule.arguments})[1]  # type: ignore[index]
            for person in (stranger, browser):
                reply = person.get(path) if method == "GET" else person.client.post(path)
                if problems(reply):
                    wrong[path, method, reply.status_code] = problems(reply)
    assert wrong == {}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/desk/nowhere", 404),
        ("/s/round-one/en/x", 404),
        ("/s/" + "x" * 3000, 414),
    ],
)
def test_error_pages_say_the_same(app: Flask, path: str, status: int) -> None:
    reply = app.test_client().get(path)
    assert (reply.status_code, problems(reply)) == (status, [])


def test_https_is_kept_to(app: Flask, wave: Wave) -> None:
    client = app.test_client()
    over = client.get(f"/s/{wave.link}", base_url="https://localhost")
    assert over.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in client.get(f"/s/{wave.link}").headers


def test_no_page_has_a_style_or_script_that_its_policy_refuses(
    app: Flask, browser: Colleague
) -> None:
    inline = re.compile(r"\sstyle=|\son\w+=|javascript:", re.IGNORECASE)
    for path in ("/s/round-one", "/privacy", "/", "/account/sign-in"):
        assert not inline.search(app.test_client().get(path).text.partition("<body")[2]), path
    for path in ("/desk/", "/account/", "/desk/projects/1"):
        assert not inline.search(browser.get(path).text.partition("<body")[2]), path
