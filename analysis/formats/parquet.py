"""Apache Parquet: columns of any simple type become text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as arrow

from analysis.columns import Column, Columns
from analysis.errors import FormatError
from analysis.formats._arrow import column

#: What a file that is none, or a part of one, makes its reader raise.
_BROKEN = (pa.ArrowException, OSError, ValueError, LookupError, OverflowError)


def header(path: Path) -> list[str]:
    """Return the names of the columns of the file at `path`.

    Raises
    ------
    FormatError
        If it is broken.
    """
    try:
        return [str(name) for name in arrow.read_schema(path).names]
    except _BROKEN:
        raise _broken(path) from None


def read(path: Path, names: Sequence[str]) -> Columns:
    """Return the columns called `names` of the file at `path`.

    Raises
    ------
    FormatError
        If it is broken, or a column holds lists or tables.
    """
    try:
        # Every column that is text comes as distinct texts and codes already.
        table = arrow.read_table(path, columns=list(names), read_dictionary=_texts(path, names))
    except _BROKEN:
        raise _broken(path) from None
    for name in names:
        if pa.types.is_nested(table[name].type):
            raise FormatError(
                f"{path.name}: column {name} holds lists; write one column for each value"
            )
    return {name: _column(path, name, table[name]) for name in names}


def _column(path: Path, name: str, values: pa.ChunkedArray) -> Column:
    try:
        return column(values)
    except _BROKEN:
        raise FormatError(
            f"{path.name}: column {name} is broken, or holds what no text can be made of; export "
            "it again, as text"
        ) from None


def _texts(path: Path, names: Sequence[str]) -> list[str]:
    schema = arrow.read_schema(path)
    return [name for name in names if pa.types.is_string(schema.field(name).type)]


def _broken(path: Path) -> FormatError:
    return FormatError(f"{path.name}: not a complete Parquet file; export it again")
