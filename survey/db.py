"""The database: how it is opened, and how a transaction begins.

On both kinds, SQLite and PostgreSQL, one transaction writes at a time (BEGIN IMMEDIATE; an advisory
lock), so that what an operation has read stays true until it commits; and a commit returns when it
is on disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from sqlite3 import Connection as SQLiteConnection
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, SelectBase, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from survey.errors import ConfigurationError

#: Milliseconds to wait for another writer.
WAIT = 5000

#: The number under which the writers of a PostgreSQL database queue; any, but the same for all.
_WRITERS = 6_019_001

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "trusted_schema=OFF",
)


class Database:
    """One database, with two ways in: `reading` and `writing`.

    Raises
    ------
    ConfigurationError
        If `url` is no address of a database that can be used here.
    """

    def __init__(self, url: str) -> None:
        self.engine = _open(url)
        event.listen(self.engine, "begin", _begin)
        event.listen(self.engine, "checkin", _end_what_failed)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
        self._writing = self.engine.execution_options(writes=True)
        # SQLite shows a reader one state of the database throughout; PostgreSQL when it is asked.
        level = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reading = self.engine.execution_options(**level)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of SQLite, not a PostgreSQL server."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that reads, and sees one state of the database throughout."""
        with Session(self._reading) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session whose transactions may write; the operation it is passed to commits."""
        with Session(self._writing, expire_on_commit=False) as session:
            yield session

    def glance(self, question: SelectBase, **values: str) -> Sequence[Any] | None:
        """Return the first row that answers `question`, as the driver gives it, or None.

        For what every page asks: building a connection's worth of objects around one row costs
        six times as much as the row.
        """
        try:
            with closing(self.engine.raw_connection()) as connection:
                cursor = connection.cursor()
                cursor.execute(*_written(question, self.engine.dialect, values))
                row: Sequence[Any] | None = cursor.fetchone()
                return row
        except self.engine.dialect.loaded_dbapi.Error as error:
            raise DBAPIError(None, None, error, hide_parameters=True) from None

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _written(
    question: SelectBase, dialect: Dialect, values: Mapping[str, str]
) -> tuple[str, Sequence[str] | Mapping[str, str]]:
    """Return the SQL of `question` and its values, as the driver of `dialect` takes them."""
    compiled = _compiled(question, dialect)
    places = compiled.positiontup
    return str(compiled), values if places is None else [values[name] for name in places]


@lru_cache(maxsize=32)
def _compiled(question: SelectBase, dialect: Dialect) -> SQLCompiler:
    return question.compile(dialect=dialect)


def _open(url: str) -> Engine:
    try:
        address = make_url(url)
        if address.drivername == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        # Without hide_parameters SQLAlchemy prints answers into the text of its exceptions.
        if address.get_backend_name() == "sqlite":
            return create_engine(address, hide_parameters=True, json_deserializer=orjson.loads)
        options = f"-c synchronous_commit=on -c lock_timeout={WAIT}"
        arguments = {"options": options, "connect_timeout": 5}
        return create_engine(
            address,
            hide_parameters=True,
            json_deserializer=orjson.loads,
            pool_pre_ping=True,
            connect_args=arguments,
        )
    except ArgumentError:
        raise ConfigurationError(
            "the address of the database cannot be read; "
            "write sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from None
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"the database needs '{error.name}'; install sixfold[postgres], or use SQLite"
        ) from None


def _prepare_sqlite(connection: SQLiteConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    connection.execute(f"PRAGMA busy_timeout={WAIT}")
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _end_what_failed(driver: DBAPIConnection | None, _record: object) -> None:
    """End a transaction whose commit failed: SQLAlchemy takes it for ended, and it is not."""
    if driver is not None:
        driver.rollback()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    if connection.dialect.name == "sqlite":
        # A deferred transaction that writes later fails under load.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif writes:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")
