"""A month, a year, or a day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from babel import Locale, UnknownLocaleError
from babel.dates import get_month_names
from wtforms.fields import SelectChoice

from questionnaires.model import Item, Level
from questionnaires.text import Text
from questionnaires.types.base import Flaw
from questionnaires.types.boxes import Box, Boxed, whole_number

_PARTS = {"year": ("year",), "month": ("month", "year"), "day": ("day", "month", "year")}
_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class Date(Boxed):
    """A month of a year by default, written as ``2026-05``; a year, or a day, where it must be.

    A day can tell who somebody is, so it needs an item that is marked as sensitive, and a reason.
    """

    name = "date"
    level = Level.TEXT
    options = frozenset({"precision", "minimum", "maximum"})
    refusal = "answer.date"
    messages = (*Boxed.messages, "answer.date", "answer.year")

    def words(self, item: Item) -> Iterable[str]:
        """Yield the question and the names of the boxes."""
        yield f"item.{item.words}"
        yield from (f"answer.{part}" for part in self.parts(item))
        if "month" in self.parts(item):
            yield "answer.choose"

    def flaws(self, item: Item) -> Iterable[Flaw]:
        """Refuse ends that are no dates of this precision, and a day that is not sensitive."""
        ends = [end for end in (item.options.minimum, item.options.maximum) if end is not None]
        if not all(isinstance(end, str) and self._is_date(item, end) for end in ends):
            shape = {"year": "2015", "month": "2015-01", "day": "2015-01-31"}
            yield (
                "bad-end",
                f"write 'minimum' and 'maximum' as \"{shape[item.options.precision]}\"",
            )
        elif ends != sorted(map(str, ends)):
            yield "bad-end", "'minimum' lies after 'maximum'; swap them"
        if item.options.precision == "day" and not item.sensitive:
            remedy = "a day can tell who somebody is; ask for the month, or mark it sensitive"
            yield "too-precise", remedy

    def parts(self, item: Item) -> Iterable[str]:
        """Yield the boxes, in the order in which a date is said."""
        return _PARTS[item.options.precision]

    def boxes(self, item: Item, text: Text) -> list[Box]:
        """Return a list of months, and boxes for the numbers."""
        widths = {"day": 2, "year": 4}
        return [
            Box(part, text[f"answer.{part}"], digits=widths[part])
            if part in widths
            else Box(part, text["answer.month"], _months(text))
            for part in self.parts(item)
        ]

    def join(self, item: Item, parts: Mapping[str, str]) -> str | None:
        """Return the date, from year to day; None when a part is missing or is no date."""
        written = [parts.get(part, "").strip() for part in reversed(list(self.parts(item)))]
        if not any(written):
            return ""
        numbers = [whole_number(each, longest=4) for each in written]
        if None in numbers:
            return None
        widths = (4, 2, 2)
        joined = "-".join(f"{n:0{width}}" for n, width in zip(numbers, widths, strict=False))
        return joined if self._is_date(item, joined) and _is_within(item, joined) else None

    def split(self, answer: str) -> dict[str, str]:
        """Return the parts of a date."""
        numbers = [str(int(part)) if part.isdigit() else part for part in answer.split("-")]
        return dict(zip(("year", "month", "day"), numbers, strict=False))

    def shown(self, item: Item, answer: str, text: Text) -> str:
        """Return the date with the month's name."""
        parts = self.split(answer)
        names = {line.value: line.label for line in _months(text)}
        return " ".join(
            names.get(parts[p], "") if p == "month" else parts[p] for p in self.parts(item)
        )

    def _is_date(self, item: Item, written: str) -> bool:
        """Tell whether `written` is a date of the precision of `item`."""
        found = _SHAPE.fullmatch(written)
        if not found or len(written) != {"year": 4, "month": 7, "day": 10}[item.options.precision]:
            return False
        year, month, day = (int(part or 1) for part in found.groups())
        try:
            return date(year, month, day).year >= 1900
        except ValueError:
            return False


def _is_within(item: Item, written: str) -> bool:
    low, high = item.options.minimum, item.options.maximum
    return (low is None or str(low) <= written) and (high is None or written <= str(high))


def _months(text: Text) -> tuple[SelectChoice, ...]:
    """Return the months by name, or by number where the language has no locale data."""
    try:
        found = get_month_names("wide", "stand-alone", Locale.parse(text.language, sep="-"))
        names = [str(found[number]) for number in range(1, 13)]
    except (UnknownLocaleError, ValueError):
        names = [str(number) for number in range(1, 13)]
    lines = [SelectChoice(str(number), name) for number, name in enumerate(names, start=1)]
    return (SelectChoice("", text["answer.choose"]), *lines)
