"""The sql engine: the cells of a table of responses as one ``SELECT``, on any database.

Only CASE, COALESCE, SUM, ROUND, CAST and GROUP BY are used, and only whole numbers are summed,
so SQLite, PostgreSQL and whatever else SQLAlchemy speaks give the integers of the numpy engine.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, create_engine, insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

from analysis.errors import EstimateError
from analysis.frame import Frame
from analysis.moments.cells import Cells
from analysis.moments.measures import Measure
from analysis.moments.sql.held import Held
from analysis.moments.sql.source import Source
from analysis.moments.sql.statement import cells_select
from analysis.moments.sql.summing import TOO_LONG, cells_by

__all__ = ["Source", "cells_in", "cells_of", "cells_select"]


def cells_in(
    connection: Connection, source: Source, measures: Sequence[Measure], keys: Sequence[str] = ()
) -> Cells:
    """Sum measures over the respondents of a table by PSU and domain keys, in the database.

    Parameters
    ----------
    connection : Connection
        To any database.
    source : Source
        The table of responses.
    measures : sequence of Measure
        What to sum, as `analysis.moments.scores_of` returns them.
    keys : sequence of str
        Columns or items whose labels make domains.

    Returns
    -------
    Cells
        The same, to the last digit, as the numpy engine makes of the same answers.

    Raises
    ------
    EstimateError
        If a sum might not fit 64 bits, a weight is not above zero, or an answer is no code of
        its item.
    """
    if connection.dialect.name == "postgresql":
        source = source.read_once()
    return cells_by(lambda each: connection.execute(each).all(), source, measures, keys)


def cells_of(frame: Frame, measures: Sequence[Measure], keys: Sequence[str] = ()) -> Cells:
    """Sum measures over the respondents of a frame in an SQLite database in memory.

    Parameters, result and errors are those of `analysis.moments.cells_of`; another error is that
    there are more items or codes than one statement can name.
    """
    held = Held.of(frame, measures, keys)
    rows = zip(*(column.tolist() for column in held.columns.values()), strict=True)
    batch = [dict(zip(held.columns, row, strict=True)) for row in rows]
    engine = create_engine("sqlite://", poolclass=StaticPool, hide_parameters=True)
    try:
        with engine.begin() as connection:
            held.table.create(connection)
            if batch:
                connection.execute(insert(held.table), batch)
            return cells_in(connection, held.source, measures, keys)
    except (OperationalError, RecursionError):
        raise EstimateError(TOO_LONG) from None
    finally:
        engine.dispose()
