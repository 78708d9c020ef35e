"""Nobody can be found in what is stored: not by order, time, address or log."""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Sequence
from itertools import groupby
from urllib.parse import urlencode

import pytest
from flask import Flask
from scipy.stats import kendalltau, ks_2samp
from sqlalchemy import Date, DateTime, Time, select, text

from questionnaires import Instrument, screens
from survey.config import Settings
from survey.db import Database
from survey.keys import new_identity, public_key
from survey.models import (
    Base,
    Complaint,
    Draft,
    Inbox,
    InviteCode,
    Response,
    Role,
    SpentNonce,
    Wave,
)
from survey.models.wave import Protection
from survey.operations.backups import back_up
from survey.operations.complaints import Written, record_complaint
from survey.operations.members import place_round
from survey.operations.waves import close_wave, open_wave
from survey.respond.visit import Seal, Visit
from survey.site import today
from tests.conftest import KEY, answers, localities, plan, record
from tests.postgres import Postgres
from tests.survey.disk import content_of, image
from tests.survey.participant import Participant
from tests.survey.server import FORM, Server
from tests.survey.staff import employ

pytestmark = pytest.mark.both_databases

ANSWER_TABLES = (Inbox, Response)
MARKS = ["1", "2", "3", "4", "5"]


@pytest.mark.only_on("sqlite")
def test_no_table_of_answers_has_a_hidden_row_number(database: Database) -> None:
    with database.engine.connect() as connection:
        for table in ("inbox", "response", "spent_nonce", "invite_code", "draft", "complaint"):
            made = connection.execute(
                text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}
            ).scalar_one()
            assert made.rstrip().endswith("WITHOUT ROWID")


def test_no_table_of_answers_has_a_time_an_address_or_a_device() -> None:
    for table in ANSWER_TABLES:
        columns = table.__table__.columns
        assert not [column for column in columns if isinstance(column.type, Date | DateTime | Time)]
        assert {column.name for column in columns} <= {
            "id", "wave_id", "batch", "language", "mode", "locality", "stratum", "psu", "weight",
            "answers", "sealed", "body_hash", "link",
        }  # fmt: skip


def test_no_table_of_codes_or_sheets_has_room_for_who_or_when() -> None:
    for table, more in ((InviteCode, set()), (Draft, {"sealed"}), (SpentNonce, set())):
        assert {column.name for column in table.__table__.columns} == {"wave_id", "id"} | more


def test_no_table_holds_a_clock_time() -> None:
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    assert not [column.name for column in columns if isinstance(column.type, DateTime | Time)]


@pytest.mark.slow
def test_the_order_of_arrival_cannot_be_read_from_the_database(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    orders: dict[str, list[float]] = {}
    for number in range(ROUNDS * 40):
        record(database, wave, answers(cohesion, **spelled(number)))
        if number % 20 == 18:
            note(orders, "waiting", traces(database, "inbox"), 19)
        if number % 20 == 19:
            note(orders, "sealed", traces(database, "response"), 20, since=number - 19)
    shuffled = [tau(random.sample(range(20), 20)) for _ in range(20_000)]
    for name, taus in orders.items():
        assert len(taus) == ROUNDS * 2, name
        assert ks_2samp(taus, shuffled).pvalue > 1e-5, name


def traces(database: Database, table: str) -> dict[str, list[int]]:
    """Return the rows of `table` in every order that its storage tells."""
    orders = {"place": "", "key": "ORDER BY id"}
    if not database.is_sqlite:
        orders |= {
            "heap": "ORDER BY ctid",
            "transaction": "ORDER BY xmin::text::bigint, cmin::text::bigint, ctid",
        }
    with database.reading() as session:
        return {
            name: [
                read_number(kept)
                for kept in session.scalars(text(f"SELECT answers FROM {table} {order}"))  # noqa: S608
            ]
            for name, order in orders.items()
        }


def test_the_order_of_complaints_cannot_be_read_from_the_database(
    database: Database, wave: Wave
) -> None:
    """All storage orders are those of the random keys: of the last one alone it tells when."""
    employ(database, "owner@example.org", Role.OWNER, "Ours")
    with database.writing() as session:
        place_round(session, session.merge(wave), "Ours")
        for number in range(12):
            written = Written(f"{number}", secrets.token_bytes(16))
            record_complaint(session, wave, written, KEY, today())
    with database.reading() as session:
        keys = session.scalars(select(Complaint.id).order_by(Complaint.id)).all()
        assert len(keys) == 12
        assert session.scalars(text("SELECT id FROM complaint")).all() == keys
        if not database.is_sqlite:
            heap = session.scalars(text("SELECT id FROM complaint ORDER BY ctid")).all()
            writers = session.scalars(text("SELECT DISTINCT xmin::text FROM complaint")).all()
            assert ([bytes(each) for each in heap], len(writers)) == (keys, 1)


def note(
    orders: dict[str, list[float]],
    where: str,
    found: dict[str, list[int]],
    count: int,
    since: int = 0,
) -> None:
    """Add how much each order has in common with the order of arrival."""
    for name, numbers in found.items():
        recent = [number for number in numbers if number >= since]
        assert len(recent) == count
        orders.setdefault(f"{where} by {name}", []).append(tau(recent))


def tau(numbers: Sequence[int]) -> float:
    return float(kendalltau(range(len(numbers)), numbers).statistic)


@pytest.mark.only_on("postgresql")
def test_the_files_of_postgresql_hold_each_sealed_answer_once(
    postgres: Postgres, settings: Settings, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    for number in range(20):
        record(database, wave, answers(cohesion, **spelled(number)))
    # Before anything else is read: with checksums, a page that is read is written to the log anew,
    # as it is, in the order of its keys.
    log = content_of(postgres.folder / "pg_wal")
    with database.reading() as session:
        writers = session.scalars(text("SELECT DISTINCT xmin::text FROM response")).all()
    postgres.run("CHECKPOINT")
    heap = content_of(postgres.folder_of(settings.database_url))
    assert len(writers) == 1
    assert (heap.count(CANARY), log.count(CANARY)) == (20, 0)


#: How the answers of `spelled` begin in a row.
CANARY = b'"T1": "'
#: Digits of a number in answers, and rounds of 40 in which the order might leak.
ITEMS = ("T1", "T2", "T3", "T5", "T6")
ROUNDS = 40


def spelled(number: int) -> dict[str, str]:
    """Spell `number` in answers, so that the row tells when it came."""
    return {item: MARKS[number // 5**power % 5] for power, item in enumerate(ITEMS)}


def read_number(stored: str | dict[str, str]) -> int:
    kept = json.loads(stored) if isinstance(stored, str) else stored
    return sum(MARKS.index(kept[item]) * 5**power for power, item in enumerate(ITEMS))


def test_closing_seals_the_rest_into_a_batch_of_its_own(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    for _ in range(25):
        record(database, wave, answers(cohesion))
    with database.writing() as session:
        close_wave(session, session.merge(wave))
    with database.reading() as session:
        batches = session.scalars(select(Response.batch)).all()
    assert sorted(batches) == [1] * 20 + [2] * 5


def test_no_key_of_the_inbox_returns_in_a_response(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    for _ in range(19):
        record(database, wave, answers(cohesion))
    with database.reading() as session:
        waiting = set(session.scalars(select(Inbox.id)))
    record(database, wave, answers(cohesion))
    with database.reading() as session:
        assert not waiting & set(session.scalars(select(Response.id)))


@pytest.mark.only_on("sqlite")
def test_the_log_is_empty_after_each_submission(
    settings: Settings, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    for _ in range(3):
        record(database, wave, answers(cohesion))
        log = settings.instance / "sixfold.sqlite3-wal"
        assert not log.exists() or log.stat().st_size == 0


def test_every_connection_waits_for_the_disk(database: Database) -> None:
    expected: dict[str, object] = {"synchronous_commit": "on", "fsync": "on", "lock_timeout": "5s"}
    asking = "SHOW"
    if database.is_sqlite:
        expected = {"synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "trusted_schema": 0}
        asking = "PRAGMA"
    with database.reading() as session, database.writing() as other:
        for connection in (session, other):
            found = {
                name: connection.execute(text(f"{asking} {name}")).scalar() for name in expected
            }
            assert found == expected


def test_what_a_visit_brings_along_is_nowhere_on_disk(
    app: Flask, settings: Settings, wave: Wave, request: pytest.FixtureRequest
) -> None:
    assert wave.link == "round-one"
    marks = [f"canary{random.randrange(10**9)}" for _ in range(4)]
    client = app.test_client()
    client.environ_base |= {
        "REMOTE_ADDR": "203.0.113.77",
        "HTTP_USER_AGENT": marks[0],
        "HTTP_REFERER": f"http://{marks[1]}.example/",
        "HTTP_X_FORWARDED_FOR": marks[2],
        "HTTP_COOKIE": f"seen={marks[3]}",
    }
    participant = Participant(client).finish({"D1": "P1", "T1": "5"})
    assert participant.page.is_received
    nonce_and_state = participant.sent["state"]
    everything = image(settings, request)
    for mark in (*marks, "203.0.113.77", nonce_and_state[:40]):
        assert mark.encode() not in everything


def test_an_image_of_the_disk_tells_nothing_of_who_came_nor_what_was_sealed(
    settings: Settings,
    database: Database,
    cohesion: Instrument,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server of an installation, its log and temporary files, a backup, the database."""
    spool = settings.instance / "spool"
    spool.mkdir()
    monkeypatch.setenv("TMPDIR", str(spool))
    key = new_identity()
    sealed = plan(protection=Protection.SEALED, recipients=(public_key(key),))
    with database.writing() as session:
        wave = open_wave(session, cohesion, sealed, localities())
        wave.awaits_test = False
        session.commit()
    visits = [visit_of(cohesion) for _ in range(25)]
    marks = {f"canary{secrets.token_hex(8)}" for _ in visits} | {"203.0.113.77"}
    server = Server(settings).start()
    for visit, mark in zip(visits, sorted(marks), strict=False):
        assert sent(server, wave, visit, settings, mark) == 200
    assert server.post("/s/round-one", {"state": "x" * 500_000})[0] == 413
    server.stop()
    with database.reading() as session:
        back_up(session, settings.instance / "all.backup", today())
        assert len(session.scalars(select(Response.sealed)).all()) == 20
    everything = image(settings, request) + server.log
    hidden = {mark.encode() for mark in marks}
    for visit in visits:
        hidden |= {visit.nonce.encode(), bytes.fromhex(visit.nonce)}
        hidden |= {json.dumps(told(visit), separators=each)[1:-1].encode() for each in _SEPARATORS}
    assert [each for each in hidden if each in everything] == []


_SEPARATORS = ((", ", ": "), (",", ":"))


def visit_of(instrument: Instrument) -> Visit:
    """Return a visit whose answers nobody else gives."""
    scale = [item.name for item in instrument.asked("long") if set(MARKS) <= set(item.codes)]
    given = {item: secrets.choice(MARKS) for item in scale}
    return Visit("en", len(screens(instrument, "long")), answers(instrument, **given))


def told(visit: Visit) -> dict[str, str]:
    """Return the longest run of answers of a visit that are not skips."""
    runs = [
        dict(group)
        for is_told, group in groupby(visit.answers.items(), lambda pair: pair[1] in MARKS)
        if is_told
    ]
    longest = max(runs, key=len)
    assert len(longest) >= 5
    return longest


def sent(server: Server, wave: Wave, visit: Visit, settings: Settings, mark: str) -> int:
    """Send the last page of a visit with `mark` wherever a browser tells of itself."""
    state = Seal(settings.secret_key, wave.link).close(visit)
    told = ("User-Agent", "Referer", "X-Forwarded-For", "Cookie", "From", "Accept-Language")
    headers = dict.fromkeys(told, mark) | FORM
    body = urlencode({"state": state, "email": mark})
    return server._request("POST", f"/s/{wave.link}", body, headers)[0]
