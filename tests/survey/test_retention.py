"""What was promised to be erased is erased, on its day, from every byte."""

from __future__ import annotations

from datetime import timedelta
from typing import Never

import pytest
from sqlalchemy import func, select, update

from questionnaires import Instrument
from survey import traces
from survey.config import Settings
from survey.db import Database
from survey.models import (
    Inbox,
    Job,
    Project,
    Release,
    Response,
    Role,
    RoundDraft,
    SpentNonce,
    Tally,
    Wave,
)
from survey.operations import jobs, retention
from survey.operations.batches import BATCH_SIZE
from survey.operations.retention import ask_for_retention, overdue
from survey.operations.tallies import count_forward, keep_count
from survey.operations.waves import close_wave, find_wave, open_wave
from survey.operations.worker import work_through
from survey.site import today
from tests.conftest import answers, localities, plan, record
from tests.survey.disk import image
from tests.survey.sealed import RECIPIENTS, sealing_wave, send
from tests.survey.staff import employ
from tests.survey.test_traces import somebody_reads

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
    before = image(settings, request)
    assert all(key in before for key in keys)
    let_pass(database, answered)
    work_through(database, settings)
    after = image(settings, request)
    assert b"trust attitudes" not in after
    assert [key for key in keys if key in after] == []


def test_what_is_erased_while_somebody_reads_is_gone_when_they_have_ended(
    database: Database,
    settings: Settings,
    answered: Wave,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(traces, "_LONGEST", 0.3)
    monkeypatch.setattr(jobs, "REST", -1)
    with database.reading() as session:
        keys = session.scalars(select(Response.id)).all()
    let_pass(database, answered)
    with somebody_reads(database):
        work_through(database, settings)
        with database.reading() as session:
            job = session.scalars(select(Job)).one()
            assert (job.state, job.attempts) == ("waiting", 0)
            assert session.scalar(select(func.count()).select_from(Response)) == 0
        assert any(key in image(settings, request) for key in keys)
    work_through(database, settings)
    with database.reading() as session:
        assert session.scalars(select(Job.state)).all() == ["done"]
    left = image(settings, request)
    assert [key for key in keys if key in left] == []
    assert b"trust attitudes" not in left


def test_no_byte_of_an_erased_sealed_round_stays_nor_of_its_keys(
    database: Database,
    settings: Settings,
    cohesion: Instrument,
    request: pytest.FixtureRequest,
) -> None:
    employ(database, "owner@example.org", Role.OWNER, "Ours")
    wave = sealing_wave(database, cohesion)
    with database.writing() as session:
        project = session.scalars(select(Project)).one()
        keys = {"protection": "sealed", "recipients": "\n".join(RECIPIENTS)}
        session.add(
            RoundDraft(
                project_id=project.id, name="n", version=1, wave_id=wave.id,
                document={"protection": keys, "days": {"link": wave.link}},
                changes={"protection": {"version": 1, "by": "owner@example.org"}},
            )
        )  # fmt: skip
        session.commit()
    for _ in range(BATCH_SIZE + 1):
        send(database, wave, answers(cohesion, **CANARY))
    with database.reading() as session:
        sealed = [*session.scalars(select(Response.sealed)), *session.scalars(select(Inbox.sealed))]
    marks = [key.encode() for key in RECIPIENTS] + [each[22:90] for each in sealed if each]
    before = image(settings, request)
    assert len(marks) == BATCH_SIZE + 3
    assert all(mark in before for mark in marks)
    let_pass(database, wave)
    work_through(database, settings)
    after = image(settings, request)
    assert [mark for mark in marks if mark in after] == []
    with database.reading() as session:
        draft = session.scalars(select(RoundDraft)).one()
        assert draft.document == {
            "protection": {"protection": "sealed"},
            "days": {"link": wave.link},
        }


def test_a_sealed_round_that_nobody_answered_forgets_its_keys_too(
    database: Database, settings: Settings, cohesion: Instrument
) -> None:
    decided = plan(protection="sealed", recipients=RECIPIENTS)
    with database.writing() as session:
        wave = open_wave(session, cohesion, decided, localities())
    let_pass(database, wave)
    with database.reading() as session:
        assert [each.link for each in overdue(session, today())] == [wave.link]
    work_through(database, settings)
    with database.reading() as session:
        kept = session.get_one(Wave, wave.id)
        assert (kept.recipients, kept.test_hash) == ([], None)
        assert overdue(session, today()) == []


def test_who_counts_while_answers_are_erased_keeps_no_count_of_them(
    database: Database, settings: Settings, answered: Wave
) -> None:
    with database.reading() as session:
        late = count_forward(session, find_wave(session, answered.link))
    with database.writing() as session:
        session.add(Tally(wave_id=answered.id, through_batch=1, people=20, counts={}))
        session.commit()
    let_pass(database, answered)
    work_through(database, settings)
    with database.writing() as session:
        keep_count(session, find_wave(session, answered.link), late)
    assert count(database, Tally) == 0
    # One that an earlier version left behind is found as well.
    with database.writing() as session:
        session.add(Tally(wave_id=answered.id, through_batch=1, people=20, counts={}))
        session.commit()
        assert [each.link for each in overdue(session, today())] == [answered.link]


def test_no_file_of_answers_outlives_them_when_the_erasure_is_killed(
    database: Database, settings: Settings, answered: Wave, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = settings.instance / "exports"
    folder.mkdir()
    with database.writing() as session:
        job = Job(name="export", subject={"round": answered.link}, state="done")
        session.add(job)
        session.commit()
        file = folder / f"{job.id}-abc.zip"
    file.write_bytes(b"answers")
    let_pass(database, answered)

    def killed(*_: object) -> Never:
        raise OSError

    monkeypatch.setattr(retention, "erase_wave", killed)
    work_through(database, settings)
    assert not file.exists()
    assert count(database, Response) == BATCH_SIZE


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
