"""Serbian in its two alphabets: from Latin letters to Cyrillic ones.

Each Cyrillic letter is one Latin letter, or a pair of them: ``lj``, ``nj`` and ``dž``. A few words
hold the letters of such a pair side by side by chance; their stems are listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from unicodedata import normalize

_SMALL = ("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш")
_LETTERS = str.maketrans(*(small + small.upper() for small in _SMALL))
_PAIRS = {"lj": "љ", "nj": "њ", "dž": "џ", "Lj": "Љ", "Nj": "Њ", "Dž": "Џ"}
_PAIRS |= {"LJ": "Љ", "NJ": "Њ", "DŽ": "Џ"}
_PAIR = re.compile("|".join(_PAIRS))

#: Where two letters are not a pair: in injekcija, konjunktura, nadživeti, podžanr, odživeti …
_APART = re.compile(
    r"(?<=in)(?=jekc)|(?<=kon)(?=jug|junk)|(?<=tan)(?=jug)|(?<=van)(?=jezi)|(?<=nad)(?=živ|žnj)"
    r"|(?<=pod)(?=žanr|žup)|(?<=od)(?=živ|žal)|(?<=pred)(?=živ)",
    re.IGNORECASE,
)
#: What is typed or called as it is (names, commands, placeholders, addresses), and words.
_PIECE = re.compile(
    r"Tor Browser|JavaScript|sixfold(?: \w+){1,2}|%\(\w+\)[a-z]|\{\w*\}|<[^<>]*>|&\w+;"
    r"|(\w+://|www\.)\S+|[\w.+-]+@[\w.-]+|(?P<word>\w+)"
)
#: A word with another sign in it is a code, or comes from another language: it keeps its spelling.
_SERBIAN = re.compile("[a-pr-vzčćđšžA-PR-VZČĆĐŠŽ]+")


def cyrillic(text: str) -> str:
    """Return Serbian `text` in Cyrillic letters; placeholders, addresses and codes stay."""
    return _PIECE.sub(_piece, normalize("NFC", text))


def _piece(found: re.Match[str]) -> str:
    return found[0] if found["word"] is None else _spelled(found["word"])


@lru_cache(8192)  # an instrument says most of its words many times
def _spelled(word: str) -> str:
    if not _SERBIAN.fullmatch(word):
        return word
    if _PAIR.search(word):
        parts = _APART.split(word)
        word = "".join(_PAIR.sub(lambda pair: _PAIRS[pair[0]], part) for part in parts)
    return word.translate(_LETTERS)


#: How words are written in another script, by its code in ISO 15924.
SCRIPTS: Mapping[str, Callable[[str], str]] = {"Cyrl": cyrillic}
