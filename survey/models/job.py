"""A job: work that nobody waits for, such as a large export or the daily erasure."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class JobState(StrEnum):
    """How far a job has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of work, what became of it, and who holds it now.

    A worker leases a job: it writes `holder`, a word of its own, and `lease_until`, the second
    (since 1970) at which another may take the job. Both are empty unless the job runs. No job
    serves a participant, and a row holds no answer: `subject` names what to work on, `result` a
    file of the instance folder, `problem` the kind of what went wrong.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state_is_known"),
        CheckConstraint(
            "(state = 'running') = (holder IS NOT NULL)", name="who_runs_holds_the_lease"
        ),
        CheckConstraint("done >= 0 AND done <= total", name="no_more_is_done_than_there_is"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    subject: Mapped[dict[str, Any]] = mapped_column(JSON)
    once: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default=JobState.WAITING, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str | None]
    lease_until: Mapped[int | None] = mapped_column(BigInteger)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[str | None]
    problem: Mapped[str | None]
