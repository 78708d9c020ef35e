"""The expression as a tree of frozen nodes, which everything else in this folder walks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Literal:
    """A text in quotes, or a number that is not negative."""

    value: str | float


@dataclass(frozen=True)
class Name:
    """``${name}``: the answer to an item, or the value of a calculation."""

    name: str


@dataclass(frozen=True)
class Own:
    """``.``: the answer that a constraint is about."""


@dataclass(frozen=True)
class Negative:
    """A number with its sign turned round."""

    inner: Expression


@dataclass(frozen=True)
class Operation:
    """Two expressions with a sign between them, as ``=`` or ``and``."""

    sign: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Call:
    """A function with what it is given."""

    function: str
    arguments: tuple[Expression, ...]


Expression = Literal | Name | Own | Negative | Operation | Call

#: How tightly each sign binds; the loosest first. Signs of one rank are read from left to right.
RANKS: Mapping[str, int] = {
    sign: rank
    for rank, signs in enumerate(
        (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
    )
    for sign in signs
}
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
ORDERINGS = frozenset({"<", "<=", ">", ">="})
ARITHMETIC = frozenset({"+", "-", "*", "div", "mod"})


def parts(tree: Expression) -> tuple[Expression, ...]:
    """Return the expressions that `tree` is directly made of."""
    if isinstance(tree, Operation):
        return tree.left, tree.right
    if isinstance(tree, Negative):
        return (tree.inner,)
    return tree.arguments if isinstance(tree, Call) else ()


def nodes(tree: Expression) -> Iterator[Expression]:
    """Yield `tree` and every expression in it."""
    yield tree
    for part in parts(tree):
        yield from nodes(part)


def depends_on(tree: Expression) -> frozenset[str]:
    """Return the names that `tree` speaks of."""
    return frozenset(node.name for node in nodes(tree) if isinstance(node, Name))


def speaks_of_itself(tree: Expression) -> bool:
    """Tell whether `tree` holds ``.``, the answer it is about."""
    return any(isinstance(node, Own) for node in nodes(tree))


#: The functions that take any number of values.
AGGREGATES = frozenset({"min", "max", "sum", "count"})


def spread(tree: Expression, members: Mapping[str, Sequence[str]]) -> Expression:
    """Return `tree` with each name in a sum, count, min or max replaced by all its `members`.

    So ``sum(${age})``, asked outside a repeat group, adds up ``age_1``, ``age_2`` and so on.
    """
    if isinstance(tree, Negative):
        return Negative(spread(tree.inner, members))
    if isinstance(tree, Operation):
        return Operation(tree.sign, spread(tree.left, members), spread(tree.right, members))
    if isinstance(tree, Call):
        return Call(tree.function, tuple(_arguments(tree, members)))
    return tree


def _arguments(call: Call, members: Mapping[str, Sequence[str]]) -> Iterator[Expression]:
    for argument in call.arguments:
        if call.function in AGGREGATES and isinstance(argument, Name):
            yield from map(Name, members.get(argument.name, (argument.name,)))
        else:
            yield spread(argument, members)
