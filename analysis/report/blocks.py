"""What a report is made of, whatever form it takes: blocks of finished words and numbers."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil
from typing import TypeAlias

from analysis.estimate import Domain

#: Columns of numbers that a sheet of paper holds side by side.
_WIDEST = 11
#: Rows that a page shows one below the other; more of them are scrolled in a frame of their own.
_LONGEST = 40


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
class Explanation:
    """Where numbers come from: what "Explain these numbers" opens under a table or a figure.

    Attributes
    ----------
    title : str
        What opens it.
    lines : tuple of (str, str)
        What is told, and what it is: items, round, whom it is about, weights, estimator, rule.
    """

    title: str
    lines: tuple[tuple[str, str], ...]


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
    explanation : Explanation or None
        Where it comes from.
    about : tuple of (str, Domain) or None
        As of an `Entry`.
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
    explanation: Explanation | None = None
    about: tuple[str, Domain] | None = None


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
    about : tuple of (str, Domain) or None
        The key of the published cell that it shows, by which a page leads to its explanation.
    """

    text: str
    tint: int | None = None
    bar: int | None = None
    withheld: bool = False
    about: tuple[str, Domain] | None = None


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
    explanation : Explanation or None
        Where its numbers come from.
    """

    caption: str
    columns: tuple[str, ...]
    groups: tuple[RowGroup, ...]
    legend: tuple[str, ...] = ()
    folded: bool = False
    heat: bool = False
    bars: bool = False
    explanation: Explanation | None = None

    @property
    def is_long(self) -> bool:
        """Whether the heads of its columns would be out of sight at its end."""
        return sum(len(group.rows) for group in self.groups) > _LONGEST

    def pieces(self) -> Iterator[Table]:
        """Yield the table as paper holds it: in even pieces, each with the names of its rows."""
        numbers = len(self.columns) - 1
        if numbers <= _WIDEST:
            yield self
            return
        step = ceil(numbers / ceil(numbers / _WIDEST))
        for first in range(0, numbers, step):
            yield self._piece(slice(first, first + step))

    def _piece(self, some: slice) -> Table:
        def cut(row: TableRow) -> TableRow:
            return replace(row, entries=row.entries[some])

        groups = tuple(replace(each, rows=tuple(map(cut, each.rows))) for each in self.groups)
        return replace(self, columns=(self.columns[0], *self.columns[1:][some]), groups=groups)


class FigureKind(StrEnum):
    """How a figure is drawn."""

    FOREST = "forest"  # a point and its range for each row
    DISTRIBUTION = "distribution"  # a bar of parts for each row
    HEAT = "heat"  # a field of colour for each row and step
    RANKED = "ranked"  # a bar for each row, ties under one name
    SLOPE = "slope"  # two points for each row, joined
    TRIANGULATION = "triangulation"  # a mark for each row and source
    MAP = "map"  # an area for each row


@dataclass(frozen=True)
class Mark:
    """One row of a figure: published numbers only, so that nothing else can be drawn.

    Attributes
    ----------
    label : str
        Its name.
    code : str
        Of a place: its code, by which a map finds its area.
    group : str
        The name under which it stands with its neighbours; empty for none.
    value, low, high : int or None
        Where its point or the end of its bar is, and its range; None when there is none.
    text : str
        What is written beside it: the value in words.
    values : tuple of int or None
        Of a distribution, the length of each part; of a heat figure and of triangulation, the
        number under each step; of a slope, the earlier and the later value.
    texts : tuple of str
        What is written on or beside each of `values`.
    hollow : bool
        Whether the number rests on few answers.
    withheld : bool
        Whether it is named without a number.
    """

    label: str
    code: str = ""
    group: str = ""
    value: int | None = None
    low: int | None = None
    high: int | None = None
    text: str = ""
    values: tuple[int | None, ...] = ()
    texts: tuple[str, ...] = ()
    hollow: bool = False
    withheld: bool = False


@dataclass(frozen=True)
class Chart:
    """A figure, with the table that says the same. Whoever draws it reads nothing but this.

    Attributes
    ----------
    name : str
        Unique in its report; a drawing is stored under it.
    caption : str
        What it shows.
    table : Table
        The same numbers as words.
    kind : FigureKind
        How it is drawn.
    description : str
        How it is read, for those who do not see it.
    marks : tuple of Mark
        Its rows, in order.
    steps : tuple of str
        Names of `Mark.values`, in order: of parts, of columns, of sources, of two rounds.
    neutral : int or None
        Of a distribution: the part that leans to neither side, which stands apart.
    scale : tuple of int
        The ends of its axis.
    line : int or None
        Where a line for everyone stands.
    """

    name: str
    caption: str
    table: Table
    kind: FigureKind = FigureKind.FOREST
    description: str = ""
    marks: tuple[Mark, ...] = ()
    steps: tuple[str, ...] = ()
    neutral: int | None = None
    scale: tuple[int, int] = (0, 100)
    line: int | None = None

    @property
    def is_long(self) -> bool:
        """Whether it is taller than a screen by far."""
        return len(self.marks) > _LONGEST


Block: TypeAlias = Heading | Sentence | Points | Note | KeyFigure | Table | Chart


@dataclass(frozen=True)
class Report:
    """A report in one language, ready for any renderer."""

    title: str
    kind: str
    language: str
    direction: str
    blocks: tuple[Block, ...]

    def shown(self, figures: Container[str]) -> Report:
        """Return the report without maps that are not among `figures`, the names of drawn ones.

        Where places have no borders there is no map, and its numbers stand in other tables.
        """
        kept = tuple(
            each
            for each in self.blocks
            if not isinstance(each, Chart)
            or each.kind is not FigureKind.MAP
            or each.name in figures
        )
        return replace(self, blocks=kept)
