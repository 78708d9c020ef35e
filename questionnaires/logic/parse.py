"""From the text of an expression to its tree.

A parser by precedence: one loop joins what stands between signs, however many ranks there are.
"""

from __future__ import annotations

from functools import lru_cache

from questionnaires.logic.errors import LogicError
from questionnaires.logic.functions import FUNCTIONS, LEFT_OUT
from questionnaires.logic.tokens import Token, tokens
from questionnaires.logic.tree import (
    RANKS,
    Call,
    Expression,
    Literal,
    Name,
    Negative,
    Operation,
    Own,
)

#: How many brackets and minus signs may stand in one another.
NESTING_LIMIT = 40


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Return the tree of an expression in the XLSForm language (docs/logic.md).

    Raises
    ------
    LogicError
        If it cannot be read; the message says at which character, and how to mend it.
    """
    return _Parser(text).whole()


class _Parser:
    """Reads one expression; `_next` is the token it stands at."""

    def __init__(self, text: str) -> None:
        self._tokens = iter(tokens(text))
        self._next = next(self._tokens)
        self._nesting = 0

    def whole(self) -> Expression:
        if self._next.kind == "end":
            raise LogicError("bad-expression", "it is empty; write a condition, or drop the key")
        tree = self._joined(0)
        if self._next.kind != "end":
            raise self._unexpected("an operator, as = or and")
        return tree

    def _joined(self, lowest: int) -> Expression:
        """Read values joined by signs of at least the `lowest` rank."""
        left = self._value()
        while RANKS.get(self._next.text, -1) >= lowest and self._next.kind in {"sign", "word"}:
            sign = self._take().text
            left = Operation(sign, left, self._joined(RANKS[sign] + 1))
        return left

    def _value(self) -> Expression:
        token = self._next
        if token.text in {"-", "("}:
            return self._nested()
        if token.kind == "word" and token.text not in RANKS:
            return self._call()
        if token.kind == "number":
            return Literal(float(self._take().text))
        if token.kind == "text":
            return Literal(self._take().text[1:-1])
        if token.kind == "name":
            return Name(self._take().text[2:-1])
        if token.text == ".":
            self._take()
            return Own()
        raise self._unexpected("a value")

    def _nested(self) -> Expression:
        """Read a minus sign or a bracket, with what it stands before or around."""
        self._deeper()
        if self._take().text == "-":
            inner: Expression = Negative(self._value())
        else:
            inner = self._joined(0)
            self._close()
        self._nesting -= 1
        return inner

    def _call(self) -> Expression:
        token = self._take()
        if self._next.text != "(":
            raise _bare_word(token)
        if token.text not in FUNCTIONS:
            raise _unknown_function(token)
        self._take()
        self._deeper()
        arguments = [] if self._next.text == ")" else [self._joined(0)]
        while self._next.text == ",":
            self._take()
            arguments.append(self._joined(0))
        self._close()
        self._nesting -= 1
        _check_number(token, len(arguments))
        return Call(token.text, tuple(arguments))

    def _deeper(self) -> None:
        self._nesting += 1
        if self._nesting > NESTING_LIMIT:
            remedy = f"it is nested more than {NESTING_LIMIT} deep; put parts of it in calculations"
            raise LogicError("too-deep", remedy)

    def _take(self) -> Token:
        token, self._next = self._next, next(self._tokens, self._next)
        return token

    def _close(self) -> None:
        if self._next.text != ")":
            raise self._unexpected("a closing bracket")
        self._take()

    def _unexpected(self, wanted: str) -> LogicError:
        token = self._next
        found = f"'{token.text}' at character {token.place}" if token.text else "the end"
        if token.text.lower() in RANKS and token.text not in RANKS:
            wanted = f"{token.text.lower()}, in small letters,"
        return LogicError("bad-expression", f"there is {found} where {wanted} should stand")


def _check_number(token: Token, number: int) -> None:
    fewest, most = FUNCTIONS[token.text]
    if not fewest <= number <= most:
        wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
        remedy = f"{token.text}() at character {token.place} takes {wanted} values, not {number}"
        raise LogicError("bad-expression", remedy)


def _bare_word(token: Token) -> LogicError:
    advice = f"write ${{{token.text}}} for an item, or '{token.text}' for a code"
    if token.text.lower() in RANKS:
        advice = f"write '{token.text.lower()}' in small letters"
    if token.text in FUNCTIONS:
        advice = f"write {token.text}(…)"
    remedy = f"the word '{token.text}' at character {token.place} is not understood; {advice}"
    return LogicError("bad-expression", remedy)


def _unknown_function(token: Token) -> LogicError:
    reason = f": {LEFT_OUT[token.text]}" if token.text in LEFT_OUT else ""
    remedy = f"there is no function {token.text}(){reason}; choose from: {', '.join(FUNCTIONS)}"
    return LogicError("unknown-function", remedy)
