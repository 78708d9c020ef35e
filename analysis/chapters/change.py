"""What changed since the round before."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.chapters.rows import topic
from analysis.chapters.scores import scored
from analysis.disclosure.kinds import Chapter, Row, Statistic, Topic
from questionnaires import Instrument


def topics(
    instrument: Instrument, by: Sequence[str], *, compared: bool, same_places: bool
) -> list[Topic]:
    """Return the change of each dimension, and how much of it the comparison places lack.

    Where the rounds asked in different places, single places have a change and nothing else has:
    that of everyone, or of a group, could come from the places alone.
    """
    rows = tuple(Row(each.name, each.items) for each in scored(instrument, subscales=True))
    if not same_places:
        return topic("change", Chapter.CHANGE, Statistic.CHANGE_OF_PLACES, rows, by[:1])
    changes = topic("change", Chapter.CHANGE, Statistic.CHANGE, rows, by)
    extra = topic("extra_change", Chapter.CHANGE, Statistic.EXTRA_CHANGE, rows)
    return changes + extra if compared else changes
