"""Whether each answer is there when an expression needs it: no loops, nothing from further on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from questionnaires.ledger import Ledger
from questionnaires.logic.reading import Members, condition_texts, members, reached, read
from questionnaires.logic.tree import Expression, depends_on
from questionnaires.model import Instrument, Item


@dataclass(frozen=True)
class _Order:
    """What stands where, and what waits for what.

    Attributes
    ----------
    places : mapping of str to int
        By item: how many stand before it on the pages.
    calculations : mapping of str to Expression
        By name.
    waits : mapping of str to set of str
        By item or calculation: the names that it waits for.
    """

    places: Mapping[str, int]
    calculations: Mapping[str, Expression]
    waits: Mapping[str, Set[str]]

    def leads(self, start: str, goal: str) -> bool:
        """Tell whether `start` waits for `goal`, directly or through others."""
        found: set[str] = set()
        waiting = [start]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.waits.get(name, ())
        return goal in found

    def place(self, name: str) -> int:
        """Return after how many items `name` is known."""
        return max((self.places[each] for each in self.items(name)), default=-1)

    def items(self, name: str) -> Set[str]:
        """Return the items that `name` comes to: itself, or those of a calculation."""
        return reached([name], self.calculations) & self.places.keys()


def check_order(ledger: Ledger, instrument: Instrument, every: Sequence[Item]) -> None:
    """Note each name in an expression whose answer is not there when it is needed.

    `every` holds the items of the instrument with those that are off.
    """
    turns = members(every)
    order = _order(instrument, every, turns)
    asked = {item.name: item for item in instrument.items}
    for section in instrument.sections:
        inside = [item for item in every if item.section == section.name]
        if section.ask_if and inside:
            first = min(inside, key=lambda item: order.places[item.name])
            tree = read(section.ask_if, turns)
            _check_names(ledger, order, section.name, first, depends_on(tree))
    for item in every:
        if item.instance > 1:
            continue
        for text in filter(None, (item.ask_if, item.constraint)):
            names = depends_on(read(text, turns)) - {item.constraint and item.name}
            off = {name for name in names if name in order.places and name not in asked}
            _check_names(ledger, order, item.words, item, names - off)
        if item.name in asked:
            _check_asked(ledger, order, item, asked)
    _check_calculations(ledger, order)


def _order(instrument: Instrument, every: Sequence[Item], turns: Members) -> _Order:
    sections = {section.name: section for section in instrument.sections}
    numbers = {name: number for number, name in enumerate(sections)}
    in_order = sorted(every, key=lambda item: numbers.get(item.section, len(numbers)))
    calculations = {each.name: read(each.expression, turns) for each in instrument.calculations}
    waits = {name: depends_on(tree) for name, tree in calculations.items()}
    for item in every:
        if item.name not in calculations:
            texts = condition_texts(item, sections)
            waits[item.name] = frozenset().union(*(depends_on(read(each, turns)) for each in texts))
    places = {item.name: place for place, item in enumerate(in_order)}
    stored = {name: place for name, place in places.items() if name not in calculations}
    return _Order(stored, calculations, waits)


def _check_names(ledger: Ledger, order: _Order, owner: str, item: Item, names: Set[str]) -> None:
    """Note each of `names` whose answer comes at or after `item`."""
    for name in sorted(names):
        if name == item.name:
            remedy = f"it waits for its own answer, ${{{name}}}; name an item before it"
            ledger.report(owner, "loop", remedy)
        elif order.place(name) >= order.places.get(item.name, 0):
            is_loop = order.leads(name, item.name)
            remedy = f"{name} waits for it in turn; one of the two must do without the other"
            if not is_loop:
                remedy = f"${{{name}}} is not known yet there; move it before {owner}"
            ledger.report(owner, "loop" if is_loop else "forward-reference", remedy)


def _check_asked(ledger: Ledger, order: _Order, item: Item, asked: Mapping[str, Item]) -> None:
    """Note each item that `item` waits for and that is off, or missing from one of its forms."""
    names = {name for each in order.waits[item.name] for name in order.items(each)}
    for name in sorted(names):
        if name not in asked:
            remedy = f"it waits for ${{{name}}}, which is off; switch that on, or this off as well"
            ledger.report(item.words, "waits-for-nothing", remedy)
        elif missing := sorted(set(item.forms) - set(asked[name].forms)):
            remedy = (
                f"it waits for ${{{name}}}, which form '{missing[0]}' does not ask; add it there"
            )
            ledger.report(item.words, "waits-for-nothing", f"{remedy}; add it there")


def _check_calculations(ledger: Ledger, order: _Order) -> None:
    """Note each calculation that needs itself, or one further down."""
    before: set[str] = set()
    for name, tree in order.calculations.items():
        before.add(name)
        for other in sorted(depends_on(tree) & order.calculations.keys()):
            if other == name or (other not in before and order.leads(other, name)):
                remedy = f"it needs its own value, through ${{{other}}}; take that out"
                ledger.report(name, "loop", remedy)
            elif other not in before:
                remedy = f"${{{other}}} stands further down; move it before {name}"
                ledger.report(name, "forward-reference", remedy)
