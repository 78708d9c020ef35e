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
from zipfile import BadZipFile, ZipFile

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
        If it is broken, a row has cells beyond the last column or in one without a name, or the
        value of a formula was never saved.
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
    if _has_formulas(path):
        _check_computed(path, places)
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
    with _sheet(path, data_only=True) as sheet:
        yield sheet.iter_rows(values_only=True)


@contextmanager
def _sheet(path: Path, *, data_only: bool) -> Iterator[Any]:
    """Give the first sheet of the file at `path`, with the values or the formulas of its cells."""
    with _told(path), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles, which are not read
        book = load_workbook(path, read_only=True, data_only=data_only)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # some programs write wrong ones
            yield sheet
        finally:
            book.close()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell of a file that its readers find broken, whatever they raise."""
    try:
        yield
    except _BROKEN:
        raise FormatError(f"{path.name}: not a complete Excel workbook; save it again") from None


def _has_formulas(path: Path) -> bool:
    """Whether any sheet may hold a formula, told without reading its cells."""
    with _told(path), ZipFile(path) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
        return any(_contains(book, sheet, b"<f") for sheet in sheets)


def _contains(book: ZipFile, name: str, mark: bytes) -> bool:
    with book.open(name) as stream:
        end = b""
        while piece := stream.read(1 << 20):
            if mark in end + piece:
                return True
            end = piece[1 - len(mark) :]
    return False


def _check_computed(path: Path, places: Sequence[int]) -> None:
    """Refuse formulas below the header that no program has computed: they look like empty cells."""
    with (
        _sheet(path, data_only=True) as values,
        _sheet(path, data_only=False) as formulas,
    ):
        rows = zip(values.iter_rows(min_row=2), formulas.iter_rows(min_row=2), strict=True)
        for of_values, of_formulas in rows:
            for place in places:
                if place < len(of_formulas) and _is_open(of_values[place], of_formulas[place]):
                    raise FormatError(
                        f"{path.name}: the formula in cell {of_formulas[place].coordinate} has no "
                        "value; open the file in a spreadsheet program and save it"
                    )


def _is_open(value: Any, formula: Any) -> bool:  # noqa: ANN401  cells of openpyxl, which has no types
    """Whether a formula has no value; the empty text is one."""
    return formula.data_type == "f" and value.value is None and value.data_type != "str"


def _check_width(path: Path, number: int, row: tuple[Any, ...], width: int) -> None:
    if any(cell is not None for cell in row[width:]):
        raise FormatError(
            f"{path.name}: row {number} has a cell beyond the last column; name its column or "
            "empty it"
        )
