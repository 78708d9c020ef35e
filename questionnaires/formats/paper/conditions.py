"""Conditions in words: when a question of a paper form is to be answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor, inf, isinf

from questionnaires.logic.tree import Call, Expression, Literal, Name, Negative, Operation, nodes
from questionnaires.logic.values import is_number
from questionnaires.model import Instrument, Item
from questionnaires.text import Text, Words
from questionnaires.types import item_type

_AS_NUMBER = frozenset({"number", "int", "round"})
_SIGNS = {"!=": "≠", "<=": "≤", ">=": "≥", "*": "×", "div": "÷", "-": "−"}


def conjuncts(tree: Expression) -> list[Expression]:
    """Return the conditions that must all hold for `tree` to hold."""
    return _chain(tree, "and")


def common(conditions: Sequence[Sequence[Expression]]) -> list[Expression]:
    """Return the conditions that stand in all of the given lists, in order."""
    first, *others = conditions
    return [each for each in first if all(each in other for other in others)]


@dataclass(frozen=True)
class Speaker:
    """Says conditions in one language.

    Attributes
    ----------
    instrument, text, words :
        What the conditions are about, and how it is called.
    numbers : mapping of str to str
        The printed number of each item.
    calculations : mapping of str to Expression
        What names stand for that are not asked.
    """

    instrument: Instrument
    text: Text
    words: Words
    numbers: Mapping[str, str]
    calculations: Mapping[str, Expression]

    def say(self, conditions: Sequence[Expression]) -> str:
        """Return that all of `conditions` hold, in words; empty for none."""
        if len(conditions) == 1:
            return self._said(conditions[0])
        return self._joined([self._inner(each) for each in conditions], "and")

    def _joined(self, said: Sequence[str], word: str) -> str:
        return f" {self.words.gettext(word)} ".join(said)

    def _inner(self, tree: Expression) -> str:
        """Say one of several conditions, in brackets where it would run into the next."""
        said = self._said(tree)
        is_open = isinstance(tree, Operation) and tree.sign == "or" and len(_runs(tree)) > 1
        return f"({said})" if is_open else said

    def _said(self, tree: Expression) -> str:
        """Say what is true or false."""
        tree = self._plain(tree)
        if isinstance(tree, Operation) and tree.sign == "and":
            return self._joined([self._inner(each) for each in conjuncts(tree)], "and")
        if isinstance(tree, Operation) and tree.sign == "or":
            # A semicolon parts the questions, for "or" already stands between answers.
            return f"; {self.words.gettext('or')} ".join(map(self._alternatives, _runs(tree)))
        if isinstance(tree, Call) and tree.function == "not":
            return self._turned(tree.arguments[0])
        asked = _choice(tree)
        if asked:
            return self._answered(*asked)
        return self._bounded(tree) or self._value(tree)

    def _bounded(self, tree: Expression) -> str:
        """Say that a number lies on one side of another; empty when that is not what is said."""
        if not isinstance(tree, Operation) or not isinstance(tree.right, Literal):
            return ""
        known = _ends(tree.sign, tree.right.value)
        if known is None or "div" in {each.sign for each in _operations(tree.left)}:
            return ""
        least, most = known
        scale = self._scale(tree.left)
        if scale:
            codes = [code for code in scale.codes if least <= float(code) <= most]
            answers = [self._answer(scale.name, code) for code in codes]
            return f"{self._question(scale.name)}: {self._joined(answers, 'or')}"
        end = int(most if isinf(least) else least)
        message = "%(number)s or less" if isinf(least) else "%(number)s or more"
        return f"{self._value(tree.left)}: {self.words.gettext(message, number=end)}"

    def _scale(self, tree: Expression) -> Item | None:
        """Return the item whose answer is one of a few numbers, if `tree` is that answer."""
        if isinstance(tree, Call) and tree.function in _AS_NUMBER:
            return self._scale(tree.arguments[0])
        if not isinstance(tree, Name) or tree.name in self.calculations:
            return None
        item = self.instrument.item(tree.name)
        is_scale = item_type(item.type).is_coded and all(map(is_number, item.codes))
        return item if is_scale and item.codes else None

    def _alternatives(self, run: Sequence[Expression]) -> str:
        """Say that one of several answers was given, naming the question once."""
        pairs = [_choice(each) for each in run]
        found = [pair for pair in pairs if pair]
        if len(found) < 2:
            return self._said(run[0])
        answers = [self._answer(name, code) for name, _, code in found]
        return f"{self._question(found[0][0])}: {self._joined(answers, 'or')}"

    def _turned(self, tree: Expression) -> str:
        """Say that something does not hold."""
        asked = _choice(self._plain(tree))
        if asked:
            name, sign, code = asked
            return self._answered(name, "=" if sign == "!=" else "!=", code)
        return self.words.gettext("not %(answer)s", answer=f"({self._said(tree)})")

    def _answered(self, name: str, sign: str, code: str) -> str:
        """Say that an answer was given or, with ``!=``, another one or none."""
        if not code:
            message = "question %(number)s is answered"
            if sign == "=":
                message = "question %(number)s is not answered"
            return self.words.gettext(message, number=self.numbers.get(name, name))
        answer = self._answer(name, code)
        if sign == "!=":
            answer = self.words.gettext("not %(answer)s", answer=answer)
        return f"{self._question(name)}: {answer}"

    def _question(self, name: str) -> str:
        return self.words.gettext("question %(number)s", number=self.numbers.get(name, name))

    def _answer(self, name: str, code: str) -> str:
        item = self.instrument.item(name)
        kind = item_type(item.type)
        label = kind.label(item, code, self.text) if code in {*item.codes, *kind.fixed} else code
        # A tick needs no quotes: it stands for a box that is marked.
        return label if not label.isalnum() and len(label) == 1 else self._quoted(label)

    def _quoted(self, label: str) -> str:
        return self.words.gettext("“%(answer)s”", answer=label)

    def _plain(self, tree: Expression) -> Expression:
        """Put what a calculation stands for in place of its name."""
        if isinstance(tree, Name) and tree.name in self.calculations:
            return self._plain(self.calculations[tree.name])
        if not isinstance(tree, Operation) or tree.sign not in {"=", "!="}:
            return tree
        left, right = self._plain(tree.left), tree.right
        if isinstance(left, Call) and left.function == "if" and right in left.arguments[1:]:
            condition, one, other = left.arguments
            if one != other:
                holds = (right == one) == (tree.sign == "=")
                return condition if holds else Call("not", (condition,))
        return Operation(tree.sign, left, right)

    def _value(self, tree: Expression) -> str:
        """Say a value, or how two values compare."""
        tree = self._plain(tree)
        if isinstance(tree, Operation):
            sign = _SIGNS.get(tree.sign, tree.sign)
            return f"{self._value(tree.left)} {sign} {self._value(tree.right)}"
        if isinstance(tree, Negative):
            return f"−{self._value(tree.inner)}"
        if isinstance(tree, Call):
            return self._call(tree)
        if isinstance(tree, Literal):
            is_text = isinstance(tree.value, str)
            return str(tree.value) if is_text else f"{tree.value:g}"
        return self._question(tree.name) if isinstance(tree, Name) else ""

    def _call(self, tree: Call) -> str:
        inner = tree.arguments[0] if tree.arguments else None
        if tree.function in _AS_NUMBER and inner:
            return self._value(inner)
        if tree.function == "count-selected" and isinstance(inner, Name):
            number = self.numbers.get(inner.name, inner.name)
            return self.words.gettext("answers marked in question %(number)s", number=number)
        return f"{tree.function}({', '.join(map(self._value, tree.arguments))})"


def _operations(tree: Expression) -> list[Operation]:
    return [node for node in nodes(tree) if isinstance(node, Operation)]


def _ends(sign: str, value: str | float) -> tuple[float, float] | None:
    """Return the least and the most whole number that ``sign value`` allows, else None."""
    if not is_number(str(value)):
        return None
    number = float(value)
    ends = {
        "<": (-inf, ceil(number) - 1),
        "<=": (-inf, floor(number)),
        ">": (floor(number) + 1, inf),
        ">=": (ceil(number), inf),
    }
    return ends.get(sign)


def _chain(tree: Expression, sign: str) -> list[Expression]:
    """Return what stands between the signs of a chain."""
    if isinstance(tree, Operation) and tree.sign == sign:
        return [*_chain(tree.left, sign), *_chain(tree.right, sign)]
    return [tree]


def _runs(tree: Expression) -> list[list[Expression]]:
    """Return the alternatives of `tree`, those about one question together."""

    def about(each: Expression) -> object:
        asked = _choice(each)
        return asked[0] if asked and asked[1] == "=" and asked[2] else each

    return [list(run) for _, run in groupby(_chain(tree, "or"), key=about)]


def _choice(tree: Expression) -> tuple[str, str, str] | None:
    """Return the item, the sign and the code of a condition about one answer, else None."""
    if isinstance(tree, Call) and tree.function == "selected":
        tree = Operation("=", *tree.arguments)
    if not isinstance(tree, Operation) or tree.sign not in {"=", "!="}:
        return None
    left, right = tree.left, tree.right
    if isinstance(left, Name) and isinstance(right, Literal) and isinstance(right.value, str):
        return left.name, tree.sign, right.value
    return None
