"""The words of the form itself, which no instrument has: its instructions and its conditions."""

from __future__ import annotations

from pathlib import Path

from questionnaires.text import Words, read_words

_CATALOGUES = Path(__file__).parent / "words"


def form_words(language: str) -> Words:
    """Return the words in `language`; English where there is no catalogue."""
    return read_words(_CATALOGUES, language)
