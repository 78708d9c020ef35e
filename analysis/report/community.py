"""The page for everybody: what you told us."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.report import method
from analysis.report.blocks import Block, Heading, Note, Points, Sentence
from analysis.report.key_figures import acts_note, key_figure
from analysis.report.opening import opening
from analysis.report.phrases import Phrases
from analysis.report.tables import bar_table, six


def community_blocks(phrases: Phrases) -> Iterator[Block]:
    """Yield the blocks of the community page."""
    words = phrases.words
    yield Sentence(words.gettext("Thank you for answering. This is what all answers together say."))
    yield from opening(phrases)
    yield Heading(words.gettext("What people said"), anchor="glance")
    for dimension in sorted(six(phrases), key=lambda each: not each.headline):
        yield key_figure(phrases, dimension)
    yield from acts_note(phrases)
    yield from _breakdowns(phrases)
    yield from _afterwards(phrases)


def _breakdowns(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    yield Heading(words.gettext("By place and by group"), anchor="groups")
    yield Sentence(
        words.gettext(
            "Averages from 0 to 100. Places and groups stand in a fixed order, not by score, and "
            "part of each difference is chance."
        )
    )
    for breakdown in phrases.outline.breakdowns:
        yield bar_table(phrases, breakdown)


def _afterwards(phrases: Phrases) -> Iterator[Block]:
    words, facts = phrases.words, phrases.release.facts
    yield Heading(words.gettext("How you are protected"), anchor="withheld")
    yield Points(method.protection(phrases))
    yield Heading(words.gettext("What this page does not say"), anchor="limits")
    yield Points(method.limits(phrases))
    yield Heading(words.gettext("What happens next"), anchor="next")
    yield Sentence(
        phrases.own(facts.next_steps)
        or words.gettext(
            "Those who plan programmes here read the same results. Before anything is decided, "
            "the results should be talked over with the people who live here."
        )
    )
    yield Heading(words.gettext("Questions and objections"), anchor="contact")
    yield Sentence(
        words.gettext(
            "If you find something wrong, unfair or harmful on this page, please tell us."
        )
    )
    contact = phrases.own(facts.contact)
    if contact:
        yield Note(contact)
