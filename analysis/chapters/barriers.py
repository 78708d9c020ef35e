"""Barriers: what makes it hard to begin a normal life."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.chapters.rows import of_grid, of_items, topic
from analysis.disclosure.kinds import Chapter, Statistic, Topic
from questionnaires import Instrument

#: The two highest points of the scale.
STRONG = ("4", "5")


def topics(instrument: Instrument, form: str, by: Sequence[str]) -> list[Topic]:
    """Return how hard each barrier makes it, and who says that it does so strongly."""
    items = of_grid(instrument, "barriers", form)
    return [
        *topic("barriers", Chapter.BARRIERS, Statistic.POINTS, of_items(items)),
        *topic("barriers_strong", Chapter.BARRIERS, Statistic.SHARE, of_items(items, STRONG)),
    ]
