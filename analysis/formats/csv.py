"""Comma-separated values, UTF-8; semicolons and tabs are recognised by the header."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from analysis.errors import FormatError

SUFFIXES = (".csv", ".tsv")


def read(path: Path) -> Mapping[str, list[str]]:
    """Return the columns of the file at `path`.

    Raises
    ------
    FormatError
        If it is not UTF-8, has no header, names a column twice, or has a row of another length.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{path.name}: byte {error.start} is not UTF-8; save the file as CSV UTF-8"
        ) from None
    header, *rows = _rows(path.name, text)
    _check_header(path.name, header)
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise FormatError(
                f"{path.name}: row {number} has {len(row)} cells where the header has "
                f"{len(header)}; mend the commas or quotes of that row"
            )
    columns = zip(*rows, strict=True) if rows else ([] for _ in header)
    return dict(zip(header, map(list, columns), strict=True))


def _rows(name: str, text: str) -> list[list[str]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise FormatError(f"{name}: {error}; mend the quotes of the file") from None
    while rows and not rows[-1]:
        rows.pop()  # empty lines at the end
    if not rows or not rows[0]:
        raise FormatError(f"{name}: the file is empty; its first row must name the columns")
    return rows


def _check_header(name: str, header: list[str]) -> None:
    header[:] = [column.strip() for column in header]
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        raise FormatError(f"{name}: column {twice[0]} stands twice in the header; rename one")
