"""Stata: numbers with their words; the nonanswers are negative numbers, labelled as such."""

from __future__ import annotations

import re
from pathlib import Path

import pyreadstat

from survey.formats._labelled import Limits, labelled, refused_in_words
from survey.formats._progress import Progress
from survey.formats.table import Table

suffix = ".dta"
title = "Stata"

#: Stata counts letters, and its library bytes: the smaller of the two. Names could have one more,
#: but the library calls the labels of a variable after it, and adds a byte to the name of labels.
_LIMITS = Limits(
    name=31,
    label=80,
    value=119,
    reserved=re.compile("byte|double|float|if|in|int|long|str[0-9]+|strL|using|with"),
)


def write(table: Table, path: Path, progress: Progress) -> None:
    """Write `table` into the new file `path`.

    Raises
    ------
    SurveyError
        If its library refuses the table.
    """
    made = labelled(table, _LIMITS, progress)
    with refused_in_words(title):
        pyreadstat.write_dta(
            made.frame, str(path), column_labels=made.labels, variable_value_labels=made.values
        )
