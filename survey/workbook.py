"""Read the first sheet of an Excel workbook, in a process with limits: it is a stranger's file.

This module stays outside of what loads the analysis, for which such a process has no room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
        If it is no workbook, too large for a table of records, or has formulas whose results
        nobody has worked out.
    """
    try:
        told, written = _first_sheet(content, results=True), _first_sheet(content, results=False)
    except (BadZipFile, KeyError, ValueError, OSError):
        message = "it is damaged, or no workbook"
        raise FormatError(message) from None
    rows: list[list[str]] = []
    size = 0
    for number, (row, source) in enumerate(zip(told, written, strict=True), 1):
        cells = [_text(cell) for cell in row]
        if not any(cells) and len(rows) > _ROWS:
            break
        _check_row(number, cells, source)
        size += sum(map(len, cells))
        if len(rows) > _ROWS or size > _SIGNS:
            message = "it has more than 5,000 rows, or too much text; split it"
            raise FormatError(message)
        rows.append(cells[:_COLUMNS])
    return rows


def _first_sheet(content: bytes, *, results: bool) -> Iterator[tuple[object, ...]]:
    """Return the rows of the first sheet: what formulas came to, or the formulas themselves."""
    from openpyxl import load_workbook  # noqa: PLC0415  # only this process needs it

    book = load_workbook(BytesIO(content), read_only=True, data_only=results)
    rows: Iterator[tuple[object, ...]] = book.worksheets[0].iter_rows(
        max_col=_COLUMNS + 1, values_only=True
    )
    return rows


def _check_row(number: int, cells: Sequence[str], written: Sequence[object]) -> None:
    """Make sure that nothing of a row would be lost."""
    if any(cells[_COLUMNS:]):
        message = f"row {number} has more than {_COLUMNS} columns; leave some out"
        raise FormatError(message)
    for column, (cell, source) in enumerate(zip(cells, written, strict=True), 1):
        if not cell and _text(source).startswith("="):
            message = (
                f"row {number}, column {column} is a formula without a result; open it in a "
                "spreadsheet program and save it again"
            )
            raise FormatError(message)


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
