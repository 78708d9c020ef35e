"""Excel workbooks: the first sheet, whose first row names the columns."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from analysis.columns import Column, Columns
from analysis.errors import FormatError
from analysis.formats._nameless import check_nameless
from analysis.formats._text import text_of

#: What a workbook that is none, or a part of one, makes its readers raise.
_BROKEN = (
    BadZipFile, InvalidFileException, ParseError, zlib.error, struct.error, ArithmeticError,
    AttributeError, EOFError, LookupError, RuntimeError, TypeError, ValueError,
)  # fmt: skip


def header(path: Path) -> list[str]:
    """Return the names of the columns of the file at `path`.

    Raises
    ------
    FormatError
        If it is broken.
    """
    return [name for name in _names(path) if name]


def read(path: Path, names: Sequence[str]) -> Columns:
    """Return the columns called `names` of the file at `path`.

    Raises
    ------
    FormatError
        If it is broken, or a row has cells beyond the last column or in one without a name.
    """
    every = _names(path)
    # A first column without a name is none: R and pandas number their rows in it.
    nameless = [place for place, name in enumerate(every) if place and not name]
    places = [*(every.index(name) for name in names), *nameless]
    cells: list[list[str]] = [[] for _ in places]
    empty = 0  # empty rows are rows only when another follows
    with _rows(path) as rows:
        next(rows, None)
        for number, row in enumerate(rows, start=2):
            _check_width(path, number, row, len(every))
            if all(cell is None for cell in row):
                empty += 1
                continue
            for column, place in zip(cells, places, strict=True):
                column.extend([""] * empty)
                column.append(text_of(row[place]) if place < len(row) else "")
            empty = 0
    columns = [Column.of(column) for column in cells]
    check_nameless(path, dict(zip(nameless, columns[len(names) :], strict=True)))
    return dict(zip(names, columns, strict=False))


def _names(path: Path) -> list[str]:
    """Return the name of each column up to the last that has one; empty where it has none."""
    with _rows(path) as rows:
        names = [text_of(cell).strip() for cell in next(rows, ())]
    while names and not names[-1]:
        names.pop()
    return names


@contextmanager
def _rows(path: Path) -> Iterator[Iterator[tuple[Any, ...]]]:
    """Give the rows of the first sheet of the file at `path`, as values."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles, which are not read
            book = load_workbook(path, read_only=True, data_only=True)
            try:
                sheet = book.worksheets[0]
                sheet.reset_dimensions()  # some programs write wrong ones
                yield sheet.iter_rows(values_only=True)
            finally:
                book.close()
    except _BROKEN:
        raise FormatError(f"{path.name}: not a complete Excel workbook; save it again") from None


def _check_width(path: Path, number: int, row: tuple[Any, ...], width: int) -> None:
    if any(cell is not None for cell in row[width:]):
        raise FormatError(
            f"{path.name}: row {number} has a cell beyond the last column; name its column or "
            "empty it"
        )
