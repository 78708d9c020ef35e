"""Safety, what people quarrel about, and how quarrels are settled."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.chapters.rows import named, of_choices, of_items, topic
from analysis.disclosure.kinds import Chapter, Statistic, Topic
from questionnaires import Instrument


def topics(instrument: Instrument, form: str, by: Sequence[str]) -> list[Topic]:
    """Return how safe people feel, by place and group, and what they say of quarrels."""
    walking = of_items(named(instrument, ["safe_day", "safe_dark"], form))
    quarrels = of_choices(named(instrument, ["quarrels"], form))
    settled = of_choices(named(instrument, ["settled"], form))
    return [
        *topic("walking", Chapter.SAFETY, Statistic.POINTS, walking, by),
        *topic("quarrels", Chapter.SAFETY, Statistic.SHARE, quarrels),
        *topic("settled", Chapter.SAFETY, Statistic.SHARE, settled, parts=True),
    ]
