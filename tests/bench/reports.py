"""What a release costs, of a demo and of 100,000 responses, and the pages and files made of it.

CPU time of this process, unless a row says otherwise.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import func, insert, select

from analysis.simulate import Simulation
from survey.app import create_app
from survey.config import Settings, make_instance
from survey.db import Database
from survey.migrate import migrate
from survey.models import Release, Response, Wave
from survey.operations.demo import build_demo, people_of
from survey.operations.demo_rounds import demo_places, demo_plan
from survey.operations.demo_words import COHESION
from survey.operations.release_making import Options
from survey.operations.release_material import SignOff
from survey.operations.releases import publish
from survey.operations.waves import find_wave, localities_of, open_wave
from survey.site import today

Row = tuple[str, str, str, str]
PEOPLE, OF_THE_DEMO = 100_000, 2_400
_LINK = "demo-1"
_BATCH = 1_000


def rows() -> list[Row]:
    """Return the rows of this table; the large release is made by a process of its own."""
    large = subprocess.run(
        [sys.executable, "-m", "tests.bench.reports"], check=True, capture_output=True, text=True
    )
    spent, wall, memory = map(float, large.stdout.split())
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        settings = Settings(place, f"sqlite:///{folder}/sixfold.sqlite3", "")
        return [
            *_of_the_demo(make_instance(settings)),
            (
                f"release of {PEOPLE:,} responses, CPU",
                f"{spent:.1f} s ({wall:.0f} s by the clock, {memory:,.0f} MB)",
                "20 s",
                "",
            ),
        ]


def _of_the_demo(settings: Settings) -> list[Row]:
    database = Database(settings.database_url)
    migrate(database)
    demo = build_demo(settings, database, 6, OF_THE_DEMO, today())
    making = _spent(database)[0]
    database.dispose()
    cold = _cold(settings, demo.report)
    client = create_app(settings).test_client()
    zipped = {"Accept-Encoding": "gzip"}
    page, community = (
        len(client.get(p, headers=zipped).data) for p in (demo.report, demo.community)
    )
    start = time.process_time()
    for _ in range(20):
        client.get(demo.report)
    warm = (time.process_time() - start) / 20
    start = time.process_time()
    client.get(f"{demo.report}/en.pdf")
    pressing = time.process_time() - start
    return [
        (
            f"release of {OF_THE_DEMO:,} responses, charts, audit, CPU",
            f"{making:.1f} s",
            "10 s",
            "",
        ),
        ("report page, first of a new server, wall", f"{cold:.2f} s", "1 s", ""),
        ("report page, warm", f"{warm * 1000:.0f} ms", "100 ms", ""),
        ("the same as a PDF of 44 pages, first time", f"{pressing:.2f} s", "20 pages: 3 s", ""),
        ("report page, bytes on the wire", f"{page:,}", "400,000", ""),
        ("community page, bytes on the wire", f"{community:,}", "60,000", ""),
    ]


def _spent(database: Database) -> tuple[float, float]:
    """Release the first round, in place of an earlier release; return CPU and clock seconds."""
    with database.writing() as session:
        wave = find_wave(session, _LINK)
        last = session.scalar(select(func.max(Release.id)).where(Release.wave_id == wave.id))
        options = Options(corrects=last, changes="measured again")
        session.commit()
        start, clock = time.process_time(), time.perf_counter()
        publish(session, wave, SignOff("bench", "bench", today()), options=options)
    return time.process_time() - start, time.perf_counter() - clock


def _cold(settings: Settings, path: str) -> float:
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


def _large() -> tuple[float, float, float]:
    """Store the answers of many, release them; return CPU, clock, and the most memory in MB.

    A process of its own stores them: those who simulate people hold more memory than a release.
    """
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{folder}/sixfold.sqlite3"
        with ProcessPoolExecutor(1, get_context("spawn")) as other:
            other.submit(_fill, address).result()
        database = Database(address)
        spent = _spent(database)
        database.dispose()
    return *spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _fill(address: str) -> None:
    """Make a database with a round that many have answered."""
    database = Database(address)
    migrate(database)
    people = people_of(6, PEOPLE)
    _store(database, _round(database, people), people)
    database.dispose()


def _round(database: Database, people: Simulation) -> Wave:
    """Open a round as the first one of the demo."""
    opens_on = today() - timedelta(days=30)
    planned = demo_plan(_LINK, COHESION, opens_on, opens_on + timedelta(days=20))
    places = demo_places(people)
    with database.writing() as session:
        return open_wave(session, people.instrument, planned, places)


def _store(database: Database, wave: Wave, people: Simulation) -> None:
    """Store the answers at once, as sealed batches hold them; one by one would take an hour."""
    chance = random.Random(1)
    with database.writing() as session:
        strata = {place.code: place.stratum for place in localities_of(session, wave)}
        found = [
            {
                "id": chance.randbytes(16), "wave_id": wave.id, "batch": 1 + number // _BATCH,
                "language": row.language, "mode": row.mode, "locality": row.answers["D1"],
                "stratum": strata[row.answers["D1"]], "psu": row.psu, "weight": row.weight,
                "answers": dict(row.answers),
            }
            for number, row in enumerate(people.rows(1))
        ]  # fmt: skip
        session.execute(insert(Response), found)
        session.commit()


if __name__ == "__main__":
    print(*_large())
