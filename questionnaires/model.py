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


@dataclass(frozen=True)
class Choice:
    """One option of an item.

    Attributes
    ----------
    code : str
        What is stored. Never changes once a wave has opened.
    exclusive : bool
        In a multiple item: excludes every other choice, as "none of these" does.
    """

    code: str
    exclusive: bool = False


@dataclass(frozen=True)
class Scale:
    """An ordered list of codes that several items share."""

    name: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A part of the questionnaire: consecutive screens under one heading."""

    name: str


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
    """

    name: str
    rule: Rule
    role: Role
    headline: bool
    parts: tuple[str, ...]
    items: tuple[str, ...]


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
    def _dimensions(self) -> dict[str, Dimension]:
        return {dimension.name: dimension for dimension in self.dimensions}
