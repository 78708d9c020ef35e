"""Exports of form servers (KoboToolbox, ODK Central, Ona).

A question in a group is called ``group/item``, ``group-item`` or ``group.item``, and a question
with several answers may be split into one column a code, ``item/code``, 1 where it was chosen.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.columns import Column, Columns
from analysis.errors import FormatError

_GROUPED = ("/", "-", ".")
_SPLIT = ("/", ".")
_CHOSEN = frozenset({"1", "true", "yes"})


def columns_of(header: Sequence[str], name: str, file: str) -> list[str]:
    """Return the columns that hold the answers called `name`: one, one a code, or none.

    Raises
    ------
    FormatError
        If the name stands in several groups.
    """
    if name in header:
        return [name]
    grouped = [column for column in header if _is_grouped(column, name)]
    if len(grouped) > 1:
        raise FormatError(
            f"{file}: {name} may be column {' or '.join(grouped)}; use the whole name of one"
        )
    return grouped or [column for column in header if _is_split(column, name)]


def joined(columns: Columns, parts: Sequence[str]) -> Column:
    """Return one column of the answers in `parts`: the codes chosen, with blanks between them."""
    if len(parts) == 1:
        return columns[parts[0]]
    codes = [_split(part)[1] for part in parts]
    chosen = [
        columns[part].where(label for label in columns[part].labels if _is_chosen(label))
        for part in parts
    ]
    return Column.of(
        " ".join(code for code, is_chosen in zip(codes, row, strict=True) if is_chosen)
        for row in zip(*(each.tolist() for each in chosen), strict=True)
    )


def _is_grouped(column: str, name: str) -> bool:
    return any(column.endswith(mark + name) for mark in _GROUPED)


def _is_split(column: str, name: str) -> bool:
    stem, code = _split(column)
    return bool(code) and (stem == name or _is_grouped(stem, name))


def _split(column: str) -> tuple[str, str]:
    """Return the name before the last mark, and the code behind it."""
    last = max(column.rfind(mark) for mark in _SPLIT)
    return (column[:last], column[last + 1 :]) if last > 0 else (column, "")


def _is_chosen(label: str) -> bool:
    return label.strip().lower().removesuffix(".0") in _CHOSEN
