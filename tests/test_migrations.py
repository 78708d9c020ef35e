"""The migrations make the schema that the models describe, keep every row, and can be run again."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, insert, inspect, select, text
from sqlalchemy.exc import OperationalError

from survey.db import Database
from survey.errors import ConfigurationError
from survey.migrate import _config, is_current, migrate, revision_of
from survey.models import Base
from tests.survey.test_durability import failing_at

#: Every schema that there has been, the oldest first.
REVISIONS = [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][
    ::-1
]

#: What an installation of any schema may hold; a table or a column may not be there yet.
ROWS: dict[str, list[dict[str, Any]]] = {
    "wave": [
        {
            "id": number, "link": f"round-{number}", "form": "long", "sampling": "census",
            "languages": ["en", "ar"], "breakdowns": [], "facts": {"en": {"title": "é"}},
            "opens_on": date(2026, 1, 1), "closes_on": date(2026, 2, 1),
            "keep_until": date(2027, 1, 1), "is_closed": False, "instrument_sha256": "0",
            "instrument_json": "{}", "protection": "open", "recipients": [], "awaits_test": False,
        }
        for number in (1, 2)
    ],
    "place": [
        {"wave_id": 1, "code": "P1", "position": 0, "stratum": "P1", "names": {"en": "Place"},
         "population": None, "geometry": None, "parent": None},
    ],
    "inbox": [
        {"id": bytes([number]) * 16, "wave_id": 1, "language": "en", "mode": "paper",
         "locality": "P1", "stratum": "P1", "psu": None, "weight": 2**40,
         "answers": {"T1": "5", "Q2": "سؤال"}}
        for number in range(5)
    ],
    "response": [
        {"id": bytes([number]) * 16, "wave_id": 2, "batch": 1, "language": "ar", "mode": "paper",
         "locality": "P1", "stratum": "P1", "psu": "c", "weight": 1, "answers": {"T1": "dk"}}
        for number in range(25)
    ],
    "spent_nonce": [{"wave_id": 2, "id": bytes([number]) * 16} for number in range(25)],
    "release": [
        {"id": 1, "wave_id": 2, "token": "t", "made_on": date(2026, 3, 1), "through_batch": 1,
         "sha256": "0", "document": "{}", "figures": {"en": {"a": "<svg/>"}}, "left_out": {}},
    ],
    "job": [
        {"id": 1, "name": "retention", "subject": {}, "once": None, "state": "done", "attempts": 1,
         "holder": None, "lease_until": None, "done": 1, "total": 1, "result": None,
         "problem": None},
    ],
}  # fmt: skip


@pytest.fixture
def new(empty_url: str) -> Iterator[Database]:
    """A database without tables."""
    database = Database(empty_url)
    yield database
    database.dispose()


def tables_of(database: Database) -> dict[str, Table]:
    found = MetaData()
    with database.engine.connect() as connection:
        found.reflect(connection)
    return {table.name: table for table in found.sorted_tables}


def fill(database: Database) -> None:
    """Put a few rows into every table that is there."""
    with database.engine.execution_options(writes=True).begin() as connection:
        for name, table in tables_of(database).items():
            for row in ROWS.get(name, []):
                known = {column: row[column] for column in row if column in table.columns}
                connection.execute(insert(table).values(known))


def rows_of(database: Database, columns: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the rows of every table as text, sorted, in these columns."""
    tables = tables_of(database)
    with database.engine.connect() as connection:
        return {
            name: sorted(
                repr(row)
                for row in connection.execute(
                    select(*(tables[name].columns[each] for each in kept))
                )
            )
            for name, kept in columns.items()
        }


def columns_of(database: Database) -> dict[str, list[str]]:
    tables = tables_of(database)
    return {name: list(table.columns.keys()) for name, table in tables.items() if name in ROWS}


def shape_of(database: Database) -> str:
    """Return all tables, columns and indexes, to be compared."""
    with database.engine.connect() as connection:
        found = inspect(connection)
        return repr(
            [
                (name, found.get_columns(name), found.get_indexes(name))
                for name in sorted(found.get_table_names())
            ]
        )


@pytest.mark.both_databases
@pytest.mark.parametrize("revision", REVISIONS)
def test_every_row_of_every_earlier_schema_comes_through(revision: str, new: Database) -> None:
    migrate(new, revision)
    fill(new)
    columns = columns_of(new)
    before = rows_of(new, columns)
    assert sum(map(len, before.values())) >= 59
    migrate(new)
    assert is_current(new)
    assert rows_of(new, columns) == before


@pytest.mark.both_databases
def test_a_migration_that_is_interrupted_leaves_everything_and_can_be_run_again(
    new: Database,
) -> None:
    migrate(new, REVISIONS[0])
    fill(new)
    columns = columns_of(new)
    before, shape = rows_of(new, columns), shape_of(new)
    for call in [*range(1, 2000, 17), 10_000]:
        succeeded = False
        with failing_at(new, call) as calls, suppress(OperationalError):
            migrate(new)
            succeeded = True
        assert rows_of(new, columns) == before
        if succeeded:
            break
        assert calls[0] >= call
        assert shape_of(new) == shape
    assert call > 17
    migrate(new)
    assert is_current(new)
    assert rows_of(new, columns) == before


_KILLED = """
import os, signal, sys
from survey.db import Database
from survey.migrate import migrate
database, left = Database(sys.argv[1]), [int(sys.argv[2])]
dialect = database.engine.dialect
execute = dialect.do_execute
def run(*given):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(*given)
dialect.do_execute = run
migrate(database)
"""


@pytest.mark.both_databases
def test_a_migration_that_is_killed_leaves_everything(new: Database, empty_url: str) -> None:
    migrate(new, REVISIONS[0])
    fill(new)
    columns = columns_of(new)
    before, shape = rows_of(new, columns), shape_of(new)
    new.dispose()
    for call in ("12", "25"):
        ended = subprocess.run([sys.executable, "-c", _KILLED, empty_url, call], check=False)
        assert ended.returncode == -signal.SIGKILL
        assert (rows_of(new, columns), shape_of(new)) == (before, shape)
    migrate(new)
    assert rows_of(new, columns) == before


@pytest.mark.both_databases
def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="newer version"):
        migrate(database)
    with database.engine.connect() as connection:
        assert revision_of(connection) == "9999"


@pytest.mark.both_databases
def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_tables_made_by_migrations_are_those_the_models_make(
    database: Database, tmp_path: Path
) -> None:
    made = Database(f"sqlite:///{tmp_path / 'made.sqlite3'}")
    Base.metadata.create_all(made.engine.execution_options(writes=True))
    assert schema(made) == schema(database)
    made.dispose()


def schema(database: Database) -> dict[str, set[str]]:
    """Return the columns and constraints of every table, white space and order apart."""
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"
        ).all()
    return {row.name: parts(row.sql.replace(chr(34), "")) for row in rows}


def parts(sql: str) -> set[str]:
    """Return what stands between the commas of a table; a later column comes after the rules."""
    body = " ".join(sql.partition("(")[2].rpartition(")")[0].split())
    places = [each.start() for each in re.finditer(",", body)]
    cuts = [at for at in places if body[:at].count("(") == body[:at].count(")")]
    edges = [-1, *cuts, len(body)]
    return {body[start + 1 : end].strip() for start, end in pairwise(edges)} | {
        sql.rpartition(")")[2].strip()
    }


def test_a_migration_that_was_done_is_not_done_again(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    assert not is_current(database)
    migrate(database)
    migrate(database)
    assert is_current(database)
    database.dispose()
