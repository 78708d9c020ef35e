"""SPSS: numbers with their words; the nonanswers are declared as missing."""

from __future__ import annotations

from pathlib import Path

import pyreadstat

from survey.formats._labelled import Limits, labelled
from survey.formats._progress import Progress
from survey.formats.table import Table

suffix = ".sav"
title = "SPSS"

_LIMITS = Limits(name=64, label=255, value=119)


def write(table: Table, path: Path, progress: Progress) -> None:
    """Write `table` into the new file `path`."""
    made = labelled(table, _LIMITS, progress)
    lowest = {name: min(values) for name, values in made.values.items()}
    pyreadstat.write_sav(
        made.frame,
        str(path),
        column_labels=made.labels,
        variable_value_labels=made.values,
        missing_ranges={name: [{"lo": low, "hi": -1}] for name, low in lowest.items() if low < 0},
        compress=True,
    )
