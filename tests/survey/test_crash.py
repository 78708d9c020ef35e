"""Nothing that was acknowledged is lost or doubled, however the server dies."""

from __future__ import annotations

import os
import random
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from questionnaires import Instrument, screens
from survey.config import Settings
from survey.db import Database
from survey.errors import ConfigurationError
from survey.models import Inbox, Response, Wave
from survey.respond.visit import Seal, Visit
from survey.server import serve
from tests.conftest import answers
from tests.survey.server import Server

CLIENTS = 12
HEAD = b"POST /s/round-one HTTP/1.1\r\nHost: localhost\r\n"
SOAK = bool(os.environ.get("SIXFOLD_SOAK"))
CYCLES = 500 if SOAK else 25
#: So many people have read "received" at least: thirty a kill in a soak.
ACKNOWLEDGED = CYCLES * (30 if SOAK else 10)


class Crowd:
    """Twelve people who send their last page until they read "received"."""

    def __init__(self, server: Server, wave: Wave, instrument: Instrument, key: str) -> None:
        self._server = server
        self._seal = Seal(key, wave.link)
        self._instrument = instrument
        self._last = len(screens(instrument, "long"))
        self._numbers = count()
        self._stop = threading.Event()
        self.acknowledged: list[int] = []
        self.retried = 0

    def run(self, seconds: float) -> None:
        """Let everybody send for a while; kill the server under them."""
        self._stop.clear()
        people = [threading.Thread(target=self._send_all) for _ in range(CLIENTS)]
        for person in people:
            person.start()
        time.sleep(seconds)
        self._server.kill()
        self._stop.set()
        self._server.start()
        for person in people:
            person.join()

    def _send_all(self) -> None:
        while not self._stop.is_set():
            number = next(self._numbers)
            sealed = self._seal.close(self._visit(number))
            while not self._is_received(sealed):
                self.retried += 1
                time.sleep(0.1)
            self.acknowledged.append(number)

    def _visit(self, number: int) -> Visit:
        return Visit("en", self._last, answers(self._instrument, **spelled(number)))

    def _is_received(self, sealed: str) -> bool:
        try:
            status, page = self._server.post("/s/round-one", {"state": sealed})
        except OSError:
            return False
        return status == 200 and "data-received" in page


ITEMS = ("T1", "T2", "T3", "T5", "T6", "T7", "B1", "B2")


def spelled(number: int) -> dict[str, str]:
    """Spell `number` in answers, so that each row can be told from all others."""
    return {item: str(1 + number // 5**power % 5) for power, item in enumerate(ITEMS)}


def read_number(kept: dict[str, str]) -> int:
    return sum((int(kept[item]) - 1) * 5**power for power, item in enumerate(ITEMS))


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.both_databases
def test_a_killed_server_loses_and_doubles_nothing(
    settings: Settings, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    server = Server(settings).start()
    crowd = Crowd(server, wave, cohesion, settings.secret_key)
    for cycle in range(1, CYCLES + 1):
        missing = max(ACKNOWLEDGED * cycle // CYCLES - len(crowd.acknowledged), 0)
        crowd.run(random.uniform(0.15, 0.6) + missing / 60)  # a slow machine gets more time
    server.stop()
    with database.reading() as session:
        rows = [*session.scalars(select(Inbox.answers)), *session.scalars(select(Response.answers))]
        broken = damage(database, session)
    kept = Counter(map(read_number, filter(None, rows)))
    print(
        f"{database.engine.dialect.name}: {CYCLES} kills, "
        f"{len(crowd.acknowledged)} acknowledged, {crowd.retried} sent again"
    )
    assert len(crowd.acknowledged) >= ACKNOWLEDGED
    assert set(crowd.acknowledged) == kept.keys()
    assert set(kept.values()) == {1}
    assert all(row == answers(cohesion, **spelled(read_number(row or {}))) for row in rows)
    assert broken == []


def damage(database: Database, session: Session) -> list[str]:
    """Return what the database itself finds wrong with its tables and their indexes."""
    if database.is_sqlite:
        found = session.scalars(text("PRAGMA integrity_check")).all()
        return [line for line in found if line != "ok"]
    broken = []
    for table in ("inbox", "response", "spent_nonce"):
        ways = []
        for off in ("enable_seqscan", "enable_indexscan"):
            session.execute(text(f"SET LOCAL {off} = off"))
            ways.append(session.scalars(text(f"SELECT id FROM {table} ORDER BY id")).all())  # noqa: S608
            session.execute(text(f"SET LOCAL {off} = on"))
        broken += [f"{table}: its index is not its heap"] if ways[0] != ways[1] else []
    return broken


def test_the_server_says_nothing_of_those_who_come(
    settings: Settings, database: Database, wave: Wave
) -> None:
    server = Server(settings, workers=1).start()
    assert server.get("/s/round-one")[0] == 200
    assert server.get("/s/unknown")[0] == 404
    assert server.post("/s/round-one", {"a": "x" * 300_000})[0] == 413
    raw = server._request("POST", "/s/round-one", "T1=%FF&canary=%00", {})
    assert raw[0] == 400
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"canary\r\n\r\n")
        assert b"400" in connection.recv(1000)
    server.stop()
    assert b"127.0.0.1" not in server.log
    assert b"canary" not in server.log


@pytest.fixture
def server(settings: Settings, database: Database, wave: Wave) -> Iterator[Server]:
    assert wave.link == "round-one"
    database.dispose()  # the server opens the file itself
    server = Server(settings, workers=1).start()
    yield server
    server.stop()


def test_phones_that_send_slowly_do_not_keep_others_waiting(server: Server) -> None:
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(4)]
    for connection in slow:
        connection.sendall(HEAD + b"Content-Length: 99\r\n\r\na=")
    assert server.get("/healthz") == (200, "ok")
    for connection in slow:
        connection.close()


@pytest.mark.parametrize(("size", "status"), [(600_000, b" 413 "), (100, b" 422 ")])
def test_a_body_without_a_declared_length_is_measured(
    server: Server, size: int, status: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        head = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
        body = b"x=" + b"a" * size
        chunk = f"{len(body):x}".encode() + b"\r\n" + body + b"\r\n0\r\n\r\n"
        connection.sendall(head + chunk)
        assert status in connection.recv(100)


@pytest.mark.parametrize("path", ["/s/round-one", "/s/round-one/complain/en", "/sync/responses"])
def test_a_body_in_pieces_that_are_none_is_refused(server: Server, path: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        head = HEAD.replace(b" /s/round-one ", f" {path} ".encode())
        assert path.encode() in head
        connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\na=b\r\n0\r\n\r\n")
        assert re.match(rb"HTTP/1.1 4\d\d ", connection.recv(100))


def test_a_second_server_at_the_same_address_says_so(server: Server, settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match="cannot be used"):
        serve(settings, f"127.0.0.1:{server.port}", workers=1)
