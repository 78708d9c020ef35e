"""What a plan asks for: how the sample was drawn, what to measure, and what to estimate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.errors import SHOWN, AnalysisError

METHODS = ("rake", "poststratify", "greg")
DISTANCES = ("linear", "logit")
STATISTICS = ("mean", "total", "proportion", "ratio", "quantile", "variance")
INTERVALS = ("t", "z", "xlogit", "beta")
TESTS = ("t", "wald", "raoscott", "wilcoxon", "pairwise")
ADJUSTMENTS = ("none", "holm", "bh")


class PlanError(AnalysisError):
    """A plan, or the data file it names, cannot be used; `problems` says all that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        lines = [" ".join(each.split()) for each in problems[:SHOWN]]
        if len(problems) > SHOWN:
            lines.append(f"and {len(problems) - SHOWN} more")
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Sampling:
    """How the sample was drawn: names of columns, one for each stage."""

    weight: str | None
    strata: tuple[str, ...]
    psu: tuple[str, ...]
    fpc: tuple[str, ...]
    nest: bool
    lonely_psu: str

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns it names."""
        weight = (self.weight,) if self.weight is not None else ()
        return (*weight, *self.strata, *self.psu, *self.fpc)


@dataclass(frozen=True)
class Calibrating:
    """What is known of the population: by column, people in each category.

    `distance` and `bounds`, the lowest and highest ratio of new weight to old, are those of greg.
    """

    method: str
    margins: Mapping[str, Mapping[str, float]]
    distance: str = "linear"
    bounds: tuple[float, float] | None = None


@dataclass(frozen=True)
class Scale:
    """Items that make one score, 0-100; `at_least` is the share of them that must be answered."""

    name: str
    items: tuple[str, ...]
    reverse: tuple[str, ...]
    minimum: float
    maximum: float
    at_least: float


@dataclass(frozen=True)
class Table:
    """One statistic of some columns in every domain; `at` only for quantiles."""

    name: str
    statistic: str
    of: tuple[str, ...]
    by: tuple[str, ...]
    level: float
    interval: str
    at: tuple[float, ...]


@dataclass(frozen=True)
class Test:
    """Whether the categories of `by` differ in `of`."""

    name: str
    test: str
    of: str
    by: str
    adjust: str


@dataclass(frozen=True)
class Change:
    """How far some columns moved between two values of another, in every domain."""

    name: str
    of: tuple[str, ...]
    column: str
    start: str
    end: str
    by: tuple[str, ...]
    adjust: str
    level: float


@dataclass(frozen=True)
class ItemSet:
    """Items whose reliability as one scale is asked for."""

    name: str
    of: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """An analysis as its owner wrote it down, checked but for what only the data can tell."""

    files: tuple[str, ...]
    missing: frozenset[str]
    keep: Mapping[str, frozenset[str]]
    sampling: Sampling
    calibrating: Calibrating | None
    scales: tuple[Scale, ...]
    tables: tuple[Table, ...]
    tests: tuple[Test, ...]
    changes: tuple[Change, ...]
    reliability: tuple[ItemSet, ...]
