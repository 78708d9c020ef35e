"""Answers as columns: one compact code matrix, item by item, with the design beside it.

An answer stays a code. What it measures is decided in `analysis.scoring`, and why it is missing
is kept apart to the end: each nonanswer has its own negative number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.columns import Column, columns_of_rows
from analysis.errors import FormatError, FrameError, Misfit
from analysis.formats import read_table
from analysis.row import Answered
from questionnaires import Instrument, Item, Nonanswer, item_type

StringArray = NDArray[np.str_]
CodeMatrix = NDArray[np.int8]

#: The number of each nonanswer in a code matrix. Codes themselves are 0, 1, 2, …
NONANSWER_CODES: Mapping[str, int] = {
    code: -1 - position for position, code in enumerate(str(each) for each in Nonanswer)
}

#: Weights are integers in this unit, so that sums of them do not depend on their order.
MICRO = 1_000_000

#: The largest weight that its integer can hold.
_HEAVIEST = 2**63 - 1

DESIGN_COLUMNS = ("stratum", "psu", "language", "mode", "weight")


@dataclass(frozen=True, eq=False)
class Frame:
    """All answers of one wave or one file, ready to score.

    Attributes
    ----------
    instrument : Instrument or None
        What was asked; None for a file of columns only.
    items : tuple of str
        Names of the items of `matrix`, in its order.
    matrix : CodeMatrix, shape (items, n)
        Position of the chosen code among the item's codes; negative for a nonanswer, as
        `NONANSWER_CODES` has it.
    columns : mapping of str to Column, each of n rows
        Everything else as it is stored: places, several choices, rankings, votes, numbers, dates,
        words, whatever a file holds besides, and the design columns ``stratum``, ``psu``,
        ``language`` and ``mode``. Each distinct text is there once; an empty ``psu`` is a
        respondent drawn alone. `codes` returns them, `measured` what they measure.
    weight : ndarray of int64, shape (n,)
        Design weights in micro-units.
    """

    instrument: Instrument | None
    items: tuple[str, ...]
    matrix: CodeMatrix
    columns: Mapping[str, Column]
    weight: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.weight)

    @classmethod
    def from_answers(cls, instrument: Instrument, rows: Sequence[Answered]) -> Frame:
        """Make a frame of stored responses, in the order of `rows`.

        Raises
        ------
        FrameError
            With every answer that its item does not offer, and every weight not above zero.
        """
        names = [item.name for item in instrument.items]
        columns = dict(zip(names, _answered_columns(names, rows), strict=True))
        columns["stratum"] = Column.of(row.stratum for row in rows)
        columns["psu"] = Column.of(row.psu or "" for row in rows)
        columns["language"] = Column.of(row.language for row in rows)
        columns["mode"] = Column.of(row.mode for row in rows)
        reader = _Reader(columns, n=len(rows), first_row=1)
        weight = reader.positive([row.weight for row in rows], np.arange(len(rows)))
        return _frame(instrument, reader, weight)

    @classmethod
    def read(cls, path: str | Path, instrument: Instrument | None = None) -> Frame:
        """Read a file with one row a respondent and one column an item.

        Columns ``weight`` (a decimal number), ``stratum``, ``psu``, ``language`` and ``mode`` are
        the design where they exist. An empty cell is a ``skip``, and so is a code that an SPSS or
        Stata file declares as missing; an item without a column was not shown. 8, 8.0 and "8" are
        the same code. Items are found under the names of their groups as well.

        Raises
        ------
        FormatError
            If the file cannot be read.
        FrameError
            With every cell that does not fit, its row and its remedy.
        """
        items = [item.name for item in _items(instrument)]
        columns = {
            # An id comes back as it was; 8, 8.0 and "8" are the same code.
            name: column if name == "id" else _answered(column)
            for name, column in read_table(path, items).items()
        }
        if instrument and not columns.keys() & {item.name for item in instrument.items}:
            first = ", ".join(item.name for item in instrument.items[:3])
            raise FormatError(f"{path}: no column is called like an item, as {first}; rename them")
        reader = _Reader(columns, n=len(next(iter(columns.values()))), first_row=2)
        return _frame(instrument, reader, reader.weights())

    def column(self, name: str) -> Column:
        """Return one column that is no coded item, its labels sorted; KeyError if unknown.

        ``locality`` is the first item whose choices are places, in a frame that has one.
        """
        return self.columns[self._place if name == "locality" else name].ordered

    def codes(self, name: str) -> StringArray:
        """Return the codes of one item or column as text, of shape (n,); KeyError if unknown."""
        if name in self.columns:
            return self.columns[name].words()
        if self.instrument is None or name not in self._position:
            raise KeyError(name)
        # The nonanswers follow in reverse, so that their negative numbers index them.
        labels = np.array([*self.instrument.item(name).codes, *list(NONANSWER_CODES)[::-1]])
        return labels[self.answers(name)]

    def answers(self, name: str) -> NDArray[np.int8]:
        """Return the row of `matrix` of one item, of shape (n,); KeyError if unknown."""
        row: NDArray[np.int8] = self.matrix[self._position[name]]
        return row

    def measured(self, name: str) -> NDArray[np.float64]:
        """Return what each answer to one item measures, of shape (n,), NaN where it has none.

        A number or a count is itself, a point of a scale is its share of the scale (0-100).
        """
        if self.instrument is None:
            raise KeyError(name)
        item = self.instrument.item(name)
        measure = item_type(item.type).measure
        if name in self.columns:
            column = self.columns[name]
            return column.spread(np.array([measure(item, label) for label in column.labels]))
        labels, position = np.unique(self.codes(name), return_inverse=True)
        values = np.array([measure(item, str(label)) for label in labels], dtype=np.float64)
        measures: NDArray[np.float64] = values[position]
        return measures

    @cached_property
    def text(self) -> Mapping[str, StringArray]:
        """The columns that are no part of the design, as text, each of shape (n,)."""
        names = (name for name in self.columns if name not in DESIGN_COLUMNS)
        return {name: self.columns[name].words() for name in names}

    @cached_property
    def stratum(self) -> StringArray:
        """Stratum of each respondent, of shape (n,)."""
        return self.codes("stratum")

    @cached_property
    def psu(self) -> StringArray:
        """PSU of each respondent, of shape (n,); empty where one was drawn alone."""
        return self.codes("psu")

    @cached_property
    def language(self) -> StringArray:
        """Language that each respondent answered in, of shape (n,)."""
        return self.codes("language")

    @cached_property
    def mode(self) -> StringArray:
        """How each respondent was asked, of shape (n,)."""
        return self.codes("mode")

    @property
    def locality(self) -> StringArray:
        """Where each respondent lives, of shape (n,); empty where nothing tells."""
        known = self._place in self.columns
        return self.codes(self._place) if known else np.full(len(self), "", dtype=np.str_)

    @cached_property
    def _place(self) -> str:
        items = _items(self.instrument)
        places = (item.name for item in items if item.type == "place")
        return next(places, "locality")

    @cached_property
    def _position(self) -> dict[str, int]:
        return {name: position for position, name in enumerate(self.items)}


def _answered_columns(names: Sequence[str], rows: Sequence[Answered]) -> list[Column]:
    """Return the answers to each item, one respondent after the other, as they lie in memory."""
    unseen = dict.fromkeys(names, str(Nonanswer.NOT_SHOWN))
    every = (
        row.answers if row.answers.keys() >= unseen.keys() else unseen | dict(row.answers)
        for row in rows
    )
    # One name alone would be returned as a text, and not as a tuple of one.
    in_order = itemgetter(*names, names[0])
    return columns_of_rows(map(in_order, every), len(names) + 1)[:-1]


def is_coded(item: Item) -> bool:
    """Whether an answer to `item` is one of its own codes, and so fits a code matrix."""
    return item_type(item.type).is_coded


def _items(instrument: Instrument | None) -> tuple[Item, ...]:
    return instrument.items if instrument else ()


@dataclass
class _Reader:
    """Turns columns of text into arrays, and collects every cell that does not fit."""

    columns: Mapping[str, Column]
    n: int
    first_row: int
    problems: list[Misfit] = field(default_factory=list)

    def cells(self, item: Item) -> Column:
        """Return the answers to `item`: nothing is a skip, no column is not shown."""
        if item.name not in self.columns:
            return Column.same(str(Nonanswer.NOT_SHOWN), self.n)
        column = self.columns[item.name]
        return column.renamed([label or str(Nonanswer.SKIPPED) for label in column.labels])

    def coded(self, item: Item) -> NDArray[np.int8]:
        """Return the answers to `item` as numbers."""
        numbers = {code: position for position, code in enumerate(item.codes)}
        numbers = {**NONANSWER_CODES, **numbers}
        cells = self.cells(item)
        self._check(item, cells, lambda cell: cell in numbers)
        return cells.spread(np.array([numbers.get(each, -1) for each in cells.labels], np.int8))

    def text(self, item: Item) -> Column:
        """Return the answers to `item` as text; each must be one of its own, or a nonanswer."""
        kind = item_type(item.type)
        cells = self.cells(item)
        kept = cells.renamed([kind.kept(item, label) for label in cells.labels])
        if item.type != "place":
            self._check(item, kept, lambda cell: kind.holds(item, cell))
        return kept

    def plain(self, name: str) -> Column:
        """Return a column that is no item; empty where the file has none."""
        return self.columns.get(name, Column.same("", self.n))

    def weights(self) -> NDArray[np.int64]:
        """Return the column of weights in micro-units; one person each where there is none."""
        cells = self.columns.get("weight", Column.same("1", self.n))
        return self.positive([_micro(label) for label in cells.labels], cells.codes)

    def positive(self, weights: Sequence[int], of_row: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the weight of each row in micro-units, given its place; each above zero."""
        wrong = np.array([not 0 < weight <= _HEAVIEST for weight in weights], dtype=np.bool_)
        for row in np.flatnonzero(wrong[of_row]).tolist():
            remedy = "a weight must be a number above zero; mend it or leave the row out"
            self.problems.append(Misfit(row + self.first_row, "weight", remedy))
        held = [min(max(weight, 0), _HEAVIEST) for weight in weights]
        micro: NDArray[np.int64] = np.array(held, dtype=np.int64)[of_row]
        return micro

    def _check(self, item: Item, cells: Column, fits: Callable[[str], bool]) -> None:
        for row in np.flatnonzero(cells.where(each for each in cells.labels if not fits(each))):
            codes = " ".join([*item.codes, *NONANSWER_CODES])
            remedy = f"not a code of this item; use one of {codes}, or leave the cell empty"
            self.problems.append(Misfit(int(row) + self.first_row, item.name, remedy))


def _frame(instrument: Instrument | None, reader: _Reader, weight: NDArray[np.int64]) -> Frame:
    items = _items(instrument)
    coded = [item for item in items if is_coded(item)]
    rows = [reader.coded(item) for item in coded]
    columns = {item.name: reader.text(item) for item in items if not is_coded(item)}
    if reader.problems:
        raise FrameError(reader.problems)
    known = {item.name for item in items} | set(DESIGN_COLUMNS)
    columns |= {name: reader.plain(name) for name in reader.columns if name not in known}
    columns |= {name: reader.plain(name) for name in DESIGN_COLUMNS if name != "weight"}
    return Frame(
        instrument=instrument,
        items=tuple(item.name for item in coded),
        matrix=np.array(rows, dtype=np.int8).reshape(len(coded), reader.n),
        columns=columns,
        weight=weight,
    )


def _answered(column: Column) -> Column:
    """Return the column with normal codes; what its file declares missing is no answer."""
    return column.normal.without(frozenset()) if column.declared else column.normal


def _micro(cell: str) -> int:
    """Return a decimal weight in micro-units; 0 when it is no number."""
    try:
        return round(float(cell) * MICRO)
    except (ValueError, OverflowError):
        return 0
