"""The instrument: what is asked, in which order, and what the answers measure.

Everything here is frozen. Structure and words are kept apart: an item knows its scale and its
section, a `Text` knows how they are called in one language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from questionnaires.text import Text


class Level(StrEnum):
    """Level of measurement: what may be computed from an answer."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    MULTIPLE = "multiple"
    RANKING = "ranking"
    TEXT = "text"


class Nonanswer(StrEnum):
    """Why there is no answer. It is data, and it is never a number."""

    UNSURE = "dk"
    REFUSED = "pnta"
    SKIPPED = "skip"
    NOT_APPLICABLE = "na"
    NOT_SHOWN = "not_shown"
    INVALID = "invalid"


#: The nonanswers that a person can choose on a page.
OFFERED = (Nonanswer.UNSURE, Nonanswer.REFUSED)


class Rule(StrEnum):
    """How a dimension is computed from its items or parts (scoring.md C.3 and C.4)."""

    MEAN = "mean"  # reflective: mean of the items, half of them answered
    COMPOSITE = "composite"  # mean of its parts, all of them required
    ACTS = "acts"  # formative: share of the acts done at least once
    FREQUENCY = "frequency"  # formative: how often the acts of another dimension were done


class Role(StrEnum):
    """The place of a dimension in a report."""

    DIMENSION = "dimension"
    SUBSCALE = "subscale"
    FACET = "facet"
    EXTRA = "extra"  # beside the dimensions of the instrument, never among them


class Audience(StrEnum):
    """Who fills in an instrument."""

    PARTICIPANTS = "participants"
    STAFF = "staff"


class Unit(StrEnum):
    """What one response describes."""

    PERSON = "person"
    HOUSEHOLD = "household"
    ORGANISATION = "organisation"
    GROUP = "group"
    PLACE = "place"
    SERVICE = "service"


@dataclass(frozen=True)
class Choice:
    """One option of an item.

    Attributes
    ----------
    code : str
        What is stored. Never changes once a wave has opened.
    exclusive : bool
        In a multiple item: excludes every other choice, as "none of these" does.
    sensitive : bool
        In a list experiment: the statement that only the treatment arm is shown.
    """

    code: str
    exclusive: bool = False
    sensitive: bool = False


@dataclass(frozen=True)
class Scale:
    """An ordered list of codes that several items share."""

    name: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A part of the questionnaire: consecutive screens under one heading.

    `ask_if` is the condition under which its items are asked; empty for always.
    """

    name: str
    ask_if: str = ""


@dataclass(frozen=True)
class Group:
    """Items that are asked again and again, as for each person of a household.

    Attributes
    ----------
    name, section : str
        Its name, and the section it stands in.
    maximum : int
        How often it is asked at most.
    count : str
        The item whose answer says how often; empty when each turn asks whether there is another.
    """

    name: str
    section: str
    maximum: int
    count: str = ""


@dataclass(frozen=True)
class Calculation:
    """A value computed from answers, which conditions may name like an item.

    `stored` puts it among the answers; otherwise it is forgotten once it has been used.
    """

    name: str
    expression: str
    stored: bool = False


@dataclass(frozen=True)
class Options:
    """What only some question types need; each type says which of these it reads.

    Attributes
    ----------
    top : int
        Of a ranking: how many are ranked; 0 for all.
    minimum, maximum : int, str or None
        Of a number or a date: the ends of what may be said, themselves included.
    precision : str
        Of a date: ``year``, ``month`` or ``day``.
    limit, lines : int
        Of a text: the most characters, and the height of its box.
    tokens : int
        Of a vote: how many each voter gives away.
    voters : str
        Of a vote: the number item that says how many voted.
    known : float
        Of a crosswise question: the share of people to whom its private statement applies.
    levels : int
        Of a place: 2 to choose an area first where the wave has areas.
    screen : int
        Of a grid: the most rows on a screen.
    """

    top: int = 0
    minimum: int | str | None = None
    maximum: int | str | None = None
    precision: str = "month"
    limit: int = 500
    lines: int = 1
    tokens: int = 10
    voters: str = ""
    known: float = 0.25
    levels: int = 1
    screen: int = 6


@dataclass(frozen=True)
class Item:
    """One question.

    Attributes
    ----------
    name : str
        Stable name; the form field and the key of the stored answer.
    section, type, scale : str
        Names of its section, its question type and its scale (empty: own choices).
    choices : tuple of Choice
        What can be chosen, in order. Empty for a place, whose choices belong to the wave.
    dimension : str
        The dimension whose score it enters; empty for none.
    facets : tuple of str
        Further dimensions it enters, reported as parts of the first.
    reverse : bool
        A high code means little of the dimension.
    forms : tuple of str
        The forms of the instrument that ask it.
    required, sensitive : bool
        Whether it must be answered; whether the answer could expose a person.
    na, random : bool
        Whether "does not apply" is offered; whether the order of its choices is left to chance.
    ask_if, constraint : str
        Expressions: when it is asked, and what its answer must obey; empty for always.
    source, row : str
        The item of the file that it was made of, and which row or set of it; empty for itself.
    group, instance : str, int
        The group it belongs to, and which turn of it (1, 2, …); empty and 0 for none.
    help, sector : bool
        Whether the page shows the round's lines for help with it; whether its rows or choices
        are the sectors of the needs scores.
    options : Options
        What its type needs besides.
    """

    name: str
    section: str
    type: str
    scale: str
    choices: tuple[Choice, ...]
    dimension: str
    facets: tuple[str, ...]
    reverse: bool
    forms: tuple[str, ...]
    required: bool
    sensitive: bool
    na: bool = False
    random: bool = False
    ask_if: str = ""
    constraint: str = ""
    source: str = ""
    row: str = ""
    group: str = ""
    instance: int = 0
    help: bool = False
    sector: bool = False
    options: Options = Options()

    @property
    def words(self) -> str:
        """The name under which its words stand: the one it has in the file."""
        return self.source or self.name

    @cached_property
    def ways_out(self) -> tuple[Nonanswer, ...]:
        """The nonanswers that a page offers beside its choices."""
        return ((Nonanswer.NOT_APPLICABLE,) if self.na else ()) + OFFERED

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of the choices, in order."""
        return tuple(choice.code for choice in self.choices)


@dataclass(frozen=True)
class Dimension:
    """One thing the instrument measures, with the rule that computes it.

    Attributes
    ----------
    name : str
        Score identifier, as ``TRH``.
    rule : Rule
        How it is computed.
    role : Role
        Where a report shows it.
    headline : bool
        Whether a report opens with it.
    parts : tuple of str
        For a composite, the dimensions it is the mean of; for a frequency, the one it counts.
    items : tuple of str
        The items that are marked with it, in the order of the instrument.
    minimum : int
        For a mean: how many items must be answered, in place of half of them; 0 for half.
    """

    name: str
    rule: Rule
    role: Role
    headline: bool
    parts: tuple[str, ...]
    items: tuple[str, ...]
    minimum: int = 0


@dataclass(frozen=True)
class Instrument:
    """A questionnaire, complete and checked.

    Attributes
    ----------
    name, version : str
        Which questionnaire this is.
    forms : tuple of str
        Its forms, the fullest first.
    scales, sections, items, dimensions : tuple
        Its structure, in order.
    texts : mapping of str to Text
        Its words by language; the first language is the one others fall back to.
    document : mapping
        What it was built from; `canonical` writes it out.
    audience, unit : Audience, Unit
        Who fills it in, and what one response describes.
    groups, calculations : tuple
        What is asked in turns, and what is computed from answers.
    variants : tuple of str
        Its other wordings, of which a wave may choose one.
    wording : str
        The variant whose words these are; empty for the plain ones.
    """

    name: str
    version: str
    forms: tuple[str, ...]
    scales: tuple[Scale, ...]
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    dimensions: tuple[Dimension, ...]
    texts: Mapping[str, Text]
    document: Mapping[str, Any] = field(repr=False, compare=False)
    audience: Audience = Audience.PARTICIPANTS
    unit: Unit = Unit.PERSON
    groups: tuple[Group, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    variants: tuple[str, ...] = ()
    wording: str = ""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it can be asked in, in the order of its file."""
        return tuple(self.texts)

    def item(self, name: str) -> Item:
        """Return the item called `name`; KeyError if there is none."""
        return self._items[name]

    def dimension(self, name: str) -> Dimension:
        """Return the dimension called `name`; KeyError if there is none."""
        return self._dimensions[name]

    def section(self, name: str) -> Section:
        """Return the section called `name`; KeyError if there is none."""
        return self._sections[name]

    def asked(self, form: str) -> tuple[Item, ...]:
        """Return the items that `form` asks, in order."""
        return tuple(item for item in self.items if form in item.forms)

    @cached_property
    def canonical(self) -> str:
        """The instrument as canonical JSON: same content, same bytes."""
        return json.dumps(
            self.document,
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
            allow_nan=False,
        )

    @cached_property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of `canonical`."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @cached_property
    def _items(self) -> dict[str, Item]:
        return {item.name: item for item in self.items}

    @cached_property
    def _sections(self) -> dict[str, Section]:
        return {section.name: section for section in self.sections}

    @cached_property
    def _dimensions(self) -> dict[str, Dimension]:
        return {dimension.name: dimension for dimension in self.dimensions}
