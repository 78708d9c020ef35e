"""Answers as columns: one compact code matrix, item by item, with the design beside it.

An answer stays a code. What it measures is decided in `analysis.scoring`, and why it is missing
is kept apart to the end: each nonanswer has its own negative number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.columns import Column
from analysis.errors import FormatError, FrameError, Misfit
from analysis.formats import read_table
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


@dataclass(frozen=True)
class Row:
    """The answers of one respondent, and where they stand in the design.

    Attributes
    ----------
    answers : mapping of str to str
        Stored answer by item name; an item that is absent was not shown.
    weight : int
        Design weight in micro-units (1,000,000 = one person).
    stratum : str
        Label of the stratum; empty when the sample has none.
    psu : str or None
        Label of the primary sampling unit; None for a respondent drawn alone.
    language, mode : str
        How the questionnaire was answered.
    """

    answers: Mapping[str, str]
    weight: int
    stratum: str
    psu: str | None
    language: str
    mode: str


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
    text : mapping of str to StringArray, each of shape (n,)
        The other columns, as they are stored: places, several choices, rankings, votes, numbers,
        dates, words, and whatever else a file holds. `codes` returns them, `measured` what they
        measure.
    weight : ndarray of int64, shape (n,)
        Design weights in micro-units.
    stratum, psu, language, mode : StringArray, shape (n,)
        Design columns; an empty `psu` is a respondent drawn alone.
    """

    instrument: Instrument | None
    items: tuple[str, ...]
    matrix: CodeMatrix
    text: Mapping[str, StringArray]
    weight: NDArray[np.int64]
    stratum: StringArray
    psu: StringArray
    language: StringArray
    mode: StringArray

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.weight)

    @classmethod
    def from_answers(cls, instrument: Instrument, rows: Sequence[Row]) -> Frame:
        """Make a frame of stored responses, in the order of `rows`.

        Raises
        ------
        FrameError
            With every answer that its item does not offer, and every weight not above zero.
        """
        columns: dict[str, list[str]] = {
            item.name: [row.answers.get(item.name, Nonanswer.NOT_SHOWN) for row in rows]
            for item in instrument.items
        }
        columns["stratum"] = [row.stratum for row in rows]
        columns["psu"] = [row.psu or "" for row in rows]
        columns["language"] = [row.language for row in rows]
        columns["mode"] = [row.mode for row in rows]
        reader = _Reader(columns, n=len(rows), first_row=1)
        weight = reader.positive([row.weight for row in rows])
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
            name: (column if name == "id" else _answered(column)).texts()
            for name, column in read_table(path, items).items()
        }
        if instrument and not columns.keys() & {item.name for item in instrument.items}:
            first = ", ".join(item.name for item in instrument.items[:3])
            raise FormatError(f"{path}: no column is called like an item, as {first}; rename them")
        reader = _Reader(columns, n=len(next(iter(columns.values()))), first_row=2)
        return _frame(instrument, reader, reader.weights())

    def codes(self, name: str) -> StringArray:
        """Return the codes of one item or column as text, of shape (n,); KeyError if unknown."""
        if name in self.text:
            return self.text[name]
        if name in DESIGN_COLUMNS:
            return np.asarray(getattr(self, name), dtype=np.str_)
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
        labels, position = np.unique(self.codes(name), return_inverse=True)
        values = np.array([measure(item, str(label)) for label in labels], dtype=np.float64)
        measures: NDArray[np.float64] = values[position]
        return measures

    @cached_property
    def locality(self) -> StringArray:
        """Where each respondent lives: the answers of the first item whose choices are places."""
        items = _items(self.instrument)
        places = (item.name for item in items if item.type == "place")
        name = next(places, "locality")
        return self.text.get(name, np.full(len(self), "", dtype=np.str_))

    @cached_property
    def _position(self) -> dict[str, int]:
        return {name: position for position, name in enumerate(self.items)}


def is_coded(item: Item) -> bool:
    """Whether an answer to `item` is one of its own codes, and so fits a code matrix."""
    return item_type(item.type).is_coded


def _items(instrument: Instrument | None) -> tuple[Item, ...]:
    return instrument.items if instrument else ()


@dataclass
class _Reader:
    """Turns columns of text into arrays, and collects every cell that does not fit."""

    columns: Mapping[str, Sequence[str]]
    n: int
    first_row: int
    problems: list[Misfit] = field(default_factory=list)

    def cells(self, item: Item) -> list[str]:
        """Return the answers to `item`: nothing is a skip, no column is not shown."""
        if item.name not in self.columns:
            return [str(Nonanswer.NOT_SHOWN)] * self.n
        return [cell or str(Nonanswer.SKIPPED) for cell in self.columns[item.name]]

    def coded(self, item: Item) -> NDArray[np.int8]:
        """Return the answers to `item` as numbers."""
        numbers = {code: position for position, code in enumerate(item.codes)}
        numbers = {**NONANSWER_CODES, **numbers}
        cells = self.cells(item)
        self._check(item, (cell in numbers for cell in cells))
        return np.array([numbers.get(cell, -1) for cell in cells], dtype=np.int8)

    def text(self, item: Item) -> StringArray:
        """Return the answers to `item` as text; each must be one of its own, or a nonanswer."""
        kind = item_type(item.type)
        cells = [kind.kept(item, cell) for cell in self.cells(item)]
        if item.type != "place":
            fits = {cell: kind.holds(item, cell) for cell in set(cells)}
            self._check(item, (fits[cell] for cell in cells))
        return _strings(cells)

    def plain(self, name: str) -> StringArray:
        """Return a column that is no item; empty where the file has none."""
        return _strings(self.columns.get(name, [""] * self.n))

    def weights(self) -> NDArray[np.int64]:
        """Return the column of weights in micro-units; one person each where there is none."""
        cells = self.columns.get("weight", ["1"] * self.n)
        return self.positive([_micro(cell) for cell in cells])

    def positive(self, weights: Sequence[int]) -> NDArray[np.int64]:
        """Return weights in micro-units; each must be above zero."""
        for row, weight in enumerate(weights, start=self.first_row):
            if not 0 < weight <= _HEAVIEST:
                remedy = "a weight must be a number above zero; mend it or leave the row out"
                self.problems.append(Misfit(row, "weight", remedy))
        return np.array([min(weight, _HEAVIEST) for weight in weights], dtype=np.int64)

    def _check(self, item: Item, fits: Iterable[bool]) -> None:
        for row, is_known in enumerate(fits, start=self.first_row):
            if not is_known:
                codes = " ".join([*item.codes, *NONANSWER_CODES])
                remedy = f"not a code of this item; use one of {codes}, or leave the cell empty"
                self.problems.append(Misfit(row, item.name, remedy))


def _frame(instrument: Instrument | None, reader: _Reader, weight: NDArray[np.int64]) -> Frame:
    items = _items(instrument)
    coded = [item for item in items if is_coded(item)]
    rows = [reader.coded(item) for item in coded]
    text = {item.name: reader.text(item) for item in items if not is_coded(item)}
    if reader.problems:
        raise FrameError(reader.problems)
    known = {item.name for item in items} | set(DESIGN_COLUMNS)
    text |= {name: reader.plain(name) for name in reader.columns if name not in known}
    return Frame(
        instrument=instrument,
        items=tuple(item.name for item in coded),
        matrix=np.array(rows, dtype=np.int8).reshape(len(coded), reader.n),
        text=text,
        weight=weight,
        stratum=reader.plain("stratum"),
        psu=reader.plain("psu"),
        language=reader.plain("language"),
        mode=reader.plain("mode"),
    )


def _strings(cells: Sequence[str]) -> StringArray:
    return np.array(cells, dtype=np.str_)


def _answered(column: Column) -> Column:
    """Return the column with normal codes; what its file declares missing is no answer."""
    return column.normal.without(frozenset()) if column.declared else column.normal


def _micro(cell: str) -> int:
    """Return a decimal weight in micro-units; 0 when it is no number."""
    try:
        return round(float(cell) * MICRO)
    except (ValueError, OverflowError):
        return 0
