"""What an expression comes to, given the answers.

Every tree has a value for every set of answers: nothing is raised, whatever is missing.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence

from questionnaires.logic.tree import (
    ORDERINGS,
    Call,
    Expression,
    Literal,
    Name,
    Negative,
    Operation,
)
from questionnaires.logic.values import Value, codes_in, finite, to_number, to_text, to_truth


def evaluate(tree: Expression, answers: Mapping[str, str], own: str = "") -> Value:
    """Return the value of `tree`.

    Parameters
    ----------
    tree : Expression
        As `parse` returns it.
    answers : mapping of str to str
        The answer of each item, and the text of each calculation; nonanswers are left out or
        empty (see `answered`).
    own : str
        What ``.`` stands for.
    """
    if isinstance(tree, Literal):
        return tree.value
    if isinstance(tree, Name):
        return answers.get(tree.name, "")
    if isinstance(tree, Negative):
        return -to_number(evaluate(tree.inner, answers, own))
    if isinstance(tree, Operation):
        return _operation(tree, answers, own)
    return _called(tree, answers, own) if isinstance(tree, Call) else own


def is_true(tree: Expression, answers: Mapping[str, str], own: str = "") -> bool:
    """Tell whether `tree` holds, given the answers (see `evaluate`)."""
    return to_truth(evaluate(tree, answers, own))


def _called(tree: Call, answers: Mapping[str, str], own: str) -> Value:
    if tree.function == "if":
        wanted = to_truth(evaluate(tree.arguments[0], answers, own))
        return evaluate(tree.arguments[1 if wanted else 2], answers, own)
    return _CALLS[tree.function]([evaluate(each, answers, own) for each in tree.arguments])


def _operation(tree: Operation, answers: Mapping[str, str], own: str) -> Value:
    left = evaluate(tree.left, answers, own)
    if tree.sign in {"and", "or"} and to_truth(left) is (tree.sign == "or"):
        return tree.sign == "or"
    right = evaluate(tree.right, answers, own)
    if tree.sign in {"and", "or"}:
        return to_truth(right)
    if tree.sign in {"=", "!="}:
        return _are_equal(left, right) is (tree.sign == "=")
    if tree.sign in ORDERINGS:
        return _ORDERS[tree.sign](to_number(left), to_number(right))
    return _ARITHMETIC[tree.sign](to_number(left), to_number(right))


def _are_equal(left: Value, right: Value) -> bool:
    """Compare as truths, else as numbers, else as texts: the first that one side is."""
    if isinstance(left, bool) or isinstance(right, bool):
        return to_truth(left) is to_truth(right)
    if isinstance(left, float) or isinstance(right, float):
        return to_number(left) == to_number(right)
    return left == right


def _divided(left: float, right: float) -> float:
    return finite(left / right) if right else math.nan


def _remainder(left: float, right: float) -> float:
    return math.nan if not right or math.isnan(left) else math.fmod(left, right)


def _rounded(value: float) -> float:
    """Return the nearest whole number; of two, the larger one."""
    if math.isnan(value):
        return value
    below = float(math.floor(value))
    return below if value - below < 0.5 else below + 1


def _truncated(value: float) -> float:
    return value if math.isnan(value) else float(math.trunc(value))


def _known(values: Sequence[Value]) -> list[float]:
    """Return the numbers among `values`."""
    return [number for number in map(to_number, values) if not math.isnan(number)]


def _added(values: Sequence[Value]) -> float:
    total = 0.0
    known = _known(values)
    for number in known:  # one after the other, as the browser adds them
        total += number
    return finite(total) if known else math.nan


_ORDERS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda left, right: finite(left + right),
    "-": lambda left, right: finite(left - right),
    "*": lambda left, right: finite(left * right),
    "div": _divided,
    "mod": _remainder,
}
_CALLS: Mapping[str, Callable[[Sequence[Value]], Value]] = {
    "not": lambda given: not to_truth(given[0]),
    "selected": lambda given: to_text(given[1]) in codes_in(given[0]),
    "count-selected": lambda given: float(len(codes_in(given[0]))),
    "coalesce": lambda given: given[0] if to_text(given[0]) else given[1],
    "string-length": lambda given: float(len(to_text(given[0]))),
    "number": lambda given: to_number(given[0]),
    "int": lambda given: _truncated(to_number(given[0])),
    "round": lambda given: _rounded(to_number(given[0])),
    "min": lambda given: min(_known(given), default=math.nan),
    "max": lambda given: max(_known(given), default=math.nan),
    "sum": _added,
    "count": lambda given: float(sum(to_text(each) != "" for each in given)),
}
