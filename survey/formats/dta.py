"""Stata: numbers with their words; the nonanswers are negative numbers, labelled as such."""

from __future__ import annotations

from pathlib import Path

import pyreadstat

from survey.formats._labelled import Limits, labelled
from survey.formats._progress import Progress
from survey.formats.table import Table

suffix = ".dta"
title = "Stata"

#: Stata counts letters, and its library bytes: the smaller of the two.
_LIMITS = Limits(name=32, label=80, value=119)


def write(table: Table, path: Path, progress: Progress) -> None:
    """Write `table` into the new file `path`."""
    made = labelled(table, _LIMITS, progress)
    pyreadstat.write_dta(
        made.frame, str(path), column_labels=made.labels, variable_value_labels=made.values
    )
