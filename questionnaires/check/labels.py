"""Answers that nobody can tell apart, because they have the same words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from questionnaires.errors import Problem
from questionnaires.model import Instrument, Item
from questionnaires.text import Text
from questionnaires.wording import text_file


def same_words(instrument: Instrument) -> Iterator[Problem]:
    """Yield each pair of choices, of one scale or item, that read the same in a language."""
    for language, text in instrument.texts.items():
        for keys in _lists(instrument, text):
            counted = Counter(text[key].strip().casefold() for key in keys if text.get(key))
            for key in keys:
                if counted[text.get(key).strip().casefold()] > 1:
                    remedy = "another answer has the same words; nobody can tell them apart"
                    yield Problem(text_file(language), key, "same-words", f"{remedy}; mend one")
                    break


def _lists(instrument: Instrument, text: Text) -> Iterator[list[str]]:
    for scale in instrument.scales:
        yield [f"scale.{scale.name}.{code}" for code in scale.codes]
    for item in _with_own_choices(instrument.items):
        keys = [f"choice.{item.words}.{code}" for code in item.codes]
        yield [key for key in keys if text.get(key)]


def _with_own_choices(items: Iterable[Item]) -> Iterator[Item]:
    seen: set[str] = set()
    for item in items:
        if not item.scale and item.codes and item.words not in seen:
            seen.add(item.words)
            yield item
