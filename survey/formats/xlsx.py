"""An Excel workbook: the codes, and a second sheet with the words of every code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rustpy_xlsxwriter import write_worksheets

from survey.errors import SurveyError
from survey.formats._progress import STEP, Progress
from survey.formats.table import Table

suffix = ".xlsx"
title = "Excel"

#: The rows a sheet can hold, its header among them.
_MOST = 1_048_576
_WORDS = ("name", "code", "words")

Cells = dict[str, Any]


def write(table: Table, path: Path, progress: Progress) -> None:
    """Write `table` into the new file `path`; row by row, so that little memory is needed.

    Text is written as text: nothing is taken for a formula, a number or a link.

    Raises
    ------
    SurveyError
        If it has more rows than a sheet can hold.
    """
    if table.count >= _MOST:
        raise SurveyError(f"a sheet of Excel holds {_MOST - 1} rows; choose CSV")
    sheets: list[tuple[str, Any]] = [
        (table.sheet, _answers(table, progress)),
        ("words", _words(table)),
    ]
    write_worksheets(sheets, path, freeze_panes={table.sheet: {"row": 1, "col": 0}})


def _answers(table: Table, progress: Progress) -> Iterator[Cells]:
    if not table.count:  # the names of the columns are taken from the first row
        yield dict.fromkeys(table.names)
    for number, row in enumerate(table.rows(), 1):
        yield dict(zip(table.names, row, strict=True))
        if number % STEP == 0:
            progress(number)


def _words(table: Table) -> Iterator[Cells]:
    for variable in table.variables:
        told = [("", variable.label), *variable.labels.items(), *variable.nonanswers.items()]
        for code, words in told:
            yield dict(zip(_WORDS, (variable.name, code, words), strict=True))
