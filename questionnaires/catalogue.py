"""Catalogues of messages: a ``.po`` file, with what comes from the one it is like.

A catalogue says in its header ``X-Like: bs`` when it holds only the messages that it words
otherwise, and ``X-Script: Cyrl`` when the others are the same in other letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError

from questionnaires.cyrillic import SCRIPTS

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

_HEADER = r'^"X-%s: (\S+)\\n"$'


def find_locale(language: str) -> Locale | None:
    """Return what is known of `language`; None for one without locale data, as Romani."""
    try:
        return Locale.parse(language, sep="-")
    except UnknownLocaleError:
        return None


def read_catalogue(folder: Path, language: str) -> Catalog:
    """Read ``<folder>/<language>.po`` and every message that it takes from another catalogue."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - analyses need no catalogue

    written = (folder / f"{language}.po").read_text(encoding="utf-8")
    catalogue = read_po(BytesIO(written.encode()), locale=find_locale(language))
    for message in list(catalogue):
        forms = message.string if isinstance(message.string, list | tuple) else [message.string]
        if not all(forms):
            catalogue.delete(message.id)  # otherwise its English plurals would follow our rule
    like, script = (re.search(_HEADER % key, written, re.MULTILINE) for key in ("Like", "Script"))
    if like:
        _add_others(
            catalogue, read_catalogue(folder, like[1]), SCRIPTS[script[1]] if script else str
        )
    return catalogue


def _add_others(catalogue: Catalog, model: Catalog, letters: Callable[[str], str]) -> None:
    """Add the messages of `model` that `catalogue` does not have, in `letters`."""
    for message in model:
        if message.id and not message.fuzzy and message.id not in catalogue:
            told = message.string
            told = letters(told) if isinstance(told, str) else tuple(map(letters, told or ()))
            catalogue.add(message.id, told)
