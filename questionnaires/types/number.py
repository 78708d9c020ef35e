"""A whole number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import nan

from questionnaires.model import Item, Level
from questionnaires.text import Text
from questionnaires.types.base import Flaw
from questionnaires.types.boxes import WHOLE, Box, Boxed, whole_number

_MOST = 999_999_999


class Number(Boxed):
    """A whole number between two ends, in Latin, Arabic or Persian digits; stored in Latin ones."""

    name = "number"
    level = Level.INTERVAL
    options = frozenset({"minimum", "maximum"})
    refusal = "answer.number"
    messages = (*Boxed.messages, "answer.number")

    def flaws(self, item: Item) -> Iterable[Flaw]:
        """Refuse ends that are no whole numbers, or lie the wrong way round."""
        ends = (item.options.minimum, item.options.maximum)
        if any(isinstance(end, str) or (end or 0) < 0 for end in ends):
            yield "bad-end", "'minimum' and 'maximum' of a number are whole numbers from 0 upwards"
        elif _least(item) > _most(item):
            yield "bad-end", "'minimum' lies above 'maximum'; swap them"

    def parts(self, item: Item) -> Iterable[str]:
        """Yield the only part."""
        return (WHOLE,)

    def boxes(self, item: Item, text: Text) -> list[Box]:
        """Return one box, as wide as the largest number."""
        return [Box(WHOLE, "", digits=min(len(str(_most(item))), 9))]

    def note(self, item: Item, text: Text) -> str:
        """Return the ends, if there are two."""
        has_ends = None not in (item.options.minimum, item.options.maximum)
        return f"{_least(item)} – {_most(item)}" if has_ends else ""

    def join(self, item: Item, parts: Mapping[str, str]) -> str | None:
        """Return the number in Latin digits."""
        written = parts.get(WHOLE, "").strip()
        if not written:
            return ""
        number = whole_number(written)
        is_taken = number is not None and _least(item) <= number <= _most(item)
        return str(number) if is_taken else None

    def split(self, answer: str) -> dict[str, str]:
        """Return what to write into the box."""
        return {WHOLE: answer}

    def measure(self, item: Item, answer: str) -> float:
        """Return the number; NaN for a nonanswer."""
        number = whole_number(answer)
        return nan if number is None else float(number)


def _least(item: Item) -> int:
    return int(item.options.minimum or 0)


def _most(item: Item) -> int:
    return _MOST if item.options.maximum is None else int(item.options.maximum)
