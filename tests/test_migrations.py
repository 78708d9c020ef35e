"""The migrations make the schema that the models describe, and can be run again."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select

import survey
from survey.db import Database
from survey.migrate import is_current, migrate
from survey.models import Base, Place


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
    """Return the columns and constraints of every table; white space, quotes and order apart."""
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"
        ).all()
    plain = {row.name: row.sql.replace('"', "") for row in rows}
    return {
        name: {" ".join(part.split()) for part in sql.split(", \n")} for name, sql in plain.items()
    }


def test_a_migration_that_was_done_is_not_done_again(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    assert not is_current(database)
    migrate(database)
    migrate(database)
    assert is_current(database)
    database.dispose()


def test_places_of_the_first_schema_are_kept(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    config = Config()
    config.set_main_option("script_location", str(Path(survey.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    with database.engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO wave VALUES (1, 'w', 'long', 'census', '[]', '[]', '{}', '2026-01-01', "
            "'2026-02-01', '2027-01-01', 0, 'x', '{}')"
        )
        connection.exec_driver_sql(
            "INSERT INTO place VALUES (1, 'P1', 0, 'P1', '{\"en\": \"North\"}', 50, NULL)"
        )
    migrate(database)
    with database.reading() as session:
        (place,) = session.scalars(select(Place))
    assert (place.code, place.names, place.population, place.parent) == (
        "P1",
        {"en": "North"},
        50,
        None,
    )
    database.dispose()
