"""How far an indicator has come: (actual − baseline) / (target − baseline), and what it means.

A target below the baseline needs no rule of its own: both differences change their sign. Nothing
is cut off: beyond the target is beyond, and away from it is below zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

#: What stands in place of a number that a release withholds.
WITHHELD = "withheld"


class Standing(StrEnum):
    """Where an indicator stands; the first five have no percentage."""

    NO_VALUE = "no value"
    NO_TARGET = "no target"
    LEVEL = "level"
    WITHHELD = "withheld"
    BOUND = "bound"
    AWAY = "away"
    AT_BASELINE = "at the baseline"
    ON_THE_WAY = "on the way"
    REACHED = "reached"
    BEYOND = "beyond"


@dataclass(frozen=True)
class Progress:
    """Where an indicator stands, and its progress in percent with one decimal, if it has one."""

    standing: Standing
    percent: Decimal | None = None

    @property
    def bar(self) -> Decimal:
        """How much of a bar is filled; a bar has two ends, the words beside it have none."""
        return min(max(self.percent or Decimal(0), Decimal(0)), Decimal(100))


def progress_of(baseline: Decimal | None, target: Decimal | None, told: str | None) -> Progress:
    """Return how far an indicator has come.

    Parameters
    ----------
    baseline, target : Decimal or None
        Where it began and where it shall go; None while nobody has said.
    told : str or None
        Its last value: a number, a bound as ``<5``, or `WITHHELD`; None before the first one.
    """
    if told is None:
        return Progress(Standing.NO_VALUE)
    if told == WITHHELD:
        return Progress(Standing.WITHHELD)
    actual = number_told(told)
    if actual is None:
        return Progress(Standing.BOUND)
    if baseline is None or target is None:
        return Progress(Standing.NO_TARGET)
    if baseline == target:
        return Progress(Standing.LEVEL)
    share = (actual - baseline) / (target - baseline)
    return Progress(_standing(share), round(100 * share, 1))


def number_told(told: str) -> Decimal | None:
    """Return the number of a value; None for a bound, and for what is withheld."""
    return None if told == WITHHELD or told[:1] in {"<", ">"} else Decimal(told)


def _standing(share: Decimal) -> Standing:
    if share == 1:
        return Standing.REACHED
    if share > 1:
        return Standing.BEYOND
    if share == 0:
        return Standing.AT_BASELINE
    return Standing.ON_THE_WAY if share > 0 else Standing.AWAY
