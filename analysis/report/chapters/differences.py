"""How each place and group differs from all others, in words."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.disclosure import Breakdown, Comparison, Topic
from analysis.report.blocks import Block, Entry, Note, RowGroup, Table, TableRow
from analysis.report.explain import of_topics
from analysis.report.phrases import Phrases
from analysis.report.tables import domains_of
from analysis.report.topic_tables import direction, label


def blocks(phrases: Phrases, breakdown: Breakdown) -> Iterator[Block]:
    """Yield the differences of one breakdown; of a convenience sample there are none to tell."""
    topic = phrases.outline.topic("differences")
    if topic is None or breakdown.item not in topic.by or not phrases.of_everyone:
        return
    words = phrases.words
    yield _table(phrases, topic, breakdown)
    yield clear_only(phrases)
    doubtful = {Comparison.NEVER, Comparison.WARNING}
    checks = phrases.release.checks.comparisons
    if any(each.by == breakdown.item and each.verdict in doubtful for each in checks):
        yield Note(
            words.gettext(
                "Take care: some questions do not mean the same to these groups. See which "
                "averages should not be compared under “How far the numbers can be relied on”."
            )
        )


def clear_only(phrases: Phrases) -> Note:
    """Return what “higher” and “lower” mean, so that a range without zero does not mislead."""
    return Note(
        phrases.words.gettext(
            "“Higher” and “lower” stand only where chance alone hardly explains the difference, "
            "also when so many are compared at once. Everything else is no clear difference, even "
            "where the likely range leaves out zero."
        )
    )


def _table(phrases: Phrases, topic: Topic, breakdown: Breakdown) -> Table:
    rows = tuple(
        TableRow(
            phrases.name(domain),
            tuple(_entry(phrases, topic.measure(row), domain) for row in topic.rows),
        )
        for domain in domains_of(breakdown)
    )
    heads = (label(phrases, topic, row.code) for row in topic.rows)
    return Table(
        phrases.words.gettext("Compared with all others"),
        (phrases.labels.items[breakdown.item], *heads),
        (RowGroup("", rows),),
        explanation=of_topics(phrases, [topic]),
    )


def _entry(phrases: Phrases, measure: str, domain: tuple[tuple[str, str], ...]) -> Entry:
    cell = phrases.edition.cell(measure, domain)
    return Entry(direction(phrases, cell), withheld=cell.withheld is not None, about=cell.key)
