"""Stata: the codes .a to .z are declared missing and stay apart; value labels are left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyreadstat

from analysis.columns import Columns
from analysis.formats._readstat import columns_of, names_of


def header(path: Path) -> list[str]:
    """Return the names of the columns of the file at `path`.

    Raises
    ------
    FormatError
        If it is broken.
    """
    return names_of(pyreadstat.read_dta, path, "Stata")


def read(path: Path, names: Sequence[str]) -> Columns:
    """Return the columns called `names` of the file at `path`.

    Raises
    ------
    FormatError
        If it is broken.
    """
    return columns_of(pyreadstat.read_dta, path, "Stata", names, _declared)


def _declared(facts: Any, name: str, labels: Sequence[str]) -> Iterable[str]:  # noqa: ANN401
    """Return the letters that stand for a reason why a number is missing."""
    letters = facts.missing_user_values.get(name, ())
    return (label for label in labels if label in letters)
