"""Branches that nobody can reach, conditions that decide nothing, constraints nobody can obey."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from questionnaires.check.cases import Domain, domain, product_size
from questionnaires.errors import Problem
from questionnaires.ledger import STRUCTURE
from questionnaires.logic.evaluate import evaluate, is_true
from questionnaires.logic.reading import Logic, condition_texts, members, reached, read, read_logic
from questionnaires.logic.relevance import in_order
from questionnaires.logic.tree import (
    Call,
    Expression,
    Name,
    Negative,
    Operation,
    Own,
    depends_on,
)
from questionnaires.logic.values import to_text
from questionnaires.model import Instrument, Item

#: How many cases are tried by chance before all are, and how many those may be.
_SAMPLE = 150
_MOST = 20_000

_OWN = "."
#: Stands before the names of sections, which may be those of items as well.
_SECTION = "section "


def never_asked(instrument: Instrument) -> Iterator[Problem]:
    """Yield each section and item whose condition no answers can meet.

    What waits for one of these is not asked either; it is mended with it and not named again.
    """
    logic = read_logic(instrument)
    blocked: set[str] = set()
    for target in _targets(instrument):
        names = {name for tree in target.trees for name in depends_on(tree)}
        waits = reached(names, logic.calculations) | {target.section}
        if not waits.isdisjoint(blocked):
            blocked |= target.names
        elif _outcomes(instrument, target.trees) == {False}:
            blocked |= target.names
            remedy = "no answers lead to it: its conditions contradict one another; mend 'ask_if'"
            yield Problem(STRUCTURE, target.owner, "never-asked", remedy)


def idle_conditions(instrument: Instrument) -> Iterator[Problem]:
    """Yield each section and item whose condition holds whatever is answered."""
    for target in _targets(instrument):
        if _outcomes(instrument, target.trees[-1:]) == {True}:
            remedy = "its condition always holds, so it decides nothing; drop 'ask_if', or mend it"
            yield Problem(STRUCTURE, target.owner, "always-asked", remedy)


def impossible_constraints(instrument: Instrument) -> Iterator[Problem]:
    """Yield each item whose constraint no answer can obey."""
    logic = read_logic(instrument)
    for item in instrument.items:
        if item.name in logic.constraints and item.instance <= 1:
            tree = _named(logic.constraints[item.name])
            if _outcomes(instrument, [tree], item) == {False}:
                remedy = "no answer can obey it; mend 'constraint', or the ends of the item"
                yield Problem(STRUCTURE, item.words, "impossible-constraint", remedy)


@dataclass(frozen=True)
class _Target:
    """A condition that is written once.

    Attributes
    ----------
    owner : str
        The section or item of the file that has it.
    names : set of str
        What cannot be asked when it does not hold: the section, or the item.
    section : str
        The section it stands in.
    trees : tuple of Expression
        All that must hold: the condition of the section, and its own last.
    """

    owner: str
    names: frozenset[str]
    section: str
    trees: tuple[Expression, ...]


def _targets(instrument: Instrument) -> Iterator[_Target]:
    """Yield each condition, the outer ones first; one turn of a group stands for all."""
    turns = members(instrument.items)
    sections = {each.name: each for each in instrument.sections}
    for each in instrument.sections:
        if each.ask_if:
            tree = read(each.ask_if, turns)
            yield _Target(each.name, frozenset({_SECTION + each.name}), "", (tree,))
    for item in instrument.items:
        if item.ask_if and item.instance <= 1:
            yield _Target(
                item.name if item.row else item.words,
                frozenset({item.name}),
                _SECTION + item.section,
                tuple(read(text, turns) for text in condition_texts(item, sections)),
            )


def _outcomes(
    instrument: Instrument, trees: Sequence[Expression], own: Item | None = None
) -> set[bool]:
    """Return which outcomes `trees` can have together; none when that cannot be decided."""
    logic = read_logic(instrument)
    items = _needed(instrument, logic, trees)
    spoken = [*trees, *logic.calculations.values()]
    spoken += [tree for item in items for tree in logic.conditions.get(item.name, ())]
    domains = {item.name: domain(item, item.name, spoken) for item in items}
    if own is not None:
        found = domain(own, _OWN, trees)
        answers = tuple(filter(None, found.values))
        domains[_OWN] = Domain(answers, found.is_whole)
    is_whole = all(each.is_whole for each in domains.values())
    outcomes: set[bool] = set()
    for case in _cases(domains, is_whole=is_whole):
        outcomes.add(_holds(logic, items, trees, case))
        if len(outcomes) > 1:
            return outcomes
    return outcomes if is_whole and product_size(domains) <= _MOST else set()


def _cases(domains: Mapping[str, Domain], *, is_whole: bool) -> Iterator[dict[str, str]]:
    """Yield some cases by chance, then all of them where they are few and stand for all."""
    chance = random.Random(1)  # noqa: S311 - the same cases each time
    for _ in range(_SAMPLE):
        yield {name: chance.choice(each.values) for name, each in domains.items()}
    if is_whole and product_size(domains) <= _MOST:
        for values in product(*(each.values for each in domains.values())):
            yield dict(zip(domains, values, strict=True))


def _needed(instrument: Instrument, logic: Logic, trees: Iterable[Expression]) -> list[Item]:
    """Return the items that `trees` depend on, and those that these depend on, in order."""
    found: set[str] = set()
    waiting = [name for tree in trees for name in depends_on(tree)]
    while waiting:
        for name in reached([waiting.pop()], logic.calculations) - found - {_OWN}:
            found.add(name)
            waiting += [n for tree in logic.conditions.get(name, ()) for n in depends_on(tree)]
    every = {item.name: item for form in instrument.forms for item in in_order(instrument, form)}
    places = {section.name: place for place, section in enumerate(instrument.sections)}
    items = [item for name, item in every.items() if name in found]
    return sorted(items, key=lambda item: places.get(item.section, len(places)))


def _holds(
    logic: Logic, items: Sequence[Item], trees: Sequence[Expression], case: Mapping[str, str]
) -> bool:
    known = {_OWN: case[_OWN]} if _OWN in case else {}
    for item in items:
        _calculate(logic, known)
        if all(is_true(tree, known) for tree in logic.conditions.get(item.name, ())):
            known[item.name] = case[item.name]
    _calculate(logic, known)
    return all(is_true(tree, known) for tree in trees)


def _calculate(logic: Logic, known: dict[str, str]) -> None:
    for name, tree in logic.calculations.items():
        known[name] = to_text(evaluate(tree, known))


def _named(tree: Expression) -> Expression:
    """Return `tree` with a name in place of ``.``, so that it can be tried out like any other."""
    if isinstance(tree, Own):
        return Name(_OWN)
    if isinstance(tree, Negative):
        return Negative(_named(tree.inner))
    if isinstance(tree, Operation):
        return Operation(tree.sign, _named(tree.left), _named(tree.right))
    if isinstance(tree, Call):
        return Call(tree.function, tuple(map(_named, tree.arguments)))
    return tree
