"""The languages of the interface, and which of them a reader gets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flask import request

from questionnaires import Words, read_words

_CATALOGUES = Path(__file__).parent / "translations"

#: English is what the messages are written in; the others have a catalogue.
LANGUAGES = ("en", *sorted(path.stem for path in _CATALOGUES.glob("*.po")))


def words(language: str) -> Words:
    """Return the interface in `language`."""
    return read_words(_CATALOGUES, language)


def choose_language(offered: Sequence[str], wished: str | None = None) -> str:
    """Return `wished` if it is offered, else what the browser prefers, else the first offered."""
    if wished is not None and wished in offered:
        return wished
    return request.accept_languages.best_match(offered, offered[0]) or offered[0]
