"""Comma-separated values, UTF-8: the codes as they are stored, a first row of names."""

from __future__ import annotations

import csv
import io
import string
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from survey.cells import plain
from survey.formats._progress import STEP, Progress
from survey.formats.table import Row, Table

suffix = ".csv"
title = "CSV"

_KEPT = 1 << 16
#: A row of one empty cell, which would otherwise be no row.
_EMPTY = '""'
#: What needs no quotes wherever it stands in a cell; signs first in it would be a formula.
_USUAL = f"{string.ascii_letters}{string.digits}_. +-".encode()


class _Written(dict[object, str]):
    """Cells as they stand in a file, by what they are made of: most are one of few codes."""

    def __missing__(self, cell: object) -> str:
        stream = io.StringIO()
        # The empty cell behind it: alone in its row, an empty one would be written as two quotes.
        csv.writer(stream, lineterminator="\n").writerow((plain(cell), ""))
        made = stream.getvalue().removesuffix(",\n")
        if len(self) < _KEPT:
            self[cell] = made
        return made


class _Lines:
    """Writes the rows of a table as lines.

    Most hold usual letters alone, which is seen sooner in a whole line than cell by cell.
    """

    def __init__(self, table: Table) -> None:
        self._cell = _Written().__getitem__
        self._numbers = [n for n, each in enumerate(table.variables, 1) if each.is_number]
        self._commas = b"," * len(table.variables)

    def line(self, row: Row) -> str:
        """Return a row as it stands in a file; text that would be a formula stays text."""
        usual = self._usual(row)
        return (",".join(map(self._cell, row)) if usual is None else usual) or _EMPTY

    def _usual(self, row: Row) -> str | None:
        """Return a row whose cells stand there as they are; None for any other."""
        cells: list[Any] = ["", *row]  # with a comma before each cell, also the first
        for number in self._numbers:
            cells[number] = self._cell(cells[number])
        try:
            line = ",".join(cells)
        except TypeError:  # a number, or nothing, where text is usual
            return None
        others = line.encode().translate(None, _USUAL)
        is_usual = others == self._commas and ",+" not in line and ",-" not in line
        return line[1:] if is_usual else None


def write(table: Table, path: Path, progress: Progress) -> None:
    """Write `table` into the new file `path`."""
    write_rows(table, path, progress, [table.names])


def write_rows(table: Table, path: Path, progress: Progress, heads: Iterable[Row]) -> None:
    """Write `heads` and then the rows of `table`; text that would be a formula stays text."""
    line = _Lines(table).line
    with path.open("x", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(heads)
        for number, row in enumerate(table.rows(), 1):
            stream.write(f"{line(row)}\n")
            if number % STEP == 0:
                progress(number)
