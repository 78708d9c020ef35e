"""Comma-separated values, UTF-8; semicolons and tabs are recognised by the header."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow

from analysis.columns import Column, Columns
from analysis.errors import FormatError
from analysis.formats._arrow import column

_TEXT = pa.dictionary(pa.int32(), pa.string())
#: Rows are read in pieces of about this many bytes; none may be longer.
_PIECE = 4_000_000


def header(path: Path) -> list[str]:
    """Return the names of the columns of the file at `path`.

    Raises
    ------
    FormatError
        If its first row is not UTF-8, or broken.
    """
    return _first_row(path)[0]


def read(path: Path, names: Sequence[str]) -> Columns:
    """Return the columns called `names` of the file at `path`.

    Raises
    ------
    FormatError
        If it is not UTF-8, has a row of another length, or broken quotes.
    """
    every, delimiter, start = _first_row(path)
    with _bytes(path) as content:
        end = _end(content, delimiter.encode())
        if end <= start or not names:
            return {name: Column((), np.zeros(0, dtype=np.int32)) for name in names}
        if _is_suspect(content, start, end):
            _check(path, delimiter, len(every))
        rows = memoryview(content)[start:end]
        try:
            table = arrow.read_csv(
                pa.BufferReader(pa.py_buffer(rows)),
                arrow.ReadOptions(column_names=every, block_size=_PIECE),
                arrow.ParseOptions(
                    delimiter=delimiter,
                    newlines_in_values=content.find(b'"', start) >= 0,
                    ignore_empty_lines=False,
                ),
                arrow.ConvertOptions(
                    include_columns=list(names), column_types=dict.fromkeys(names, _TEXT)
                ),
            )
        except pa.ArrowInvalid as error:
            _check(path, delimiter, len(every))
            reason = str(error).splitlines()[0].partition(":")[0]
            raise FormatError(f"{path.name}: {reason}; save the file as CSV UTF-8") from None
        return {name: column(table[name]) for name in names}


def _first_row(path: Path) -> tuple[list[str], str, int]:
    """Return the names of the columns, what separates them, and where the first row ends."""
    with path.open("rb") as stream:
        line = stream.readline()
        while line.count(b'"') % 2 and (more := stream.readline()):
            line += more
    text = _decoded(path, line.removeprefix(codecs.BOM_UTF8))
    delimiter = max(",;\t", key=text.count)
    try:
        names = next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise FormatError(f"{path.name}: {error}; mend the quotes of the header") from None
    return [name.strip() for name in names], delimiter, len(line)


def _decoded(path: Path, line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise _not_utf8(path, error.start) from None


def _not_utf8(path: Path, byte: int) -> FormatError:
    return FormatError(f"{path.name}: byte {byte} is not UTF-8; save the file as CSV UTF-8")


@contextmanager
def _bytes(path: Path) -> Iterator[bytes | mmap]:
    """Give the content of a file without holding it in memory; a file may be empty."""
    with path.open("rb") as stream:
        if not path.stat().st_size:
            yield b""
            return
        # Closed with its last view: the columns may still look at it.
        yield mmap(stream.fileno(), 0, access=ACCESS_READ)


def _end(content: bytes | mmap, delimiter: bytes) -> int:
    """Return where the last row ends: lines of empty cells behind it, as Excel leaves, are none."""
    end = len(content)
    while end:
        # A line without cells is short; the whole file is not searched for where it starts.
        start = max(content.rfind(mark, max(0, end - _PIECE), end) for mark in (b"\r", b"\n")) + 1
        if any(cell.strip() not in (b"", b'""') for cell in content[start:end].split(delimiter)):
            break
        end = max(start - 1, 0)
    return end


def _is_suspect(content: bytes | mmap, start: int, end: int) -> bool:
    """Whether quotes may be left open, or a line is empty: the fast reader would not tell."""
    if any(start <= content.find(empty, start) < end for empty in (b"\n\n", b"\n\r\n")):
        return True
    quotes = np.frombuffer(content, dtype=np.uint8)[start:end] == ord('"')
    return bool(np.count_nonzero(quotes) % 2)


def _check(path: Path, delimiter: str, width: int) -> None:
    """Look for the first row that does not fit, slowly and strictly.

    Raises
    ------
    FormatError
        If there is one.
    """
    misfit = None
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for number, row in enumerate(csv.reader(stream, delimiter=delimiter, strict=True), 1):
                if len(row) != width:
                    misfit = misfit or _misfit(path, number, len(row), width)
                # Lines that are empty to the end of the file are no rows.
                if misfit and any(map(str.strip, row)):
                    raise misfit
    except UnicodeDecodeError:
        raise _not_utf8(path, _first_bad_byte(path)) from None
    except csv.Error as error:
        raise FormatError(f"{path.name}: {error}; mend the quotes of the file") from None


def _misfit(path: Path, number: int, cells: int, width: int) -> FormatError:
    return FormatError(
        f"{path.name}: row {number} has {cells} cells where the header has {width}; "
        "mend the commas or quotes of that row"
    )


def _first_bad_byte(path: Path) -> int:
    try:
        path.read_bytes().decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0
