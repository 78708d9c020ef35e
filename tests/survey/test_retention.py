"""What was promised to be erased is erased, on its day, from every byte."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from questionnaires import Instrument
from survey.config import Settings
from survey.db import Database
from survey.models import Inbox, Job, Release, Response, SpentNonce, Wave
from survey.operations.batches import BATCH_SIZE
from survey.operations.retention import ask_for_retention, overdue
from survey.operations.waves import close_wave, open_wave
from survey.operations.worker import work_through
from survey.site import today
from tests.conftest import answers, localities, plan, record
from tests.survey.test_anonymity import files, image

pytestmark = pytest.mark.both_databases

#: What nobody else answers: a run of text that is found only where these answers are kept.
CANARY = {"T1": "4", "T2": "2", "T3": "5", "Q2": "trust attitudes"}


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def let_pass(database: Database, wave: Wave) -> None:
    """Let the day pass until which the answers of `wave` are kept."""
    with database.writing() as session:
        days = {"keep_until": today() - timedelta(days=1), "closes_on": today()}
        session.execute(update(Wave).where(Wave.id == wave.id).values(days))
        session.commit()


@pytest.fixture
def answered(database: Database, wave: Wave, cohesion: Instrument) -> Wave:
    for _ in range(BATCH_SIZE + 3):
        record(database, wave, answers(cohesion, **CANARY))
    return wave


def test_the_daily_job_erases_what_is_due_and_nothing_else(
    database: Database, settings: Settings, answered: Wave, cohesion: Instrument
) -> None:
    with database.writing() as session:
        other = open_wave(session, cohesion, plan(link="round-two"), localities())
    record(database, other, answers(cohesion))
    work_through(database, settings)
    assert count(database, Response) + count(database, Inbox) == BATCH_SIZE + 4
    let_pass(database, answered)
    with database.writing() as session:
        session.query(Job).delete()
        session.commit()
    assert work_through(database, settings) == 1
    assert (count(database, Response), count(database, Inbox), count(database, SpentNonce)) == (
        0, 1, 0,
    )  # fmt: skip
    with database.reading() as session:
        assert overdue(session, today()) == []
        assert session.scalars(select(Wave.is_closed).order_by(Wave.id)).all() == [True, False]


def test_erasure_is_asked_for_once_a_day(database: Database, settings: Settings) -> None:
    for _ in range(3):
        work_through(database, settings)
    assert count(database, Job) == 1
    with database.writing() as session:
        assert ask_for_retention(session, today() + timedelta(days=1)) is not None
    assert count(database, Job) == 1


def test_no_byte_of_an_erased_answer_stays(
    database: Database, settings: Settings, answered: Wave, request: pytest.FixtureRequest
) -> None:
    with database.reading() as session:
        keys = [*session.scalars(select(Response.id)), *session.scalars(select(SpentNonce.id))]
    before = b"".join(path.read_bytes() for path in files_of(settings, request, database))
    assert all(key in before for key in keys)
    let_pass(database, answered)
    work_through(database, settings)
    after = b"".join(path.read_bytes() for path in files_of(settings, request, database))
    assert b"trust attitudes" not in after
    assert [key for key in keys if key in after] == []


def files_of(settings: Settings, request: pytest.FixtureRequest, database: Database) -> list[Path]:
    """Return the files of this installation: of a server that has others, its log and its own."""
    if database.is_sqlite:
        return image(settings, request)
    server = request.getfixturevalue("postgres")
    server.run("CHECKPOINT")
    with database.engine.connect() as connection:
        oid = connection.exec_driver_sql(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).scalar()
    return files(server.folder / "base" / str(oid)) + files(server.folder / "pg_wal")


def test_releases_stay_when_answers_are_erased(
    database: Database, settings: Settings, answered: Wave
) -> None:
    release = Release(
        wave_id=answered.id, token="t", made_on=today(), through_batch=1, sha256="0",
        document="{}", figures={},
    )  # fmt: skip
    with database.writing() as session:
        close_wave(session, session.merge(answered))
        session.add(release)
        session.commit()
    let_pass(database, answered)
    work_through(database, settings)
    assert (count(database, Response), count(database, Release)) == (0, 1)
