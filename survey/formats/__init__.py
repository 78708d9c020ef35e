"""What answers are given to the team as: one file each, named after the format it writes.

Adding a file here adds a format to the desk and the command line. Its library is loaded only by
the worker that writes such a file.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol, cast

from survey.errors import SurveyError
from survey.formats._progress import Progress
from survey.formats.table import Table, Variable


class Format(Protocol):
    """What a module of this folder offers: `suffix`, `title` and `write`."""

    suffix: str
    title: str

    def write(self, table: Table, path: Path, progress: Progress) -> None:
        """Write `table` into the new file `path`."""


_NAMES = tuple(
    sorted(
        found.name
        for found in iter_modules(__path__)
        if found.name != "table" and not found.name.startswith("_")
    )
)


def format_names() -> tuple[str, ...]:
    """Return the names of the formats, sorted."""
    return _NAMES


def format_of(name: str) -> Format:
    """Return the format called `name`.

    Raises
    ------
    SurveyError
        If there is none.
    """
    if name not in _NAMES:
        raise SurveyError(f"there is no format '{name}'; choose from: {', '.join(_NAMES)}")
    return cast("Format", import_module(f"{__name__}.{name}"))


__all__ = ["Format", "Progress", "Table", "Variable", "format_names", "format_of"]
