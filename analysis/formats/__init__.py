"""Data formats: one file each. Adding a file here adds a format everywhere.

Each module names its `SUFFIXES` and reads a path into columns of text, all of the same length,
with an empty string for an empty cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol, cast

from analysis.errors import FormatError

#: Text by column, in the order of the file.
Columns = Mapping[str, list[str]]


class Format(Protocol):
    """What a module of this folder offers."""

    SUFFIXES: tuple[str, ...]

    def read(self, path: Path) -> Columns:
        """Return the columns of the file at `path`."""


_FORMATS: dict[str, Format] = {}
for _module in iter_modules(__path__, f"{__name__}."):
    _format = cast("Format", import_module(_module.name))
    _FORMATS.update(dict.fromkeys(_format.SUFFIXES, _format))


def suffixes() -> tuple[str, ...]:
    """Return the file name endings that can be read, sorted."""
    return tuple(sorted(_FORMATS))


def read_columns(path: str | Path) -> Columns:
    """Read a data file of any known format.

    Raises
    ------
    FormatError
        If the file is missing, of an unknown format, or broken.
    """
    path = Path(path)
    known = _FORMATS.get(path.suffix.lower())
    if known is None:
        raise FormatError(f"{path.name}: unknown format; save it as one of {' '.join(suffixes())}")
    try:
        return known.read(path)
    except OSError as error:
        raise FormatError(
            f"{path.name}: cannot be read ({error.strerror}); check the path"
        ) from None


__all__ = ["Columns", "Format", "read_columns", "suffixes"]
