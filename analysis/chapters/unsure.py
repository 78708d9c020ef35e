"""Who says "I don't know": a finding of its own, never turned into a number of a scale."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.chapters.rows import named, of_items, topic
from analysis.chapters.scores import scored
from analysis.disclosure.kinds import Chapter, Row, Statistic, Topic
from questionnaires import Instrument


def topics(instrument: Instrument, form: str, by: Sequence[str]) -> list[Topic]:
    """Return the share of "I don't know" by dimension, and by question for everyone."""
    whole = scored(instrument)
    names = [name for each in whole for name in each.items]
    rows = tuple(
        Row(each.name, tuple(item.name for item in named(instrument, each.items, form)))
        for each in whole
    )
    items = of_items(named(instrument, dict.fromkeys(names), form))
    kept = tuple(row for row in rows if row.items)
    return [
        *topic("unsure", Chapter.UNSURE, Statistic.UNSURE, kept, by),
        *topic("unsure_items", Chapter.UNSURE, Statistic.UNSURE, items),
    ]
