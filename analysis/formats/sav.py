"""SPSS: codes stay codes, also those that the file declares as missing; value labels are left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

import pyreadstat

from analysis.columns import Columns
from analysis.formats._readstat import columns_of, names_of
from analysis.formats._text import text_of


def header(path: Path) -> list[str]:
    """Return the names of the columns of the file at `path`.

    Raises
    ------
    FormatError
        If it is broken.
    """
    return names_of(pyreadstat.read_sav, path, "SPSS")


def read(path: Path, names: Sequence[str]) -> Columns:
    """Return the columns called `names` of the file at `path`.

    Raises
    ------
    FormatError
        If it is broken.
    """
    return columns_of(pyreadstat.read_sav, path, "SPSS", names, _declared)


def _declared(facts: Any, name: str, labels: Sequence[str]) -> Iterable[str]:  # noqa: ANN401
    """Return the labels that lie in a range declared as missing."""
    for span in facts.missing_ranges.get(name, ()):
        yield from (label for label in labels if label and _lies_in(label, span["lo"], span["hi"]))


def _lies_in(label: str, low: Any, high: Any) -> bool:  # noqa: ANN401  numbers, words or days
    if isinstance(low, str) or isinstance(high, str):
        return label in (low, high)
    if isinstance(low, date | time):  # days and times are in the order of their texts
        return text_of(low) <= label <= text_of(high)
    return bool(low <= float(label) <= high)
