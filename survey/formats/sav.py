"""SPSS: numbers with their words; the nonanswers are declared as missing."""

from __future__ import annotations

import re
from pathlib import Path

import pyreadstat

from survey.formats._labelled import Limits, labelled, refused_in_words
from survey.formats._progress import Progress
from survey.formats.table import Table

suffix = ".sav"
title = "SPSS"

_LIMITS = Limits(
    name=64,
    label=255,
    value=119,
    reserved=re.compile("ALL|AND|BY|EQ|GE|GT|LE|LT|NE|NOT|OR|TO|WITH", re.IGNORECASE),
)


def write(table: Table, path: Path, progress: Progress) -> None:
    """Write `table` into the new file `path`.

    Raises
    ------
    SurveyError
        If its library refuses the table.
    """
    made = labelled(table, _LIMITS, progress)
    lowest = {name: min(values) for name, values in made.values.items()}
    with refused_in_words(title):
        pyreadstat.write_sav(
            made.frame,
            str(path),
            column_labels=made.labels,
            variable_value_labels=made.values,
            missing_ranges={n: [{"lo": low, "hi": -1}] for n, low in lowest.items() if low < 0},
            compress=True,
        )
