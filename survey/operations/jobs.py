"""Jobs: ask for one, take one under a lease, do it, say what became of it.

A worker that dies leaves its lease to run out, and another does the job again from the start: so
everything a job does must be safe to do twice.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.db import Database
from survey.errors import SurveyError
from survey.models import Job
from survey.models.job import JobState

#: Seconds for which a worker holds a job without saying that it is still at it.
LEASE = 120
#: Seconds for which a job that cannot be ended yet lets others go first.
REST = 60
#: A job that failed so often is left alone, for a person to look at.
ATTEMPTS = 3

#: Where the work of each kind of job is found; loaded by the worker that does it.
WORK = {
    "export": "survey.operations.exports:write_export",
    "retention": "survey.operations.retention:erase_overdue",
    "release draft": "survey.operations.releases:draft_as_job",
}


class LeaseLostError(SurveyError):
    """Another worker has taken the job, because this one was silent for too long."""


class NotYetError(Exception):
    """What a job waits for has not come about; it will be done again after a while."""


@dataclass(frozen=True)
class Task:
    """A job in the hands of a worker.

    Attributes
    ----------
    database, settings : Database, Settings
        What the job works on.
    id, holder : int, str
        Which job, and the word under which this worker holds it.
    subject : mapping
        What the job was asked to work on.
    """

    database: Database
    settings: Settings
    id: int
    name: str
    holder: str
    subject: Mapping[str, Any]

    def progress(self, done: int, total: int) -> None:
        """Say how far the job is, and hold it for another while.

        Raises
        ------
        LeaseLostError
            If another worker has it now; whoever reads this must stop.
        """
        changes = {"done": done, "total": total, "lease_until": _now() + LEASE}
        with self.database.writing() as session:
            if not _change(session, self, changes):
                raise LeaseLostError(f"another worker has taken the job '{self.name}'")

    def remember(self, subject: Mapping[str, Any]) -> None:
        """Write down what whoever does the job again must know; raises as `progress` does."""
        with self.database.writing() as session:
            if not _change(session, self, {"subject": {**self.subject, **subject}}):
                raise LeaseLostError(f"another worker has taken the job '{self.name}'")


#: What a job does; it may return the name of a file in the instance folder.
Work = Callable[[Task], str | None]


def ask(
    session: Session, name: str, subject: Mapping[str, Any], once: str | None = None
) -> int | None:
    """Ask for a job and return its number; None when a job with the same `once` was asked for.

    Raises
    ------
    SurveyError
        If there is no work of that name.
    """
    if name not in WORK:
        raise SurveyError(f"there is no job '{name}'; choose from: {', '.join(sorted(WORK))}")
    if once is not None and session.scalar(select(Job.id).where(Job.once == once)) is not None:
        return None
    job = Job(name=name, subject=dict(subject), once=once)
    session.add(job)
    session.commit()
    return job.id


def take(database: Database, settings: Settings) -> Task | None:
    """Lease the oldest job that waits, or whose lease has run out; None when there is none."""
    now = _now()
    rests = and_(Job.state == JobState.WAITING, Job.lease_until.is_not(None))
    free = or_(
        and_(Job.state == JobState.WAITING, Job.lease_until.is_(None)),
        and_(or_(Job.state == JobState.RUNNING, rests), _is_void(now)),
    )
    with database.writing() as session:
        oldest = select(Job).where(free).order_by(Job.id).limit(1).with_for_update(skip_locked=True)
        job = session.scalar(oldest)
        if job is None:
            return None
        if job.attempts >= ATTEMPTS:
            problem = f"stopped without a word {ATTEMPTS} times"
            _settle(session, job, JobState.FAILED, problem=problem)
            return take(database, settings)
        job.state = JobState.RUNNING
        job.attempts += 1
        job.holder = secrets.token_hex(8)
        job.lease_until = now + LEASE
        session.commit()
        return Task(database, settings, job.id, job.name, job.holder, job.subject)


def perform(task: Task, work: Work | None = None) -> JobState:
    """Do a job, `work` or what its name says, and write down what became of it.

    A `SurveyError` is final, because its message says what a person has to do; anything else may
    pass, so the job waits for another attempt.
    """
    try:
        result = (work or _work_of(task.name))(task)
    except LeaseLostError:
        return JobState.RUNNING
    except NotYetError:
        return _rest(task)
    except SurveyError as error:
        return _end(task, JobState.FAILED, problem=str(error))
    except Exception as error:  # whatever it is: no job may end the worker of all others
        return _try_again(task, type(error).__name__)
    return _end(task, JobState.DONE, result=result)


def work_once(database: Database, settings: Settings) -> int:
    """Do every job that waits; return how many were done or failed."""
    ended = 0
    while (task := take(database, settings)) is not None:
        if perform(task) is JobState.WAITING:
            break  # what went wrong may pass, but not at once
        ended += 1
    return ended


def list_jobs(session: Session) -> list[str]:
    """Return a line for each job that is not done."""
    jobs = session.scalars(select(Job).where(Job.state != JobState.DONE).order_by(Job.id))
    return [
        f"{job.id} {job.name}: {job.state}, {job.done} of {job.total} done, "
        f"attempt {job.attempts} of {ATTEMPTS}; {job.problem or 'no problem so far'}"
        for job in jobs
    ]


def count_jobs(session: Session) -> dict[str, int]:
    """Return how many jobs are in each state, and how many leases have run out ("stuck")."""
    states = list(session.scalars(select(Job.state)))
    found = {str(state): states.count(state) for state in JobState}
    stuck = select(Job.id).where(Job.state == JobState.RUNNING, _is_void(_now()))
    return found | {"stuck": len(session.scalars(stuck).all())}


def _is_void(now: int) -> ColumnElement[bool]:
    """Tell whether a lease has run out, or was written by a clock that was far ahead of ours.

    Clocks of two machines differ by some seconds, and a clock may be set back a little: a lease is
    void only when it could not have been written by a worker that is still at it.
    """
    return or_(Job.lease_until < now, Job.lease_until > now + 2 * LEASE)


def _end(
    task: Task, state: JobState, *, result: str | None = None, problem: str | None = None
) -> JobState:
    ended = {"state": state, "holder": None, "lease_until": None}
    with task.database.writing() as session:
        kept = _change(session, task, ended | {"result": result, "problem": problem})
    return state if kept else JobState.RUNNING


def _try_again(task: Task, problem: str) -> JobState:
    with task.database.reading() as session:
        attempts = session.scalar(select(Job.attempts).where(Job.id == task.id)) or 0
    return _end(
        task, JobState.FAILED if attempts >= ATTEMPTS else JobState.WAITING, problem=problem
    )


def _rest(task: Task) -> JobState:
    """Let a job wait without counting the attempt: nothing is wrong with it."""
    resting = {
        "state": JobState.WAITING, "holder": None, "lease_until": _now() + REST, "attempts": 0,
    }  # fmt: skip
    with task.database.writing() as session:
        kept = _change(session, task, resting)
    return JobState.WAITING if kept else JobState.RUNNING


def _settle(session: Session, job: Job, state: JobState, *, problem: str) -> None:
    job.state, job.problem, job.holder, job.lease_until = state, problem, None, None
    session.commit()


def _change(session: Session, task: Task, changes: Mapping[str, Any]) -> bool:
    """Change the row of a job that this worker still holds; tell whether it does."""
    own = update(Job).where(Job.id == task.id, Job.holder == task.holder).values(**changes)
    changed = session.execute(own.returning(Job.id)).first()
    session.commit()
    return changed is not None


def _work_of(name: str) -> Work:
    module, _, function = WORK[name].partition(":")
    work: Work = getattr(import_module(module), function)
    return work


def _now() -> int:
    return int(time.time())
