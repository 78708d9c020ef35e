"""How each place and group differs from all others: in words, never as an order."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.chapters.rows import topic
from analysis.chapters.scores import scored
from analysis.disclosure.kinds import Chapter, Row, Statistic, Topic
from questionnaires import Instrument, Rule


def topics(instrument: Instrument, form: str, by: Sequence[str]) -> list[Topic]:
    """Return the difference of each place and group from all others, dimension by dimension.

    Counted acts are left out: more of them is not better, and who does fewest is no finding.
    """
    rows = tuple(
        Row(each.name, each.items) for each in scored(instrument) if each.rule is not Rule.ACTS
    )
    return topic("differences", Chapter.GROUPS, Statistic.DIFFERENCE, rows, by) if by else []
