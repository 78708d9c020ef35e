"""A frame as the table that the sql engine sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Column, MetaData, String, Table, select

from analysis.errors import EstimateError
from analysis.frame import Frame
from analysis.moments.measures import Measure, columns_of
from analysis.moments.sql.source import Source


@dataclass(frozen=True, eq=False)
class Held:
    """What some measures and keys read of a frame.

    Attributes
    ----------
    table : Table
        The columns of the design, and one for each item or column that is read.
    source : Source
        The same under the names that measures have for them.
    columns : dict of str to array, each of n rows
        What stands in the table: texts, which all rows share, and weights.
    """

    table: Table
    source: Source
    columns: dict[str, NDArray[np.object_] | NDArray[np.int64]]

    @classmethod
    def of(cls, frame: Frame, measures: Sequence[Measure], keys: Sequence[str]) -> Held:
        """Hold what `measures` and `keys` read; an EstimateError if the frame has no such column.

        Names of the plan may be those of the design, so columns are called otherwise.
        """
        names = sorted({*columns_of(measures), *keys})
        table = Table(
            "response",
            MetaData(),
            *(Column(name, String) for name in ("stratum", "psu")),
            Column("weight", BigInteger),
            *(Column(f"of {name}", String) for name in names),
        )
        named = select(
            *(table.c[name] for name in ("stratum", "psu", "weight")),
            *(table.c[f"of {name}"].label(name) for name in names),
        ).subquery()
        columns = {name: _texts(frame, name) for name in ("stratum", "psu")}
        columns |= {f"of {name}": _texts(frame, name) for name in names}
        return cls(table, Source(named, None), {**columns, "weight": frame.weight})


def _texts(frame: Frame, name: str) -> NDArray[np.object_]:
    if name in frame.items:
        return frame.codes(name).astype(np.object_)
    try:
        column = frame.column(name)
    except KeyError:
        raise EstimateError(f"unknown column {name!r}; name an item or a column") from None
    return column.spread(np.array(column.labels, dtype=np.object_))
