"""Resilience: what people count on in a crisis, and to whom they turn."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.chapters.rows import named, of_choices, of_items, topic
from analysis.disclosure.kinds import Chapter, Statistic, Topic
from questionnaires import Instrument


def topics(instrument: Instrument, form: str, by: Sequence[str]) -> list[Topic]:
    """Return the questions behind the score, and whom people name first, or at all."""
    asked = [f"CR{number}" for number in range(1, 7)]
    turn_to = of_choices(named(instrument, ["turn_to"], form))
    return [
        *topic(
            "resilience",
            Chapter.RESILIENCE,
            Statistic.POINTS,
            of_items(named(instrument, asked, form)),
        ),
        *topic("turn_first", Chapter.RESILIENCE, Statistic.FIRST, turn_to),
        *topic("turn_any", Chapter.RESILIENCE, Statistic.MENTIONED, turn_to),
    ]
