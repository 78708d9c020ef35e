"""Support, as those who get it see it: complaints and harm as shares, and what has changed.

Access, quality, inclusion and the three scores of reintegration are dimensions of the instrument;
what is here makes no score.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.chapters.rows import named, of_choices, of_grid, of_items, topic
from analysis.disclosure.kinds import Chapter, Statistic, Topic
from questionnaires import Instrument


def topics(instrument: Instrument, form: str, by: Sequence[str]) -> list[Topic]:
    """Return who can complain and was answered, by place and group; harm and change, of all."""
    complaints = of_items(named(instrument, ["BM13", "BM14"], form), ("yes",))
    asked = of_items(named(instrument, ["BM15"], form), ("yes",))
    effects = of_choices(named(instrument, ["BM18"], form))
    changes = of_items(of_grid(instrument, "BM16", form))
    due = of_items(named(instrument, ["BM17"], form))
    return [
        *topic("support_complaints", Chapter.SUPPORT, Statistic.SHARE, complaints, by),
        # Harm stands for everyone only: a number for a place or a group would point at people.
        *topic("support_asked", Chapter.SUPPORT, Statistic.SHARE, asked),
        *topic("support_effects", Chapter.SUPPORT, Statistic.SHARE, effects),
        *topic("support_change", Chapter.SUPPORT, Statistic.POINTS, changes),
        *topic("support_due", Chapter.SUPPORT, Statistic.POINTS, due),
    ]
