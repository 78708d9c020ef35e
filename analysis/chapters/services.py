"""Services: who needed them, who got them, why not, and how good they were."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.chapters.rows import grid_parts, named, of_choices, of_grid, of_items, topic
from analysis.disclosure.kinds import Chapter, Statistic, Topic
from questionnaires import Instrument

#: Grids about services that were had, each a mean of its points.
QUALITIES = ("service_quality", "service_respect", "service_safety")


def topics(instrument: Instrument, form: str, by: Sequence[str]) -> list[Topic]:
    """Return needed, received, reasons and quality, service by service."""
    needed = of_grid(instrument, "service_need", form)
    reasons = [
        found
        for item in needed
        for found in topic(
            f"why_{item.row}",
            Chapter.SERVICES,
            Statistic.SHARE,
            of_choices(named(instrument, [f"why_{item.row}"], form)),
        )
    ]
    qualities = [
        found
        for grid in QUALITIES
        for found in topic(
            grid, Chapter.SERVICES, Statistic.POINTS, of_items(of_grid(instrument, grid, form))
        )
    ]
    return [
        *topic(
            "service_need", Chapter.SERVICES, Statistic.SHARE, of_items(needed, ("yes",)), by[:1]
        ),
        *grid_parts(instrument, "service_got", form, Chapter.SERVICES),
        *reasons,
        *qualities,
    ]
