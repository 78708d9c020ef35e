"""How far published numbers can be relied on and compared: judgements, with few numbers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from analysis.estimate import Domain


class Consistency(StrEnum):
    """Whether the questions of a dimension hang together."""

    GOOD = "good"
    WEAK = "weak"
    FEW = "too few to judge"


class Comparison(StrEnum):
    """Whether the averages of languages or groups may be compared."""

    FREE = "may be compared"
    CARE = "with care"
    WARNING = "with a warning"
    NEVER = "not to be compared"
    FEW = "too few to judge"


@dataclass(frozen=True)
class ScaleCheck:
    """How well the questions of a dimension hang together, in one language.

    Attributes
    ----------
    dimension, language : str
        What, and in which language of the answers; an empty language is all of them together.
    verdict : Consistency
        Judged from 100 complete answers on.
    alpha, omega : str or None
        Two decimals; None with too few answers, or where it cannot be computed.
    low, high : str or None
        95 % interval of `alpha`.
    """

    dimension: str
    language: str
    verdict: Consistency
    alpha: str | None = None
    omega: str | None = None
    low: str | None = None
    high: str | None = None


@dataclass(frozen=True)
class ComparisonCheck:
    """Whether a dimension means the same to those who are compared.

    Attributes
    ----------
    dimension, by : str
        What, and over which breakdown item; ``language`` for the language of the answers.
    verdict : Comparison
        What may be done with the averages.
    """

    dimension: str
    by: str
    verdict: Comparison


@dataclass(frozen=True)
class MissingCheck:
    """An average that depends by a point or more on what is made of missing answers.

    Attributes
    ----------
    dimension : str
        What is measured.
    domain : Domain
        Whom it is about; only cells that are published.
    filled : int
        The average with missing answers filled in, a whole number.
    """

    dimension: str
    domain: Domain
    filled: int


@dataclass(frozen=True)
class Checks:
    """The checks of one release, each in the order of its outline."""

    scales: tuple[ScaleCheck, ...] = ()
    comparisons: tuple[ComparisonCheck, ...] = ()
    missing: tuple[MissingCheck, ...] = ()


#: Of a release whose numbers nobody has checked, as one made before there were checks.
UNCHECKED = Checks()
