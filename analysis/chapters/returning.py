"""Return: whether people came, what changed with them, and what they bring."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.chapters.rows import grid_parts, named, of_choices, of_items, topic
from analysis.disclosure.kinds import Chapter, Statistic, Topic
from questionnaires import Instrument


def topics(instrument: Instrument, form: str, by: Sequence[str]) -> list[Topic]:
    """Return who says that people came, and what those people say of it."""
    came = of_items(named(instrument, ["returned"], form), ("yes",))
    bring = of_choices(named(instrument, ["bring"], form))
    return [
        *topic("returned", Chapter.RETURN, Statistic.SHARE, came),
        *grid_parts(instrument, "return_change", form, Chapter.RETURN),
        *topic("bring", Chapter.RETURN, Statistic.SHARE, bring),
    ]
