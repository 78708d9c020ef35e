"""Back an installation up while it runs, and restore it into an empty database of either kind.

A backup tells no more than the database does: the rows of each table stand in the order of their
keys, and those of answers are random.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from pyrage.x25519 import Identity
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    delete,
    exists,
    func,
    insert,
    null,
    select,
)
from sqlalchemy.orm import Session

from survey.db import Database
from survey.errors import BackupError
from survey.migrate import is_known, newest_revision, schema_change, upgrade
from survey.models import Attempt, Base, Invitation, StaffSession
from survey.operations.backup_files import (
    Backup,
    Content,
    Manifest,
    Row,
    newer,
    open_backup,
    write_backup,
)

#: Rows that are read or written at once.
_PORTION = 500


def back_up(
    session: Session, file: Path, made_on: date, recipients: Sequence[str] = ()
) -> Manifest:
    """Write everything in the database to a new file, as it is at one moment.

    Parameters
    ----------
    session : Session
        A reading session; the database goes on taking answers meanwhile.
    file : Path
        The file to make.
    made_on : date
        The day that the file will name.
    recipients : sequence of str
        Public keys to seal it to; without one, it is readable to whoever has it.

    Raises
    ------
    BackupError
        If the file is there already.
    """
    tables = [(table.name, _content(session, table)) for table in Base.metadata.sorted_tables]
    return write_backup(file, tables, newest_revision(), made_on.isoformat(), recipients)


def restore(database: Database, file: Path, identities: Sequence[Identity] = ()) -> Manifest:
    """Fill an empty database from a backup: with all of it, or with nothing.

    A backup of an older version is brought to the schema of this one. Sessions and links for
    passwords do not come back: some were ended or used after the backup was made.

    Raises
    ------
    BackupError
        If the file cannot be used (see `open_backup`), or the database holds anything.
    """
    with open_backup(file, identities) as backup:
        if not is_known(backup.manifest.revision):
            raise BackupError(newer(file, f"schema {backup.manifest.revision}"))
        with schema_change(database) as connection:
            _clear(connection)
            upgrade(connection, backup.manifest.revision)
            for table in _tables(connection):
                _fill(connection, table, backup, file)
            upgrade(connection)
            for door in (StaffSession, Invitation, Attempt):
                connection.execute(delete(door))
    return backup.manifest


def _content(session: Session, table: Table) -> Content:
    columns = list(table.columns)
    return [column.name for column in columns], _written(session, table, columns)


def _written(session: Session, table: Table, columns: Sequence[Column[Any]]) -> Iterator[Row]:
    ordered = select(*columns).order_by(*table.primary_key.columns)
    for row in session.execute(ordered, execution_options={"yield_per": _PORTION}):
        yield [_to_json(value) for value in row]


def _to_json(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """Return `value` as JSON can hold it; the type of its column leads back."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def _from_json(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    match column.type:
        case _ if value is None:
            return null() if isinstance(column.type, JSON) else None
        case LargeBinary():
            return base64.b64decode(value)
        case DateTime():
            return datetime.fromisoformat(value)
        case Date():
            return date.fromisoformat(value)
        case _:
            return value


def _clear(connection: Connection) -> None:
    """Make sure that the database is empty, and take away tables without a row.

    Raises
    ------
    BackupError
        If any table holds a row.
    """
    tables = _tables(connection)
    if any(connection.scalar(select(exists().select_from(table))) for table in tables):
        raise BackupError(
            "the database holds an installation already and is left as it is; "
            "restore into an empty one (see docs/guide/operations.md)"
        )
    known = MetaData()
    known.reflect(connection)
    known.drop_all(connection)


def _tables(connection: Connection) -> list[Table]:
    """Return the tables that are there, those first that others refer to."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _fill(connection: Connection, table: Table, backup: Backup, file: Path) -> None:
    if table.name not in backup.manifest.tables:
        raise BackupError(f"{file} lacks the table '{table.name}'; take another backup")
    names, rows = backup.read(table.name)
    columns = [table.columns[name] for name in names]
    for portion in _portions(rows):
        connection.execute(insert(table), [_values(columns, row) for row in portion])
    _go_on_counting(connection, table)


def _values(columns: Sequence[Column[Any]], row: Row) -> Mapping[str, Any]:
    pairs = zip(columns, row, strict=True)
    return {column.name: _from_json(column, value) for column, value in pairs}


def _portions(rows: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    while portion := list(islice(rows, _PORTION)):
        yield portion


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that were restored."""
    keys = list(table.primary_key.columns)
    if connection.dialect.name == "sqlite" or len(keys) != 1:
        return
    if isinstance(keys[0].type, Integer):
        sequence = func.pg_get_serial_sequence(table.name, keys[0].name)
        last = select(func.max(keys[0])).scalar_subquery()
        connection.execute(select(func.setval(sequence, last)).where(last.is_not(None)))
