"""What 32 participants wait for when they answer at once: ``python -m tests.bench.load``.

A real server with two workers, and 32 people who take no time to read: each sends the next page as
soon as it has the one before. So this is harder than 32 people are. They share the processors with
the server, so a row says how much of them they took (`tests.bench.crowd`); and the same crowd sends
to the least that a server can do (`tests.bench.bare`), which tells what of it is the machine's.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from questionnaires import read_instrument
from survey.config import Settings, make_instance
from survey.db import Database
from survey.migrate import migrate
from survey.operations.waves import open_wave
from tests.bench import bare, crowd
from tests.conftest import localities, plan
from tests.survey.server import Server, free_port

PEOPLE, VISITS, RUNS = 32, 3, 5
Row = tuple[str, str, str, str]


@dataclass(frozen=True)
class Waited:
    """How long each page took in milliseconds, each last one, and the crowd's CPU seconds."""

    pages: list[float]
    last: list[float]
    cpu: float


def rows() -> list[Row]:
    """Measure the wall time of each page, as those who wait see it; the best of some runs."""
    with tempfile.TemporaryDirectory() as folder:
        settings = make_instance(Settings(Path(folder), f"sqlite:///{folder}/load.sqlite3", ""))
        database = Database(settings.database_url)
        migrate(database)
        with database.writing() as session:
            open_wave(session, read_instrument("social_cohesion"), plan(), localities())
        database.dispose()
        server = Server(settings, workers=2).start()
        try:
            waits(server.port, PEOPLE)  # the first of each page builds it
            one = waits(server.port, 1)
            many, least = [], []
            with bare_server(Path(folder) / "bare.sqlite3") as port:
                for _ in range(RUNS):  # in turn, so that both meet the same minutes
                    many.append(waits(server.port, PEOPLE))
                    least.append(waits(port, PEOPLE))
        finally:
            server.stop()
    ours, floor = (min(each, key=lambda run: p95(run.pages)) for each in (many, least))
    crowded = f"{PEOPLE} participants at once"
    return [
        ("a page, one participant, p95, wall", f"{p95(one.pages):.0f} ms", "", ""),
        (
            f"a page, {crowded}, p95, wall",
            f"{p95(ours.pages):.0f} ms",
            "100 ms",
            f"pages of nothing, one insert {p95(floor.pages):.0f} ms",
        ),
        (
            f"the last page, {crowded}, p95, wall",
            f"{p95(ours.last):.0f} ms",
            "",
            f"{p95(floor.last):.0f} ms",
        ),
        ("CPU time of the crowd, a page", f"{ours.cpu / len(ours.pages) * 1000:.2f} ms", "", ""),
    ]


@contextmanager
def bare_server(file: Path) -> Iterator[int]:
    """Serve `tests.bench.bare`, and give its port."""
    port = free_port()
    running = subprocess.Popen([sys.executable, bare.__file__, str(port), str(file)])
    try:
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.1)
        yield port
    finally:
        running.terminate()
        running.wait()


def waits(port: int, people: int) -> Waited:
    """Return what a crowd waited for."""
    command = [sys.executable, crowd.__file__, *map(str, (port, people, VISITS))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Waited(**json.loads(done.stdout))


def p95(waited: list[float]) -> float:
    """Return what 95 of 100 waited for at most."""
    return sorted(waited)[int(0.95 * len(waited))]


def main() -> None:
    """Print the table."""
    for row in rows():
        print("  ".join(row))


if __name__ == "__main__":
    main()
