"""Bytes as the letters of an age key, and back (Bech32, as BIP 173 defines it).

pyrage hands a key out as text only; recovery shares need its bytes.
"""

from __future__ import annotations

from collections.abc import Iterable

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECK_LENGTH = 6


def encode(prefix: str, content: bytes) -> str:
    """Return `content` under a lower-case `prefix`, with a checksum of six letters."""
    groups = _regroup(content, 8, 5, pad=True)
    check = _polymod([*_spread(prefix), *groups, *[0] * _CHECK_LENGTH]) ^ 1
    groups += [check >> 5 * (_CHECK_LENGTH - 1 - place) & 31 for place in range(_CHECK_LENGTH)]
    return f"{prefix}1" + "".join(_LETTERS[group] for group in groups)


def decode(prefix: str, text: str) -> bytes:
    """Return the bytes of `text`, which may be upper or lower case.

    Raises
    ------
    ValueError
        If it has another prefix, a letter that Bech32 does not have, or a wrong checksum.
    """
    found, _, letters = text.lower().rpartition("1")
    groups = [_LETTERS.find(letter) for letter in letters]
    if found != prefix or -1 in groups or len(groups) < _CHECK_LENGTH:
        raise ValueError("these letters are no key")
    if _polymod([*_spread(prefix), *groups]) != 1:
        raise ValueError("a letter of the key is wrong")
    return bytes(_regroup(groups[:-_CHECK_LENGTH], 5, 8, pad=False))


def _spread(prefix: str) -> list[int]:
    codes = prefix.encode("ascii")
    return [*(code >> 5 for code in codes), 0, *(code & 31 for code in codes)]


def _polymod(groups: Iterable[int]) -> int:
    """Return the remainder that the checksum makes 1."""
    check = 1
    for group in groups:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ group
        for place, term in enumerate(_GENERATOR):
            check ^= term if top >> place & 1 else 0
    return check


def _regroup(values: Iterable[int], width: int, into: int, *, pad: bool) -> list[int]:
    """Return the same bits in groups of another width; a rest is padded, or dropped."""
    held = bits = 0
    groups = []
    for value in values:
        held = held << width | value
        bits += width
        while bits >= into:
            bits -= into
            groups.append(held >> bits & (1 << into) - 1)
        held &= (1 << bits) - 1
    if pad and bits:
        groups.append(held << into - bits & (1 << into) - 1)
    return groups
