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
from io import BytesIO
from pathlib import Path
from typing import cast

from flask import Flask, request
from sqlalchemy import delete

from questionnaires import read_instrument
from survey.app import create_app
from survey.config import Settings, make_instance
from survey.db import Database
from survey.migrate import migrate
from survey.models import Release
from survey.operations.demo import build_demo
from survey.operations.figures import SignOff
from survey.operations.releases import publish
from survey.operations.waves import find_wave, open_wave
from survey.site import today
from tests.bench import engine, exports, field, load, reading, sealing, staff
from tests.conftest import answers, localities, plan, record
from tests.survey.participant import Participant

PARTICIPANTS = 40
ROWS, COLUMNS = 200_000, 50
Row = tuple[str, str, str, str]


def main() -> None:
    """Run every benchmark and print a table of each part as it is done."""
    with tempfile.TemporaryDirectory() as folder:
        settings = make_instance(Settings(Path(folder), f"sqlite:///{folder}/bench.sqlite3", ""))
        database = Database(settings.database_url)
        migrate(database)
        rows = [*participant_rows(settings, database), *report_rows(settings, Path(folder))]
        database.dispose()
    show(rows)
    for part in (load, sealing, field, staff, exports, reading):
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
    whole = cpu(lambda: replay(app, visit), PARTICIPANTS)
    storing = cpu(lambda: record(database, wave, given), 200)
    bare = bare_post()
    return [
        ("first visit, English, bytes", f"{sizes['en']:,}", "7,000", "LimeSurvey 899,000"),
        ("first visit, Arabic, bytes", f"{sizes['ar']:,}", "7,000", ""),
        ("pages of the long form", f"{len(visit)}", "", ""),
        (
            "server CPU, one long form",
            f"{whole + storing:.1f} ms",
            "20 ms",
            "LimeSurvey 394-480 ms",
        ),
        ("of that, storing", f"{storing:.2f} ms", "", f"bare Flask POST + insert {bare:.2f} ms"),
    ]


def report_rows(settings: Settings, folder: Path) -> list[Row]:
    """Measure a release of 2,400 responses and the report made from it."""
    place = folder / "demo"
    own = make_instance(Settings(place, f"sqlite:///{place}/sixfold.sqlite3", settings.secret_key))
    database = Database(own.database_url)
    migrate(database)
    demo = build_demo(own, database, 6, 2400, today())
    making = cpu(lambda: release_again(database), 1)
    database.dispose()
    cold = cold_report(own, demo.report)
    app = create_app(own)
    client = app.test_client()
    warm = cpu(lambda: client.get(demo.report), 20)
    page = len(client.get(demo.report, headers={"Accept-Encoding": "gzip"}).data)
    community = len(client.get(demo.community, headers={"Accept-Encoding": "gzip"}).data)
    return [
        ("release of 2,400 responses, with charts", f"{making / 1000:.1f} s", "10 s", ""),
        ("report page, first of a new server, wall", f"{cold:.2f} s", "1 s", ""),
        ("report page, warm", f"{warm:.0f} ms", "100 ms", ""),
        ("report page, bytes", f"{page:,}", "400,000", ""),
        ("community page, bytes", f"{community:,}", "60,000", ""),
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


def release_again(database: Database) -> None:
    """Make the release of the first round of the demo once more."""
    with database.writing() as session:
        wave = find_wave(session, "demo-1")
        session.execute(delete(Release).where(Release.wave_id == wave.id))
        publish(session, wave, SignOff("bench", "bench", today()))


def cold_report(settings: Settings, path: str) -> float:
    """Return the wall time of the first report that a new process shows."""
    program = (
        "import sys, time; from pathlib import Path; from survey.app import create_app;"
        "from survey.config import Settings;"
        "app = create_app(Settings(Path(sys.argv[1]), sys.argv[2], sys.argv[3]));"
        "start = time.perf_counter(); reply = app.test_client().get(sys.argv[4]);"
        "assert reply.status_code == 200; print(time.perf_counter() - start)"
    )
    words = [str(settings.instance), settings.database_url, settings.secret_key, path]
    done = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


if __name__ == "__main__":
    main()
