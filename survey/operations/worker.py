"""The worker: does the jobs that nobody waits for, and asks for the daily ones.

`sixfold serve` starts one beside the processes that serve people; `sixfold work` is one by itself.
Several do no harm: each job is leased to one of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from survey.config import Settings
from survey.db import Database
from survey.models import Complaint, Record
from survey.operations.export_store import forget_exports
from survey.operations.jobs import work_once
from survey.operations.retention import ask_for_retention
from survey.operations.waves import EMPTIED
from survey.site import today
from survey.traces import Tidying

#: Seconds between two looks at the queue.
PAUSE = 5
#: A file, empty, whose time says when a worker was last alive (`sixfold check`).
SIGN = "worker-alive"
#: Seconds before a worker that died is started again: the first time, and when it dies at once
#: again and again.
FIRST_WAIT, LONGEST_WAIT = 1, 300


#: Tables from which rows of participants are deleted at other times than the day of retention.
_DELETED_FROM = (*EMPTIED, Complaint.__tablename__, Record.__tablename__)


def work_through(database: Database, settings: Settings) -> int:
    """Ask for what is due today and do every job that waits; return how many came to an end."""
    (settings.instance / SIGN).touch(mode=0o600)
    with database.writing() as session:
        ask_for_retention(session, today())
    forget_exports(settings)
    return work_once(database, settings)


def keep_working(database: Database, settings: Settings, beside: int | None = None) -> None:
    """Look after the queue for as long as the process `beside` lives; for ever without one."""
    tidying = Tidying(database, *_DELETED_FROM)
    while beside is None or os.getppid() == beside:
        with suppress(SQLAlchemyError, OSError):  # the database may be away for a while
            work_through(database, settings)
            tidying.turn()
        for _ in range(PAUSE):
            if beside is not None and os.getppid() != beside:
                return
            time.sleep(1)


class Beside:
    """A program beside a server: started, and started again whenever it has died.

    Without the worker no answer would be erased on its day, and nobody would notice.

    Parameters
    ----------
    server : int
        The process with which it ends.
    arguments : str
        Of our command, as ``"work"``; ``--beside`` and the process are added.
    """

    def __init__(self, server: int, *arguments: str) -> None:
        self._command = (*arguments, "--beside", str(server))
        self._process = _start(self._command)
        self._started = time.monotonic()
        self._wait = FIRST_WAIT

    def look(self) -> None:
        """Start it again if it is dead; one that keeps dying is started ever more seldom."""
        if self._process.poll() is None:
            return
        lived = time.monotonic() - self._started
        if lived > LONGEST_WAIT:
            self._wait = FIRST_WAIT
        if lived >= self._wait:
            self._process, self._started = _start(self._command), time.monotonic()
            self._wait = min(2 * self._wait, LONGEST_WAIT)


def _start(arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    program = "from survey.cli import main; main()"
    return subprocess.Popen([sys.executable, "-c", program, *arguments])  # noqa: S603 - our own
