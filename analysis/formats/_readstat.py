"""What the files of SPSS and Stata have in common: numbers, words, and missing by declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyreadstat

from analysis.columns import Column, Columns, written
from analysis.errors import FormatError
from analysis.formats._text import text_of

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
    except OverflowError:
        raise FormatError(
            f"{path.name}: holds a day, or declares one as missing, that no calendar has; mend it, "
            "or make its column a number"
        ) from None
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError):
        raise FormatError(f"{path.name}: not a complete {kind} file; save it again") from None


def _column(values: Any) -> Column:  # noqa: ANN401  numbers, words or days
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        # Words are filled up with blanks to the width of their column.
        return Column.of(text_of(value).rstrip() for value in array.tolist())
    distinct, codes = np.unique(array.astype(np.float64), return_inverse=True)
    labels = ["" if np.isnan(each) else written(each) for each in distinct.tolist()]
    return Column(tuple(labels), codes.astype(np.int32))
