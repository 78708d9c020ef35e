"""Exports of form servers (KoboToolbox, ODK Central, Ona).

A question in a group is called ``group/item``, ``group-item`` or ``group.item``, and a question
with several answers may be split into one column a code, ``item/code``, 1 where it was chosen.
Columns of that name whose cells are no such marks, as ``income.wage`` or the ``kids.x`` of a merge
in R, belong to no question.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain, compress

import numpy as np

from analysis.columns import BoolArray, Column, Columns
from analysis.errors import FormatError

#: What stands where somebody was asked and chose nothing. Codes are sorted, so it is never two.
NOTHING = "nothing chosen"

_GROUPED = ("/", "-", ".")
_SPLIT = ("/", ".")
_CHOSEN = frozenset({"1", "true", "yes"})
_LEFT = frozenset({"0", "false", "no"})
#: Ona fills cells without an answer.
_UNASKED = frozenset({"", "n/a"})


@dataclass(frozen=True)
class Source:
    """The columns in which the answers to one question may stand.

    Attributes
    ----------
    name : str
        What the question is called.
    whole : str or None
        The column that holds the answers.
    parts : tuple of str
        Columns that may say of one code each whether it was chosen.
    """

    name: str
    whole: str | None
    parts: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns."""
        return (*self.held, *self.parts) if self.whole else self.parts

    @property
    def held(self) -> tuple[str, ...]:
        """The columns that the answers replace."""
        return (self.whole,) if self.whole else self.parts


def source_of(header: Sequence[str], name: str, file: str) -> Source | None:
    """Return where the answers called `name` may stand, if they may anywhere.

    Raises
    ------
    FormatError
        If the name stands in several groups.
    """
    grouped = [name] if name in header else [each for each in header if _is_grouped(each, name)]
    _check_one(grouped, name, file)
    if grouped:
        parts = [column for column in header if _split(column)[0] == grouped[0] != column]
        return Source(name, grouped[0], tuple(parts))
    parts = [column for column in header if _is_split(column, name)]
    return Source(name, None, tuple(parts)) if parts else None


def answers(columns: Columns, source: Source, file: str, nothing: str) -> Column | None:
    """Return the answers of `source`; None if its parts are no marks of codes.

    Several answers are the codes chosen, sorted, with blanks between them, and `nothing` where
    none of them is.

    Raises
    ------
    FormatError
        If the name stands in several groups.
    """
    is_split = bool(source.parts) and all(_is_marks(columns[part]) for part in source.parts)
    if source.whole:
        whole = columns[source.whole]
        return _sorted(whole, [_code(part) for part in source.parts]) if is_split else whole
    if not is_split:
        return None
    _check_one(sorted({_split(part)[0] for part in source.parts}), source.name, file)
    return _joined(columns, sorted(source.parts, key=_code), nothing)


def _joined(columns: Columns, parts: Sequence[str], nothing: str) -> Column:
    codes = [_code(part) for part in parts]
    chosen = np.array([_where(columns[part], _CHOSEN) for part in parts])
    unasked = np.logical_and.reduce([_where(columns[part], _UNASKED) for part in parts])
    return Column.of(
        " ".join(compress(codes, row)) or ("" if is_unasked else nothing)
        for row, is_unasked in zip(chosen.T.tolist(), unasked.tolist(), strict=True)
    )


def _sorted(column: Column, codes: Collection[str]) -> Column:
    """Return a column of several answers with those of each cell sorted, if all are `codes`."""
    words = [label.split() for label in column.labels]
    if column.declared or not set(codes).issuperset(chain.from_iterable(words)):
        return column
    return column.renamed([" ".join(sorted(each)) for each in words])


def _check_one(columns: Sequence[str], name: str, file: str) -> None:
    if len(columns) > 1:
        raise FormatError(
            f"{file}: {name} may be column {' or '.join(columns)}; use the whole name of one"
        )


def _is_grouped(column: str, name: str) -> bool:
    return any(column.endswith(mark + name) for mark in _GROUPED)


def _is_split(column: str, name: str) -> bool:
    stem, code = _split(column)
    return bool(code) and (stem == name or _is_grouped(stem, name))


def _split(column: str) -> tuple[str, str]:
    """Return the name before the last mark, and the code behind it."""
    last = max(column.rfind(mark) for mark in _SPLIT)
    return (column[:last], column[last + 1 :]) if 0 < last < len(column) - 1 else (column, "")


def _code(part: str) -> str:
    return _split(part)[1]


def _is_marks(column: Column) -> bool:
    """Whether each cell says yes, no or nothing; what the file declares missing is nothing."""
    return bool(_where(column, _CHOSEN | _LEFT | _UNASKED).all())


def _where(column: Column, marks: frozenset[str]) -> BoolArray:
    answered = column.without(frozenset())
    return answered.where(
        label for label in answered.labels if label.strip().lower().removesuffix(".0") in marks
    )
