"""A release: everything a report may say, complete in itself, frozen, as one document."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from analysis.disclosure import codec
from analysis.disclosure.bodies import Assessment
from analysis.disclosure.checks import UNCHECKED, Checks
from analysis.disclosure.facts import Facts
from analysis.disclosure.kinds import Direction
from analysis.disclosure.outline import Outline
from analysis.disclosure.policy import Policy
from analysis.estimate import Domain


class Withheld(StrEnum):
    """Why a cell is withheld."""

    FEW = "few people"
    PROTECTS = "protects another cell"
    SENSITIVE = "sensitive"
    HEAVY = "one answer weighs too much"


class Remark(StrEnum):
    """What a reader should know about a published cell."""

    FEW_ANSWERS = "few answers"
    FEW_CLUSTERS = "few clusters"


@dataclass(frozen=True)
class Cell:
    """One number in one domain, as it is published: rounded, or withheld with every number.

    Attributes
    ----------
    dimension : str
        Name of the dimension, or ``<topic>.<row>``.
    domain : Domain
        Whom it is about; ``()`` is everyone.
    withheld : Withheld or None
        Why nothing is shown; None when it is published.
    n : int or None
        People whose answers enter, rounded to the base of the policy.
    mean, low, high : int or None
        Mean score and its 95 % interval, whole numbers from 0 to 100; of a share, `low` and
        `high` are percentages; of a difference or a change they are points, which may be below
        zero. A convenience sample has no interval.
    lowest, highest : str or None
        Whole percentage of people in the lowest and the highest quarter, or a bound as ``<5``.
    share : str or None
        Of a topic that counts people: whole percentage of them, or a bound.
    ranks : tuple of int or None
        Of a priority: the highest and the lowest rank that it may have.
    direction : Direction or None
        Of a difference or a change: what may be said of it.
    before : int or None
        Of a change: the mean that the release of the round before has.
    notes : tuple of Remark
        What to know about it.
    """

    dimension: str
    domain: Domain
    withheld: Withheld | None = None
    n: int | None = None
    mean: int | None = None
    low: int | None = None
    high: int | None = None
    lowest: str | None = None
    highest: str | None = None
    share: str | None = None
    ranks: tuple[int, int] | None = None
    direction: Direction | None = None
    before: int | None = None
    notes: tuple[Remark, ...] = ()

    @property
    def key(self) -> tuple[str, Domain]:
        """What it is and whom it is about: no other cell of its edition has the same."""
        return self.dimension, self.domain


@dataclass(frozen=True)
class Edition:
    """What one audience may read.

    Attributes
    ----------
    policy : Policy
        The limits that were applied.
    people : int or None
        How many people answered, rounded; None when they are too few to say.
    cells : tuple of Cell
        In the order of the outline.
    """

    policy: Policy
    people: int | None
    cells: tuple[Cell, ...]

    def cell(self, dimension: str, domain: Domain = ()) -> Cell:
        """Return the cell of `dimension` in `domain`; KeyError if this edition has none."""
        return self._index[dimension, domain]

    def has(self, dimension: str, domain: Domain = ()) -> bool:
        """Tell whether this edition has a cell of `dimension` in `domain`, shown or withheld."""
        return (dimension, domain) in self._index

    @cached_property
    def _index(self) -> dict[tuple[str, Domain], Cell]:
        return {cell.key: cell for cell in self.cells}


@dataclass(frozen=True)
class ReleaseHead:
    """What a release says of itself, without its numbers, which take longest to read.

    Attributes
    ----------
    facts : Facts
        Where its numbers come from.
    outline : Outline
        What they are about, with words.
    """

    facts: Facts
    outline: Outline

    @classmethod
    def from_json(cls, document: str) -> ReleaseHead:
        """Read the head of what `Release.to_json` wrote."""
        return codec.decode(cls, document)


@dataclass(frozen=True)
class Release:
    """Numbers that left the team, with all that is needed to read and to check them.

    Attributes
    ----------
    facts : Facts
        Where they come from.
    outline : Outline
        What they are about, with words.
    programme, community : Edition
        What each audience may read.
    checks : Checks
        How far its numbers can be relied on and compared.
    assessment : Assessment or None
        Of a round in which raters of bodies answered: its sections, which are no cells.
    stories : tuple of str or None
        What people told in their own words, as they and a reader of the team allow it to be
        quoted; for programme teams only.
    """

    facts: Facts
    outline: Outline
    programme: Edition
    community: Edition
    checks: Checks = UNCHECKED
    assessment: Assessment | None = None
    stories: tuple[str, ...] | None = None

    def to_json(self) -> str:
        """Return the release as canonical JSON: same release, same characters."""
        return codec.encode(self)

    @classmethod
    def from_json(cls, document: str) -> Release:
        """Read a release back from what `to_json` wrote."""
        return codec.decode(cls, document)
