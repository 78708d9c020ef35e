"""The system calls of a server, in order: when the disk was written, when a page was sent."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

_CALLS = "fsync,fdatasync,recvfrom,sendto"
_ARRIVED = re.compile(r'recvfrom\(.*"POST /s/|recvfrom resumed>"POST /s/')
_ON_DISK = re.compile(r"f(data)?sync(\(|\ resumed>).*= 0$")
_SENT = re.compile(r'sendto\(.*"HTTP/1.1 200 ')


class Trace:
    """What was written down of the calls of a server, and of the server of its database."""

    def __init__(self, folder: Path) -> None:
        self._files = [folder / "server", folder / "database"]
        self._lines: list[str] = []
        options = ["-f", "-ttt", "-s", "40", "-e", f"trace={_CALLS}"]
        self.command = ["strace", "-D", *options, "-o", str(self._files[0])]
        self.attach = ["strace", *options, "-o", str(self._files[1]), "-p"]

    def keep(self) -> None:
        """Read what was written, in the order of time."""
        lines = [
            line for file in self._files if file.exists() for line in file.read_text().splitlines()
        ]
        self._lines = sorted(lines, key=lambda line: float(line.split()[1]))

    def acknowledged(self) -> list[bool]:
        """Tell of each page that was sent whether the disk was written since it was asked for."""
        return order_of(self._lines)


def order_of(lines: Sequence[str]) -> list[bool]:
    """Tell of each page whether what it acknowledges was on the disk when it was sent."""
    found: list[bool] = []
    asked = on_disk = False
    for line in lines:
        if _ARRIVED.search(line):
            asked, on_disk = True, False
        elif _ON_DISK.search(line):
            on_disk = True
        elif asked and _SENT.search(line):
            found.append(on_disk)
            asked = False
    return found


@contextmanager
def traced(database_server: int | None) -> Iterator[Trace]:
    """Trace the server that is started with `Trace.command`, and the server of its database."""
    if shutil.which("strace") is None:
        pytest.fail("strace is missing; install it: apt-get install strace")
    with TemporaryDirectory() as folder:
        trace = Trace(Path(folder))
        watching = None
        if database_server is not None:
            watching = subprocess.Popen(
                [*trace.attach, str(database_server)], stderr=subprocess.PIPE, text=True
            )
            assert watching.stderr is not None
            said = watching.stderr.readline()
            if "attached" not in said:
                pytest.fail(f"strace cannot follow the database (see ptrace_scope): {said}")
        try:
            yield trace
        finally:
            if watching is not None:
                watching.terminate()
                watching.communicate()
            time.sleep(0.2)  # the tracer of the server ends with it, and writes its last lines
            trace.keep()
