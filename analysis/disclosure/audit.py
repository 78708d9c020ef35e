"""The audit: attack all releases of a round together, and say which withheld cell gives way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.disclosure.attack import Interval, Reach, exposed
from analysis.disclosure.harvest import Harvest, Spot, harvest
from analysis.disclosure.published import Release
from analysis.disclosure.tables import Key

#: Who may attack: those who hold every page there is, and the public.
AUDIENCES = ("programme", "community")

#: So many cells are tried, the smallest first, when a change is looked for.
_TRIALS = 12


@dataclass(frozen=True)
class Exposure:
    """A withheld cell that published numbers bound more tightly than its rule.

    Attributes
    ----------
    release : int
        Number of the release in the sequence that was audited.
    audience : str
        Who can do it.
    cell : Key
        Which measure, of whom.
    low, high : int
        The fewest and the most people that it can have.
    needed : int
        How many numbers have to be possible.
    tables : tuple of str
        The tables that together reveal it.
    change : Key or None
        The smallest cell of the newest release that hides it again when it is withheld as well,
        or that makes a beginning; None when only older releases bound it.
    """

    release: int
    audience: str
    cell: Key
    low: int
    high: int
    needed: int
    tables: tuple[str, ...]
    change: Key | None

    def __str__(self) -> str:
        """Say which cell, how narrowly, by which tables, and what to do."""
        remedy = (
            f"withhold {name(self.change)} as well"
            if self.change
            else "withhold a whole breakdown, or wait until more have answered"
        )
        return (
            f"{name(self.cell)} ({self.audience}) is withheld and can be bounded to "
            f"{self.low}-{self.high} people, where {self.needed} numbers have to be possible; "
            f"it follows from {'; '.join(self.tables)}; {remedy}"
        )


def name(cell: Key) -> str:
    """Return a cell in words of the questionnaire: measure, then item and code."""
    measure, domain = cell
    where = " and ".join(f"{item}={code}" for item, code in domain)
    return f"{measure} of {where or 'everyone'}"


def audit(releases: Sequence[Release]) -> list[Exposure]:
    """Return every withheld cell that all releases together bound more tightly than its rule.

    Parameters
    ----------
    releases : sequence of Release
        All releases of one round, the oldest first; those of other rounds ask other people.

    Notes
    -----
    Two readers are played: one who adds up numbers only, and one who knows besides what the reason
    of a withheld cell tells. For the first, an interval has to be k people wide; for the second,
    k numbers have to be possible. The public page is attacked by itself with its own k.
    """
    found: dict[Spot, Exposure] = {}
    for audience in AUDIENCES:
        for knowing_rules in (False, True):
            if audience == "community" and knowing_rules:
                continue  # whoever goes so far has the programme's pages as well
            seen = harvest(releases, audience, knowing_rules=knowing_rules)
            for exposure in _exposures(releases, seen, audience):
                found.setdefault((exposure.release, exposure.cell), exposure)
    return list(found.values())


def _exposures(releases: Sequence[Release], seen: Harvest, audience: str) -> Iterator[Exposure]:
    for spot, reach in exposed(seen.known, seen.sums, seen.needed).items():
        number, cell = spot
        policy = getattr(releases[number], audience).policy
        yield Exposure(
            release=number,
            audience=audience,
            cell=cell,
            low=round(reach.interval.low),
            high=round(reach.interval.high),
            needed=policy.smallest,
            tables=reach.tables,
            change=_change(releases, seen, spot, reach),
        )


def _change(
    releases: Sequence[Release], seen: Harvest, spot: Spot, reach: Reach[Spot]
) -> Key | None:
    """Return the smallest cell of the newest release that hides `spot` when it is withheld."""
    newest = len(releases) - 1
    shown = [
        each
        for each in reach.leans_on
        if each[0] == newest and each not in seen.needed and seen.known[each].low > 0
    ]
    shown.sort(key=lambda each: (seen.known[each].high, each))
    for each in shown[:_TRIALS]:
        without = {**seen.known, each: Interval()}
        if spot not in exposed(without, seen.sums, {spot: seen.needed[spot]}):
            return each[1]
    return shown[0][1] if shown else None
