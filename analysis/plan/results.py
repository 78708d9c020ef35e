"""What a plan gives back: plain records in the order and with the names of the contract.

A key that does not apply is absent; a value that is undefined is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from analysis.contrasts import Difference
from analysis.estimate import Estimate
from analysis.hypotheses import Comparison
from analysis.weighting import Weights

#: One row of an answer, as JSON has it.
Record = dict[str, Any]

#: Said wherever results of a plan go.
NOTICE = "full precision, no disclosure control: for the owner of the data"


@dataclass(frozen=True)
class Results:
    """Everything that a plan asked for, and what it was made from.

    Attributes
    ----------
    tables, tests, changes, reliability : tuple of dict
        One for each that the plan asks for, in its order.
    calibration : dict or None
        How unequal calibrated weights are; None when nothing was calibrated.
    provenance : mapping of str to str
        SHA-256 of plan and data, and the version of this program.
    """

    tables: tuple[Record, ...]
    tests: tuple[Record, ...]
    changes: tuple[Record, ...]
    reliability: tuple[Record, ...]
    calibration: Record | None
    provenance: Mapping[str, str]

    def record(self) -> Record:
        """Return everything as one object."""
        made: Record = {
            "tables": list(self.tables),
            "tests": list(self.tests),
            "changes": list(self.changes),
            "reliability": list(self.reliability),
        }
        if self.calibration is not None:
            made["calibration"] = self.calibration
        return made | {"provenance": dict(self.provenance)}


def estimate_record(estimate: Estimate, interval: str, place: Record) -> Record:
    """Return one row of a table; `place` says which: by, of, category, at."""
    low, high = estimate.interval(kind=interval)
    return place | {
        "n": estimate.n,
        "estimate": defined(estimate.point),
        "standard_error": defined(estimate.standard_error),
        "df": estimate.df,
        "low": defined(low),
        "high": defined(high),
        "deff": defined(estimate.deff),
        "n_effective": defined(estimate.n_effective),
    }


def change_record(change: Difference, place: Record) -> Record:
    """Return one row of a change; `place` says which: by, of, from, to."""
    low, high = change.interval()
    return place | {
        "estimate": defined(change.point),
        "standard_error": defined(change.standard_error),
        "df": change.df,
        "low": defined(low),
        "high": defined(high),
        "t": defined(change.t),
        "p": defined(change.p),
        "p_adjusted": defined(change.p_adjusted),
    }


def pair_record(pair: Difference, a: str, b: str) -> Record:
    """Return the difference of two groups, b less a."""
    return {
        "a": a,
        "b": b,
        "difference": defined(pair.point),
        "standard_error": defined(pair.standard_error),
        "df": pair.df,
        "t": defined(pair.t),
        "p": defined(pair.p),
        "p_adjusted": defined(pair.p_adjusted),
    }


def comparison_record(name: str, comparison: Comparison) -> Record:
    """Return the head of a test: its statistic, degrees of freedom and p."""
    return {
        "name": name,
        "statistic": defined(comparison.statistic),
        "df": [each if isinstance(each, int) else defined(each) for each in comparison.df],
        "p": defined(comparison.p),
    }


def weights_record(weights: Weights) -> Record:
    """Return how unequal weights are."""
    return {
        "deff_weights": weights.deff_weights,
        "weight_min": weights.weight_min,
        "weight_max": weights.weight_max,
    }


def defined(value: float | None) -> float | None:
    """Return a number, or None where it is undefined."""
    return float(value) if value is not None and isfinite(value) else None
