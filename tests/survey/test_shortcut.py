"""The way past the application sends what the application sends, and takes nothing else upon it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import EnvironBuilder, run_wsgi_app

from questionnaires import Instrument
from survey.db import Database
from survey.models import Wave
from survey.models.wave import Door
from survey.operations.waves import open_wave
from survey.respond.shortcut import Shortcut
from tests.conftest import localities, plan
from tests.survey.participant import Page, Participant

FORM = "application/x-www-form-urlencoded"


class Watched:
    """A client of the whole application that counts the requests which Flask has seen."""

    def __init__(self, app: Flask) -> None:
        self._whole = app.wsgi_app
        shortcut = getattr(app.wsgi_app, "_answer_public", None)
        assert isinstance(shortcut, Shortcut)
        self._flask = shortcut._application
        shortcut._application = self._count
        self.sent = self.seen = 0

    def _count(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.seen += 1
        return self._flask(environ, start_response)

    def send(self, *, slow: bool = False, length: str = "", **request: Any) -> Reply:
        """Send a request as a browser would, or past the shortcut."""
        environ = EnvironBuilder(**request).get_environ()
        if length:
            environ["CONTENT_LENGTH"] = length
        self.sent += not slow
        body, status, headers = run_wsgi_app(self._flask if slow else self._whole, environ)
        return Reply(status, b"".join(body), sorted(headers))


@dataclass(frozen=True)
class Reply:
    status: str
    body: bytes
    headers: list[tuple[str, str]]

    @property
    def page(self) -> Page:
        return Page(self.body.decode())

    @property
    def without_state(self) -> tuple[str, str, list[tuple[str, str]]]:
        """What it says beside the number of a new visit, which is another one each time."""
        text = re.sub(r'name="state" value="[^"]*"', "", self.body.decode())
        return self.status, text, [each for each in self.headers if each[0] != "Content-Length"]


@pytest.mark.parametrize("packed", ["", "gzip, deflate, br"])
def test_a_visit_is_the_same_both_ways_to_the_byte(app: Flask, wave: Wave, packed: str) -> None:
    Participant(app.test_client(), f"/s/{wave.link}/ar").finish({"D1": "P2"})  # all pages are kept
    watched = Watched(app)
    address: dict[str, Any] = {"path": f"/s/{wave.link}/ar"}
    asked = address | {"headers": {"Accept-Encoding": packed} if packed else {}}
    for scheme in ("http", "https"):
        asked["base_url"] = f"{scheme}://localhost/"
        assert watched.send(**asked) == watched.send(slow=True, **asked)
    page = watched.send(slow=True, **address, method="POST", data={"consent": "yes"}).page
    while page.offered:
        data = page.hidden | {"D1": "P2", "T1": "5", "Q2": ["trust", "attitudes"]}
        sent: dict[str, Any] = {"method": "POST", "data": data}
        assert watched.send(**asked, **sent) == watched.send(slow=True, **asked, **sent)
        page = watched.send(slow=True, **address, **sent).page
    assert (watched.sent, watched.seen) == (16, 1)  # the review shows answers


#: What is unusual about a request for the next page: what is changed of it.
UNUSUAL: Mapping[str, dict[str, Any]] = {
    "another host": {"headers": {"Host": "evil.example"}},
    "another site": {"headers": {"Sec-Fetch-Site": "cross-site"}},
    "a sister site": {"headers": {"Origin": "http://sister.localhost"}},
    "a question": {"query_string": "code=1"},
    "no form": {"content_type": "text/plain"},
    "not utf-8": {"data": b"state=%FF&consent=yes"},
    "a control character": {"data": b"consent=yes&D1=%00"},
    "no field": {"data": b"consent"},
    "a changed state": {"data": {"state": "abc.def", "consent": "yes"}},
    "no consent": {"data": {"consent": "no"}},
    "nothing": {"data": {}},
    "a code": {"data": {"consent": "yes", "code": "ABCD"}},
    "erase": {"data": {"consent": "yes", "action": "erase"}},
    "too much": {"data": {"consent": "yes", "x": "y" * 300_000}},
    "too many": {"data": "&".join(["consent=yes", *["a=b"] * 2_001]).encode()},
    "weighed encodings": {"headers": {"Accept-Encoding": "gzip;q=0, identity"}},
    "an unknown round": {"path": "/s/round-two/en"},
    "an unknown language": {"path": "/s/round-one/xx"},
    "another method": {"method": "PUT"},
}


def test_what_is_unusual_is_left_to_the_application(app: Flask, wave: Wave) -> None:
    Participant(app.test_client(), f"/s/{wave.link}/en").begin()
    watched = Watched(app)
    usual: dict[str, Any] = {
        "path": f"/s/{wave.link}/en",
        "method": "POST",
        "data": {"consent": "yes"},
        "content_type": FORM,
    }
    watched.send(**usual)
    assert watched.seen == 0
    for number, (name, change) in enumerate(UNUSUAL.items(), start=1):
        sent = usual | change
        quick, slow = watched.send(**sent), watched.send(slow=True, **sent)
        assert quick.without_state == slow.without_state, name
        assert watched.seen == number, name


def test_a_round_that_was_closed_is_closed_at_once(
    app: Flask, database: Database, wave: Wave
) -> None:
    Participant(app.test_client(), f"/s/{wave.link}/en").begin()
    watched = Watched(app)
    sent: dict[str, Any] = {
        "path": f"/s/{wave.link}/en",
        "method": "POST",
        "data": {"consent": "yes"},
    }
    assert watched.send(**sent).status == "200 OK"
    with database.engine.begin() as connection:
        connection.execute(update(Wave).values(is_closed=True))
    assert watched.send(**sent).status == "410 GONE"
    assert watched.send(path=f"/s/{wave.link}/en").status == "410 GONE"


def test_no_other_door_is_passed_by(app: Flask, database: Database, cohesion: Instrument) -> None:
    watched = Watched(app)
    for door in (Door.CODES, Door.KIOSK, Door.ENUMERATOR, Door.PAPER):
        with database.writing() as session:
            open_wave(session, cohesion, plan(link=f"by-{door}", doors=(door,)), localities())
        sends: list[dict[str, Any]] = [{}, {"method": "POST", "data": {"consent": "yes"}}]
        for sent in sends * 2:
            watched.send(path=f"/s/by-{door}/en", **sent)
    assert watched.seen == watched.sent == 16


def test_a_form_that_breaks_off_is_refused(app: Flask, wave: Wave) -> None:
    Participant(app.test_client(), f"/s/{wave.link}/en").begin()
    sent: dict[str, Any] = {
        "path": f"/s/{wave.link}/en",
        "method": "POST",
        "data": {"consent": "yes"},
    }
    assert Watched(app).send(**sent, length="500").status == "400 BAD REQUEST"
