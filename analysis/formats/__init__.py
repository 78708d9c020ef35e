"""Data formats: one file each, named after the file name ending it reads.

Adding a file here adds a format everywhere. Its library is loaded when such a file is read.
How form servers spell the names of columns is no format but a layout: see `layouts`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol, cast

from analysis.columns import Column, Columns
from analysis.errors import FormatError
from analysis.formats.layouts import NOTHING, answers, sources


class Format(Protocol):
    """What a module of this folder offers."""

    def header(self, path: Path) -> list[str]:
        """Return the names of the columns of the file at `path`."""

    def read(self, path: Path, names: Sequence[str]) -> Columns:
        """Return the columns called `names` of the file at `path`."""


_ENDINGS = {
    f".{found.name}": f"{__name__}.{found.name}"
    for found in iter_modules(__path__)
    if not found.ispkg and not found.name.startswith("_")
}


def suffixes() -> tuple[str, ...]:
    """Return the file name endings that can be read, sorted."""
    return tuple(sorted(_ENDINGS))


def read_table(path: str | Path, items: Collection[str] = ()) -> Columns:
    """Read every column of a data file of any known format.

    Parameters
    ----------
    path : str or Path
        Its ending tells the format.
    items : collection of str
        Names to look for under the names of groups as well, as form servers write them.

    Raises
    ------
    FormatError
        If the file is missing, of an unknown format, or broken, or does not tell in which of its
        columns one of `items` stands.
    """
    path = Path(path)
    header = _header(path)
    found = sources(header, items, path.name)
    columns = _read(path, header)
    named, spent = {}, set[str]()
    for source in found:
        # Who chose nothing of a list has given no answer to an item.
        column = answers(columns, source, path.name, nothing="")
        if column is None:
            raise FormatError(
                f"{path.name}: {source.name} may be in {' and '.join(source.parts[:2])}, but their "
                f"cells are not all 0 or 1; call the right column {source.name}, or rename them"
            )
        named[source.name] = column
        spent.update(source.held)
    return {name: columns[name] for name in header if name not in spent} | named


def read_columns(path: str | Path, names: Collection[str]) -> Columns:
    """Read only the columns `names` of a data file; those that it has not are left out.

    Answers to a question with several that are split into a column a code are put together; who
    chose none of the codes has the answer ``nothing chosen``.

    Raises
    ------
    FormatError
        As `read_table`.
    """
    path = Path(path)
    found = sources(_header(path), names, path.name)
    needed = dict.fromkeys(column for source in found for column in source.columns)
    columns = _read(path, list(needed))
    held = {source.name: answers(columns, source, path.name, NOTHING) for source in found}
    return {name: column for name, column in held.items() if column is not None}


def rows_of(path: str | Path) -> int:
    """Return the number of rows of a data file.

    Raises
    ------
    FormatError
        As `read_table`.
    """
    path = Path(path)
    first = _header(path)[:1]
    return len(_read(path, first)[first[0]])


def _header(path: Path) -> list[str]:
    known = _format(path)
    try:
        with path.open("rb"):  # tells a file that is not there from one that is broken
            header = known.header(path)
    except OSError as error:
        raise _unreadable(path, error) from None
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        raise FormatError(f"{path.name}: column {twice[0]} stands twice in the header; rename one")
    if not header:
        raise FormatError(f"{path.name}: the first row is empty; it must name the columns")
    return header


def _read(path: Path, names: Sequence[str]) -> Columns:
    try:
        return _format(path).read(path, names)
    except OSError as error:
        raise _unreadable(path, error) from None


def _format(path: Path) -> Format:
    module = _ENDINGS.get(path.suffix.lower())
    if module is None:
        raise FormatError(f"{path.name}: unknown format; save it as one of {' '.join(suffixes())}")
    return cast("Format", import_module(module))


def _unreadable(path: Path, error: OSError) -> FormatError:
    reason = error.strerror or "broken"
    return FormatError(f"{path.name}: cannot be read ({reason}); check the path")


__all__ = ["Column", "Columns", "Format", "read_columns", "read_table", "rows_of", "suffixes"]
