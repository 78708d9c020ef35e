"""Key figures: one dimension for everyone, in a number, a range and a sentence."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.disclosure import Cell, DesignType, OutlinedDimension
from analysis.report.blocks import KeyFigure, Note
from analysis.report.explain import of_dimensions
from analysis.report.phrases import Phrases
from questionnaires import Rule


def key_figure(phrases: Phrases, dimension: OutlinedDimension) -> KeyFigure:
    """Return the key figure of `dimension`, with those of its parts beside it."""
    cell = phrases.edition.cell(dimension.name)
    named = {each.name: each for each in phrases.outline.dimensions}
    return KeyFigure(
        label=phrases.labels.dimensions[dimension.name],
        meaning=phrases.labels.meanings[dimension.name],
        value=cell.mean,
        scale=phrases.words.gettext("of 100"),
        low=cell.low,
        high=cell.high,
        sentence=_sentence(phrases, dimension, cell),
        details=_details(phrases, cell),
        parts=tuple(key_figure(phrases, named[part]) for part in dimension.parts if part in named),
        explanation=of_dimensions(phrases, [dimension]),
        about=cell.key,
    )


def acts_note(phrases: Phrases) -> Iterator[Note]:
    """Yield a warning not to praise or blame, when acts are counted."""
    if phrases.has_acts:
        yield Note(
            phrases.words.gettext(
                "What civic engagement means depends on the place: more is not better, and less "
                "is not worse."
            )
        )


def _sentence(phrases: Phrases, dimension: OutlinedDimension, cell: Cell) -> str:
    if cell.withheld:
        return phrases.reason(cell.withheld) + "."
    if dimension.rule is Rule.ACTS:
        return _acts(phrases, cell)
    words, mean = phrases.words, cell.mean
    if not phrases.of_everyone:
        return words.gettext(
            "Among the people who answered, the average is %(mean)s on a scale from 0 to 100.",
            mean=mean,
        )
    if cell.low is None:
        return words.gettext("The average is %(mean)s on a scale from 0 to 100.", mean=mean)
    return words.gettext(
        "The average is %(mean)s on a scale from 0 to 100. Allowing for chance, it most likely "
        "lies between %(low)s and %(high)s.",
        mean=mean,
        low=cell.low,
        high=cell.high,
    )


def _acts(phrases: Phrases, cell: Cell) -> str:
    words, mean = phrases.words, cell.mean
    if not phrases.of_everyone:
        return words.gettext(
            "The people who answered did, on average, %(mean)s%% of the kinds of acts that were "
            "asked about.",
            mean=mean,
        )
    if cell.low is None:
        return words.gettext(
            "On average, people did %(mean)s%% of the kinds of acts that were asked about.",
            mean=mean,
        )
    return words.gettext(
        "On average, people did %(mean)s%% of the kinds of acts that were asked about. Allowing "
        "for chance, it is most likely between %(low)s%% and %(high)s%%.",
        mean=mean,
        low=cell.low,
        high=cell.high,
    )


def _details(phrases: Phrases, cell: Cell) -> tuple[tuple[str, str], ...]:
    if cell.withheld:
        return ()
    words = phrases.words
    found = [
        (words.gettext("People"), phrases.people(cell)),
        (words.gettext("Likely range"), phrases.range(cell)),
        (words.gettext("In the lowest quarter"), phrases.share(cell.lowest)),
        (words.gettext("In the highest quarter"), phrases.share(cell.highest)),
    ]
    no_range = phrases.release.facts.design is DesignType.CONVENIENCE
    return tuple(pair for pair in found if not (no_range and pair is found[1]))
