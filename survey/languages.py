"""The languages of the interface, and which of them a reader gets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flask import request
from werkzeug.datastructures import LanguageAccept

from questionnaires import Words, read_words

_CATALOGUES = Path(__file__).parent / "translations"

#: English is what the messages are written in; the others have a catalogue.
LANGUAGES = ("en", *sorted(path.stem for path in _CATALOGUES.glob("*.po")))

#: What somebody reads who names a language and no script, in small letters.
_USUAL_SCRIPT = {"sr": "sr-latn"}


def words(language: str) -> Words:
    """Return the interface in `language`."""
    return read_words(_CATALOGUES, language)


def choose_language(offered: Sequence[str], wished: str | None = None) -> str:
    """Return `wished` if it is offered, else what the browser prefers, else the first offered."""
    if wished is not None and wished in offered:
        return wished
    asked = [(_offered_part(tag, offered), weight) for tag, weight in request.accept_languages]
    return LanguageAccept(asked).best_match(offered, offered[0]) or offered[0]


def _offered_part(tag: str, offered: Sequence[str]) -> str:
    """Return what is offered of `tag`, as ``sr-Cyrl`` of ``sr-Cyrl-RS``, or else its language."""
    known = {each.lower(): each for each in offered}
    part = tag.lower()
    while part not in known and "-" in part:
        part = part.rpartition("-")[0]
    return known.get(part) or known.get(_USUAL_SCRIPT.get(part, "")) or part
