"""What it costs to give answers out: a long CSV from a database, and a huge workbook."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import insert

from questionnaires import read_instrument
from survey.db import Database
from survey.formats import Table, Variable, format_of
from survey.formats.table import Row as Cells
from survey.migrate import migrate
from survey.models import Response
from survey.operations.export_tables import table_of
from survey.operations.waves import open_wave
from tests.conftest import answers, localities, plan

Row = tuple[str, str, str, str]
PEOPLE = 100_000
HUGE = (132_229, 510)


def rows() -> list[Row]:
    """Return the rows of this table; the workbook is made by a process of its own."""
    cells, columns = HUGE
    made = [sys.executable, "-m", "tests.bench.exports"]
    spent, memory = subprocess.run(made, check=True, capture_output=True, text=True).stdout.split()
    return [
        *csv_rows(),
        (
            f"Excel, {cells:,} rows x {columns} columns, CPU",
            f"{float(spent):.0f} s, {float(memory):.0f} MB",
            "300 s, 300 MB",
            "KoboToolbox > 30 min",
        ),
    ]


def csv_rows() -> list[Row]:
    """Measure the file of 100,000 people and of a tenth of them, from SQLite."""
    cohesion = read_instrument("social_cohesion")
    chance = random.Random(1)
    given = answers(cohesion) | {f"T{number}": "3" for number in range(1, 9)}
    with tempfile.TemporaryDirectory() as name:
        database = Database(f"sqlite:///{name}/sixfold.sqlite3")
        migrate(database)
        spent, first = {}, 0.0
        for number, people in enumerate((PEOPLE // 10, PEOPLE)):
            with database.writing() as session:
                wave = open_wave(session, cohesion, plan(link=f"round-{number}"), localities())
                stored = [
                    {
                        "id": chance.randbytes(16), "wave_id": wave.id, "batch": 1,
                        "language": "en", "mode": "self-web", "locality": "P1", "stratum": "P1",
                        "weight": 1_000_000, "answers": given,
                    }
                    for _ in range(people)
                ]  # fmt: skip
                session.execute(insert(Response), stored)
                session.commit()
                start = time.process_time()
                table = table_of(session, wave, "en", ("D1", "D2"))
                first = time.process_time() - start
                format_of("csv").write(table, Path(name) / f"{people}.csv", lambda _: None)
                spent[people] = time.process_time() - start
                columns = len(table.variables)
        database.dispose()
    ratio = spent[PEOPLE] / spent[PEOPLE // 10]
    return [
        (
            f"CSV, {PEOPLE:,} rows x {columns} columns, CPU",
            f"{spent[PEOPLE]:.1f} s = {ratio:.1f} x a tenth of them",
            "3 s",
            "LimeSurvey 48 s = 53 x",
        ),
        ("of that, until the first row", f"{first:.1f} s", "1 s", ""),
    ]


def workbook() -> tuple[float, float]:
    """Write the huge workbook; return CPU seconds and the most memory, in MB."""
    people, columns = HUGE
    names = [Variable(f"item_{number}", "What was asked") for number in range(columns)]
    row = [str(number % 5 + 1) for number in range(columns)]

    def cells() -> Iterator[Cells]:
        return (row for _ in range(people))

    with tempfile.TemporaryDirectory() as name:
        start = time.process_time()
        table = Table("huge", tuple(names), people, cells)
        format_of("xlsx").write(table, Path(name) / "huge.xlsx", lambda _: None)
        spent = time.process_time() - start
    return spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(*workbook())
