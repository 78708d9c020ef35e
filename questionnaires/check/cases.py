"""Answers to try out: for each item, values of which one stands for every answer it can have.

Whether a condition can ever hold is decided by trying. Where the values below cannot stand for
all answers, as for two numbers that are added up, nothing is decided, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, combinations
from math import isnan

from questionnaires.logic.meanings import Kind, item_meaning
from questionnaires.logic.tree import (
    COMPARISONS,
    Call,
    Expression,
    Literal,
    Name,
    Operation,
    nodes,
    parts,
)
from questionnaires.logic.values import is_number, to_number, to_text
from questionnaires.model import Item

#: Numbers up to this many are all tried.
_FEW = 31
#: The most codes of a list whose every combination is tried.
_COMBINED = 4


@dataclass(frozen=True)
class Domain:
    """Values to try for one name, and whether they stand for all it can have."""

    values: tuple[str, ...]
    is_whole: bool


def domain(item: Item, name: str, trees: Collection[Expression]) -> Domain:
    """Return the values to try for `item`, which `trees` call `name`."""
    meaning = item_meaning(item)
    uses = _Uses(name, trees)
    none = () if item.required else ("",)
    if meaning.kind is Kind.PARTS:
        return Domain((*none, "x"), is_whole=True)
    if meaning.kind is Kind.SET:
        return _sets(item, uses, none)
    if meaning.codes:
        return Domain((*none, *_codes(meaning.codes, uses)), is_whole=True)
    if meaning.kind is Kind.NUMBER:
        return _numbers(item, uses, none)
    return Domain((*none, *uses.literals, "another text"), uses.are_plain)


class _Uses:
    """How trees speak of one name: what they compare it with, and whether that is all."""

    def __init__(self, name: str, trees: Iterable[Expression]) -> None:
        self.literals: tuple[str, ...] = ()
        self.codes: tuple[str, ...] = ()
        self.are_plain = True
        found: list[str] = []
        codes: list[str] = []
        for node in chain.from_iterable(map(nodes, trees)):
            inner = list(map(_bare, parts(node)))
            if Name(name) not in inner:
                continue
            literals = [to_text(part.value) for part in inner if isinstance(part, Literal)]
            if isinstance(node, Operation) and node.sign in COMPARISONS and literals:
                found += filter(None, literals)
            elif isinstance(node, Call) and node.function == "selected" and literals:
                codes += literals
            elif not (isinstance(node, Call) and node.function == "number"):
                self.are_plain = False
        self.literals = tuple(dict.fromkeys(found))
        self.codes = tuple(dict.fromkeys(codes))


def _bare(tree: Expression) -> Expression:
    """Return what stands in ``number(…)``, or `tree` itself."""
    is_number = isinstance(tree, Call) and tree.function == "number"
    return tree.arguments[0] if isinstance(tree, Call) and is_number else tree


def _codes(codes: tuple[str, ...], uses: _Uses) -> tuple[str, ...]:
    """Return the codes that are spoken of and one more; all of them where that is not enough."""
    named = {*uses.literals, *uses.codes}
    others = [code for code in codes if code not in named]
    is_ordered = all(map(is_number, codes))
    if is_ordered or not uses.are_plain:
        return codes
    return tuple(code for code in codes if code in named or code in others[:1])


def _numbers(item: Item, uses: _Uses, none: tuple[str, ...]) -> Domain:
    low, high = item.options.minimum, item.options.maximum
    least = low if isinstance(low, int) else 0
    most = high if isinstance(high, int) else None
    if most is not None and most - least < _FEW:
        return Domain((*none, *map(str, range(least, most + 1))), is_whole=True)
    spoken = [int(number) for number in map(to_number, uses.literals) if not isnan(number)]
    tried = {number + step for number in spoken for step in (-1, 0, 1)} | {least, least + 1}
    tried |= set() if most is None else {most}
    within = sorted(n for n in tried if n >= least and (most is None or n <= most))
    return Domain((*none, *map(str, within)), uses.are_plain)


def _sets(item: Item, uses: _Uses, none: tuple[str, ...]) -> Domain:
    named = [code for code in item.codes if code in uses.codes]
    others = [code for code in item.codes if code not in uses.codes][:1]
    alone = {choice.code for choice in item.choices if choice.exclusive}
    few = [*named, *others][: _COMBINED + 1]
    sizes = chain.from_iterable(combinations(few, size) for size in range(1, len(few) + 1))
    sets = [chosen for chosen in sizes if len(chosen) == 1 or alone.isdisjoint(chosen)]
    free = [code for code in item.codes if code not in alone]
    sets += [tuple(free[:size]) for size in range(1, len(free) + 1)]
    texts = dict.fromkeys(" ".join(chosen) for chosen in sets)
    is_whole = uses.are_plain and len(named) <= _COMBINED
    return Domain((*none, *texts), is_whole)


def product_size(domains: Mapping[str, Domain]) -> int:
    """Return how many cases there are."""
    size = 1
    for each in domains.values():
        size *= len(each.values)
    return size
