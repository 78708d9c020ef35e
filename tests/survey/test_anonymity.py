"""Nobody can be found in what is stored: not by order, time, address or log."""

from __future__ import annotations

import random
import re
from pathlib import Path

from flask import Flask
from scipy.stats import kendalltau
from sqlalchemy import Date, DateTime, Time, select, text

from questionnaires import Instrument
from survey.config import Settings
from survey.db import Database
from survey.models import Base, Inbox, Response, Wave
from survey.operations.waves import close_wave
from tests.conftest import answers, record
from tests.survey.participant import Participant

ANSWER_TABLES = (Inbox, Response)
MARKS = ["1", "2", "3", "4", "5"]


def test_no_table_of_answers_has_a_hidden_row_number(database: Database) -> None:
    with database.engine.connect() as connection:
        for table in ("inbox", "response", "spent_nonce"):
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
            "answers",
        }  # fmt: skip


def test_no_table_holds_a_clock_time() -> None:
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    assert not [column.name for column in columns if isinstance(column.type, DateTime | Time)]


def test_the_order_of_arrival_cannot_be_read_from_the_database(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    taus: list[float] = []
    for start in range(0, 200, 40):
        for number in range(start, start + 40):
            record(database, wave, answers(cohesion, **spelled(number)))
        with database.reading() as session:
            rows = session.execute(text("SELECT answers, batch FROM response")).all()
        arrived = [read_number(row.answers) for row in rows]
        recent = [number for number in arrived if number >= start]
        halves = (recent[:20], recent[20:])
        taus += [abs(kendalltau(range(len(half)), half).statistic) for half in halves]
    assert len(taus) == 10
    assert sum(taus) / len(taus) < 0.3  # twenty in random order: 0.13 on average


def spelled(number: int) -> dict[str, str]:
    """Spell `number` in answers, so that the row tells when it came."""
    digits = [MARKS[number // 5**power % 5] for power in range(4)]
    return dict(zip(("T1", "T2", "T3", "T5"), digits, strict=True))


def read_number(stored: str) -> int:
    found = re.findall(r'"T[1235]": ?"(\d)"', stored)
    return sum(MARKS.index(digit) * 5**power for power, digit in enumerate(found))


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


def test_the_log_is_empty_after_each_submission(
    settings: Settings, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    for _ in range(3):
        record(database, wave, answers(cohesion))
        log = settings.instance / "sixfold.sqlite3-wal"
        assert not log.exists() or log.stat().st_size == 0


def test_every_connection_waits_for_the_disk(database: Database) -> None:
    expected = {"synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "trusted_schema": 0}
    with database.reading() as session, database.writing() as other:
        for connection in (session, other):
            found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in expected}
            assert found == expected


def test_what_a_visit_brings_along_is_nowhere_on_disk(
    app: Flask, settings: Settings, wave: Wave
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
    everything = b"".join(path.read_bytes() for path in files(settings.instance))
    for mark in (*marks, "203.0.113.77", nonce_and_state[:40]):
        assert mark.encode() not in everything


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
