"""Expressions in other programs: what ours say, where "I don't know" is a code like any other.

Here a way out reads as an empty answer (docs/logic.md). In KoboToolbox and ODK it is a code of
the list. So a name is written ``if(selected('dk pnta', ${name}), '', ${name})`` wherever that makes
a difference, and reading takes this away again. Everything else stays letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from questionnaires.formats.errors import FormatError
from questionnaires.logic.tokens import Token, tokens

_TURN = re.compile(
    r"indexed-repeat\(\s*\$\{(\w+)\}\s*,\s*\$\{[\w.-]+\}\s*,\s*([0-9]+)\s*\)",
)
_WRAPPED = re.compile(r"if\(selected\('[a-z ]+', (\$\{\w+\})\), '', \1\)")
_COUNTED = re.compile(r"\bcount-non-empty\(")
_ALLOWED = re.compile(r"selected\('[a-z ]+', \.\) or \((.*)\)", re.DOTALL)


class Names:
    """What the names of an instrument are called in other programs.

    Parameters
    ----------
    ways_out : mapping of str to sequence of str
        By name: the codes of its list that are no answers.
    turns : mapping of str to (str, str, int)
        By name of an answer in a group: the name in the file, the repeat, and the turn.
    """

    def __init__(
        self, ways_out: Mapping[str, Sequence[str]], turns: Mapping[str, tuple[str, str, int]]
    ) -> None:
        self._ways_out = ways_out
        self._turns = turns

    def written(self, text: str, owner: str) -> str:
        """Return an expression of ours for other programs.

        Raises
        ------
        FormatError
            If they cannot say it; the message names its `owner`.
        """
        if not text:
            return ""
        pieces = tokens(text)[:-1]
        parts: list[str] = []
        end = 0
        for index, token in enumerate(pieces):
            start = token.place - 1
            parts += (text[end:start], self._token(pieces, index, owner))
            end = start + len(token.text)
        return "".join((*parts, text[end:]))

    def constraint(self, text: str, ways_out: Sequence[str], owner: str) -> str:
        """Return a constraint of ours, which holds for an answer only, for other programs."""
        written = self.written(text, owner)
        return f"selected('{' '.join(ways_out)}', .) or ({written})" if ways_out else written

    def _token(self, pieces: Sequence[Token], index: int, owner: str) -> str:
        token = pieces[index]
        following = pieces[index + 1].text if index + 1 < len(pieces) else ""
        if token.text == "count" and following == "(":
            return "count-non-empty"
        if token.text == "sum" and following == "(" and _has_several(pieces, index + 2):
            remedy = "XLSForm has no sum() of several values; join them with + instead"
            raise FormatError(f"{owner}: {remedy}")
        if token.kind != "name":
            return token.text
        name = token.text[2:-1]
        written = token.text
        if name in self._turns:
            item, group, turn = self._turns[name]
            written = f"indexed-repeat(${{{item}}}, ${{{group}}}, {turn})"
            name = item
        codes = self._ways_out.get(name, ())
        if not codes or _is_held_against_a_code(pieces, index):
            return written
        return f"if(selected('{' '.join(codes)}', {written}), '', {written})"


def unwritten(text: str) -> str:
    """Return an expression of other programs with what `Names` adds taken away."""
    text = _TURN.sub(lambda found: f"${{{found[1]}_{found[2]}}}", text)
    return _COUNTED.sub("count(", _WRAPPED.sub(r"\1", text))


def unwritten_constraint(text: str) -> str:
    """Return a constraint of other programs without the ways out that `Names` allows in it."""
    found = _ALLOWED.fullmatch(text)
    return unwritten(found[1] if found else text)


def _has_several(pieces: Sequence[Token], start: int) -> bool:
    """Tell whether the values from `start` to the closing bracket are more than one."""
    depth = 0
    for token in pieces[start:]:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth < 0:
            return False
        if token.text == "," and depth == 0:
            return True
    return False


def _is_held_against_a_code(pieces: Sequence[Token], index: int) -> bool:
    """Tell whether an empty answer and a way out come to the same here."""
    before = [token.text for token in pieces[max(0, index - 2) : index]]
    after = [token.text for token in pieces[index + 1 : index + 3]]
    if before[-2:] == ["selected", "("]:
        return True
    pairs = (after, list(reversed(before)))
    return any(len(pair) == 2 and pair[0] in {"=", "!="} and _is_code(pair[1]) for pair in pairs)


def _is_code(text: str) -> bool:
    return text[0] in "'\"" and text[1:-1] not in {"", "dk", "pnta", "na"}
