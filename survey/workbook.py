"""Read the first sheet of an Excel workbook, in a process with limits: it is a stranger's file.

This module stays outside of what loads the analysis, for which such a process has no room.
"""

from __future__ import annotations

from io import BytesIO
from zipfile import BadZipFile

from questionnaires.formats.errors import FormatError

#: Where `questionnaires.formats.limited` finds it.
READER = "survey.workbook:read_rows"
#: No record has more items than this, and no file of records more rows.
_COLUMNS, _ROWS = 400, 5_001
#: Nor more text: one long word in a workbook can stand in every cell.
_SIGNS = 5_000_000


def read_rows(content: bytes) -> list[list[str]]:
    """Return the cells of the first sheet as text, row by row.

    Raises
    ------
    FormatError
        If it is no workbook, or too large for a table of records.
    """
    from openpyxl import load_workbook  # noqa: PLC0415  # only this process needs it

    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError):
        message = "it cannot be read; save it again as .xlsx"
        raise FormatError(message) from None
    sheet = book.worksheets[0]
    rows: list[list[str]] = []
    written = 0
    for row in sheet.iter_rows(max_col=_COLUMNS, values_only=True):
        cells = [_text(cell) for cell in row]
        if not any(cells) and len(rows) > _ROWS:
            break
        written += sum(map(len, cells))
        if len(rows) > _ROWS or written > _SIGNS:
            message = "it has more than 5,000 rows, or too much text; split it"
            raise FormatError(message)
        rows.append(cells)
    return rows


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
