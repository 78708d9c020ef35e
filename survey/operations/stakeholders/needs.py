"""What organisations need to play their part, and what they lack to do so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey.operations.stakeholders.grid import CAPACITY, Band, Rated, rate
from survey.operations.stakeholders.register import Stakeholder

#: What an organisation can need, as the instrument lists it; ``none`` is not among them.
NEEDS = ("training", "staff", "money", "rules", "protection", "data", "contacts", "premises")
LEVELS = ("local", "regional", "national", "international")


@dataclass(frozen=True)
class Need:
    """One organisation on one topic: what raters say it needs, and what it has too little of.

    Attributes
    ----------
    needs : mapping of str to int
        How many of its raters name each need, in the order of the instrument.
    lacks : tuple of str
        The parts of capacity whose median is low.
    lines : list of str
        What would help most, in the raters' words.
    """

    stakeholder: Stakeholder
    needs: dict[str, int]
    lacks: tuple[str, ...]
    lines: list[str]


def needs_of(stakeholders: Sequence[Stakeholder]) -> list[Need]:
    """Return the organisations that need or lack something."""
    found = [
        Need(each, _named(each), _lacking(each), each.all_said("needs_line"))
        for each in stakeholders
    ]
    return [each for each in found if each.needs or each.lacks or each.lines]


def needs_by_level(needs: Sequence[Need]) -> dict[str, list[int]]:
    """Return how many organisations of each level need each thing; the last number is all of them.

    One whose level nobody said counts in the last number only.
    """
    rows: dict[str, list[set[str]]] = {name: [set() for _ in (*LEVELS, "")] for name in NEEDS}
    for each in needs:
        level = each.stakeholder.said("level")
        for name in each.needs:
            rows[name][-1].add(each.stakeholder.key)
            if level in LEVELS:
                rows[name][LEVELS.index(level)].add(each.stakeholder.key)
    return {name: [len(keys) for keys in row] for name, row in rows.items()}


def _named(stakeholder: Stakeholder) -> dict[str, int]:
    said = [set(entry.said("needs").split()) for entry in stakeholder.entries]
    counts = {name: sum(name in each for each in said) for name in NEEDS}
    return {name: count for name, count in counts.items() if count}


def _lacking(stakeholder: Stakeholder) -> tuple[str, ...]:
    return tuple(name for name in CAPACITY if _part(stakeholder, name).band is Band.LOW)


def _part(stakeholder: Stakeholder, name: str) -> Rated:
    said = (entry.said(name) for entry in stakeholder.entries)
    return rate([float(each) for each in said if each.isdigit()])
