"""The expressions of an instrument checked while it is built: each mistake with its place.

First each is read as it is written; then those that can be read are held against the items: what
they name, of what kind it is, and whether its answer is there when it is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from questionnaires.ledger import Ledger
from questionnaires.logic.errors import LogicError
from questionnaires.logic.kinds import find_mistakes, meaning_of
from questionnaires.logic.meanings import ANY, Kind, Meaning, item_meaning
from questionnaires.logic.order import check_order
from questionnaires.logic.parse import parse
from questionnaires.logic.reading import Members, condition_texts, members, read
from questionnaires.logic.tree import Expression, speaks_of_itself
from questionnaires.model import Calculation, Instrument, Item
from questionnaires.types import is_type

Row = Mapping[str, Any]

#: What a calculation may come to. A condition is written where it is needed.
_VALUES = (Kind.TEXT, Kind.NUMBER, Kind.SET)


def check_logic(
    ledger: Ledger, instrument: Instrument, every: Sequence[Item], written: Sequence[Row]
) -> None:
    """Note every mistake in the conditions, constraints and calculations of `instrument`.

    Parameters
    ----------
    ledger : Ledger
        Where problems are noted.
    instrument : Instrument
        The instrument, which may have other problems.
    every : sequence of Item
        Its items, with those that are off.
    written : sequence of mapping
        The checked tables of its items, as the file has them.
    """
    known = [item for item in every if is_type(item.type)]
    joined = [(item.words, "ask_if", item.ask_if) for item in known]
    # What stands in a grid or a group is joined with its condition, which can make it too long.
    if not _are_readable(ledger, _written(instrument, written)) or not _are_readable(
        ledger, joined
    ):
        return
    turns = members(known)
    names = _meanings(known, instrument.calculations, turns)
    sections = {section.name: section for section in instrument.sections}
    _check_names(ledger, known, instrument.calculations)
    for owner, text in _conditions(instrument, known):
        _note(ledger, owner, "ask_if", find_mistakes(read(text, turns), names, [Kind.TRUTH]))
    for each in instrument.calculations:
        mistakes = find_mistakes(read(each.expression, turns), names, _VALUES)
        _note(ledger, each.name, "expression", mistakes)
    for item in known:
        if item.constraint and item.instance <= 1:
            _check_constraint(ledger, item, read(item.constraint, turns), names)
        if item.required and condition_texts(item, sections):
            remedy = "it must be answered, so it must be asked; drop 'ask_if' or 'required'"
            ledger.report(item.words, "never-conditional", remedy)
    check_order(ledger, instrument, known)


def _written(instrument: Instrument, rows: Sequence[Row]) -> Iterator[tuple[str, str, str]]:
    """Yield each expression as the file has it, with its owner and its key."""
    yield from ((each.name, "ask_if", each.ask_if) for each in instrument.sections)
    yield from ((each.name, "expression", each.expression) for each in instrument.calculations)
    for row in rows:
        yield from ((row["name"], key, row[key]) for key in ("ask_if", "constraint"))
        for part in row["row"]:
            yield f"{row['name']}_{part['code']}", "ask_if", part["ask_if"]


def _are_readable(ledger: Ledger, texts: Iterable[tuple[str, str, str]]) -> bool:
    """Note every expression that cannot be read; tell whether all can be."""
    are_read = True
    for owner, key, text in texts:
        mistakes = list(_unreadable(text))
        _note(ledger, owner, key, mistakes)
        is_missing = key == "expression" and not text
        are_read = are_read and not mistakes and not is_missing
    return are_read


def _unreadable(text: str) -> Iterator[LogicError]:
    try:
        if text:
            parse(text)
    except LogicError as mistake:
        yield mistake


def _conditions(instrument: Instrument, items: Iterable[Item]) -> Iterator[tuple[str, str]]:
    """Yield each condition with its owner; one turn of a group stands for all."""
    yield from ((each.name, each.ask_if) for each in instrument.sections if each.ask_if)
    yield from ((each.words, each.ask_if) for each in items if each.ask_if and each.instance <= 1)


def _meanings(
    items: Iterable[Item], calculations: Iterable[Calculation], turns: Members
) -> dict[str, Meaning]:
    names = {item.name: item_meaning(item) for item in items}
    waiting = list(calculations)
    names |= {each.name: ANY for each in waiting}
    for each in waiting:
        found = meaning_of(read(each.expression, turns), names)
        names[each.name] = found if found.kind in _VALUES else ANY  # named where it is written
    return names


def _check_names(
    ledger: Ledger, items: Iterable[Item], calculations: Sequence[Calculation]
) -> None:
    asked = {item.name for item in items if item.type != "calculation"}
    for each in calculations:
        if each.name in asked:
            remedy = "an item has this name as well; give the calculation another"
            ledger.report(each.name, "duplicate-calculation", remedy)


def _check_constraint(
    ledger: Ledger, item: Item, tree: Expression, names: Mapping[str, Meaning]
) -> None:
    mistakes = find_mistakes(tree, names, [Kind.TRUTH], item_meaning(item))
    _note(ledger, item.words, "constraint", mistakes)
    if not speaks_of_itself(tree):
        remedy = "a constraint is about its own answer; write that as '.', as in . <= 10"
        ledger.report(item.words, "not-its-own", remedy)


def _note(ledger: Ledger, owner: str, key: str, mistakes: Iterable[LogicError]) -> None:
    for mistake in mistakes:
        ledger.report(owner, mistake.code, f"in '{key}', {mistake.remedy}")
