"""What providers say of their services beside what users say: a gap, in points from 0 to 100.

The side of the users is what the project has published, and nothing else: a withheld number stays
withheld, and ratings that a record repeats are not read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from survey.operations.released import Source
from survey.operations.services.register import KINDS_OF_SERVICE, Service

#: The instrument whose releases have users' ratings, and their table.
ASKED = "community_profile"
_RATED = "service_quality"
#: Points for one step of a scale from 1 to 5.
_STEP = 25


@dataclass(frozen=True)
class QualityGap:
    """A kind of service, as its providers and its users see it.

    Attributes
    ----------
    kind : str
        The kind.
    providers : float or None
        Median of what providers say, 0 to 100; None when none of them does.
    rated : int
        Providers that say anything.
    users : int or None
        Mean of what users say, as published; None when nothing is.
    low, high : int or None
        The interval of that mean, where the release has one.
    is_withheld : bool
        Whether the release withholds it.
    """

    kind: str
    providers: float | None
    rated: int
    users: int | None = None
    low: int | None = None
    high: int | None = None
    is_withheld: bool = False

    @property
    def gap(self) -> float | None:
        """Points that providers are above users; None unless both are known."""
        if self.providers is None or self.users is None:
            return None
        return self.providers - self.users


def quality_gap(services: Iterable[Service], source: Source | None) -> list[QualityGap]:
    """Return each kind of service that a provider or a release speaks of."""
    said: dict[str, list[int]] = {}
    for each in services:
        rating = each.filed.number("quality_provider")
        if each.is_counted and rating is not None:
            said.setdefault(each.kind, []).append((rating - 1) * _STEP)
    found = [_gap(kind, said.get(kind, []), source) for kind in KINDS_OF_SERVICE]
    return [each for each in found if each.rated or each.users is not None or each.is_withheld]


def _gap(kind: str, ratings: list[int], source: Source | None) -> QualityGap:
    providers = float(median(ratings)) if ratings else None
    cell = source.cell(f"{_RATED}.{kind}") if source else None
    if cell is None:
        return QualityGap(kind, providers, len(ratings))
    if cell.withheld is not None:
        return QualityGap(kind, providers, len(ratings), is_withheld=True)
    return QualityGap(kind, providers, len(ratings), cell.mean, cell.low, cell.high)
