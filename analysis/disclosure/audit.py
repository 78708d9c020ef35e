"""The audit: attack all releases of a round together, and say which withheld cell gives way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.disclosure.attack import Reach, exposed
from analysis.disclosure.harvest import Harvest, Spot, harvest
from analysis.disclosure.published import Release
from analysis.disclosure.tables import Key

#: Who may attack: those who hold every page there is, and the public.
AUDIENCES = ("programme", "community")


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
        How many people have to lie between.
    tables : tuple of str
        The tables that together reveal it.
    change : Key or None
        The smallest cell of the newest release that the bounds rest on, to be withheld as well;
        None when they rest on older releases alone.
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
            f"{self.low}-{self.high} people, less than {self.needed} apart; "
            f"it follows from {'; '.join(self.tables)}; {remedy}"
        )


def name(cell: Key) -> str:
    """Return a cell in words of the questionnaire: measure, then item and code."""
    measure, domain = cell
    where = " and ".join(f"{item}={code}" for item, code in domain)
    return f"{measure} of {where or 'everyone'}"


def audit(releases: Sequence[Release], *, by_hand: bool = False) -> list[Exposure]:
    """Return every withheld cell that all releases together bound more tightly than its rule.

    Parameters
    ----------
    releases : sequence of Release
        All releases of one round, the oldest first; those of other rounds ask other people.
    by_hand : bool
        Look only for what follows from one sum after another; see `attack.exposed`.

    Notes
    -----
    Two readers are played: one who holds every page and knows what the reason of a withheld cell
    tells, and one who has the community page only. For both, an interval has to be k people wide,
    with the k of what they read.
    """
    found: dict[Spot, Exposure] = {}
    for audience in AUDIENCES:
        for exposure in _exposures(
            releases, harvest(releases, audience), audience, by_hand=by_hand
        ):
            found.setdefault((exposure.release, exposure.cell), exposure)
    return list(found.values())


def _exposures(
    releases: Sequence[Release], seen: Harvest, audience: str, *, by_hand: bool
) -> Iterator[Exposure]:
    reached = exposed(seen.known, seen.sums, seen.needed, by_hand=by_hand)
    for spot, reach in reached.items():
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
            change=_change(releases, seen, reach),
        )


def _change(releases: Sequence[Release], seen: Harvest, reach: Reach[Spot]) -> Key | None:
    """Return the smallest cell of the newest release that the bounds rest on."""
    newest = len(releases) - 1
    shown = [each for each in reach.leans_on if each[0] == newest and each not in seen.needed]
    smallest = min(shown, key=lambda each: (seen.known[each].high, each), default=None)
    return smallest[1] if smallest else None
