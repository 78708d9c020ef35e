"""Acts of civic engagement: how many people did each at least once."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.chapters.rows import named, topic
from analysis.disclosure.kinds import Chapter, Row, Statistic, Topic
from questionnaires import Instrument, Role, Rule


def topics(instrument: Instrument, form: str, by: Sequence[str]) -> list[Topic]:
    """Return one table of acts for each dimension that counts acts."""
    return [
        found
        for dimension in instrument.dimensions
        if dimension.rule is Rule.ACTS and dimension.role is Role.DIMENSION
        for found in topic(
            "acts", Chapter.ACTS, Statistic.SHARE, _rows(instrument, dimension.items, form), by
        )
    ]


def _rows(instrument: Instrument, names: Sequence[str], form: str) -> tuple[Row, ...]:
    # An act's scale begins at "never": every later point says that it was done.
    return tuple(
        Row(item.name, (item.name,), item.codes[1:], sensitive=item.sensitive)
        for item in named(instrument, names, form)
    )
