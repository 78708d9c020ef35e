"""The sql engine in DuckDB: the same statement, on all cores, over columns handed over whole.

DuckDB reads the words of PostgreSQL, so the statement is written in those and its values are given
beside it. A dialect of its own would be one more library, and brings nothing that is used here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
from sqlalchemy import Select
from sqlalchemy.dialects import postgresql

from analysis.errors import EstimateError
from analysis.frame import Frame
from analysis.moments.cells import Cells
from analysis.moments.measures import Measure
from analysis.moments.sql.held import Held
from analysis.moments.sql.summing import TOO_LONG, cells_by

# SQLAlchemy gives its dialects no types.
_DIALECT = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
#: No file, no network and no extension; nothing of the programme under a name that it has.
_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "enable_external_access": "false",
    "python_enable_replacements": "false",
}


def cells_of(frame: Frame, measures: Sequence[Measure], keys: Sequence[str] = ()) -> Cells:
    """Sum measures over the respondents of a frame in a DuckDB database in memory.

    Parameters, result and errors are those of `analysis.moments.sql.cells_of`.
    """
    held = Held.of(frame, measures, keys)
    if not len(frame):  # DuckDB finds no type for columns of nothing
        return cells_by(lambda _: [(0, None)], held.source, measures, keys)
    with duckdb.connect(config=_CLOSED) as connection:
        connection.register(held.table.name, held.columns)
        try:
            return cells_by(lambda each: _rows(connection, each), held.source, measures, keys)
        except (duckdb.BinderException, duckdb.ParserException, RecursionError):
            raise EstimateError(TOO_LONG) from None


def _rows(connection: duckdb.DuckDBPyConnection, statement: Select[Any]) -> Sequence[Any]:
    written = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    values = [written.params[name] for name in written.positiontup or ()]
    return connection.execute(str(written), values).fetchall()
