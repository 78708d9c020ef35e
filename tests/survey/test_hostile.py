"""Five thousand hostile requests at every door: never a 5xx, nothing stored, no page of ours open.

``make soak`` sends a hundred thousand.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from urllib.parse import quote, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from survey.db import Database
from survey.models import AuditEntry, Project, Role, SpentNonce, Staff, StaffSession, Wave
from tests.survey.participant import Page
from tests.survey.staff import Colleague, employ
from tests.survey.test_bad_input import at_trust, rows

SOAK = bool(os.environ.get("SIXFOLD_SOAK"))
REQUESTS = 100_000 if SOAK else 5_000
FORM = "application/x-www-form-urlencoded"

#: Texts that have broken programs: injections, encodings, sizes, directions of text.
CORPUS = (
    "'", "' OR 1=1 --", "1; DROP TABLE response", '"', "\\", "%", "%00", "%ff", "%c0%ae%c0%ae/",
    "../../etc/passwd", "..\\..\\windows", "/etc/passwd\x00.html", "file:///etc/passwd",
    "http://169.254.169.254/latest/meta-data/", "//evil.example", "javascript:alert(1)",
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
    "{{7*7}}", "{% for a in range(9**9) %}{% endfor %}", "{{config}}", "${7*7}", "#{7*7}", "*{7*7}",
    "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1＋1", "=cmd|' /C calc'!A0",
    "\x00", "\x01\x02", "\x7f", "\x85", "\u202e5", "\u2066x", "\ufeff", "\ufffd", "\U0010ffff",
    "٣", "۵", "１", "e\u0301", "İ", "ß", "ﷺ", "😀" * 50, "a" * 5_001, "9" * 400, "-" * 3000,
    "1e999", "NaN", "Infinity", "null", "true", "[]", "{}", "[" * 2000, "$ne", "__proto__",
    "\r\nSet-Cookie: a=b", "%0d%0aLocation: //x", "a\nb", "GET / HTTP/1.1", "", " ", "\u00a0",
)  # fmt: skip
NAMES = (
    "state", "action", "consent", "D1", "T1", "Q2", "nonce", "email", "password", "again", "code",
    "recovery", "passkey", "csrf_token", "name", "next", "back", "language", "role", "project",
    "__class__", "T1[]", "state\x00", "",
)  # fmt: skip
PATHS = (
    "/s/round-one", "/s/round-one/en", "/s/round-one/ar", "/s/{}", "/s/round-one/{}", "/{}", "/",
    "/healthz", "/privacy", "/privacy/{}", "/reports/{}", "/reports/{}/en", "/community/{}",
    "/community/round-one/{}", "/sync/responses", "/account/sign-in", "/account/sign-in?next={}",
    "/account/second-factor", "/account/join/{}", "/account/language", "/account/{}", "/desk/",
    "/desk/projects/{}", "/desk/projects/1", "/desk/rounds/{}", "/desk/rounds/round-one/close",
    "/desk/projects", "/desk/projects/1/members", "/account/confirm?next={}",
)  # fmt: skip
METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS")
KINDS = (
    FORM,
    "application/json",
    "multipart/form-data; boundary=x",
    "text/plain",
    "",
    "a/b; c=\xff",
)
HEADERS = (
    "Accept-Language", "Cookie", "Origin", "Referer", "Sec-Fetch-Site", "User-Agent", "Accept",
    "X-Forwarded-For", "X-Forwarded-Host", "X-HTTP-Method-Override", "If-None-Match", "Range",
    "Accept-Encoding", "Content-Encoding", "Authorization", "X-CSRFToken",
)  # fmt: skip


class Attacker:
    """Sends what nobody should, by chance, from a seed that is printed when something breaks."""

    def __init__(self, app: Flask, seed: int, signed_in: Colleague) -> None:
        self.chance = random.Random(seed)
        self.app = app
        self.signed_in = signed_in
        self.state = at_trust(app.test_client()).page.hidden["state"]
        self.statuses: Counter[int] = Counter()
        self.slowest = 0.0

    def send(self) -> None:
        """Send one request; fail if the reply is a 5xx, sets what it should not, or leads away."""
        chance = self.chance
        path = chance.choice(PATHS).replace("{}", quote(self.text(), safe="/%", errors="replace"))
        method = chance.choice(METHODS[:2] if chance.random() < 0.8 else METHODS)
        # Half come with the session of somebody who may do little, and a token that is right.
        client = self.signed_in.client if chance.random() < 0.5 else self.app.test_client()
        headers = {chance.choice(HEADERS): self.header() for _ in range(chance.randrange(3))}
        start = time.perf_counter()
        reply = client.open(
            path, method=method, data=self.body(), content_type=chance.choice(KINDS),
            headers=headers,
        )  # fmt: skip
        self.slowest = max(self.slowest, time.perf_counter() - start)
        self.statuses[reply.status_code] += 1
        assert reply.status_code < 500, (method, path, headers, reply.text[-300:])
        assert urlsplit(reply.headers.get("Location", "")).netloc in {"", "localhost"}
        assert "<script>alert" not in reply.text
        assert "onerror=alert(1)>" not in reply.text.replace("&gt;", "")
        assert "Content-Security-Policy" in reply.headers

    def text(self) -> str:
        if self.chance.random() < 0.7:
            return self.chance.choice(CORPUS)
        length = self.chance.randrange(30)
        return "".join(chr(self.chance.randrange(1, 0xD7FF)) for _ in range(length))

    def header(self) -> str:
        return self.text().translate({10: None, 13: None}).encode().decode("latin-1")

    def body(self) -> bytes:
        chance = self.chance
        kind = chance.random()
        if kind < 0.1:
            return chance.randbytes(chance.randrange(300))
        if kind < 0.12:
            return b"a=" + b"x" * chance.choice((200_000, 255_998, 256_000, 300_000))
        if kind < 0.14:
            return b"a=1&" * chance.choice((1_999, 2_001, 20_000))
        if kind < 0.2:
            value = self.text().encode(errors="replace")
            return b'{"round": "' + value + b'", "token": "' + b"0" * 32 + b'"}'
        fields = [(chance.choice(NAMES), self.text()) for _ in range(chance.randrange(6))]
        if chance.random() < 0.3:
            fields.append(("state", self.state))
        return urlencode(fields, errors="replace").encode()


def kept(database: Database) -> dict[str, object]:
    """Return all that a request of somebody without rights could have changed."""
    with database.reading() as session:
        counts = {
            table.__name__: session.scalar(select(func.count()).select_from(table))
            for table in (Wave, Project, Staff, StaffSession, SpentNonce)
        }
        closed = session.scalar(select(Wave.is_closed))
        acts = set(session.scalars(select(AuditEntry.action)))
    return counts | {"closed": closed, "acts": acts, "responses": rows(database)}


@pytest.mark.slow
@pytest.mark.soak
def test_no_hostile_request_is_a_5xx_or_stores_anything(
    app: Flask, database: Database, wave: Wave
) -> None:
    assert wave.link == "round-one"
    employ(database, "owner@example.org", Role.OWNER, "Ours")
    employ(database, "reader@example.org", Role.READER, "Ours")
    reader = Colleague(app)
    assert reader.sign_in("reader@example.org").status_code == 303
    before = kept(database)
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    attacker = Attacker(app, seed, reader)
    for _ in range(REQUESTS):
        attacker.send()
    print(f"{REQUESTS} requests: {dict(attacker.statuses)}, slowest {attacker.slowest:.2f} s")
    assert kept(database) == before
    assert {200, 303, 400, 404, 405, 413, 422} <= attacker.statuses.keys()


texts = st.text(max_size=40) | st.sampled_from(CORPUS)


@pytest.mark.usefixtures("wave")
@settings(
    deadline=None,
    max_examples=400,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(link=texts, language=texts, field=texts, value=texts)
def test_no_text_anywhere_breaks_a_page(
    client: FlaskClient, link: str, language: str, field: str, value: str
) -> None:
    address = f"/s/{quote(link, errors='replace')}/{quote(language, errors='replace')}"
    assert client.get(address).status_code in {200, 308, 400, 404, 414}
    body = urlencode([(field, value)], errors="replace")
    for path in ("/s/round-one", f"/s/round-one/{quote(language, errors='replace')}"):
        reply = client.post(path, data=body, content_type=FORM)
        assert reply.status_code in {200, 308, 400, 404, 405, 414, 422}
        if reply.status_code == 422 and reply.mimetype == "text/html":
            assert Page(reply.text).language[0] in {"en", "ar"}
