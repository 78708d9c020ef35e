"""Kinds of published tables: what each row counts, over whom, and how it was computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Chapter(StrEnum):
    """Parts of a report, in their order."""

    ACTS = "acts"
    UNSURE = "unsure"
    GROUPS = "groups"
    NEEDS = "needs"
    ASSETS = "assets"
    SERVICES = "services"
    SAFETY = "safety"
    RETURN = "return"
    BARRIERS = "barriers"
    DRIVERS = "drivers"
    RESILIENCE = "resilience"
    SUPPORT = "support"
    CHANGE = "change"
    SOURCES = "sources"


class Statistic(StrEnum):
    """What a number of a table is."""

    POINTS = "points"  # mean of answers to one item, 0-100
    SHARE = "share"  # percent of people who gave one of `Row.answers`
    IN_NEED = "in need"  # percent of households at the third point of severity or above
    UNSURE = "unsure"  # percent of people who were asked and said that they do not know
    PRIORITY = "priority"  # Borda points of a ranking, 0-100, with the ranks it may have
    FIRST = "first"  # percent of people who ranked anything that put it first
    MENTIONED = "mentioned"  # percent of people who ranked anything that listed it
    DIFFERENCE = "difference"  # mean score of a place or group less that of all others, in points
    CHANGE = "change"  # mean score less that of the round before, in points
    CHANGE_OF_PLACES = "change of places"  # the same, where the rounds asked in different places
    EXTRA_CHANGE = "extra change"  # change of the other places less that of the comparison places

    @property
    def is_share(self) -> bool:
        """Whether it is a percentage of people."""
        return self in _SHARES

    @property
    def is_contrast(self) -> bool:
        """Whether it is a difference in points, which may be below zero."""
        return self in _CONTRASTS

    @property
    def is_change(self) -> bool:
        """Whether it is a mean score less that of the round before."""
        return self in {Statistic.CHANGE, Statistic.CHANGE_OF_PLACES}

    @property
    def has_everyone(self) -> bool:
        """Whether there is one of everyone, of whom its breakdowns are parts.

        Everyone differs from nobody, and is not the same where other places were asked.
        """
        return self not in {Statistic.DIFFERENCE, Statistic.CHANGE_OF_PLACES}


_SHARES = {
    *(Statistic.SHARE, Statistic.IN_NEED, Statistic.UNSURE),
    *(Statistic.FIRST, Statistic.MENTIONED),
}
_CONTRASTS = {
    *(Statistic.DIFFERENCE, Statistic.CHANGE, Statistic.CHANGE_OF_PLACES),
    Statistic.EXTRA_CHANGE,
}


class Direction(StrEnum):
    """What may be said of a difference: nothing, unless chance alone hardly explains it."""

    HIGHER = "higher"
    LOWER = "lower"
    NOT_CLEAR = "no clear difference"


@dataclass(frozen=True)
class Row:
    """A row of a table.

    Attributes
    ----------
    code : str
        Unique in its table: of a sector, an act, a choice, a dimension.
    items : tuple of str
        The items whose answers enter.
    answers : tuple of str
        Of a share: the codes that count. Of a ranking: the one code that is ranked.
    sensitive : bool
        Whether an item among them is sensitive: then nobody may learn that all said the same.
    """

    code: str
    items: tuple[str, ...]
    answers: tuple[str, ...] = ()
    sensitive: bool = False


@dataclass(frozen=True)
class Topic:
    """A table that a release publishes besides the scores of its dimensions.

    A number of it is a `Cell` whose `dimension` is ``<table>.<row>``, so that whatever withholds
    and audits the cells of dimensions does the same for these.

    Attributes
    ----------
    name : str
        Unique in the release, without a dot.
    chapter : Chapter
        Where a report shows it.
    statistic : Statistic
        What its numbers are.
    rows : tuple of Row
        In the order of the instrument.
    by : tuple of str
        Breakdown items by which it is shown, besides everyone.
    parts : bool
        Whether its rows are the parts of one whole and add up to 100: then all of them are
        withheld together.
    waves : tuple of str
        Links of the rounds it rests on, the present one last; empty for the present one only.
    """

    name: str
    chapter: Chapter
    statistic: Statistic
    rows: tuple[Row, ...]
    by: tuple[str, ...] = ()
    parts: bool = False
    waves: tuple[str, ...] = field(default=())

    def measure(self, row: Row) -> str:
        """Return the name under which the cells of `row` stand."""
        return f"{self.name}.{row.code}"

    @property
    def measures(self) -> tuple[str, ...]:
        """The names under which its cells stand, in order."""
        return tuple(self.measure(row) for row in self.rows)
