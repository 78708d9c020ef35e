"""Comma-separated values, UTF-8; semicolons and tabs are recognised by the header.

A first line ``sep=;``, with which Excel is told what separates, is understood. A column without a
name and without answers is none; nor is a first one without a name, where R and pandas number rows.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow

from analysis.columns import Column, Columns
from analysis.errors import FormatError
from analysis.formats._arrow import column
from analysis.formats._nameless import check_nameless

_BOM = codecs.BOM_UTF8.decode("latin-1")
_TEXT = pa.dictionary(pa.int32(), pa.string())
#: Rows are read in pieces of about this many bytes; none may be longer.
_PIECE = 4_000_000
#: What may separate the cells of a file, by its ending.
_SEPARATORS = {".csv": ",;\t", ".tsv": "\t"}
#: The most bytes of a line of empty cells.
_LONGEST_EMPTY = 1 << 16
_EMPTY_LINES = (b"\n\n", b"\n\r\n", b"\r\r")
_HINT = re.compile(r'"?sep=([!-~\t])"?\s*', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True)
class _Head:
    """What stands above the rows of a file.

    Attributes
    ----------
    names : tuple of str
        The name of each column; empty where it has none.
    delimiter : str
        What separates the cells.
    hints : int
        Lines above the names: 1 where one tells the delimiter, otherwise 0.
    start : int
        The byte at which the rows begin.
    """

    names: tuple[str, ...]
    delimiter: str
    hints: int
    start: int


def header(path: Path) -> list[str]:
    """Return the names of the columns of the file at `path`.

    Raises
    ------
    FormatError
        If its first row is not UTF-8, or broken.
    """
    return [name for name in _head(path).names if name]


def read(path: Path, names: Sequence[str]) -> Columns:
    """Return the columns called `names` of the file at `path`.

    Raises
    ------
    FormatError
        If it is not UTF-8, has a row of another length, broken quotes, or answers in a column
        without a name.
    """
    head = _head(path)
    with _bytes(path) as content:
        end = _end(content, head.delimiter.encode())
        if end <= head.start or not names:
            return {name: Column((), np.zeros(0, dtype=np.int32)) for name in names}
        if _is_suspect(content, head.start, end):
            _check(path, head)
        table = _table(path, content, head, end, names)
    check_nameless(path, {place: column(table[_label(head, place)]) for place in _nameless(head)})
    return {name: column(table[name]) for name in names}


def _table(
    path: Path, content: bytes | mmap, head: _Head, end: int, names: Sequence[str]
) -> pa.Table:
    """Return the columns called `names`, and those without a name that must be empty."""
    wanted = [*names, *(_label(head, place) for place in _nameless(head))]
    try:
        return arrow.read_csv(
            pa.BufferReader(pa.py_buffer(memoryview(content)[head.start : end])),
            arrow.ReadOptions(
                column_names=[_label(head, place) for place in range(len(head.names))],
                block_size=_PIECE,
            ),
            arrow.ParseOptions(
                delimiter=head.delimiter,
                newlines_in_values=content.find(b'"', head.start) >= 0,
                ignore_empty_lines=False,
            ),
            arrow.ConvertOptions(include_columns=wanted, column_types=dict.fromkeys(wanted, _TEXT)),
        )
    except pa.ArrowInvalid as error:
        _check(path, head)
        reason = str(error).splitlines()[0].partition(":")[0]
        raise FormatError(f"{path.name}: {reason}; save the file as CSV UTF-8") from None


def _nameless(head: _Head) -> list[int]:
    """Return the places of the columns without a name, but for that of the names of rows."""
    return [place for place, name in enumerate(head.names) if place and not name]


def _label(head: _Head, place: int) -> str:
    """Return what tells one column from all others: its name, or one that no column has."""
    return head.names[place] or f"\0{place}"


def _head(path: Path) -> _Head:
    # Every byte is one letter here, so that lengths are counted in bytes; and lines may end with
    # either mark or both.
    with path.open(encoding="latin-1", newline="") as stream:
        first = stream.readline()
        hint = _HINT.fullmatch(first.removeprefix(_BOM))
        line = stream.readline() if hint else first
        while line.count('"') % 2 and (more := stream.readline()):
            line += more
    text = _decoded(path, line.removeprefix(_BOM).encode("latin-1"))
    delimiter = hint[1] if hint else _separator(path, text)
    try:
        names = next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise FormatError(f"{path.name}: {error}; mend the quotes of the header") from None
    start = len(line) + (len(first) if hint else 0)
    return _Head(tuple(name.strip() for name in names), delimiter, 1 if hint else 0, start)


def _separator(path: Path, text: str) -> str:
    """Return what separates most names, whatever stands within their quotes."""
    return max(_SEPARATORS[path.suffix.lower()], key=_QUOTED.sub("", text).count)


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
        first = max(0, end - _LONGEST_EMPTY)
        start = max(content.rfind(mark, first, end) for mark in (b"\r", b"\n")) + 1
        cells = content[start:end].split(delimiter) if start else ()
        if not cells or any(cell.strip() not in (b"", b'""') for cell in cells):
            break
        end = start - 1
    return end


def _is_suspect(content: bytes | mmap, start: int, end: int) -> bool:
    """Whether quotes may be left open, or a line is empty: the fast reader would not tell."""
    if any(start <= content.find(empty, start) < end for empty in _EMPTY_LINES):
        return True
    quotes = np.frombuffer(content, dtype=np.uint8)[start:end] == ord('"')
    return bool(np.count_nonzero(quotes) % 2)


def _check(path: Path, head: _Head) -> None:
    """Look for the first row that does not fit, slowly and strictly.

    Raises
    ------
    FormatError
        If there is one.
    """
    misfit, width = None, len(head.names)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = islice(stream, head.hints, None)
            rows = csv.reader(lines, delimiter=head.delimiter, strict=True)
            for number, row in enumerate(rows, 1):
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
