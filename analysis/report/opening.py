"""The first lines of a report: who answered, when, and how they were found."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.disclosure import DesignType
from analysis.report.blocks import Block, Points
from analysis.report.phrases import Phrases, marked

_FOUND = {
    DesignType.PROBABILITY: marked("The people were chosen by chance."),
    DesignType.CENSUS: marked("Everyone was invited to answer."),
    DesignType.CONVENIENCE: marked(
        "Only among the people who answered: they were not chosen by chance, and the numbers do "
        "not speak for anyone else."
    ),
}


def opening(phrases: Phrases) -> Iterator[Block]:
    """Yield who answered, when they were asked, and how they were found."""
    words, facts = phrases.words, phrases.release.facts
    people = phrases.edition.people
    lines = [
        words.gettext(
            "Asked from %(start)s to %(end)s.",
            start=phrases.day(facts.fieldwork_from),
            end=phrases.day(facts.fieldwork_to),
        ),
        words.gettext(_FOUND[facts.design]),
    ]
    if people is not None:
        told = words.ngettext(
            "About %(count)s person answered.",
            "About %(count)s people answered.",
            people,
            count=phrases.number(people),
        )
        lines.insert(0, told)
    yield Points(tuple(lines))
