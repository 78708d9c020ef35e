"""The expressions of an instrument, read: conditions, constraints and calculations as trees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from questionnaires.logic.parse import parse
from questionnaires.logic.tree import Expression, depends_on, spread
from questionnaires.model import Instrument, Item, Section

Members = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Logic:
    """The expressions of an instrument as trees.

    Attributes
    ----------
    conditions : mapping of str to tuple of Expression
        By item: all that must hold for it to be asked, those of its section first.
    constraints : mapping of str to Expression
        By item: what its answer must obey.
    calculations : mapping of str to Expression
        By name, in the order in which they can be computed.
    """

    conditions: Mapping[str, tuple[Expression, ...]] = field(default_factory=dict)
    constraints: Mapping[str, Expression] = field(default_factory=dict)
    calculations: Mapping[str, Expression] = field(default_factory=dict)


class Same:
    """An instrument known by which one it is: frozen as it is, its words cannot be hashed."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument

    def __hash__(self) -> int:
        """Return a number that is its own while it lives."""
        return id(self.instrument)

    def __eq__(self, other: object) -> bool:
        """Tell whether `other` stands for the very same instrument."""
        return isinstance(other, Same) and other.instrument is self.instrument


def read_logic(instrument: Instrument) -> Logic:
    """Return the expressions of a sound `instrument`; those of the last few are kept at hand."""
    return _read_logic(Same(instrument))


@lru_cache(maxsize=32)
def _read_logic(same: Same) -> Logic:
    instrument = same.instrument
    turns = members(instrument.items)
    sections = {section.name: section for section in instrument.sections}
    return Logic(
        {
            item.name: tuple(read(text, turns) for text in texts)
            for item in instrument.items
            if (texts := condition_texts(item, sections))
        },
        {item.name: read(item.constraint, turns) for item in instrument.items if item.constraint},
        {each.name: read(each.expression, turns) for each in instrument.calculations},
    )


def condition_texts(item: Item, sections: Mapping[str, Section]) -> tuple[str, ...]:
    """Return the conditions of `item` as they are written, that of its section first."""
    section = sections[item.section].ask_if if item.section in sections else ""
    return tuple(filter(None, (section, item.ask_if)))


def read(text: str, turns: Members) -> Expression:
    """Return the tree of `text`; a sum over a repeated item adds up all its turns."""
    tree = parse(text)
    return spread(tree, turns) if turns else tree


def members(items: Iterable[Item]) -> Members:
    """Return the names of all turns of each repeated item, by its name in the file."""
    turns: dict[str, tuple[str, ...]] = {}
    for item in items:
        if item.instance:
            name = item.name.removesuffix(f"_{item.instance}")
            turns[name] = (*turns.get(name, ()), item.name)
    return turns


def reached(names: Iterable[str], calculations: Mapping[str, Expression]) -> frozenset[str]:
    """Return the items that `names` lead to, when calculations are followed to their items."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += depends_on(calculations[name]) if name in calculations else ()
    return frozenset(found - calculations.keys())


def waits_for(instrument: Instrument) -> Mapping[str, frozenset[str]]:
    """Return, by item, the items whose answers decide whether it is asked.

    An item never stands on a screen with one of these, so that no script is needed.
    """
    logic = read_logic(instrument)
    return {
        name: reached((each for tree in trees for each in depends_on(tree)), logic.calculations)
        for name, trees in logic.conditions.items()
    }
