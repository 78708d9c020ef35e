"""Beneficiary monitoring: complaints and harm as shares, what has changed, reintegration in three.

The three scores of reintegration stand side by side and are never made one.
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.report.blocks import Block, Heading, Note, Points, Sentence
from analysis.report.key_figures import key_figure
from analysis.report.phrases import Phrases
from analysis.report.titles import title
from analysis.report.topic_tables import bars, by_domain, one_table

#: How the dimensions of reintegration begin.
_REINTEGRATION = "RS_"


def blocks(phrases: Phrases) -> Iterator[Block]:
    """Yield the chapter, if those who get support were asked about it."""
    outline = phrases.outline
    if outline.topic("support_complaints") is None and outline.topic("support_asked") is None:
        return
    words = phrases.words
    yield Heading(words.gettext("Beneficiary monitoring"), anchor="support")
    yield Sentence(
        words.gettext(
            "How the support works for those who get it. Access, quality and inclusion are scores "
            "and stand above; complaints and harm are shares of people and are never made a score."
        )
    )
    yield from _complaints(phrases)
    yield from _harm(phrases)
    yield from _change(phrases)
    yield from _reintegration(phrases)
    yield from _stories(phrases)


def _stories(phrases: Phrases) -> Iterator[Block]:
    words, told = phrases.words, phrases.release.stories
    if not told:
        return
    yield Heading(words.gettext("In their own words"), level=3)
    yield Note(
        words.gettext(
            "Each writer agreed to be quoted, and somebody of the team read each story and took "
            "out what could point at a person. They are no sample and speak for nobody else."
        )
    )
    yield Points(told)


def _complaints(phrases: Phrases) -> Iterator[Block]:
    topic = phrases.outline.topic("support_complaints")
    if topic is None:
        return
    words = phrases.words
    yield Heading(title(words, topic.name), level=3)
    yield one_table(phrases, topic, words.gettext("People who say yes"))
    caption = words.gettext("Complaints by place and by group")
    yield by_domain(phrases, topic, phrases.outline.breakdowns, caption)


def _harm(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    asked, effects = (phrases.outline.topic(name) for name in ("support_asked", "support_effects"))
    if asked is not None:
        yield Heading(words.gettext("Harm"), level=3)
        yield one_table(phrases, asked, title(words, asked.name))
        yield Note(
            words.gettext(
                "A small share is no small matter: each such case calls for action. Nobody can be "
                "found by these answers, and nobody should try; those who ask for help do it by "
                "the lines that the questionnaire shows to everyone."
            )
        )
    if effects is not None:
        caption = title(words, effects.name)
        table = one_table(phrases, effects, caption, folded=True)
        yield bars(phrases, effects, "support_effects", caption, table)


def _change(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    topic, due = (phrases.outline.topic(name) for name in ("support_change", "support_due"))
    if topic is not None:
        yield Heading(words.gettext("What has changed since the support began"), level=3)
        caption = words.gettext("0 is much worse, 50 no change, 100 much better")
        yield one_table(phrases, topic, caption)
        yield Note(
            words.gettext(
                "People compare with what they remember. What else changed meanwhile is in these "
                "numbers as well, so they do not show what the support has caused."
            )
        )
    if due is not None:
        caption = words.gettext("How much of it people put down to the support, 0 to 100")
        yield one_table(phrases, due, caption)


def _reintegration(phrases: Phrases) -> Iterator[Block]:
    words = phrases.words
    three = [each for each in phrases.outline.dimensions if each.name.startswith(_REINTEGRATION)]
    if not three:
        return
    yield Heading(words.gettext("Reintegration: three scores, never one"), level=3)
    yield Note(
        words.gettext(
            "A household can earn enough and live in fear: one number for all three would hide "
            "that. The scores are inspired by three dimensions of the IOM, are not its scale, and "
            "cannot be compared with it."
        )
    )
    for dimension in three:
        yield key_figure(phrases, dimension)
