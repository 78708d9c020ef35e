"""From the text of an expression to its tokens; what cannot be one is named with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from questionnaires.logic.errors import LogicError

#: The longest expression, in characters and in tokens. A longer one is better off in parts, and
#: one without a limit could stop the server.
LENGTH_LIMIT = 10_000
TOKEN_LIMIT = 400
#: The most digits of a number, all of which a computer keeps.
DIGIT_LIMIT = 15

_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:
        (?P<name>\$\{[A-Za-z][A-Za-z0-9_]*\})
      | (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
      | (?P<text>'[^']*'|"[^"]*")
      | (?P<word>[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*)
      | (?P<sign>!=|<=|>=|[=<>+*(),.-])
    )""",
    re.VERBOSE,
)

#: What people write who know another language, and what it is called in this one.
_ELSEWHERE = {
    "==": "write = once",
    "&&": "write 'and'",
    "||": "write 'or'",
    "<>": "write !=",
    "!": "write not(…), or != between two values",
    "/": "write 'div'",
    "%": "write 'mod'",
    "‘": "write straight quotes",
    "’": "write straight quotes",
    "“": "write straight quotes",
    "”": "write straight quotes",
    "'": "close the quotes",
    '"': "close the quotes",
    "${": "write the name of an item between ${ and }, letters, digits and _ only",
    "$": "write the name of an item as ${name}",
}


@dataclass(frozen=True)
class Token:
    """A piece of an expression: its kind, its text, and the character at which it begins."""

    kind: str
    text: str
    place: int


def tokens(text: str) -> list[Token]:
    """Return the tokens of `text`, and one of kind ``end`` after them.

    Raises
    ------
    LogicError
        If something in it is no token, or it is too long.
    """
    if len(text) > LENGTH_LIMIT:
        raise LogicError("too-long", f"it has more than {LENGTH_LIMIT:,} characters; {_SPLIT}")
    found: list[Token] = []
    place = 0
    while text[place:].strip(" \t\r\n"):
        match = _TOKEN.match(text, place)
        if match is None:
            raise _unreadable(text, place)
        kind = match.lastgroup or ""
        found.append(_checked(Token(kind, match[kind], match.start(kind) + 1), text))
        place = match.end()
        if len(found) > TOKEN_LIMIT:
            raise LogicError("too-long", f"it has more than {TOKEN_LIMIT} parts; {_SPLIT}")
    return [*found, Token("end", "", len(text) + 1)]


_SPLIT = "put parts of it into calculations"


def _checked(token: Token, text: str) -> Token:
    """Return `token`, unless it is one that would not mean the same everywhere."""
    if token.kind == "number" and sum(map(str.isdigit, token.text)) > DIGIT_LIMIT:
        remedy = f"the number at character {token.place} has more than {DIGIT_LIMIT} digits; round"
        raise LogicError("bad-expression", remedy)
    if token.kind == "text" and "${" in token.text:
        remedy = f"the text at character {token.place} holds a name; names stand outside quotes"
        raise LogicError("bad-expression", remedy)
    if token.text in {"=", "<"} and text[token.place - 1 : token.place + 1] in {"==", "<>"}:
        raise _unreadable(text, token.place - 1)
    return token


def _unreadable(text: str, place: int) -> LogicError:
    while text[place] in " \t\r\n":
        place += 1
    sign = next((each for each in _ELSEWHERE if text.startswith(each, place)), "")
    advice = _ELSEWHERE.get(sign, "delete it, or put text in quotes")
    remedy = f"'{sign or text[place]}' at character {place + 1} is not understood; {advice}"
    return LogicError("bad-expression", remedy)
