"""What the erasure of a large round costs on both databases: ``python -m tests.bench.erasure``.

Half of the responses belong to the round that is erased, half to another one, which has to be
written anew on PostgreSQL. Wall time: others wait for it.
"""

from __future__ import annotations

import secrets
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from questionnaires import read_instrument
from survey.db import Database
from survey.migrate import migrate
from survey.models import Response, Wave
from survey.models.response import WEIGHT_UNIT
from survey.operations.waves import erase_wave, open_wave
from survey.site import today
from tests.conftest import answers, localities, plan
from tests.postgres import Postgres

Row = tuple[str, str, str, str]
RESPONSES = 100_000
_BATCH = 5_000


def rows(responses: int = RESPONSES) -> list[Row]:
    """Measure both databases; what, measured, limit, peer."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'erasure.sqlite3'}")
        migrate(database)
        found = [_erasing("SQLite", database, responses)]
    with Postgres.running() as server:
        found.append(_erasing("PostgreSQL", Database(server.new_database()), responses))
    return found


def _erasing(name: str, database: Database, responses: int) -> Row:
    waves = [_filled(database, link, responses) for link in ("over", "going-on")]
    with database.writing() as session:
        wave = session.get_one(Wave, waves[0])
        start = time.perf_counter()
        erased = erase_wave(session, wave, wave.keep_until + timedelta(days=1))
        spent = time.perf_counter() - start
    database.dispose()
    what = f"erasing {erased:,} responses beside {responses:,} others, {name}"
    return what, f"{spent:.1f} s", "", ""


def _filled(database: Database, link: str, responses: int) -> int:
    cohesion = read_instrument("social_cohesion")
    given = answers(cohesion) | {item.name: item.codes[0] for item in cohesion.items if item.codes}
    row = {
        "language": "en",
        "mode": "self-web",
        "locality": "P1",
        "stratum": "P1",
        "weight": WEIGHT_UNIT,
        "answers": given,
        "batch": 1,
    }
    with database.writing() as session:
        opened = plan(link=link, closes_on=today(), keep_until=today() + timedelta(days=1))
        wave = open_wave(session, cohesion, opened, localities())
        for start in range(0, responses, _BATCH):
            many = range(min(_BATCH, responses - start))
            mine = [row | {"wave_id": wave.id, "id": secrets.token_bytes(16)} for _ in many]
            session.execute(insert(Response), mine)
        session.commit()
        return wave.id


if __name__ == "__main__":
    for each in rows(*map(int, sys.argv[1:2])):
        print(*each, sep="  ")
