"""Jobs are done, once as far as anybody can see, by whoever is alive."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from survey.config import Settings
from survey.db import Database
from survey.errors import SurveyError
from survey.models import Job
from survey.models.job import JobState
from survey.operations import jobs
from survey.operations.jobs import (
    ATTEMPTS,
    LEASE,
    LeaseLostError,
    Task,
    ask,
    count_jobs,
    perform,
    take,
    work_once,
)
from survey.operations.retention import ask_for_retention
from survey.operations.worker import work_through
from survey.site import today
from tests.survey.server import PATIENCE, Server

pytestmark = pytest.mark.both_databases


def asked(database: Database, once: str | None = None) -> int | None:
    with database.writing() as session:
        return ask(session, "retention", {"round": 1}, once)


def taken(database: Database, settings: Settings) -> Task:
    task = take(database, settings)
    assert task is not None
    return task


def row(database: Database) -> Job:
    with database.reading() as session:
        return session.scalars(select(Job)).one()


def run_out(database: Database, seconds: int = LEASE + 1) -> None:
    """Let every lease run out, as if time had passed."""
    with database.writing() as session:
        session.execute(update(Job).values(lease_until=int(time.time()) + LEASE - seconds))
        session.commit()


def test_a_job_is_done_and_says_what_it_made(database: Database, settings: Settings) -> None:
    asked(database)
    task = taken(database, settings)
    assert task.subject == {"round": 1}
    assert perform(task, lambda _: "export.csv") is JobState.DONE
    done = row(database)
    assert (done.state, done.result, done.holder, done.lease_until) == (
        "done", "export.csv", None, None,
    )  # fmt: skip
    assert take(database, settings) is None


def test_two_workers_never_take_the_same_job(database: Database, settings: Settings) -> None:
    numbers = [asked(database) for _ in range(20)]
    with ThreadPoolExecutor(8) as pool:
        tasks = list(pool.map(lambda _: take(database, settings), range(30)))
    held = [task.id for task in tasks if task is not None]
    assert sorted(held) == numbers


def test_a_job_is_asked_for_once_a_day(database: Database, settings: Settings) -> None:
    assert asked(database, once="today") is not None
    assert asked(database, once="today") is None
    perform(taken(database, settings), lambda _: None)
    assert asked(database, once="today") is None


def test_a_job_that_nobody_knows_is_not_asked_for(database: Database) -> None:
    with database.writing() as session, pytest.raises(SurveyError, match="choose from"):
        ask(session, "unknown", {})


def test_a_dead_workers_job_is_taken_by_another(database: Database, settings: Settings) -> None:
    asked(database)
    dead = taken(database, settings)
    assert take(database, settings) is None
    run_out(database)
    alive = taken(database, settings)
    assert alive.id == dead.id
    with pytest.raises(LeaseLostError):
        dead.progress(1, 2)
    assert perform(dead, lambda _: "old.csv") is JobState.RUNNING
    assert perform(alive, lambda _: "new.csv") is JobState.DONE
    assert row(database).result == "new.csv"


def test_progress_keeps_the_lease(database: Database, settings: Settings) -> None:
    asked(database)
    task = taken(database, settings)
    run_out(database)
    task.progress(3, 9)
    assert take(database, settings) is None
    assert (row(database).done, row(database).total) == (3, 9)


def test_a_lease_from_a_clock_that_was_ahead_binds_nobody(
    database: Database, settings: Settings
) -> None:
    asked(database)
    first = taken(database, settings)
    run_out(database, seconds=-(10**9))
    assert taken(database, settings).id == first.id


def test_a_lease_binds_a_worker_whose_clock_is_a_little_behind(
    database: Database, settings: Settings
) -> None:
    asked(database)
    taken(database, settings)
    run_out(database, seconds=-30)  # it was written by a clock that is half a minute ahead
    assert take(database, settings) is None


def test_a_job_that_breaks_in_an_unforeseen_way_does_not_end_the_worker(
    database: Database, settings: Settings
) -> None:
    def stumble(_: Task) -> None:
        raise KeyError("T1=5")

    asked(database)
    assert perform(taken(database, settings), stumble) is JobState.WAITING
    assert row(database).problem == "KeyError"


def test_the_erasure_of_today_takes_the_place_of_one_that_failed(
    database: Database, settings: Settings
) -> None:
    def refuse(_: Task) -> None:
        raise SurveyError("no")

    with database.writing() as session:
        ask_for_retention(session, today() - timedelta(days=1))
    perform(taken(database, settings), refuse)
    work_through(database, settings)
    assert row(database).state == JobState.DONE


def test_what_a_person_must_mend_fails_at_once_and_says_so(
    database: Database, settings: Settings
) -> None:
    def refuse(_: Task) -> None:
        raise SurveyError("the round has no key; give it one")

    asked(database)
    assert perform(taken(database, settings), refuse) is JobState.FAILED
    assert row(database).problem == "the round has no key; give it one"


def test_what_may_pass_is_tried_again_but_not_for_ever(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Task) -> None:
        raise OSError("disk is full of T1=5")

    monkeypatch.setattr(jobs, "_work_of", lambda _: fail)
    asked(database)
    for _ in range(ATTEMPTS):
        work_once(database, settings)
    failed = row(database)
    assert (failed.state, failed.attempts, failed.problem) == ("failed", ATTEMPTS, "OSError")
    assert work_once(database, settings) == 0


def test_a_job_that_kills_its_worker_is_left_alone_in_the_end(
    database: Database, settings: Settings
) -> None:
    asked(database)
    for _ in range(ATTEMPTS):
        taken(database, settings)
        run_out(database)
    with database.reading() as session:
        assert count_jobs(session)["stuck"] == 1
    assert take(database, settings) is None
    assert row(database).state == "failed"


_HOLD = """
import sys, time
from survey.config import read_settings
from survey.db import Database
from survey.operations.jobs import perform, take
settings = read_settings()
task = take(Database(settings.database_url), settings)
def hold(task):
    task.progress(1, 2)
    print("at it", flush=True)
    time.sleep(60)
perform(task, hold)
"""


def test_a_job_survives_the_kill_of_its_worker(database: Database, settings: Settings) -> None:
    asked(database)
    environment = os.environ | {
        "SIXFOLD_INSTANCE": str(settings.instance),
        "SIXFOLD_DATABASE_URL": settings.database_url,
    }
    command = [sys.executable, "-c", _HOLD]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"at it\n"
        worker.send_signal(signal.SIGKILL)
    assert row(database).done == 1
    run_out(database)
    assert perform(taken(database, settings), lambda _: None) is JobState.DONE


def test_a_server_does_the_daily_jobs_and_replaces_a_dead_worker(
    database: Database, settings: Settings
) -> None:
    database.dispose()
    server = Server(settings, workers=1).start()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with database.reading() as session:
            job = session.scalars(select(Job)).first()
        if job is not None and job.state == "done":
            break
        time.sleep(0.1)
    (first,) = workers_of(server)
    os.kill(first, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and set(workers_of(server)) <= {first}:
        time.sleep(0.1)
    (second,) = workers_of(server)
    server.stop()
    assert second != first
    assert (row(database).name, row(database).state) == ("retention", "done")


def workers_of(server: Server) -> list[int]:
    """Return the processes beside a server that do the jobs."""
    master = server._process.pid
    children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()
    words = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    return [child for child, command in words.items() if b"--beside" in command]
