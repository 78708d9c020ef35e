"""Needs: how severe each is, and what should come first. Two measures that stay two."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.chapters.rows import named, of_choices, of_items, topic
from analysis.disclosure.kinds import Chapter, Statistic, Topic
from analysis.needs import sectors_of
from questionnaires import Instrument


def topics(instrument: Instrument, form: str, by: Sequence[str]) -> list[Topic]:
    """Return severity, households in need and priority of every sector."""
    sectors = sectors_of(instrument, form)
    if sectors is None:
        return []
    rows = of_items(list(sectors.severity.values()))
    ranked = of_choices([sectors.ranking] if sectors.ranking else [])
    reasons = of_choices(named(instrument, ["priority_reason"], form))
    needs = Chapter.NEEDS
    return [
        *topic("severity", needs, Statistic.POINTS, rows),
        *topic("in_need", needs, Statistic.IN_NEED, rows, by),
        *topic("priority", needs, Statistic.PRIORITY, ranked),
        *topic("put_first", needs, Statistic.FIRST, ranked),
        *topic("listed", needs, Statistic.MENTIONED, ranked),
        *topic("priority_reason", needs, Statistic.SHARE, reasons, parts=True),
    ]
