"""Bring a database to the schema of this version: all of it, or nothing.

A migration that is interrupted leaves the database as it was, because all of them run in one
transaction, on SQLite as well; so it is safe to run them again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from survey.db import Database
from survey.errors import ConfigurationError

_SCRIPTS = Path(__file__).parent / "migrations"

#: Tables may be copied on the way: so many times the size of the database must be free.
_ROOM = 2


def migrate(database: Database, revision: str = "head") -> None:
    """Run every migration that `database` has not had yet; running it again does no harm.

    Raises
    ------
    ConfigurationError
        If it is of a newer version, the disk is too full, or rows would lose what they refer to.
    """
    with schema_change(database) as connection:
        check_known(connection)
        _check_room(database)
        upgrade(connection, revision)


@contextmanager
def schema_change(database: Database) -> Iterator[Connection]:
    """Open a transaction in which tables may be made anew; it is kept as a whole, or not at all."""
    with database.engine.execution_options(writes=True).connect() as connection:
        if database.is_sqlite:
            # A table that is made anew is dropped first: that must not take along what refers to
            # it. SQLite listens to this outside a transaction only.
            _driver(connection, "PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                _check_references(connection)
        finally:
            if database.is_sqlite:
                _driver(connection, "PRAGMA foreign_keys=ON")


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the migrations up to `revision` in the transaction of `connection`."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def is_current(database: Database) -> bool:
    """Tell whether `database` has had every migration."""
    with database.engine.connect() as connection:
        return revision_of(connection) == newest_revision()


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database's schema; None when it has none."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """Return the revision of this version's schema."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def is_known(revision: str) -> bool:
    """Tell whether this version, or one before it, had the schema `revision`."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return revision in {script.revision for script in scripts}


def check_known(connection: Connection) -> None:
    """Make sure that a database is not of a newer version.

    Raises
    ------
    ConfigurationError
        If it is.
    """
    revision = revision_of(connection)
    if revision is not None and not is_known(revision):
        raise ConfigurationError(
            f"the database is of a newer version of Sixfold (schema {revision}); "
            "install that version, nothing was changed"
        )


def _check_room(database: Database) -> None:
    file = database.engine.url.database
    if not database.is_sqlite or not file or not Path(file).exists():
        return
    needed = Path(file).stat().st_size * _ROOM
    free = shutil.disk_usage(Path(file).parent).free
    if free < needed:
        raise ConfigurationError(
            f"{free >> 20} MiB are free beside the database and {needed >> 20} MiB are needed; "
            "make room, nothing was changed"
        )


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise ConfigurationError(
            f"rows of the table '{broken[0]}' would lose what they refer to; nothing was changed"
        )


def _driver(connection: Connection, statement: str) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - the connection is open
    driver.execute(statement)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
