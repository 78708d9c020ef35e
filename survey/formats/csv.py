"""Comma-separated values, UTF-8: the codes as they are stored, a first row of names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from survey.cells import plain
from survey.formats._progress import STEP, Progress
from survey.formats.table import Row, Table

suffix = ".csv"
title = "CSV"

_KEPT = 1 << 16
#: A row of one empty cell, which would otherwise be no row.
_EMPTY = '""'


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


def write(table: Table, path: Path, progress: Progress) -> None:
    """Write `table` into the new file `path`."""
    write_rows(table, path, progress, [table.names])


def write_rows(table: Table, path: Path, progress: Progress, heads: Iterable[Row]) -> None:
    """Write `heads` and then the rows of `table`; text that would be a formula stays text."""
    cell = _Written().__getitem__
    with path.open("x", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(heads)
        for number, row in enumerate(table.rows(), 1):
            stream.write(f"{','.join(map(cell, row)) or _EMPTY}\n")
            if number % STEP == 0:
                progress(number)
