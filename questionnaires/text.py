"""Wording in many languages: which words there are, which way they run, and how complete.

An instrument's `Text` holds its words under dotted keys, as ``item.T1`` or ``scale.EXT5.1``.
`Words` speaks the interface: gettext catalogues, read from their ``.po`` files by Babel.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale

from questionnaires.catalogue import find_locale, read_catalogue

#: What would fall apart among words that run from right to left: a name in braces with what is
#: done to it, and the beginning of a name. What stands between isolates already is left alone.
_CODE = re.compile(
    r"\u2066[^\u2069]*\u2069"
    r"|(\$\{\w+\}(?: [-+*/=<>]+ (?:\$\{\w+\}|'\w+'|\d+))*|\b[a-z]+_(?!\w))"
)


@dataclass(frozen=True)
class Text:
    """The words of one instrument in one language.

    Attributes
    ----------
    language : str
        Language code, as ``ar``.
    name : str
        The language's name in itself.
    direction : str
        ``ltr`` or ``rtl``, declared by the file and never guessed.
    status : str
        How far the translation has come: ``draft``, ``reviewed`` or ``tested``.
    words : mapping of str to str
        Wording by dotted key.
    """

    language: str
    name: str
    direction: str
    status: str
    words: Mapping[str, str]

    @property
    def is_draft(self) -> bool:
        """Whether nobody who speaks the language from home has reviewed the words yet."""
        return self.status == "draft"

    def __getitem__(self, key: str) -> str:
        """Return the wording under `key`; KeyError if the language has none."""
        return self.words[key]

    def get(self, key: str, default: str = "") -> str:
        """Return the wording under `key`, or `default`."""
        return self.words.get(key, default)


def flatten(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Return the leaves of nested tables under their dotted keys, in order."""
    leaves: list[tuple[str, Any]] = []
    for key, value in table.items():
        # Most are texts, and it takes long to find that a text is no mapping.
        if not isinstance(value, str) and isinstance(value, Mapping):
            leaves += flatten(value, f"{prefix}{key}.")
        else:
            leaves.append((f"{prefix}{key}", value))
    return leaves


def merge(words: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested `words` in which those of `others` stand in their places."""
    merged = dict(words)
    for key, other in others.items():
        own = merged.get(key)
        nested = isinstance(other, Mapping)
        merged[key] = merge(own if isinstance(own, Mapping) else {}, other) if nested else other
    return merged


@dataclass(frozen=True)
class Words:
    """The interface in one language: messages, plurals and direction.

    Attributes
    ----------
    language : str
        Language code, as ``ar``.
    folder : Path or None
        Where its catalogue is; without one it speaks English.
    """

    language: str
    folder: Path | None = None

    @cached_property
    def catalogue(self) -> NullTranslations:
        """Its messages, read when the first one is said: most often only the name is asked for."""
        if self.folder is None:
            return NullTranslations()
        from babel.messages.mofile import write_mo  # noqa: PLC0415 - analyses need no catalogue

        found = read_catalogue(self.folder, self.language)
        for message in found if self.direction == "rtl" else ():
            if isinstance(message.string, str):
                message.string = isolated(message.string)
            else:
                message.string = tuple(map(isolated, message.string or ()))
        compiled = BytesIO()
        write_mo(compiled, found)
        compiled.seek(0)
        return GNUTranslations(compiled)

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``, as the language is written."""
        locale = find_locale(self.language)
        return locale.text_direction if locale else "ltr"

    @property
    def name(self) -> str:
        """The language's name in itself, as a title."""
        locale = find_locale(self.language)
        name = locale.display_name if locale else None
        return name[:1].upper() + name[1:] if name else self.language

    @property
    def locale(self) -> Locale:
        """How it writes numbers and days; as English where that is not known."""
        return find_locale(self.language) or Locale("en")

    def day(self, day: date) -> str:
        """Return a day in words."""
        from babel.dates import format_date  # noqa: PLC0415 - analyses write no days

        locale = self.locale
        # Day before month, also in English, as it is written where this is read.
        return format_date(day, "long", locale="en_GB" if locale.language == "en" else locale)

    def gettext(self, message: str, **values: object) -> str:
        """Translate `message` and fill its ``%(name)s`` placeholders."""
        return self.catalogue.gettext(message) % values

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """Translate in the plural form that `number` needs."""
        return self.catalogue.ngettext(one, many, number) % {"num": number, **values}


@cache
def read_words(folder: Path, language: str) -> Words:
    """Return the words of ``<folder>/<language>.po``; a language without a file speaks English."""
    return Words(language, folder if (folder / f"{language}.po").exists() else None)


def isolated(message: str) -> str:
    """Return a message that runs from right to left with its pieces of code from left to right."""
    return _CODE.sub(lambda found: f"\u2066{found[1]}\u2069" if found[1] else found[0], message)
