"""Counts of people that are shown to a team: none that is too small, and none to be worked out.

The total is always known, so what is hidden is hidden in company: the largest that any hidden
count could be stays `FEWEST` or more.
"""

from __future__ import annotations

from collections.abc import Mapping

#: The smallest count that the desk shows, and that leaves it.
FEWEST = 10


def shown(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Return counts of which those that are too small are hidden, so that no sum gives one away.

    When what is hidden sums to so little that one of it is known to be small, the smallest count
    that is shown is hidden as well.
    """
    hidden = {code for code, count in counts.items() if 0 < count < FEWEST}
    others = sorted((count, code) for code, count in counts.items() if count >= FEWEST)
    least = FEWEST + len(hidden) - 1
    if hidden and others and sum(counts[code] for code in hidden) < least:
        hidden.add(others[0][1])
    return {code: None if code in hidden else count for code, count in counts.items()}


def shown_places(counts: Mapping[str, int], strata: Mapping[str, str]) -> dict[str, int | None]:
    """Return the counts of places as `shown` does, when those of their strata are shown as well.

    Parameters
    ----------
    counts : mapping of str to int
        People, by place.
    strata : mapping of str to str
        The stratum of each place.
    """
    within: dict[str, dict[str, int]] = {}
    for place, count in counts.items():
        within.setdefault(strata.get(place, place), {})[place] = count
    sums = shown({stratum: sum(places.values()) for stratum, places in within.items()})
    told: dict[str, int | None] = {}
    for stratum, places in within.items():
        # The places of a hidden stratum would sum up to what it hides.
        told |= dict.fromkeys(places) if sums[stratum] is None else shown(places)
    return {place: told[place] for place in counts}
