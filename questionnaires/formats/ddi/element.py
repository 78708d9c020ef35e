"""Writing elements: one in each language, with nothing in them that XML cannot hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element, SubElement

from questionnaires.text import Text

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

#: Characters that no XML document may hold, however they are written.
_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def add(parent: Element, tag: str, said: str = "", **attributes: str) -> Element:
    """Add an element to `parent`, and return it."""
    kept = {key: _clean(value) for key, value in attributes.items() if value}
    element = SubElement(parent, tag, kept)
    if said:
        element.text = _clean(said)
    return element


def add_in_each(
    parent: Element, tag: str, texts: Sequence[Text], say: Callable[[Text], str]
) -> None:
    """Add what `say` says in each language, where it says anything."""
    for text in texts:
        said = say(text)
        if said:
            add(parent, tag, said).set(_LANGUAGE, text.language)


def add_words(parent: Element, tag: str, texts: Sequence[Text], key: str) -> None:
    """Add the words that stand under `key`, in each language that has them."""
    add_in_each(parent, tag, texts, lambda text: text.get(key))


def _clean(said: str) -> str:
    return _IMPOSSIBLE.sub("\N{REPLACEMENT CHARACTER}", said)
