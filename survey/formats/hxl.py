"""CSV with a second row of HXL hashtags, as humanitarian data platforms read it."""

from __future__ import annotations

from pathlib import Path

from survey.formats._progress import Progress
from survey.formats.csv import write_rows
from survey.formats.table import Table

suffix = ".hxl.csv"
title = "CSV, HXL"


def write(table: Table, path: Path, progress: Progress) -> None:
    """Write `table` into the new file `path`."""
    tags = [variable.tag for variable in table.variables]
    write_rows(table, path, progress, [table.names, tags])
