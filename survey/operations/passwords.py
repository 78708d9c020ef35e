"""Passwords: hashed with argon2id, at most two at a time on the whole machine.

One hash takes 64 MiB, so it is made in a process of its own that ends with it: the workers that
serve participants never hold this memory. A crowd at the sign-in page must queue. The queue is
short: whoever finds it full is asked to come again, because each who waits in it takes a thread
from the participants.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from passlib.context import CryptContext

from survey.errors import BusyError

SHORTEST = 12
LONGEST = 200
_AT_ONCE = 2
_WAITING = 2

#: What Flask-Security is given as well: the scheme, and its cost (64 MiB, three passes).
SCHEME = "argon2"
COST = {
    "argon2__type": "ID",
    "argon2__memory_cost": 64 * 1024,
    "argon2__time_cost": 3,
    "argon2__parallelism": 4,
}
CONTEXT = CryptContext(schemes=[SCHEME], **COST)

#: A hash at today's cost that no password has: its digest is all zeros.
_NOBODYS = f"$argon2id$v=19$m={64 * 1024},t=3,p=4${'A' * 22}${'A' * 43}"

#: What the other process runs; it loads nothing of ours but this.
_PROGRAM = "survey.operations.hashing"

_IN_PROCESS = BoundedSemaphore(_AT_ONCE)
_QUEUE = BoundedSemaphore(_AT_ONCE + _WAITING)


class Passwords:
    """Hashes and checks passwords for the installation in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._slots = [folder / f"hashing-{number}.lock" for number in range(_AT_ONCE)]

    def hashed(self, password: str) -> str:
        """Return the hash that is stored."""
        with self.turn():
            return str(_apart("hash", password))

    def check(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Tell whether `password` fits, and give a new hash when the stored one is of old cost.

        Without a stored hash the work is done all the same, so that the time taken tells nobody
        whether an account exists.
        """
        with self.turn():
            right, renewed = _apart("check", password, stored or _NOBODYS)
        return bool(right and stored), renewed

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one of the two places, in this process and then among all of them.

        Raises
        ------
        BusyError
            If too many wait in this process.
        """
        if not _QUEUE.acquire(blocking=False):
            raise BusyError("too many sign in at once; try again in a moment")
        try:
            with _IN_PROCESS, self._place():
                yield
        finally:
            _QUEUE.release()

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Take one of the places that all processes share."""
        # When all are busy a process waits at the last; not every process at the same one.
        order = self._slots if os.getpid() % 2 else self._slots[::-1]
        for slot in order:
            with slot.open("w") as lock:
                mode = fcntl.LOCK_EX if slot is order[-1] else fcntl.LOCK_EX | fcntl.LOCK_NB
                try:
                    fcntl.flock(lock, mode)
                except BlockingIOError:
                    continue
                yield
                return


def _apart(*work: str) -> Any:  # noqa: ANN401 - whatever the work gives
    """Do `work` in a process of its own; the password travels on a pipe, not in its arguments."""
    command = [sys.executable, "-m", _PROGRAM]
    sent = json.dumps(work).encode()
    done = subprocess.run(command, input=sent, stdout=subprocess.PIPE, check=True)  # noqa: S603
    return json.loads(done.stdout)
