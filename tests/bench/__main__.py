"""What the main job costs, each figure beside its limit and its peer: ``make bench``.

Times are CPU time of this process, unless a row says otherwise; machines are noisy, so read the
ratios. The peers of other projects are figures recorded on two cores, not run here.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from typing import cast
from urllib.parse import parse_qs, urlencode

from flask import Flask, request

from questionnaires import read_instrument
from survey.app import create_app
from survey.config import Settings, make_instance
from survey.db import Database
from survey.migrate import migrate
from survey.operations.waves import open_wave
from survey.respond.visit import Seal
from tests.bench import (
    engine,
    exports,
    field,
    load,
    maps,
    monitoring,
    paint,
    reading,
    reports,
    sealing,
    staff,
)
from tests.conftest import answers, localities, plan, record
from tests.survey.participant import Participant

PARTICIPANTS, ROUNDS = 10, 8
ROWS, COLUMNS = 200_000, 50
Row = tuple[str, str, str, str]


def main() -> None:
    """Run every benchmark and print a table of each part as it is done."""
    with tempfile.TemporaryDirectory() as folder:
        settings = make_instance(Settings(Path(folder), f"sqlite:///{folder}/bench.sqlite3", ""))
        database = Database(settings.database_url)
        migrate(database)
        rows = participant_rows(settings, database)
        database.dispose()
    show(rows)
    for part in (reports, load, paint, sealing, field, staff, maps, monitoring, exports, reading):
        print()
        show([*part.rows()])
    print()
    show([*engine.rows(), analysing()])


def show(rows: list[Row]) -> None:
    """Print one table."""
    rows = [("what", "measured", "limit", "peer"), *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in [rows[0], ("-" * widths[0], *("-" * width for width in widths[1:])), *rows[1:]]:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )


def analysing() -> Row:
    """Measure `sixfold analyse` in a process of its own, wall time and peak memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        names = [f"c{number}" for number in range(COLUMNS)]
        line = ",".join(str(number % 5 + 1) for number in range(COLUMNS))
        block = "".join(
            f"{line[number % 20 * 2 :]},{line}"[: len(line)] + "\n" for number in range(20)
        )
        text = ",".join(names) + "\n" + block * (ROWS // 20)
        (folder / "data.csv").write_text(text, encoding="ascii")
        plan = 'data = "data.csv"\n[[tables]]\nname = "all"\nstatistic = "mean"\nby = ["c0"]\n'
        (folder / "plan.toml").write_text(plan + f"of = {names[1:]}\n", encoding="ascii")
        program = (
            "import resource, sys; from survey.operations.analysing import analyse_file;"
            "from pathlib import Path; analyse_file(Path(sys.argv[1]), 'numpy', 'json');"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", program, str(folder / "plan.toml")],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        spent = time.perf_counter() - start
    memory = int(done.stdout) / 1024
    what = f"analyse, CSV of {ROWS:,} rows x {COLUMNS} columns, wall"
    return what, f"{spent:.1f} s, {memory:,.0f} MB", "1 M rows: 20 s, 2 GB", ""


def participant_rows(settings: Settings, database: Database) -> list[Row]:
    """Measure a participant's visit: bytes, requests, CPU."""
    cohesion = read_instrument("social_cohesion")
    with database.writing() as session:
        wave = open_wave(session, cohesion, plan(), localities(12))
    app = create_app(settings)
    sizes = {language: first_visit(app, language) for language in ("en", "ar")}
    given = answers(cohesion) | {"D1": "P7"}
    given |= {item.name: item.codes[0] for item in cohesion.items if item.codes}
    visit = requests_of(app, given)
    whole = min(visits(app, settings, visit) for _ in range(ROUNDS))
    storing = cpu(lambda: record(database, wave, given), 200)
    bare = bare_post()
    return [
        ("first visit, English, bytes", f"{sizes['en']:,}", "7,000", "LimeSurvey 899,000"),
        ("first visit, Arabic, bytes", f"{sizes['ar']:,}", "7,000", ""),
        ("pages of the long form", f"{len(visit)}", "", ""),
        (
            "server CPU, one long form",
            f"{whole:.1f} ms",
            "20 ms",
            "LimeSurvey 394-480 ms",
        ),
        ("of that, storing", f"{storing:.2f} ms", "", f"bare Flask POST + insert {bare:.2f} ms"),
    ]


def cpu(action: Callable[[], object], times: int) -> float:
    """Return the CPU time of one `action` in milliseconds, after a first that does not count."""
    action()
    start = time.process_time()
    for _ in range(times):
        action()
    return (time.process_time() - start) / times * 1000


def first_visit(app: Flask, language: str) -> int:
    """Return the bytes of the first page with its headers."""
    reply = app.test_client().get(
        f"/s/round-one/{language}", headers={"Accept-Encoding": "gzip", "Accept-Language": "en"}
    )
    head = sum(len(name) + len(value) + 4 for name, value in reply.headers)
    return len(reply.data) + head


def requests_of(app: Flask, given: dict[str, str]) -> list[dict[str, object]]:
    """Return every request of one visit, to be sent again without a client's own work."""
    sent: list[dict[str, object]] = []

    class Recording(Participant):
        def send(self, **fields: object) -> object:  # type: ignore[override]
            sent.append(self.page.hidden | fields)
            return super().send(**fields)

    Recording(app.test_client()).finish(given)
    environments = [app.test_request_context("/s/round-one").request.environ]
    for fields in sent:
        made = app.test_request_context("/s/round-one", method="POST", data=fields)
        body = made.request.get_data(cache=True)
        environments.append(made.request.environ | {"bench.body": body})
    return environments


def visits(app: Flask, settings: Settings, recorded: list[dict[str, object]]) -> float:
    """Return the CPU time of one visit in milliseconds, of some that each store a response."""
    seal = Seal(settings.signing_keys(), "round-one")
    nonces = [token_hex(16) for _ in range(PARTICIPANTS)]
    people = [[_of(each, seal, nonce) for each in recorded] for nonce in nonces]
    start = time.process_time()
    for visit in people:
        replay(app, visit)
    return (time.process_time() - start) / PARTICIPANTS * 1000


def _of(environment: dict[str, object], seal: Seal, nonce: str) -> dict[str, object]:
    """Return a recorded request as another visit sends it."""
    fields = parse_qs(cast("bytes", environment.get("bench.body", b"")).decode())
    if "state" not in fields:
        return environment
    fields["state"] = [seal.close(replace(seal.open(fields["state"][0]), nonce=nonce))]
    body = urlencode(fields, doseq=True).encode()
    return environment | {"bench.body": body, "CONTENT_LENGTH": str(len(body))}


def replay(app: Flask, visit: list[dict[str, object]]) -> None:
    """Send recorded requests through the application, as a server would."""
    for environment in visit:
        fresh = {key: value for key, value in environment.items() if "werkzeug" not in key}
        fresh["wsgi.input"] = BytesIO(cast("bytes", environment.get("bench.body", b"")))
        fresh["HTTP_ACCEPT_ENCODING"] = "gzip"
        b"".join(app.wsgi_app(fresh, lambda *_: lambda _: None))


def bare_post() -> float:
    """Return the CPU time of the least that could be done: one POST, one committed insert."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(f"{folder}/bare.sqlite3", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE kept (id BLOB PRIMARY KEY, body TEXT) WITHOUT ROWID")
        app = Flask("bare")

        @app.post("/")
        def keep() -> str:
            connection.execute(
                "INSERT INTO kept VALUES (?, ?)", (os.urandom(16), request.form["a"])
            )
            return "ok"

        client = app.test_client()
        return cpu(lambda: client.post("/", data={"a": "x" * 900}), 200)


if __name__ == "__main__":
    main()
