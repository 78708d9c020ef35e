"""Comma-separated values, UTF-8: the codes as they are stored, a first row of names."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from survey.cells import plain
from survey.formats._progress import STEP, Progress
from survey.formats.table import Row, Table

suffix = ".csv"
title = "CSV"

_KEPT = 1 << 16


class _Plain(dict[object, object]):
    """Plain cells by what they are made of: most are one of few codes."""

    def __missing__(self, cell: object) -> object:
        made = plain(cell)
        if len(self) < _KEPT:
            self[cell] = made
        return made


def write(table: Table, path: Path, progress: Progress) -> None:
    """Write `table` into the new file `path`."""
    write_rows(table, path, progress, [table.names])


def write_rows(table: Table, path: Path, progress: Progress, heads: Iterable[Row]) -> None:
    """Write `heads` and then the rows of `table`; text that would be a formula stays text."""
    with path.open("x", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows(heads)
        safe = _Plain()
        for number, row in enumerate(table.rows(), 1):
            writer.writerow(map(safe.__getitem__, row))
            if number % STEP == 0:
                progress(number)
