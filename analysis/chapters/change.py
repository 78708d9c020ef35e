"""What changed since the round before."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.chapters.rows import topic
from analysis.chapters.scores import scored
from analysis.disclosure.kinds import Chapter, Row, Statistic, Topic
from questionnaires import Instrument


def topics(instrument: Instrument, form: str, by: Sequence[str]) -> list[Topic]:
    """Return the change of each dimension, and how much of it the comparison places lack."""
    rows = tuple(Row(each.name, each.items) for each in scored(instrument, subscales=True))
    return [
        *topic("change", Chapter.CHANGE, Statistic.CHANGE, rows, by),
        *topic("extra_change", Chapter.CHANGE, Statistic.EXTRA_CHANGE, rows),
    ]
