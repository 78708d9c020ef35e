"""What a report is made of, whatever form it takes: blocks of finished words and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Heading:
    """A heading; `anchor` is set when the report can be entered here."""

    text: str
    level: int = 2
    anchor: str = ""


@dataclass(frozen=True)
class Sentence:
    """A paragraph of plain words."""

    text: str


@dataclass(frozen=True)
class Points:
    """Several short paragraphs of equal rank."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """What a reader must know to read the block before it rightly."""

    text: str


@dataclass(frozen=True)
class KeyFigure:
    """One number that stands for itself.

    Attributes
    ----------
    label, meaning : str
        What is measured.
    value : int or None
        The mean; None when it is withheld.
    scale : str
        What the value is counted on, as "of 100".
    low, high : int or None
        Its interval.
    sentence : str
        The figure in words.
    details : tuple of (str, str)
        Further numbers, each with its name.
    parts : tuple of KeyFigure
        What it is the mean of.
    """

    label: str
    meaning: str
    value: int | None
    scale: str
    low: int | None
    high: int | None
    sentence: str
    details: tuple[tuple[str, str], ...] = ()
    parts: tuple[KeyFigure, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One cell of a table.

    Attributes
    ----------
    text : str
        What stands in it.
    tint : int or None
        Step of the sequential scale, 1 to 5.
    bar : int or None
        Length of a bar under the text, 0 to 100.
    withheld : bool
        Whether the text stands for a withheld number.
    """

    text: str
    tint: int | None = None
    bar: int | None = None
    withheld: bool = False


@dataclass(frozen=True)
class TableRow:
    """A row of a table with its name."""

    label: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class RowGroup:
    """Rows under a name of their own; an empty name for the only group of a table."""

    title: str
    rows: tuple[TableRow, ...]


@dataclass(frozen=True)
class Table:
    """A table of finished words and numbers.

    Attributes
    ----------
    caption : str
        What it holds.
    columns : tuple of str
        Heads of the columns, that of the row names first.
    groups : tuple of RowGroup
        Its rows.
    legend : tuple of str
        What the marks in it mean.
    folded : bool
        Whether it opens on request only.
    heat, bars : bool
        Whether its numbers are shown by tints as well, or by bars.
    """

    caption: str
    columns: tuple[str, ...]
    groups: tuple[RowGroup, ...]
    legend: tuple[str, ...] = ()
    folded: bool = False
    heat: bool = False
    bars: bool = False


@dataclass(frozen=True)
class Chart:
    """A stored figure, by name, with the table that says the same."""

    name: str
    caption: str
    table: Table


Block: TypeAlias = Heading | Sentence | Points | Note | KeyFigure | Table | Chart


@dataclass(frozen=True)
class Report:
    """A report in one language, ready for any renderer."""

    title: str
    kind: str
    language: str
    direction: str
    blocks: tuple[Block, ...]
