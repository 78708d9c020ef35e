"""What it costs to give answers out: a long CSV from a database, and a huge workbook."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from questionnaires import Instrument, read_instrument
from questionnaires.build import build_instrument
from survey.db import Database
from survey.formats import Table, Variable, format_of
from survey.formats.table import Row as Cells
from survey.migrate import migrate
from survey.models import Response, Wave
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
    """Measure the file of 100,000 people and of a tenth of them, of two widths, from SQLite."""
    found = []
    for off in (0, 12):  # with 12 questions less it has the 44 columns of the others' measure
        columns, spent, first = _csv_of(_shorter(off))
        ratio = spent[PEOPLE] / spent[PEOPLE // 10]
        found += [
            (
                f"CSV, {PEOPLE:,} rows x {columns} columns, CPU",
                f"{spent[PEOPLE]:.1f} s = {ratio:.1f} x a tenth of them",
                "3 s",
                "LimeSurvey 48 s = 53 x" if off else "",
            ),
            ("of that, until the first row", f"{first:.1f} s", "1 s", ""),
        ]
    return found


def _shorter(off: int) -> Instrument:
    """Return the questionnaire of social cohesion without the last `off` of its scored items."""
    document = json.loads(json.dumps(read_instrument("social_cohesion").document))
    scored = [
        row
        for row in document["instrument"]["item"]
        if row.get("dimension") and row.get("enabled", True)
    ]
    for row in scored[len(scored) - off :] if off else []:
        row |= {"enabled": False, "reason": "not measured here"}
    return build_instrument(document)


def _csv_of(instrument: Instrument) -> tuple[int, dict[int, float], float]:
    """Return the columns, CPU seconds by people, and those until the first row of the most."""
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        database = Database(f"sqlite:///{name}/sixfold.sqlite3")
        migrate(database)
        spent: dict[int, float] = {}
        first, columns = 0.0, 0
        for people in (PEOPLE // 10, PEOPLE):
            with database.writing() as session:
                wave = open_wave(session, instrument, plan(link=f"round-{people}"), localities())
                session.execute(insert(Response), _stored(wave, instrument, people, chance))
                session.commit()
            with database.reading() as session:
                for turn in range(3):  # other programs are at work: the least counts
                    start = time.process_time()
                    table = table_of(session, wave, "en", ("D1", "D2"))
                    begun = time.process_time() - start
                    file = Path(name) / f"{people}-{turn}.csv"
                    format_of("csv").write(table, file, lambda _: None)
                    took = time.process_time() - start
                    first = min(first, begun) if turn else begun
                    spent[people] = min(spent.get(people, took), took)
                    columns = len(table.variables)
        database.dispose()
    return columns, spent, first


def _stored(
    wave: Wave, instrument: Instrument, people: int, chance: random.Random
) -> list[dict[str, Any]]:
    """Return the rows of people who answer by chance, in batches of 20 as they are sealed."""
    plain = answers(instrument)
    said = {item.name: (*item.codes, "dk", "skip") for item in instrument.asked("long")}
    return [
        {
            "id": chance.randbytes(16), "wave_id": wave.id, "batch": number // 20 + 1,
            "language": "en", "mode": "self-web", "locality": "P1", "stratum": "P1",
            "weight": 1_000_000,
            "answers": plain
            | {key: chance.choice(codes) for key, codes in said.items() if len(codes) > 3}
            | {"D1": "P1", "D2": chance.choice(("woman", "man"))},
        }
        for number in range(people)
    ]  # fmt: skip


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
