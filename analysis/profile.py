"""Every dimension in every domain of a wave, at full precision: what a release is made from."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.estimate import Estimate

#: A subpopulation: pairs of (item, code), sorted by item; () is everyone.
Domain = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Measured:
    """One dimension in one domain. For the team only: nothing here is rounded or withheld.

    Attributes
    ----------
    dimension : str
        Name of the dimension, as ``TR``.
    domain : Domain
        Whom it is about.
    mean : Estimate
        Mean score, 0-100.
    lowest, highest : Estimate
        Share (0-1) of people whose score is at most 25, at least 75.
    variance : float or None
        Weighted variance of the scores in the domain (the s² of scoring.md C.6).
    people : int
        Respondents in the domain, scored or not.
    heaviest : float
        Largest share (0-1) of the domain's weight that one scored person carries.
    """

    dimension: str
    domain: Domain
    mean: Estimate
    lowest: Estimate
    highest: Estimate
    variance: float | None
    people: int
    heaviest: float
