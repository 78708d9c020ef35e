"""Two grids: influence against interest, and capacity against willingness, read one by one.

The rules are those of `analysis.mapping` and docs/methods/mapping.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, median, quantiles

from survey.operations.stakeholders.register import Entry, Stakeholder

#: A median from here on is high, up to here low; quartiles so far apart are disagreement.
HIGH, LOW, APART = 3.5, 2.5, 2.0
#: Quartiles of means that are two points apart can be a rounding error less.
_ROUNDING = 1e-9
#: What a rater says of capacity, and how much of it must be rated for a mean.
CAPACITY = ("capacity_staff", "capacity_skills", "capacity_money", "capacity_reach")
_FEWEST = 2


class Band(StrEnum):
    """What a median says."""

    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"


#: The cells of both grids by their two bands; every other cell is the middle.
QUADRANTS = {
    (Band.HIGH, Band.HIGH): "keep close",
    (Band.HIGH, Band.LOW): "keep satisfied",
    (Band.LOW, Band.HIGH): "keep informed",
    (Band.LOW, Band.LOW): "watch",
}
PARTNERSHIPS = {
    (Band.HIGH, Band.HIGH): "ready partner",
    (Band.HIGH, Band.LOW): "persuade",
    (Band.LOW, Band.HIGH): "build capacity",
    (Band.LOW, Band.LOW): "watch",
}
MIDDLE = "middle"


@dataclass(frozen=True)
class Rated:
    """The middle of some raters, how far apart their quartiles are, and how many they are."""

    median: float | None
    iqr: float | None
    raters: int

    @property
    def disagree(self) -> bool | None:
        """Whether raters differ by two points or more; None when there is nobody to differ."""
        return None if self.iqr is None else self.iqr >= APART - _ROUNDING

    @property
    def band(self) -> Band | None:
        """Whether the median is high, low or in the middle; None when nobody rated."""
        if self.median is None:
            return None
        if self.median >= HIGH:
            return Band.HIGH
        return Band.LOW if self.median <= LOW else Band.MIDDLE


@dataclass(frozen=True)
class Placed:
    """An organisation with its two ratings, and the cell they make; empty when one is missing."""

    stakeholder: Stakeholder
    down: Rated
    across: Rated
    cell: str

    @property
    def bands(self) -> tuple[Band, Band] | None:
        """The row and the column in which it stands."""
        if self.down.band is None or self.across.band is None:
            return None
        return self.down.band, self.across.band

    @property
    def disagree(self) -> bool:
        """Whether raters differ in one of the two."""
        return bool(self.down.disagree or self.across.disagree)

    @property
    def is_one_view(self) -> bool:
        """Whether one of the two rests on a single rater."""
        return 1 in {self.down.raters, self.across.raters}


def rate(points: Sequence[float]) -> Rated:
    """Return the median of some ratings and how far apart their quartiles are (R's type 7)."""
    if not points:
        return Rated(None, None, 0)
    if len(points) == 1:
        return Rated(float(points[0]), None, 1)
    low, _middle, high = quantiles(points, n=4, method="inclusive")
    return Rated(float(median(points)), high - low, len(points))


def influence_grid(stakeholders: Iterable[Stakeholder]) -> list[Placed]:
    """Place organisations by influence (down) and interest (across)."""
    return [_placed(each, "influence", "interest", QUADRANTS) for each in stakeholders]


def partnership_grid(stakeholders: Iterable[Stakeholder]) -> list[Placed]:
    """Place organisations by capacity (down) and willingness (across)."""
    return [_placed(each, "capacity", "willingness", PARTNERSHIPS) for each in stakeholders]


def in_cells(placed: Iterable[Placed]) -> dict[tuple[Band, Band], list[Placed]]:
    """Return the organisations of each cell, in their order."""
    cells: dict[tuple[Band, Band], list[Placed]] = {
        (down, across): [] for down in Band for across in Band
    }
    for each in placed:
        if each.bands is not None:
            cells[each.bands].append(each)
    return cells


def meanings(grid: str) -> dict[tuple[Band, Band], str]:
    """Return what each of the nine cells of a grid means; ``grid`` or ``partnership``."""
    corners = PARTNERSHIPS if grid == "partnership" else QUADRANTS
    return {(down, across): corners.get((down, across), MIDDLE) for down in Band for across in Band}


def ratings_of(stakeholder: Stakeholder, name: str) -> Rated:
    """Return what the raters of an organisation say; ``capacity`` is the mean that each sees."""
    seen = (_point(each, name) for each in stakeholder.entries)
    return rate([point for point in seen if point is not None])


def _placed(
    stakeholder: Stakeholder, down: str, across: str, cells: dict[tuple[Band, Band], str]
) -> Placed:
    found = Placed(stakeholder, ratings_of(stakeholder, down), ratings_of(stakeholder, across), "")
    if found.bands is None:
        return found
    return Placed(stakeholder, found.down, found.across, cells.get(found.bands, MIDDLE))


def _point(entry: Entry, name: str) -> float | None:
    if name == "capacity":
        parts = [float(entry.said(each)) for each in CAPACITY if entry.said(each).isdigit()]
        return fmean(parts) if len(parts) >= _FEWEST else None
    said = entry.said(name)
    return float(said) if said.isdigit() else None
