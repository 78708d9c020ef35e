"""Which topics the release of an instrument has: those of its chapters, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from analysis.chapters import (
    acts,
    assets,
    barriers,
    change,
    drivers,
    groups,
    needs,
    resilience,
    returning,
    safety,
    services,
    support,
    unsure,
)
from analysis.chapters.sources import source_topics
from analysis.disclosure.kinds import Topic
from questionnaires import Instrument


class _Chapter(Protocol):
    def topics(self, instrument: Instrument, form: str, by: Sequence[str]) -> list[Topic]:
        """Return the topics of the chapter; `by` are the breakdowns, the place first."""
        ...


_CHAPTERS: tuple[_Chapter, ...] = (
    *(acts, unsure, groups, needs, assets, services),
    *(safety, returning, barriers, drivers, resilience, support),
)


def topics_of(
    instrument: Instrument,
    form: str,
    by: Sequence[str],
    wave: str = "",
    previous: str = "",
    *,
    compared: bool = False,
    same_places: bool = True,
    sources: Sequence[str] = (),
) -> list[Topic]:
    """Return the topics that a release of an instrument publishes.

    Parameters
    ----------
    instrument : Instrument
        As it was fielded; a question that is switched off has no rows.
    form : str
        The form that was asked.
    by : sequence of str
        The breakdown items of the release, the place first.
    wave, previous : str
        Links of the round, and of the earlier one that it is compared with; without one there
        are no topics of change.
    compared : bool
        Whether some places are there for comparison only.
    same_places : bool
        Whether the earlier round asked in the same places.
    sources : sequence of str
        Names of the instruments of further sources, as ``key_informant``.
    """
    found = [topic for each in _CHAPTERS for topic in each.topics(instrument, form, by)]
    needs = next((each for each in found if each.name == "in_need"), None)
    found += source_topics(sources, needs)
    if previous:
        changes = change.topics(instrument, by, compared=compared, same_places=same_places)
        found += [replace(each, waves=(previous, wave)) for each in changes]
    return found
