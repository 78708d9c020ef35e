"""Recovery shares: a secret key as words on paper, any few of which rebuild it (SLIP-39)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pyrage.x25519 import Identity
from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.wordlist import WORDLIST

from survey import bech32
from survey.errors import SealError
from survey.keys import parse_identity, public_key

_PREFIX = "age-secret-key-"
_LETTERS = "ABCDEFGHIJKLMNOP"
_MOST = len(_LETTERS)
_ROW = 4
_MEANING = """\
With the others it rebuilds the key and opens every answer sealed to it;
alone it opens nothing. Keep this sheet on paper, with one person, apart
from the other shares. Do not photograph it, and delete the file it was
printed from."""
_NUMBERED = re.compile(r"\d+[.)]?\s+([a-z]+)", re.IGNORECASE)


def split_identity(identity: Identity, shares: int, need: int) -> list[str]:
    """Return `shares` lists of words, any `need` of which rebuild the key.

    Raises
    ------
    SealError
        If the numbers make no sense: one share alone must never be enough.
    """
    if not 2 <= need <= shares <= _MOST:
        raise SealError(
            f"{shares} shares of which {need} are needed cannot be made; at least 2 must be "
            f"needed, not more than there are, and {_MOST} are the most"
        )
    secret = bech32.decode(_PREFIX, str(identity))
    lists: list[str] = generate_mnemonics(1, [(need, shares)], secret)[0]
    return lists


def share_sheet(words: str, number: int, shares: int, need: int, identity: Identity) -> str:
    """Return one share as a sheet to be printed and kept on paper."""
    listed = [f"{place:3} {word:<10}" for place, word in enumerate(words.split(), start=1)]
    rows = ["".join(listed[at : at + _ROW]).rstrip() for at in range(0, len(listed), _ROW)]
    head = f"RECOVERY SHARE {'ABCDEFGHIJKLMNOP'[number]}\nof the key {public_key(identity)}"
    return "\n".join(
        [head, f"Needed to rebuild it: {need} of {shares}", "", _MEANING, "", *rows, ""]
    )


def read_words(text: str) -> str:
    """Return the words of a share, typed in or on a sheet; numbers and case do not matter."""
    rows = [line for line in text.splitlines() if line.strip()[:1].isdigit()]
    words = _NUMBERED.findall("\n".join(rows)) or text.split()
    return " ".join(word.lower() for word in words)


def needed(words: str) -> int:
    """Return how many shares rebuild the key, which each share knows.

    Raises
    ------
    SealError
        If the words are no share. The message repeats none of them.
    """
    for place, word in enumerate(words.split(), start=1):
        if word not in _KNOWN:
            raise SealError(
                f"word {place} of the share is not a word of recovery shares; "
                "compare it with the sheet, letter by letter"
            )
    try:
        return int(Share.from_mnemonic(words).member_threshold)
    except (MnemonicError, ValueError):
        raise SealError(
            "the words are no recovery share: one is missing, wrong or in another place; "
            "compare them with the sheet, number by number"
        ) from None


def join_shares(shares: Sequence[str]) -> Identity:
    """Return the key that the words of several shares rebuild.

    Raises
    ------
    SealError
        If a share is damaged, there are too few, or they belong to different keys.
    """
    need = max((needed(words) for words in shares), default=2)
    different = sorted(set(shares))
    if len(different) < need:
        raise SealError(
            f"{len(different)} different shares were given and {need} are needed; "
            "ask another holder, nothing is lost"
        )
    try:
        secret = combine_mnemonics(different[:need])
    except (MnemonicError, ValueError):
        raise SealError(
            "the shares do not belong together; all must come from one `sixfold key split`"
        ) from None
    return parse_identity(bech32.encode(_PREFIX, secret), "the shares")


_KNOWN = frozenset(WORDLIST)
