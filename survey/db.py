"""The database: how it is opened, and how a transaction begins.

On SQLite every writing transaction begins with BEGIN IMMEDIATE (a deferred one fails under load),
is on disk before it is acknowledged (``synchronous=FULL``), and leaves no log behind from which
the order of arrival could be read (`truncate_log`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from sqlite3 import Connection as SQLiteConnection
from sqlite3 import OperationalError

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

#: Milliseconds to wait for another writer, and for readers before the log is emptied.
_WAIT = 5000
_PATIENCE = 250

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    f"busy_timeout={_WAIT}",
    "foreign_keys=ON",
    "secure_delete=ON",
    "trusted_schema=OFF",
)


class Database:
    """One database, with two ways in: `reading` and `writing`."""

    def __init__(self, url: str) -> None:
        # Without hide_parameters SQLAlchemy prints answers into the text of its exceptions.
        self.engine: Engine = create_engine(url, hide_parameters=True)
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._writing = self.engine.execution_options(writes=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that reads."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session whose transactions may write; the operation it is passed to commits."""
        with Session(self._writing, expire_on_commit=False) as session:
            yield session

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def truncate_log(session: Session) -> None:
    """Empty SQLite's write-ahead log, which holds the answers in order of arrival.

    Call it after a commit: what was stored is stored, whether or not this succeeds. While a reader
    is at work it waits a moment only, and a later call empties the log.
    """
    if session.get_bind().dialect.name == "sqlite":
        with session.get_bind().engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, SQLiteConnection)  # noqa: S101 - narrows the driver's type
            driver.execute(f"PRAGMA busy_timeout={_PATIENCE}")
            with suppress(OperationalError):
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            driver.execute(f"PRAGMA busy_timeout={_WAIT}")


def _prepare_sqlite(connection: SQLiteConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
