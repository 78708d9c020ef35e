"""What the files of SPSS and Stata have in common: numbers, words, and missing by declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyreadstat

from analysis.columns import Column, Columns, written
from analysis.errors import FormatError

Reader = Callable[..., tuple[Mapping[str, Any], Any]]
Declared = Callable[[Any, str, Sequence[str]], Iterable[str]]


def names_of(read: Reader, path: Path, kind: str) -> list[str]:
    """Return the names of the columns of the file at `path`; `kind` names its format."""
    return list(_called(read, path, kind, metadataonly=True)[1].column_names)


def columns_of(
    read: Reader, path: Path, kind: str, names: Sequence[str], declared: Declared
) -> Columns:
    """Return the columns called `names`; `declared` tells which labels of one are missing."""
    if not names:
        return {}
    found, facts = _called(read, path, kind, usecols=list(names), user_missing=True)
    columns = {}
    for name in names:
        column = _column(found[name])
        missing = frozenset(declared(facts, name, column.labels))
        columns[name] = Column(column.labels, column.codes, missing)
    return columns


def _called(
    read: Reader,
    path: Path,
    kind: str,
    **options: Any,  # noqa: ANN401  those of the library
) -> tuple[Mapping[str, Any], Any]:
    try:
        return read(str(path), output_format="dict", **options)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, OverflowError):
        raise FormatError(f"{path.name}: not a complete {kind} file; save it again") from None


def _column(values: Any) -> Column:  # noqa: ANN401  numbers, words or days
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        return Column.of(_text(value) for value in array.tolist())
    distinct, codes = np.unique(array.astype(np.float64), return_inverse=True)
    labels = ["" if np.isnan(each) else written(each) for each in distinct.tolist()]
    return Column(tuple(labels), codes.astype(np.int32))


def _text(value: Any) -> str:  # noqa: ANN401  a cell of any type
    if value is None or value != value:  # noqa: PLR0124  only NaN differs from itself
        return ""
    if isinstance(value, float):
        return written(value)
    return value.rstrip() if isinstance(value, str) else str(value)
