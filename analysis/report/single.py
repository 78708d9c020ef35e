"""One number by itself: what "Explain this number" opens, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.disclosure import Cell, Release, Statistic, Withheld
from analysis.estimate import Domain
from analysis.report.blocks import (
    Block,
    Entry,
    Note,
    Points,
    Report,
    RowGroup,
    Sentence,
    Table,
    TableRow,
)
from analysis.report.compose import phrases_for
from analysis.report.explain import of_number
from analysis.report.method import methods, protection
from analysis.report.phrases import REMARKS, Phrases
from analysis.report.titles import name_of
from analysis.report.topic_tables import direction, value


def explain(release: Release, language: str, number: int) -> Report | None:
    """Return the page about one cell of the programme edition; None if there is no such cell.

    Parameters
    ----------
    release : Release
        What is published.
    language : str
        One of its languages.
    number : int
        Where the cell stands among those of the edition, from 0. A release never changes, so
        neither does its place.
    """
    if number >= len(release.programme.cells):
        return None
    phrases = phrases_for(release, language, "programme")
    cell = release.programme.cells[number]
    reason = cell.withheld
    told = _withheld(phrases, cell.domain, reason) if reason else _published(phrases, cell)
    return Report(
        title=name_of(phrases, cell.dimension),
        kind=phrases.words.gettext("Explain this number"),
        language=language,
        direction=phrases.words.direction,
        blocks=tuple(told),
    )


def _withheld(phrases: Phrases, domain: Domain, reason: Withheld) -> Iterator[Block]:
    """Yield whose number it is and the rules of withholding; nothing depends on what it holds."""
    yield Sentence(f"{phrases.name(domain)}: {phrases.withheld()}")
    yield Note(phrases.reason(reason) + ".")
    yield Points(protection(phrases))


def _published(phrases: Phrases, cell: Cell) -> Iterator[Block]:
    words = phrases.words
    whom = (words.gettext("About whom"), phrases.name(cell.domain))
    found = [whom, *_values(phrases, cell), *of_number(phrases, cell)]
    rows = tuple(TableRow(name, (Entry(text),)) for name, text in found)
    heads = (words.gettext("What"), words.gettext("Value"))
    yield Table(words.gettext("Explain this number"), heads, (RowGroup("", rows),))
    for remark in cell.notes:
        yield Note(words.gettext(REMARKS[remark][1]))
    yield Points(methods(phrases))


def _values(phrases: Phrases, cell: Cell) -> Iterator[tuple[str, str]]:
    """Yield all that is published of the cell, each with its name."""
    words = phrases.words
    if cell.n is not None:
        yield words.gettext("People"), phrases.people(cell)
    if cell.before is not None:
        yield words.gettext("Round before"), str(cell.before)
    yield _main(phrases, cell)
    if cell.low is not None:
        yield words.gettext("Likely range"), phrases.range(cell)
    if cell.lowest is not None:
        yield words.gettext("In the lowest quarter"), phrases.share(cell.lowest)
        yield words.gettext("In the highest quarter"), phrases.share(cell.highest)
    if cell.ranks is not None:
        ranks = words.gettext("%(low)s to %(high)s", low=cell.ranks[0], high=cell.ranks[1])
        yield words.gettext("Rank it may have"), ranks


def _main(phrases: Phrases, cell: Cell) -> tuple[str, str]:
    """Return the number itself, with the name of its kind."""
    words, topic = phrases.words, phrases.outline.topic_of(cell.dimension)
    if topic is None or not topic.statistic.is_contrast:
        name = words.gettext("Average") if cell.share is None else words.gettext("Share")
        return name, value(phrases, cell)
    if topic.statistic is Statistic.DIFFERENCE:
        return words.gettext("Compared with all others"), direction(phrases, cell)
    return words.gettext("Change in points"), direction(phrases, cell)
