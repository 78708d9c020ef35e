"""The first sheet of a workbook as a plain table, for files that are no questionnaires."""

from __future__ import annotations

from questionnaires.formats.errors import FormatError
from questionnaires.formats.limited import run_limited
from questionnaires.formats.xlsform.cells import read_workbook

_READER = "questionnaires.formats.xlsform.sheet:first_sheet"


def read_first_sheet(content: bytes) -> list[list[str]]:
    """Return the rows of the first sheet, the header first, read in a process with limits.

    Raises
    ------
    FormatError
        If it is no workbook, breaks a limit, or holds formulas in place of what they come to.
    """
    rows: list[list[str]] = run_limited(_READER, content)
    return rows


def first_sheet(content: bytes) -> list[list[str]]:
    """Return the rows of the first sheet; `read_first_sheet` calls it where it can hurt nothing."""
    first = read_workbook(content, ()).names[0].strip().lower()
    book = read_workbook(content, (first,))
    if book.problems:
        raise FormatError(f"{book.problems[0].file}: {book.problems[0].remedy}")
    sheet = book.sheets[first]
    rows = [list(sheet.headers)]
    for line in sheet.lines:
        rows += [[""]] * (line.number - 1 - len(rows))  # a row keeps its number
        rows.append([line.cells.get(name, "") for name in sheet.headers])
    return rows
