"""Where people do not know: a finding of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from analysis.disclosure import Cell
from analysis.report.blocks import Block, Heading, Sentence
from analysis.report.phrases import Phrases
from analysis.report.topic_tables import by_domain, one_table

#: Percent of people from which "I don't know" is a finding (scoring.md C.5).
MANY = 20


def blocks(phrases: Phrases) -> Iterator[Block]:
    """Yield the questions to which many do not know the answer, and the shares by dimension."""
    topic, items = phrases.outline.topic("unsure"), phrases.outline.topic("unsure_items")
    if topic is None or items is None:
        return
    words = phrases.words
    yield Heading(words.gettext("Where people do not know"), anchor="unsure")
    many = tuple(row for row in items.rows if _is_many(phrases.edition.cell(items.measure(row))))
    if many:
        yield Sentence(
            words.gettext(
                "To the questions in the first table, more than one in five people said that they "
                "do not know. That is a finding of its own: it is not a middle answer."
            )
        )
        yield one_table(
            phrases, replace(items, rows=many), words.gettext("Questions many could not answer")
        )
    else:
        yield Sentence(
            words.gettext(
                "To no question did more than one in five people say that they do not know."
            )
        )
    caption = words.gettext("“I don't know”, of all answers to the questions of a dimension")
    yield by_domain(phrases, topic, phrases.outline.breakdowns, caption)
    caption = words.gettext("“I don't know”, question by question")
    yield one_table(phrases, items, caption, folded=True)


def _is_many(cell: Cell) -> bool:
    return cell.share is not None and int(cell.share.strip("<>")) > MANY
