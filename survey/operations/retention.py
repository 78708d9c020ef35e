"""Keep the promise of the first page: answers are erased when their day has passed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String, cast, delete, exists, or_, select
from sqlalchemy.orm import Session

from survey.models import (
    Complaint,
    Draft,
    Inbox,
    InviteCode,
    Job,
    Response,
    SpentNonce,
    Tally,
    Wave,
)
from survey.models.job import JobState
from survey.operations.export_store import remove_exports
from survey.operations.jobs import NotYetError, Task, ask
from survey.operations.projects import purge_projects
from survey.operations.records.store import purge_records
from survey.operations.waves import ERASED, end_arrivals, erase_wave
from survey.site import today
from survey.traces import erase_for_good

#: What a round keeps of people, or of the codes and sheets that they were given.
_PERSONAL = (Inbox, Response, Tally, SpentNonce, InviteCode, Draft, Complaint)


def ask_for_retention(session: Session, day: date) -> int | None:
    """Ask for the erasure of `day`; None when it was asked for already.

    It does all that the ones before it left, so those that are done or failed are forgotten.
    """
    once = f"retention {day}"
    ended = Job.state.in_((JobState.DONE, JobState.FAILED))
    session.execute(delete(Job).where(Job.name == "retention", ended, Job.once != once))
    return ask(session, "retention", {}, once=once)


def erase_overdue(task: Task) -> None:
    """Erase every round whose day has passed; doing it again does no harm.

    Rounds whose phones have had their time are closed for good on the way.

    Raises
    ------
    NotYetError
        If somebody still reads what was erased, so that the disk holds it.
    """
    with task.database.writing() as session:
        end_arrivals(session, today())
        waves = overdue(session, today())
        session.rollback()  # others may write between two rounds
        if waves:
            task.remember({"erased": True})
        for number, wave in enumerate(waves):
            task.progress(number, len(waves))
            # Files first: once the rows are gone, nothing would name this round again. And after
            # them, for one that another worker was writing.
            remove_exports(session, task.settings, wave.link)
            erase_wave(session, wave, today())
            remove_exports(session, task.settings, wave.link)
            session.rollback()
    with task.database.writing() as session:
        purge_projects(session, today())
        purge_records(session, today())
    is_gone = not (waves or task.subject.get("erased")) or erase_for_good(
        task.database.engine, *ERASED
    )
    task.progress(len(waves), len(waves))
    if not is_gone:
        raise NotYetError


def overdue(session: Session, day: date) -> list[Wave]:
    """Return the rounds that should be erased by `day` and hold something of a person, or keys."""
    kept = [exists().where(table.wave_id == Wave.id) for table in _PERSONAL]
    keys = or_(cast(Wave.recipients, String) != "[]", Wave.test_hash.is_not(None))
    passed = select(Wave).where(Wave.keep_until < day, or_(keys, *kept)).order_by(Wave.id)
    return list(session.scalars(passed))
