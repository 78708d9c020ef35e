"""What a cell of a file that knows types is as text, the same for every such format."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from analysis.columns import written


def text_of(cell: Any) -> str:  # noqa: ANN401  a cell of any type
    """Return the text of a cell: nothing and NaN are empty, words stay as they are.

    8.0 is 8, true and false are TRUE and FALSE as spreadsheets write them, days and times are ISO
    8601, and midnight without a zone is the day alone.
    """
    if cell is None or cell != cell:  # noqa: PLR0124  only NaN differs from itself
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return written(cell)
    if isinstance(cell, datetime) and cell.tzinfo is None and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
