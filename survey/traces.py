"""Traces: what deleted rows and the log tell of the order of arrival, and how they are removed.

On SQLite deleted rows are overwritten at once, and the log is emptied. On PostgreSQL tables are
written anew, and the log is retired, which is costly and needs the right to do so (``sixfold
check`` says whether it is there). Neither can take away what somebody still reads: `Tidying` does
that later, and `erase_for_good` says whether it could.
"""

from __future__ import annotations

import time
from contextlib import suppress
from sqlite3 import Connection as SQLiteConnection
from sqlite3 import OperationalError

from sqlalchemy import Connection, Engine, bindparam, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from survey.db import WAIT, Database

#: Milliseconds to wait for others, who wait behind us meanwhile.
_PATIENCE = 250
#: Seconds to wait, holding up nobody, until those who began before have ended; between two looks.
_LONGEST, _LOOK = 5.0, 0.05

_NOW = text("SELECT CAST(CAST(pg_current_xact_id() AS xid) AS text)")
#: Those who may still see what was there before: a snapshot, or a change of their own, is older.
_OLDER = text(
    "SELECT EXISTS (SELECT 1 FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND greatest(age(backend_xmin), age(backend_xid)) > age(CAST(:since AS xid)))"
)
#: How many rows of each table ever came, went or changed.
_MOVED = text(
    "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables"
    " WHERE relname IN :tables"
).bindparams(bindparam("tables", expanding=True))


def erase_traces(session: Session, *tables: str, log: bool = True) -> None:
    """Remove what tells of rows that were deleted, and of the order in which others came.

    Call it after a commit: what was stored is stored, whether or not this succeeds. While others
    are at work it waits for a moment only, and `Tidying` does what is left.

    Parameters
    ----------
    session : Session
        Of the database.
    tables : str
        On PostgreSQL, the tables to write anew.
    log : bool
        Whether to retire PostgreSQL's log as well.
    """
    engine = session.get_bind().engine
    with suppress(DBAPIError, PoolTimeoutError):
        if engine.dialect.name == "sqlite":
            _empty_log(engine)
            return
        with _outside(engine).connect() as connection:
            for table in tables:
                _rewrite(connection, table)
            if log:
                _retire_log(connection)


def erase_for_good(engine: Engine, *tables: str) -> bool:
    """Do what `erase_traces` does, and tell whether nothing is left.

    Something is left when somebody goes on reading what was there before, as a long backup does.
    """
    with suppress(DBAPIError, PoolTimeoutError):
        if engine.dialect.name == "sqlite":
            return _empty_log(engine)
        with _outside(engine).connect() as connection:
            if not _await_older(connection):
                return False
            rewritten = [_rewrite(connection, table) for table in tables]
            _retire_log(connection)  # without the right to, which `sixfold check` tells, in vain
            return all(rewritten)
    return False


class Tidying:
    """Removes, turn by turn, what had to stay because somebody was reading.

    Parameters
    ----------
    database : Database
        Of this installation.
    tables : str
        On PostgreSQL, the tables to write anew whenever rows came or went since they were last
        found clean.
    """

    def __init__(self, database: Database, *tables: str) -> None:
        self._database = database
        self._tables = tables
        self._clean: dict[str, int] = {}

    def turn(self) -> None:
        """Remove what is left, if that can be done now."""
        if self._database.is_sqlite:
            with self._database.reading() as session:
                erase_traces(session)
            return
        moved = self._moved()
        stirred = [table for table in self._tables if moved.get(table) != self._clean.get(table)]
        if stirred and erase_for_good(self._database.engine, *stirred):
            self._clean |= moved

    def _moved(self) -> dict[str, int]:
        with self._database.reading() as session:
            found = session.execute(_MOVED, {"tables": self._tables}).all()
        return dict(found)


def _outside(engine: Engine) -> Engine:
    """Return the engine for what is no writer of ours, and so does not queue with them."""
    return engine.execution_options(isolation_level="AUTOCOMMIT", writes=False)


def _empty_log(engine: Engine) -> bool:
    """Empty the log of SQLite; tell whether nobody kept it from that."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, SQLiteConnection)  # noqa: S101 - narrows the driver's type
        driver.execute(f"PRAGMA busy_timeout={_PATIENCE}")
        is_busy = 1
        with suppress(OperationalError):
            is_busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        driver.execute(f"PRAGMA busy_timeout={WAIT}")
        return not is_busy


def _await_older(connection: Connection) -> bool:
    """Wait until nobody sees what is older than now; tell whether that came about."""
    since = connection.execute(_NOW).scalar_one()
    end = time.monotonic() + _LONGEST
    while connection.execute(_OLDER, {"since": since}).scalar_one():
        if time.monotonic() > end:
            return False
        time.sleep(_LOOK)
    return True


def _rewrite(connection: Connection, table: str) -> bool:
    """Write a table of PostgreSQL into a new file, without the rows that were deleted."""
    connection.exec_driver_sql(f"SET lock_timeout = {_PATIENCE}")
    is_new = False
    with suppress(DBAPIError):
        connection.exec_driver_sql(f"VACUUM (FULL) {table}")
        is_new = True
    with suppress(DBAPIError):  # the connection may be gone
        connection.exec_driver_sql(f"SET lock_timeout = {WAIT}")
    return is_new


def _retire_log(connection: Connection) -> None:
    """Begin a new log on PostgreSQL; the server deletes the old one (with wal_recycle = off)."""
    with suppress(DBAPIError):
        connection.exec_driver_sql("SELECT pg_switch_wal()")
        connection.exec_driver_sql("CHECKPOINT")
