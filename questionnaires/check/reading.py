"""Questions that are hard to read, where a formula exists for the language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from questionnaires.check.readability import FORMULAS, Formula
from questionnaires.errors import Problem
from questionnaires.model import Instrument
from questionnaires.text import Text
from questionnaires.types import item_type
from questionnaires.wording import text_file


def hard_to_read(instrument: Instrument) -> Iterator[Problem]:
    """Yield each language whose questions are not plain, with those to begin with."""
    for level in _levels(instrument):
        formula, middle = level.formula, level.middle
        hard = [name for name, value in level.values if formula.is_over(value, formula.hard)]
        if hard or formula.is_over(middle, formula.plain):
            named = f"; begin with {', '.join(hard)}" if hard else ""
            remedy = f"plain is a {formula.name} of {formula.plain:.0f}; use shorter sentences and"
            file = text_file(level.language)
            yield Problem(file, "", "reading-level", f"{remedy} words{named}")


def reading_levels(instrument: Instrument) -> Iterator[str]:
    """Yield a sentence for each language: how hard its questions are, or that nothing can tell."""
    measured = {level.language: level for level in _levels(instrument)}
    for language in instrument.languages:
        if language in measured:
            level = measured[language]
            yield (
                f"Reading level in '{language}': the median question has a {level.formula.name} "
                f"of {level.middle:.1f}."
            )
        else:
            yield (
                f"Reading level in '{language}': no formula is used for it; "
                "let speakers of it read the questions aloud."
            )


@dataclass(frozen=True)
class _Level:
    """The values of the questions of one language, and the middle one."""

    language: str
    formula: Formula
    values: tuple[tuple[str, float], ...]
    middle: float


def _levels(instrument: Instrument) -> Iterator[_Level]:
    for language, text in instrument.texts.items():
        formula = FORMULAS.get(language.partition("-")[0])
        words = questions(instrument, text) if formula else {}
        found = [(name, formula.of(each)) for name, each in words.items() if formula]
        values = tuple((name, value) for name, value in found if value is not None)
        if formula and values:
            yield _Level(language, formula, values, median(value for _, value in values))


def questions(instrument: Instrument, text: Text) -> dict[str, str]:
    """Return the words of each question that is asked, once for all rows and turns."""
    asked = [item.words for item in instrument.items if item_type(item.type).is_asked]
    return {name: text.get(f"item.{name}") for name in dict.fromkeys(asked)}
