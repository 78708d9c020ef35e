"""The sql engine: the cells of a table of responses as one ``SELECT``, on any database.

Only CASE, COALESCE, SUM, ROUND, CAST and GROUP BY are used, and only whole numbers are summed,
so SQLite, PostgreSQL and whatever else SQLAlchemy speaks give the integers of the numpy engine.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
    select,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

from analysis.errors import EstimateError
from analysis.frame import Frame
from analysis.moments.cells import Cells, check_sums, from_rows
from analysis.moments.measures import Measure, columns_of
from analysis.moments.sql.source import Source
from analysis.moments.sql.statement import cells_select, heaviest_select

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
    people, heaviest = connection.execute(heaviest_select(source, keys)).one()
    check_sums(measures, int(heaviest or 0))
    found = connection.execute(cells_select(source, measures, keys)).all() if people else []
    misfits = sum(row[-1] for row in found)
    if misfits:
        raise EstimateError(
            f"{misfits} answers or weights do not fit: no code of their item, or not above zero; "
            "read the responses as a frame to see which"
        )
    return from_rows([tuple(row) for row in found], measures, keys)


def cells_of(frame: Frame, measures: Sequence[Measure], keys: Sequence[str] = ()) -> Cells:
    """Sum measures over the respondents of a frame in an SQLite database in memory.

    Parameters, result and errors are those of `analysis.moments.cells_of`; another error is that
    there are more items or codes than one statement can name.
    """
    names = sorted({*columns_of(measures), *keys})
    try:
        columns = [_texts(frame, name) for name in names]
    except KeyError as error:
        raise EstimateError(f"unknown column {error}; name an item or a column") from None
    held = Table(
        "response",
        MetaData(),
        *(Column(name, String) for name in ("stratum", "psu")),
        Column("weight", BigInteger),
        *(Column(f"of {name}", String) for name in names),
    )
    header = [column.name for column in held.c]
    design = (frame.column(name).texts() for name in ("stratum", "psu"))
    rows = zip(*design, frame.weight.tolist(), *columns, strict=True)
    engine = create_engine("sqlite://", poolclass=StaticPool, hide_parameters=True)
    try:
        with engine.begin() as connection:
            held.create(connection)
            batch = [dict(zip(header, row, strict=True)) for row in rows]
            if batch:
                connection.execute(insert(held), batch)
            named = select(
                held.c.stratum,
                held.c.psu,
                held.c.weight,
                *(held.c[f"of {name}"].label(name) for name in names),
            ).subquery()
            return cells_in(connection, Source(named, None), measures, keys)
    except (OperationalError, RecursionError):
        raise EstimateError(
            "too many items or codes for one statement; ask for fewer measures at once"
        ) from None
    finally:
        engine.dispose()


def _texts(frame: Frame, name: str) -> list[str]:
    if name in frame.items:
        texts: list[str] = frame.codes(name).tolist()
        return texts
    return frame.column(name).texts()
