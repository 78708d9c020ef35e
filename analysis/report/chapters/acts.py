"""Acts of civic engagement, as they are: how many people did each."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.report.blocks import Block, Heading, Note, Sentence
from analysis.report.phrases import Phrases
from analysis.report.titles import title
from analysis.report.topic_tables import bars, by_domain, one_table


def blocks(phrases: Phrases) -> Iterator[Block]:
    """Yield the share of people who did each act, for everyone and by place and group."""
    topic = phrases.outline.topic("acts")
    if topic is None:
        return
    words = phrases.words
    yield Heading(words.gettext("What people did"), anchor="acts")
    yield Sentence(
        words.gettext(
            "The acts behind civic engagement, each by itself: the share of people who did it at "
            "least once in the past 12 months."
        )
    )
    caption = title(words, topic.name)
    yield bars(phrases, topic, "acts", caption, one_table(phrases, topic, caption, folded=True))
    yield Note(
        words.gettext(
            "Few acts can mean that people do not want to, may not, or dare not. Ask before you "
            "conclude, and do not put places in order by them."
        )
    )
    caption = words.gettext("Acts by place and by group")
    yield by_domain(phrases, topic, phrases.outline.breakdowns, caption)
