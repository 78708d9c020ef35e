"""Drivers: what can push people to support violence; only where it was asked."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.chapters.rows import named, of_choices, topic
from analysis.disclosure.kinds import Chapter, Statistic, Topic
from questionnaires import Instrument


def topics(instrument: Instrument, form: str, by: Sequence[str]) -> list[Topic]:
    """Return what people say of places in general, for everyone together and never by place."""
    rows = of_choices(named(instrument, ["drivers"], form))
    return topic("drivers", Chapter.DRIVERS, Statistic.SHARE, rows)
