"""What kind of value each part of an expression has, and where two kinds do not go together.

Evaluation never fails, so a mistake would only show as a question that nobody is ever asked. Here
it is found before: a code that an item does not offer, a text where a number must stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches

from questionnaires.logic.errors import LogicError
from questionnaires.logic.meanings import ANY, EMPTY, NUMBER, TRUTH, Kind, Meaning
from questionnaires.logic.render import render
from questionnaires.logic.tree import (
    ARITHMETIC,
    COMPARISONS,
    ORDERINGS,
    Call,
    Expression,
    Literal,
    Name,
    Negative,
    Operation,
    Own,
)
from questionnaires.logic.values import is_number, to_text
from questionnaires.model import Nonanswer


def find_mistakes(
    tree: Expression,
    names: Mapping[str, Meaning],
    wanted: Sequence[Kind],
    own: Meaning | None = None,
) -> list[LogicError]:
    """Return what is wrong with `tree`.

    Parameters
    ----------
    tree : Expression
        As `parse` returns it.
    names : mapping of str to Meaning
        What each name stands for.
    wanted : sequence of Kind
        What the whole may come to.
    own : Meaning or None
        What ``.`` stands for; None where it means nothing.
    """
    reader = _Reader(names, own)
    found = reader.meaning(tree)
    if found.kind not in {*wanted, Kind.ANY} and not (Kind.NUMBER in wanted and found.is_number):
        reader.note("wrong-kind", f"it comes to {found.kind}; {_ADVICE[wanted[0]]}")
    return reader.mistakes


def meaning_of(tree: Expression, names: Mapping[str, Meaning]) -> Meaning:
    """Return what `tree` comes to."""
    return _Reader(names, None).meaning(tree)


_ADVICE = {
    Kind.TRUTH: "write a comparison, as ${age} >= 18, or ${name} != '' for any answer",
    Kind.TEXT: "write a text or a number, as if(…, 'yes', 'no')",
}


class _Reader:
    """Works out the meaning of expressions and notes the mistakes on its way."""

    def __init__(self, names: Mapping[str, Meaning], own: Meaning | None) -> None:
        self._names = names
        self._own = own
        self.mistakes: list[LogicError] = []

    def note(self, code: str, remedy: str) -> Meaning:
        self.mistakes.append(LogicError(code, remedy))
        return ANY

    def meaning(self, tree: Expression) -> Meaning:
        return _READERS[type(tree)](self, tree)

    def literal(self, tree: Literal) -> Meaning:
        if isinstance(tree.value, float):
            return NUMBER
        return Meaning(Kind.TEXT, (tree.value,)) if tree.value else EMPTY

    def name(self, tree: Name) -> Meaning:
        if tree.name in self._names:
            return self._names[tree.name]
        close = get_close_matches(tree.name, self._names, 1, 0.5)
        advice = f"did you mean ${{{close[0]}}}?" if close else "name an item or a calculation"
        return self.note("unknown-name", f"nothing is called '{tree.name}'; {advice}")

    def own(self, tree: Own) -> Meaning:
        if self._own is None:
            remedy = "'.' means the answer of a constraint; write the ${name} of an item"
            return self.note("wrong-kind", remedy)
        return self._own

    def negative(self, tree: Negative) -> Meaning:
        self._number(tree.inner)
        return NUMBER

    def operation(self, tree: Operation) -> Meaning:
        if tree.sign in {"and", "or"}:
            self._truth(tree.left)
            self._truth(tree.right)
        elif tree.sign in ARITHMETIC or tree.sign in ORDERINGS:
            self._number(tree.left)
            self._number(tree.right)
        else:
            self._equality(tree)
        return TRUTH if tree.sign in {*COMPARISONS, "and", "or"} else NUMBER

    def call(self, tree: Call) -> Meaning:
        return _CALLS[tree.function](self, tree)

    def _truth(self, tree: Expression) -> None:
        found = self.meaning(tree)
        if found.kind not in {Kind.TRUTH, Kind.ANY}:
            remedy = f"{render(tree)} is {found.kind}, not true or false; {_ADVICE[Kind.TRUTH]}"
            self.note("wrong-kind", remedy)

    def _number(self, tree: Expression) -> None:
        found = self.meaning(tree)
        if found.is_number:
            if isinstance(tree, Literal) and isinstance(tree.value, str):
                self.note("wrong-kind", f"write the number {tree.value} without quotes")
            return
        advice = "use number(…), or compare it with ="
        if found.kind is Kind.SET:
            advice = "count its codes with count-selected(…)"
        if found.codes and not isinstance(tree, Literal):
            advice = f"its codes are {_listed(found.codes)}; compare it with ="
        self.note("wrong-kind", f"{render(tree)} is {found.kind}, not a number; {advice}")

    def _equality(self, tree: Operation) -> None:
        left, right = self.meaning(tree.left), self.meaning(tree.right)
        for side, found, other in ((tree.left, left, tree.right), (tree.right, right, tree.left)):
            if isinstance(other, Literal) and not isinstance(side, Literal):
                self._against(side, found, other.value)
                return
        kinds = {left.kind, right.kind}
        if Kind.ANY in kinds or (left.is_number and right.is_number):
            return
        if kinds not in ({Kind.TEXT}, {Kind.TEXT, Kind.EMPTY}):
            remedy = f"{render(tree.left)} is {left.kind} and {render(tree.right)} is {right.kind}"
            self.note("wrong-kind", f"{remedy}; compare things of one kind")
        elif left.codes and right.codes and not set(left.codes) & set(right.codes):
            remedy = f"{render(tree.left)} and {render(tree.right)} have no code in common"
            self.note("unknown-code", f"{remedy}; they can never be equal")

    def _against(self, side: Expression, found: Meaning, value: str | float) -> None:
        """Check a comparison of `side` with a text or a number that is written out."""
        text = to_text(value)
        if found.kind is Kind.ANY or (not text and found.kind is not Kind.TRUTH):
            return
        if found.kind is Kind.SET:
            remedy = f"{render(side)} is a list of codes; write selected({render(side)}, '{text}')"
            self.note("wrong-kind", remedy)
        elif found.kind is Kind.PARTS:
            self.note("wrong-kind", f"{render(side)} is {found.kind}; compare it with '' only")
        elif found.kind is Kind.TRUTH:
            self.note("wrong-kind", f"{render(side)} is true or false already; leave '{text}' out")
        elif found.codes:
            self._code(side, found, text)
        elif found.kind is Kind.NUMBER and isinstance(value, str):
            advice = f"write {text} without quotes" if is_number(text) else "compare it with one"
            self.note("wrong-kind", f"{render(side)} is a number; {advice}")
        elif found.kind is Kind.TEXT and isinstance(value, float):
            self.note("wrong-kind", f"{render(side)} is a text; write '{text}' in quotes")

    def _code(self, side: Expression, found: Meaning, code: str) -> None:
        if code in found.codes or not code:
            return
        if code in set(Nonanswer):
            remedy = f"'{code}' is no answer, and reads as empty; compare with '' instead"
        else:
            remedy = f"{render(side)} has no code '{code}'; choose from: {_listed(found.codes)}"
        self.note("unknown-code", remedy)

    def selected(self, tree: Call) -> Meaning:
        found, code = self.meaning(tree.arguments[0]), self.meaning(tree.arguments[1])
        if found.kind not in {Kind.SET, Kind.TEXT, Kind.ANY}:
            remedy = f"{render(tree.arguments[0])} is {found.kind}; selected() looks into choices"
            self.note("wrong-kind", remedy)
        if code.kind not in {Kind.TEXT, Kind.ANY} and not code.is_number:
            remedy = f"{render(tree.arguments[1])} is {code.kind}; write a code in quotes"
            self.note("wrong-kind", remedy)
        literal = tree.arguments[1]
        if isinstance(literal, Literal) and found.codes:
            self._code(tree.arguments[0], found, to_text(literal.value))
        return TRUTH

    def count_selected(self, tree: Call) -> Meaning:
        found = self.meaning(tree.arguments[0])
        if found.kind not in {Kind.SET, Kind.ANY}:
            remedy = f"{render(tree.arguments[0])} is {found.kind}; only several can be counted"
            self.note("wrong-kind", remedy)
        return NUMBER

    def negation(self, tree: Call) -> Meaning:
        self._truth(tree.arguments[0])
        return TRUTH

    def choice(self, tree: Call) -> Meaning:
        self._truth(tree.arguments[0])
        return self._either(tree, tree.arguments[1], tree.arguments[2])

    def first(self, tree: Call) -> Meaning:
        return self._either(tree, tree.arguments[0], tree.arguments[1])

    def _either(self, tree: Call, one: Expression, other: Expression) -> Meaning:
        left, right = self.meaning(one), self.meaning(other)
        if Kind.EMPTY in {left.kind, right.kind}:
            return right if left.kind is Kind.EMPTY else left
        if Kind.ANY in {left.kind, right.kind}:
            return ANY
        if left.kind is right.kind:
            both = tuple(dict.fromkeys((*left.codes, *right.codes)))
            return Meaning(left.kind, both if left.codes and right.codes else ())
        if left.is_number and right.is_number:
            return NUMBER
        remedy = f"{tree.function}() gives {left.kind} or {right.kind}; give things of one kind"
        return self.note("wrong-kind", remedy)

    def length(self, tree: Call) -> Meaning:
        found = self.meaning(tree.arguments[0])
        if found.kind not in {Kind.TEXT, Kind.EMPTY, Kind.ANY}:
            self.note(
                "wrong-kind", f"{render(tree.arguments[0])} is {found.kind}; it has no length"
            )
        return NUMBER

    def conversion(self, tree: Call) -> Meaning:
        found = self.meaning(tree.arguments[0])
        if found.kind in {Kind.SET, Kind.TRUTH}:
            remedy = f"{render(tree.arguments[0])} is {found.kind}; it is no number"
            self.note("wrong-kind", remedy)
        return NUMBER

    def arithmetic(self, tree: Call) -> Meaning:
        for argument in tree.arguments:
            self._number(argument)
        return NUMBER

    def counting(self, tree: Call) -> Meaning:
        for argument in tree.arguments:
            self.meaning(argument)
        return NUMBER


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(codes)


_READERS: Mapping[type, Callable[..., Meaning]] = {
    Literal: _Reader.literal,
    Name: _Reader.name,
    Own: _Reader.own,
    Negative: _Reader.negative,
    Operation: _Reader.operation,
    Call: _Reader.call,
}
_CALLS: Mapping[str, Callable[[_Reader, Call], Meaning]] = {
    "not": _Reader.negation,
    "selected": _Reader.selected,
    "count-selected": _Reader.count_selected,
    "if": _Reader.choice,
    "coalesce": _Reader.first,
    "string-length": _Reader.length,
    "number": _Reader.conversion,
    **dict.fromkeys(("int", "round", "min", "max", "sum"), _Reader.arithmetic),
    "count": _Reader.counting,
}
