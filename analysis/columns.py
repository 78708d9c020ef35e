"""Columns of text as files hold them: each distinct text once, and which of them stands where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, compress
from operator import lt
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_Kind = TypeVar("_Kind", bound=np.generic)

_WHOLE = re.compile(r"([+-]?(?:0|[1-9]\d*))\.0*")
#: Letters and marks of which numbers are not made.
_WORDS = re.compile(r"[^0-9.eE+-]")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, eq=False)
class Column:
    """One column of a file of n rows.

    Attributes
    ----------
    labels : tuple of str
        The distinct texts, each once; an empty cell is the empty text.
    codes : IntArray, shape (n,)
        Position in `labels` of the text of each row.
    declared : frozenset of str
        Labels that the file itself declares as missing, as SPSS and Stata files may.
    """

    labels: tuple[str, ...]
    codes: IntArray
    declared: frozenset[str] = frozenset()

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)

    @classmethod
    def of(cls, cells: Iterable[str], declared: frozenset[str] = frozenset()) -> Column:
        """Return the column of `cells`, one text a row."""
        texts = list(cells)
        labels = tuple(dict.fromkeys(texts))
        position = {label: number for number, label in enumerate(labels)}
        codes = np.fromiter(map(position.__getitem__, texts), dtype=np.int32, count=len(texts))
        return cls(labels, codes, declared)

    @classmethod
    def same(cls, label: str, n: int) -> Column:
        """Return the column that has `label` in each of n rows."""
        return cls((label,), np.zeros(n, dtype=np.int32))

    def texts(self) -> list[str]:
        """Return the text of each row."""
        return [self.labels[code] for code in self.codes.tolist()]

    @cached_property
    def normal(self) -> Column:
        """The same column with each label as `normal` has it, labels sorted as text."""
        column = self.renamed([normal(label) for label in self.labels])
        return Column(column.labels, column.codes, frozenset(map(normal, self.declared)))

    @cached_property
    def ordered(self) -> Column:
        """The same column with the labels that occur, sorted by code point."""
        occurs = np.zeros(len(self.labels), dtype=np.bool_)
        occurs[self.codes] = True
        if occurs.all() and all(map(lt, self.labels, self.labels[1:])):
            return self
        labels = tuple(sorted(compress(self.labels, occurs.tolist())))
        position = {label: number for number, label in enumerate(labels)}
        codes = np.array([position.get(label, 0) for label in self.labels], dtype=np.int32)
        return Column(labels, self.spread(codes))

    def of_rows(self, rows: NDArray[np.integer]) -> Column:
        """Return the column of some rows, by position."""
        return Column(self.labels, self.codes[rows])

    def renamed(self, names: Sequence[str]) -> Column:
        """Return the column with `names` for its labels, each once and sorted as text."""
        labels = tuple(sorted(set(names)))
        position = {label: number for number, label in enumerate(labels)}
        codes = np.array([position[label] for label in names], dtype=np.int32)
        return Column(labels, self.spread(codes))

    def without(self, missing: frozenset[str]) -> Column:
        """Return the column with `missing` labels and those declared missing made empty.

        None of them is among its labels any more, nor any other that no row has.
        """
        gone = [label in missing or label in self.declared for label in self.labels]
        if not any(gone):
            return self
        labels = self.labels if "" in self.labels else (*self.labels, "")
        codes = np.arange(len(self.labels), dtype=np.int32)
        codes[gone] = labels.index("")
        return Column(labels, self.spread(codes)).ordered

    def where(self, labels: Iterable[str]) -> BoolArray:
        """Return whether the text of each row is one of `labels`, of shape (n,)."""
        wanted = frozenset(labels)
        return self.spread(np.array([label in wanted for label in self.labels], dtype=np.bool_))

    def numbers(self) -> FloatArray:
        """Return each row as a number, of shape (n,): NaN when empty, infinite when no number."""
        return self.spread(self._numbers)

    def words(self) -> NDArray[np.str_]:
        """Return the text of each row as an array, of shape (n,)."""
        return self.spread(np.array(self.labels, dtype=np.str_))

    def spread(self, by_label: NDArray[_Kind]) -> NDArray[_Kind]:
        """Return for each row what `by_label` has for its label."""
        if not len(by_label):
            return np.zeros(0, dtype=by_label.dtype)
        spread: NDArray[_Kind] = by_label[self.codes]
        return spread

    @cached_property
    def _numbers(self) -> FloatArray:
        """Each label as a number."""
        # Python takes some words and 1_000 for numbers; they are none in a table.
        if not _WORDS.search("".join(self.labels)):
            with suppress(ValueError):
                return np.array([float(label or "nan") for label in self.labels])
        return np.array([_number(label) for label in self.labels], dtype=np.float64)


#: A file, or several that are one: columns of the same length by name, in the order of the file.
Columns = Mapping[str, Column]


class _Numbers(dict[str, int]):
    """The number of each text, in the order in which they are first asked for."""

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        return number


def columns_of_rows(rows: Iterable[Sequence[str]], width: int) -> list[Column]:
    """Return the columns of a table given row by row, each as `Column.of` would.

    Nothing here is done cell by cell in Python, which a table of millions would feel.
    """
    numbers = _Numbers()
    cells = np.fromiter(map(numbers.__getitem__, chain.from_iterable(rows)), dtype=np.int32)
    texts = list(numbers)
    return [_column(texts, codes) for codes in cells.reshape(-1, width).T]


def _column(texts: Sequence[str], numbers: IntArray) -> Column:
    """Return a column, given the number of the text of each row."""
    n = len(numbers)
    first = np.full(len(texts), n)
    first[numbers[::-1]] = np.arange(n)[::-1]
    found = np.argsort(first, kind="stable")[: np.count_nonzero(first < n)]
    position = np.zeros(len(texts), dtype=np.int32)
    position[found] = np.arange(len(found), dtype=np.int32)
    return Column(tuple(texts[number] for number in found.tolist()), position[numbers])


def normal(cell: str) -> str:
    """Return the text of a cell, so that 8, 8.0 and " 8 " are one code and 007 stays 007."""
    cell = cell.strip()
    if "." not in cell:
        return cell
    whole = _WHOLE.fullmatch(cell)
    return whole[1] if whole else cell


def written(value: float) -> str:
    """Return a number as text: 8.0 as 8, any other with all its digits."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)


def stacked(parts: Sequence[Column]) -> Column:
    """Return one column: the rows of the first part, then those of the next.

    A label that one part declares missing and another does not is made empty where it is declared,
    and stays a code in the other.
    """
    if len(parts) == 1:
        return parts[0]
    parts = _of_one_mind(parts)
    position: dict[str, int] = {}
    codes = []
    for part in parts:
        numbers = [position.setdefault(label, len(position)) for label in part.labels]
        codes.append(part.spread(np.array(numbers, dtype=np.int32)))
    declared = frozenset[str]().union(*(part.declared for part in parts))
    return Column(tuple(position), np.concatenate(codes), declared)


def _of_one_mind(parts: Sequence[Column]) -> Sequence[Column]:
    """Return `parts` without the labels that only some of them declare missing."""
    if not any(part.declared for part in parts):
        return parts
    # 9 and 9.0 are one code in all of them.
    codes = {normal(label) for part in parts for label in part.labels
             if label not in part.declared}  # fmt: skip
    disputed = [{each for each in part.declared if normal(each) in codes} for part in parts]
    return [
        replace(
            Column(part.labels, part.codes).without(frozenset(labels)),
            declared=part.declared - labels,
        )
        for part, labels in zip(parts, disputed, strict=True)
    ]


def _number(label: str) -> float:
    if not label:
        return np.nan
    return float(label) if _NUMBER.fullmatch(label) else np.inf
