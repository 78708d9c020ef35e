"""The migrations make the schema that the models describe, and can be run again."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from survey.db import Database
from survey.migrate import is_current, migrate
from survey.models import Base


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
    return {row.name: {" ".join(part.split()) for part in row.sql.split(", \n")} for row in rows}


def test_a_migration_that_was_done_is_not_done_again(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    assert not is_current(database)
    migrate(database)
    migrate(database)
    assert is_current(database)
    database.dispose()
