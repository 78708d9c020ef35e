"""What 32 participants wait for when they answer at once: ``python -m tests.bench.load``.

A real server with two workers, and four processes of eight people each, who take no time to read:
each sends the next page as soon as it has the one before. So this is harder than 32 people are.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from questionnaires import read_instrument
from survey.config import Settings, make_instance
from survey.db import Database
from survey.migrate import migrate
from survey.operations.waves import open_wave
from tests.conftest import localities, plan
from tests.survey.server import FORM, Server

PROCESSES, PEOPLE, VISITS = 4, 8, 3
_STATE = re.compile(r'name="state" value="([^"]+)"')
Row = tuple[str, str, str, str]


def rows() -> list[Row]:
    """Measure the wall time of each page, as those who wait see it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = make_instance(Settings(Path(folder), f"sqlite:///{folder}/load.sqlite3", ""))
        database = Database(settings.database_url)
        migrate(database)
        with database.writing() as session:
            open_wave(session, read_instrument("social_cohesion"), plan(), localities())
        database.dispose()
        server = Server(settings, workers=2).start()
        try:
            one = waits(server.port, 1, 1)
            many = waits(server.port, PROCESSES, PEOPLE)
        finally:
            server.stop()
    return [
        ("a page, one participant, p95, wall", f"{_p95(one):.0f} ms", "", ""),
        (
            f"a page, {PROCESSES * PEOPLE} participants at once, p95, wall",
            f"{_p95(many):.0f} ms",
            "100 ms",
            "",
        ),
    ]


def waits(port: int, processes: int, people: int) -> list[float]:
    """Return how long each page took, in milliseconds."""
    command = [sys.executable, "-m", "tests.bench.load", str(port), str(people)]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)
    ]
    return [each for one in running for each in json.loads(one.communicate()[0])]


def _p95(waited: list[float]) -> float:
    return sorted(waited)[int(0.95 * len(waited))]


def visit(port: int) -> list[float]:
    """Answer the long form some times; return how long each page took."""
    waited: list[float] = []
    for _ in range(VISITS):
        page = _page(port, {"consent": "yes"}, waited)
        while "data-received" not in page:
            state = _STATE.search(page)
            assert state is not None
            page = _page(port, {"state": state[1], "D1": "P1", "T1": "4", "B1": "3"}, waited)
    return waited


def _page(port: int, fields: dict[str, str], waited: list[float]) -> str:
    body = urlencode(fields)
    start = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/s/round-one/en", body, FORM)
    page = connection.getresponse().read().decode()
    waited.append((time.perf_counter() - start) * 1000)
    connection.close()
    return page


def main() -> None:
    """Print the table, or be the people of one process."""
    if sys.argv[1:]:
        port, people = map(int, sys.argv[1:])
        with ThreadPoolExecutor(people) as crowd:
            lists = list(crowd.map(visit, [port] * people))
        print(json.dumps([each for one in lists for each in one]))
        return
    for row in rows():
        print("  ".join(row))


if __name__ == "__main__":
    main()
