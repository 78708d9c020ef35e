"""Assets: what a place has, and who can use it."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.chapters.rows import grid_parts, of_grid, of_items, topic
from analysis.disclosure.kinds import Chapter, Statistic, Topic
from questionnaires import Instrument


def topics(instrument: Instrument, form: str, by: Sequence[str]) -> list[Topic]:
    """Return who says that something is there, by place, and who can use it."""
    there = of_items(of_grid(instrument, "assets", form), ("yes",))
    return [
        *topic("assets", Chapter.ASSETS, Statistic.SHARE, there, by[:1]),
        *grid_parts(instrument, "asset_use", form, Chapter.ASSETS),
    ]
