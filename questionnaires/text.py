"""Wording in many languages: which words there are, which way they run, and how complete.

An instrument's `Text` holds its words under dotted keys, as ``item.T1`` or ``scale.EXT5.1``.
`Words` speaks the interface: gettext catalogues, read from their ``.po`` files by Babel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


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


def flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the leaves of nested tables under their dotted keys."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


@dataclass(frozen=True)
class Words:
    """The interface in one language: messages, plurals and direction."""

    language: str
    catalogue: NullTranslations

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``, as the language is written."""
        locale = _locale(self.language)
        return locale.text_direction if locale else "ltr"

    @property
    def name(self) -> str:
        """The language's name in itself, as a title."""
        locale = _locale(self.language)
        name = locale.display_name if locale else None
        return name[:1].upper() + name[1:] if name else self.language

    def gettext(self, message: str, **values: object) -> str:
        """Translate `message` and fill its ``%(name)s`` placeholders."""
        return self.catalogue.gettext(message) % values

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """Translate in the plural form that `number` needs."""
        return self.catalogue.ngettext(one, many, number) % {"num": number, **values}


@cache
def read_words(folder: Path, language: str) -> Words:
    """Read ``<folder>/<language>.po``; a language without a file speaks English."""
    path = folder / f"{language}.po"
    if not path.exists():
        return Words(language, NullTranslations())
    compiled = BytesIO()
    with path.open("rb") as stream:
        catalogue = read_po(stream, locale=_locale(language))
    for message in list(catalogue):
        forms = message.string if isinstance(message.string, list | tuple) else [message.string]
        if not all(forms):
            catalogue.delete(message.id)  # otherwise its English plurals would follow our rule
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Words(language, GNUTranslations(compiled))


def _locale(language: str) -> Locale | None:
    """Return what is known of `language`; None for one without locale data, as Romani."""
    try:
        return Locale.parse(language, sep="-")
    except UnknownLocaleError:
        return None
