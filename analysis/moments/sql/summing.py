"""From a source of responses to cells, by whatever runs a statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select

from analysis.errors import EstimateError
from analysis.moments.cells import Cells, check_sums, from_rows
from analysis.moments.measures import Measure
from analysis.moments.sql.source import Source
from analysis.moments.sql.statement import cells_select, heaviest_select

#: Said where a database refuses a statement for its length.
TOO_LONG = "too many items or codes for one statement; ask for fewer measures at once"


def cells_by(
    run: Callable[[Select[Any]], Sequence[Any]],
    source: Source,
    measures: Sequence[Measure],
    keys: Sequence[str],
) -> Cells:
    """Sum measures over the respondents of a source; `run` returns the rows of a statement.

    Other parameters, result and errors are those of `analysis.moments.sql.cells_in`.
    """
    ((people, heaviest),) = run(heaviest_select(source, keys))
    check_sums(measures, int(heaviest or 0))
    found = run(cells_select(source, measures, keys)) if people else []
    misfits = sum(row[-1] for row in found)
    if misfits:
        raise EstimateError(
            f"{misfits} answers or weights do not fit: no code of their item, or not above zero; "
            "read the responses as a frame to see which"
        )
    return from_rows([tuple(row) for row in found], measures, keys)
