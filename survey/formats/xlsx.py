"""An Excel workbook: the codes, and a second sheet with the words of every code."""

from __future__ import annotations

from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from survey.errors import SurveyError
from survey.formats._progress import STEP, Progress
from survey.formats.table import Row, Table

suffix = ".xlsx"
title = "Excel"

#: The rows a sheet can hold, its header among them.
_MOST = 1_048_576


def write(table: Table, path: Path, progress: Progress) -> None:
    """Write `table` into the new file `path`; row by row, so that little memory is needed.

    Raises
    ------
    SurveyError
        If it has more rows than a sheet can hold.
    """
    if table.count >= _MOST:
        raise SurveyError(f"a sheet of Excel holds {_MOST - 1} rows; choose CSV")
    # Text is written as text: nothing is taken for a formula, a number or a link.
    with Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        answers = book.add_worksheet(table.sheet)
        answers.freeze_panes(1, 0)
        _write_row(answers, 0, table.names)
        for number, row in enumerate(table.rows(), 1):
            _write_row(answers, number, row)
            if number % STEP == 0:
                progress(number)
        words = book.add_worksheet("words")
        for number, told in enumerate([("name", "code", "words"), *_words(table)]):
            _write_row(words, number, told)


def _write_row(sheet: Worksheet, number: int, row: Row) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, str):
            sheet.write_string(number, column, cell)
        elif cell is not None:
            sheet.write_number(number, column, cell)


def _words(table: Table) -> list[tuple[str, str, str]]:
    return [
        line
        for variable in table.variables
        for line in (
            (variable.name, "", variable.label),
            *((variable.name, code, word) for code, word in variable.labels.items()),
            *((variable.name, code, word) for code, word in variable.nonanswers.items()),
        )
    ]
