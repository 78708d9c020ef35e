"""How a report says things in one language: numbers, ranges, days, reasons, names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from babel.numbers import format_decimal

from analysis.disclosure import (
    Cell,
    Chapter,
    DesignType,
    Edition,
    Labels,
    Outline,
    Release,
    Remark,
    Withheld,
)
from analysis.estimate import Domain
from questionnaires import Rule, Words, read_words

FOLDER = Path(__file__).parent / "words"


def marked(message: str) -> str:
    """Return `message` as it is; says to the translators' tools that it will be translated."""
    return message


REASONS = {
    Withheld.FEW: marked("Too few people answered"),
    Withheld.PROTECTS: marked("Without it, another withheld number could be worked out"),
    Withheld.SENSITIVE: marked("The group could be harmed or people in it recognised"),
    Withheld.HEAVY: marked("One person's answer would weigh more than all others together"),
}

#: What the rows of a chapter are about, where they are named outside it.
CHAPTERS = {
    Chapter.ACTS: marked("Acts"),
    Chapter.UNSURE: marked("“I don't know”"),
    Chapter.GROUPS: marked("Difference from all others"),
    Chapter.NEEDS: marked("Needs"),
    Chapter.ASSETS: marked("Assets"),
    Chapter.SERVICES: marked("Services"),
    Chapter.SAFETY: marked("Safety"),
    Chapter.RETURN: marked("Return"),
    Chapter.BARRIERS: marked("Barriers"),
    Chapter.DRIVERS: marked("Drivers"),
    Chapter.RESILIENCE: marked("Resilience"),
    Chapter.SUPPORT: marked("Support"),
    Chapter.CHANGE: marked("Change"),
    Chapter.SOURCES: marked("Sources"),
}

#: The mark of a remark in a table, and what the mark means.
REMARKS = {
    Remark.FEW_ANSWERS: ("†", marked("† Few answers: read this number with care.")),
    Remark.FEW_CLUSTERS: (
        "*",
        marked("* Few clusters of interviews: the range also rests on the sample as a whole."),
    ),
}


@dataclass(frozen=True)
class Phrases:
    """An edition of a release, and the words for it."""

    release: Release
    edition: Edition
    language: str

    @property
    def words(self) -> Words:
        """The messages of reports."""
        return read_words(FOLDER, self.language)

    @property
    def outline(self) -> Outline:
        """What the release is about."""
        return self.release.outline

    @property
    def labels(self) -> Labels:
        """The names of what the release is about."""
        return self.outline.labels[self.language]

    @property
    def of_everyone(self) -> bool:
        """Whether the numbers speak for more people than those who answered."""
        return self.release.facts.design is not DesignType.CONVENIENCE

    @property
    def has_acts(self) -> bool:
        """Whether a dimension counts acts, whose meaning depends on the place."""
        return any(each.rule is Rule.ACTS for each in self.outline.dimensions)

    def own(self, texts: Mapping[str, str]) -> str:
        """Return the text in this language, or in the first language of the release."""
        fallback = texts.get(self.release.facts.languages[0], "")
        return texts.get(self.language) or fallback

    def number(self, number: int) -> str:
        """Return a count with its thousands marked."""
        return format_decimal(number, locale=self.words.locale)

    def day(self, day: date) -> str:
        """Return a day in words."""
        return self.words.day(day)

    def range(self, cell: Cell) -> str:
        """Return the interval of a cell in words, since a dash turns round among Arabic words."""
        if cell.low is None or cell.high is None:
            return "–"
        low, high = (str(each).replace("-", "\u2212") for each in (cell.low, cell.high))
        words = self.words.gettext("%(low)s to %(high)s", low=low, high=high)
        return words + self.mark(cell, Remark.FEW_CLUSTERS)

    def share(self, share: str | None) -> str:
        """Return a published share in words."""
        if share is None:
            return "–"
        if share.startswith("<"):
            return self.words.gettext("under %(percent)s%%", percent=share[1:])
        if share.startswith(">"):
            return self.words.gettext("over %(percent)s%%", percent=share[1:])
        return self.words.gettext("%(percent)s%%", percent=share)

    def people(self, cell: Cell) -> str:
        """Return how many people a published cell is about."""
        return self.number(cell.n or 0) + self.mark(cell, Remark.FEW_ANSWERS)

    def mark(self, cell: Cell, remark: Remark) -> str:
        """Return the mark of `remark` if `cell` carries it."""
        return REMARKS[remark][0] if remark in cell.notes else ""

    def legend(self, cells: Sequence[Cell], shown: Collection[Remark]) -> tuple[str, ...]:
        """Return the meaning of each mark that `cells` carry, if a table has it `shown`."""
        present = {remark for cell in cells for remark in cell.notes if remark in shown}
        return tuple(
            self.words.gettext(meaning)
            for remark, (_, meaning) in REMARKS.items()
            if remark in present
        )

    def withheld(self) -> str:
        """Return the word that stands where a number is withheld."""
        return self.words.gettext("withheld")

    def reason(self, reason: Withheld) -> str:
        """Return why something is withheld."""
        return self.words.gettext(REASONS[reason])

    def name(self, domain: Domain) -> str:
        """Return the label of a domain, for a heading or a row of its own."""
        if not domain:
            return self.words.gettext("Everyone")
        return " · ".join(self.labels.codes[item][code] for item, code in domain)


def fifths(words: Words) -> list[str]:
    """Return what each of the five shades means, from low to high."""
    return [
        words.gettext("%(low)s to %(high)s", low=low, high=low + 19 + (low == 80))
        for low in range(0, 100, 20)
    ]
