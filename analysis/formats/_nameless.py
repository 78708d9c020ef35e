"""Columns that a table has but does not name: they must be empty, and are none then."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from analysis.columns import Column
from analysis.errors import FormatError


def check_nameless(path: Path, columns: Mapping[int, Column]) -> None:
    """Refuse answers in `columns`, which are named by their place from 0.

    Raises
    ------
    FormatError
        With the place of the first that has any.
    """
    for place, column in columns.items():
        if any(label.strip() for label in column.labels):
            raise FormatError(
                f"{path.name}: column {place + 1} has no name; give it one, or empty it"
            )
