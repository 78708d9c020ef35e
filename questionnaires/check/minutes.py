"""About how long a form takes, by a rule of thumb.

The rule is the project's own and has not been measured: 150 words a minute, since people read
questions slowly, and then a few seconds for each answer by how it is given. Try it with five
people before you promise a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from questionnaires.model import Instrument, Item
from questionnaires.screens import screens
from questionnaires.text import Text

WORDS_PER_MINUTE = 150

#: Seconds for an answer once it has been read; for other types as for one choice.
_SECONDS: Mapping[str, int] = {
    "multiple": 8,
    "ranking": 20,
    "best_worst": 12,
    "votes": 60,
    "number": 6,
    "date": 8,
    "text": 40,
}
_ONE_CHOICE = 4

_WORD = re.compile(r"\w+")


def estimated_minutes(instrument: Instrument, form: str, language: str) -> tuple[float, float]:
    """Return about how many minutes `form` takes: when least is asked, and when everything is.

    Least is what has no condition; whoever is asked no more takes the shortest way.
    """
    text = instrument.texts[language]
    sections = {section.name for section in instrument.sections if not section.ask_if}
    pages = screens(instrument, form)
    always = [
        tuple(item for item in screen if not item.ask_if and item.section in sections)
        for screen in pages
    ]
    return _minutes(always, text), _minutes(pages, text)


def _minutes(pages: Iterable[tuple[Item, ...]], text: Text) -> float:
    shown = list(pages)
    words = sum(len(_WORD.findall(each)) for screen in shown for each in _read(screen, text))
    seconds = sum(_SECONDS.get(item.type, _ONE_CHOICE) for screen in shown for item in screen)
    return words / WORDS_PER_MINUTE + seconds / 60


def _read(screen: tuple[Item, ...], text: Text) -> Iterator[str]:
    """Yield what is read on a screen: each text once, because nobody reads a scale twice."""
    once: dict[str, str] = {}
    for item in screen:
        once[f"item.{item.words}"] = text.get(f"item.{item.words}")
        once[item.name] = text.get(f"row.{item.words}.{item.row}") if item.row else ""
        once[f"hint.{item.words}"] = text.get(f"hint.{item.words}")
        keys = [f"choice.{item.words}.{code}" for code in item.codes]
        keys = [f"scale.{item.scale}.{code}" for code in item.codes] if item.scale else keys
        once |= {key: text.get(key) for key in keys}
    yield from once.values()
