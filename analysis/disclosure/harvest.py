"""What an outsider can copy from published releases: intervals of people, and sums over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from analysis.disclosure import tables
from analysis.disclosure.attack import MANY, Interval, Sum
from analysis.disclosure.policy import Policy
from analysis.disclosure.published import Cell, Edition, Release, Withheld
from analysis.disclosure.suppression import Line
from analysis.disclosure.tables import Key

#: A cell of one of the releases that are looked at together.
Spot = tuple[int, Key]


@dataclass(frozen=True)
class Harvest:
    """All numbers of people that some readers know.

    Attributes
    ----------
    known : mapping of Spot to Interval
        What each cell says for itself.
    sums : tuple of Sum
        What can be added up, within a release and from one to the next.
    needed : mapping of Spot to float
        By withheld cell: how wide its interval has to be.
    """

    known: Mapping[Spot, Interval]
    sums: tuple[Sum[Spot], ...]
    needed: Mapping[Spot, float]


def harvest(releases: Sequence[Release], audience: str) -> Harvest:
    """Return what the readers of `audience` know of one round from all of its releases.

    Parameters
    ----------
    releases : sequence of Release
        Of the same round, the oldest first.
    audience : str
        ``programme`` for those who hold every page there is, and know what it means that a cell
        has "few people" or protects another; ``community`` for the public, who add up numbers.
    """
    known: dict[Spot, Interval] = {}
    sums: list[Sum[Spot]] = []
    needed: dict[Spot, float] = {}
    for number, release in enumerate(releases):
        editions = [release.community]
        if audience == "programme":
            editions.insert(0, release.programme)
        for edition in editions:
            for key, interval in _read(edition, knowing_rules=audience == "programme"):
                if edition is not editions[0] and editions[0].cell(*key).withheld:
                    continue  # the community page withholds it with the same reason
                spot = (number, key)
                known[spot] = known.get(spot, Interval()).within(interval)
        sums += _sums(release, editions[0].policy, number)
        needed |= _needs(release, editions[0], number)
    sums += _from_one_to_the_next(releases)
    return Harvest(known, tuple(sums), needed)


def counts_people(release: Release, measure: str) -> bool:
    """Tell whether a cell of `measure` counts people who can be added up; a difference does not."""
    topic = release.outline.topic_of(measure)
    return topic is None or not topic.statistic.is_contrast


def _read(edition: Edition, *, knowing_rules: bool) -> Iterator[tuple[Key, Interval]]:
    people = MANY if edition.people is None else _rounded(edition.people, edition.policy).high
    shown = {(cell.dimension, cell.domain): cell for cell in edition.cells}
    for key, cell in shown.items():
        if cell.n is not None:
            found = _rounded(cell.n, edition.policy)
        elif knowing_rules:
            found = _told(cell, shown, edition.policy)
        else:
            found = Interval()
        yield key, found.within(Interval(0.0, people))


def _rounded(n: int, policy: Policy) -> Interval:
    """Return the numbers of people that are rounded to `n` and may be published."""
    half = policy.base / 2
    low = max(float(ceil(n - half)), float(policy.smallest))
    return Interval(low, float(ceil(n + half) - 1))


def _told(cell: Cell, shown: Mapping[Key, Cell], policy: Policy) -> Interval:
    """Return what the reason of a withheld cell tells of its people.

    "Few people" is read as k at most, though it means fewer: so one and the same rule, an interval
    k people wide, holds for every reader.
    """
    if cell.withheld is not Withheld.FEW:
        return Interval(low=float(policy.smallest))
    if len(cell.domain) > 1:
        # A small place or group is not split at all, however many are in its parts.
        margins = [shown.get((cell.dimension, (pair,))) for pair in cell.domain]
        if any(m is None or m.n is None or m.n < policy.few + policy.base for m in margins):
            return Interval()
    return Interval(high=float(policy.smallest))


def _sums(release: Release, policy: Policy, number: int) -> Iterator[Sum[Spot]]:
    places = {each.item for each in release.outline.breakdowns if each.place}
    for line in tables.lines(release.outline, with_crossings=policy.crossed):
        if not counts_people(release, line.total[0]):
            continue
        if any(cell[0] != line.total[0] for cell in line.cells):
            # Whoever has the composite has each of its parts.
            total = (number, line.total)
            yield from (
                Sum((number, part), (total,), MANY, _name(release, line)) for part in line.cells
            )
        else:
            split = {item for cell in line.cells for item, _ in cell[1]}
            split -= {item for item, _ in line.total[1]}
            most = 0.0 if split <= places else MANY
            yield Sum(
                (number, line.total),
                tuple((number, cell) for cell in line.cells),
                most,
                _name(release, line),
            )


def _name(release: Release, line: Line[Key]) -> str:
    """Return where a sum stands: what is counted, by which items, in which release."""
    measure = line.total[0]
    items = sorted({item for _, domain in line.cells for item, _ in domain})
    return f"{measure} by {' x '.join(items) or 'everyone'} of {release.facts.made_on}"


def _needs(release: Release, edition: Edition, number: int) -> dict[Spot, float]:
    """Return how wide the interval of each withheld cell has to be."""
    return {
        (number, (cell.dimension, cell.domain)): float(edition.policy.smallest)
        for cell in edition.cells
        if cell.withheld and counts_people(release, cell.dimension)
    }


def _from_one_to_the_next(releases: Sequence[Release]) -> Iterator[Sum[Spot]]:
    """Return what successive releases tell together: cells grow, or stay when nothing is new."""
    for number, (before, after) in enumerate(pairwise(releases)):
        same = before.facts.data_sha256 == after.facts.data_sha256
        again = {(cell.dimension, cell.domain) for cell in after.programme.cells}
        table = f"releases of {before.facts.made_on} and {after.facts.made_on}"
        for cell in before.programme.cells:
            key = (cell.dimension, cell.domain)
            if key in again and counts_people(before, cell.dimension):
                most = 0.0 if same else MANY
                yield Sum((number + 1, key), ((number, key),), most, table)
