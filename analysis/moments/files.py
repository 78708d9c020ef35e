"""Tables of the columns of a data file, by whichever engine is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from analysis.columns import Column
from analysis.errors import DesignError
from analysis.frame import MICRO, Frame
from analysis.moments.arrays import cells_of
from analysis.moments.cells import Cells
from analysis.moments.measures import Measure
from analysis.moments.tables import Table, table

#: From a frame, measures and keys to cells: `analysis.moments.cells_of` or that of `sql`.
Engine = Callable[[Frame, Sequence[Measure], Sequence[str]], Cells]


def tabulate(
    columns: Mapping[str, Sequence[str] | Column],
    measures: Sequence[Measure],
    by: Sequence[str] = (),
    *,
    weight: ArrayLike,
    stratum: Sequence[str] | Column | None = None,
    psu: Sequence[str] | Column | None = None,
    within: Mapping[str, str] | None = None,
    statistic: str = "mean",
    nest: bool = False,
    lonely_psu: str = "error",
    engine: Engine = cells_of,
) -> Table:
    """Estimate means or totals of the columns of a file in every domain that the keys make.

    Parameters
    ----------
    columns : mapping of str to sequence of str or Column, each of n texts
        The columns that `measures`, `by` and `within` name; an empty text is missing.
    measures : sequence of Measure
        As `analysis.moments.scale`, `number` and `chosen` return them.
    by, within, statistic, lonely_psu
        As for `analysis.moments.table`.
    weight : array_like of float, shape (n,)
        Design weights in people; they are rounded to millionths.
    stratum, psu : sequence of str or Column, optional
        Of the first stage, drawn with replacement; without `psu` each row was drawn by itself.
    nest : bool
        The same `psu` label in two strata means two PSUs. Otherwise it is an error.
    engine : Engine
        What sums: `analysis.moments.cells_of`, or `analysis.moments.sql.cells_of`, which loads
        the columns into an SQLite database in memory.

    Raises
    ------
    DesignError
        If a weight is not above zero, a PSU lies in two strata, or as `analysis.moments.table`.
    EstimateError
        If a column is unknown, a text does not fit, or a sum might not fit 64 bits.
    """
    frame = frame_of(columns, weight=weight, stratum=stratum, psu=psu, nest=nest)
    keys = list(dict.fromkeys([*by, *(within or {})]))
    cells = engine(frame, measures, keys)
    return table(cells, by, within=within, statistic=statistic, lonely_psu=lonely_psu)


def frame_of(
    columns: Mapping[str, Sequence[str] | Column],
    *,
    weight: ArrayLike,
    stratum: Sequence[str] | Column | None = None,
    psu: Sequence[str] | Column | None = None,
    nest: bool = False,
) -> Frame:
    """Return columns of a file as a frame that an engine can sum; parameters as for `tabulate`.

    Raises
    ------
    DesignError
        If a weight is not above zero, or a PSU lies in two strata.
    """
    micro = np.rint(np.asarray(weight, dtype=np.float64) * MICRO)
    if not (np.isfinite(micro) & (micro > 0)).all():
        raise DesignError("a weight is not a number above zero; mend it or leave its row out")
    n = len(micro)
    strata, psus = _labels(stratum, n), _labels(psu, n)
    if psu is not None and not nest:
        _check_nesting(strata, psus)
    return Frame(
        instrument=None,
        items=(),
        matrix=np.empty((0, n), dtype=np.int8),
        columns={name: _labels(column, n) for name, column in columns.items()}
        | {"stratum": strata, "psu": psus},
        weight=micro.astype(np.int64),
    )


def _labels(column: Sequence[str] | Column | None, n: int) -> Column:
    if column is None:
        return Column.same("", n)
    return column if isinstance(column, Column) else Column.of(map(str, column))


def _check_nesting(strata: Column, psus: Column) -> None:
    strata, psus = strata.ordered, psus.ordered
    pairs = np.unique(psus.codes.astype(np.int64) * len(strata.labels) + strata.codes)
    of_psu = pairs // max(len(strata.labels), 1)
    twice = np.flatnonzero(of_psu[1:] == of_psu[:-1])
    if twice.size:
        raise DesignError(
            f"psu {psus.labels[of_psu[twice[0]]]} lies in two strata; "
            "give each PSU one stratum, or nest=True if the same label means two PSUs"
        )
