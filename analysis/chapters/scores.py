"""The dimensions of an instrument with all their items, as chapters about scores need them."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaires import Instrument, Role, Rule


@dataclass(frozen=True)
class Scored:
    """A dimension, with the items of its parts where it has parts."""

    name: str
    rule: Rule
    items: tuple[str, ...]


def scored(instrument: Instrument, *, subscales: bool = False) -> list[Scored]:
    """Return the dimensions of a report in order, each before its subscales if they are wanted."""
    found = []
    for whole in instrument.dimensions:
        if whole.role is not Role.DIMENSION:
            continue
        parts = [instrument.dimension(name) for name in whole.parts]
        items = (*whole.items, *(name for part in parts for name in part.items))
        found.append(Scored(whole.name, whole.rule, items))
        if subscales:
            found += [Scored(part.name, part.rule, part.items) for part in parts]
    return found
