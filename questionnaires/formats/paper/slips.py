"""Slips to cut out, each with a code that opens a round once, in every language of the round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from questionnaires.formats.paper.press import qr_code, set_pages
from questionnaires.formats.paper.wording import form_words
from questionnaires.text import Words

_TEMPLATE = "slips.typ"


@dataclass(frozen=True)
class Slips:
    """What the slips of one pack say.

    Attributes
    ----------
    titles : sequence of (str, str)
        Each language of the round, with its title in that language.
    address : str
        Where a code is typed, as ``https://survey.example.org/s/round-one``.
    codes : sequence of str
        The codes, in their shuffled order.
    """

    titles: Sequence[tuple[str, str]]
    address: str
    codes: Sequence[str]


def write_slips(slips: Slips) -> bytes:
    """Return the PDF of a pack: same pack, same bytes, and no time in it.

    Raises
    ------
    FormatError
        If it cannot be set.
    """
    return set_pages(_TEMPLATE, "slips", _content(slips))


def _content(slips: Slips) -> dict[str, Any]:
    spoken = [_said(title, form_words(code)) for code, title in slips.titles]
    return {
        "language": slips.titles[0][0],
        "title": spoken[0]["title"],
        "address": slips.address,
        "said": spoken,
        "slips": [
            {"code": code, "qr": qr_code(f"{slips.address}/c/{code}")} for code in slips.codes
        ],
    }


def _said(title: str, words: Words) -> dict[str, str]:
    """Return what a slip says in one language."""
    return {
        "language": words.language,
        "direction": words.direction,
        "title": title,
        "how": words.gettext("Scan this, or open the address and type the code."),
        "once": words.gettext(
            "It works once. It is not tied to your name or your answers: swap your slip with "
            "somebody if you like."
        ),
    }
