"""Published formulas of reading level, one a language.

English: grade = 0.39 words per sentence + 11.8 syllables per word - 15.59 (Kincaid, Fishburne,
Rogers & Chissom 1975, Research Branch Report 8-75, Naval Technical Training).
French: ease = 207 - 1.015 words per sentence - 73.6 syllables per word (Kandel & Moles 1958,
Cahiers d'études de radio-télévision 19, an adaptation of Flesch's formula).

Both were made for running text. One question is short, so its value is rough, and only the median
over all questions says much. For the other languages no formula is used here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?…:]+(?=\s|$)")


@dataclass(frozen=True)
class Formula:
    """A measure of how hard a text is to read.

    Attributes
    ----------
    name : str
        Under which it was published.
    measure : callable
        From words per sentence and syllables per word to the value.
    syllables : callable
        From a word to about how many syllables it has.
    plain, hard : float
        The value up to which a whole text is plain, and beyond which one question is too hard.
    """

    name: str
    measure: Callable[[float, float], float]
    syllables: Callable[[str], int]
    plain: float
    hard: float

    def of(self, text: str) -> float | None:
        """Return the value of `text`; None when it holds no word."""
        words = _WORD.findall(text)
        if not words:
            return None
        sentences = max(len(_SENTENCE.findall(text.strip())), 1)
        return self.measure(len(words) / sentences, sum(map(self.syllables, words)) / len(words))

    def is_over(self, value: float, limit: float) -> bool:
        """Tell whether `value` means harder than `limit`: an ease falls, a grade rises."""
        return value > limit if self.plain < self.hard else value < limit


def english_syllables(word: str) -> int:
    """Return about how many syllables an English word has: its groups of vowels."""
    small = word.lower()
    groups = len(re.findall(r"[aeiouy]+", small))
    is_silent = small.endswith("e") and not small.endswith("le") and groups > 1
    is_past = small.endswith("ed") and small[-3:-2] not in {"t", "d"} and groups > 1
    return max(groups - (is_silent or is_past), 1)


def french_syllables(word: str) -> int:
    """Return about how many syllables a French word has, a silent last e left out."""
    # Without accents: each accented vowel is a vowel, and é at the end is not silent.
    small = word.lower().replace("é", "E")
    bare = "".join(c for c in unicodedata.normalize("NFD", small) if not unicodedata.combining(c))
    groups = len(re.findall(r"[aeiouyœE]+", bare))
    is_silent = bool(re.search(r"[^aeiouyœE](e|es|ent)$", bare)) and groups > 1
    return max(groups - is_silent, 1)


FORMULAS: Mapping[str, Formula] = {
    "en": Formula(
        "Flesch-Kincaid grade",
        lambda words, syllables: 0.39 * words + 11.8 * syllables - 15.59,
        english_syllables,
        plain=8.0,
        hard=12.0,
    ),
    "fr": Formula(
        "Kandel-Moles ease",
        lambda words, syllables: 207 - 1.015 * words - 73.6 * syllables,
        french_syllables,
        plain=60.0,
        hard=40.0,
    ),
}
