"""The stages of a sample, and the variance that each adds.

One routine gives the variance of every estimate: linearised values are added up to the units
of each stage of sampling, and compared within strata, as ``svyrecvar`` of R's `survey` does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.errors import DesignError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

#: Below this share of units not drawn, a stratum was taken whole (R uses the same).
_WHOLE = 1e-7


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage of sampling: n rows in U units in H strata.

    Attributes
    ----------
    unit : IntArray, shape (n,)
        Unit of each row.
    stratum : IntArray, shape (U,)
        Stratum of each unit.
    sampled : IntArray, shape (H,)
        Units drawn in each stratum.
    unsampled : FloatArray, shape (H,)
        Share of the units of the stratum that was not drawn; 1 when drawn with replacement.
    parent : IntArray, shape (H,)
        Unit of the stage before in which the stratum lies; 0 at the first stage.
    share : FloatArray, shape (H,)
        Share of units drawn at all stages before; 1 at the first.
    label : tuple of str, length H
        Name of each stratum, for messages; at a later stage with the unit in which it lies.
    number : int
        0 for the first stage, 1 for the second, and so on.
    """

    unit: IntArray
    stratum: IntArray
    sampled: IntArray
    unsampled: FloatArray
    parent: IntArray
    share: FloatArray
    label: tuple[str, ...]
    number: int = 0

    def variance(self, influence: FloatArray, rows: IntArray, lonely_psu: str) -> float:
        """Return what this stage adds to the variance of the total of `influence` of some rows."""
        totals = np.bincount(self.unit[rows], influence, len(self.stratum)).astype(np.float64)
        mean = np.bincount(self.stratum, totals, len(self.sampled)) / self.sampled
        spread = np.bincount(self.stratum, (totals - mean[self.stratum]) ** 2, len(self.sampled))
        lonely = (self.sampled == 1) & (self.unsampled > _WHOLE)
        scale = np.where(lonely, 1.0, self.sampled / np.maximum(self.sampled - 1, 1))
        by_stratum = scale * self.unsampled * self.share * spread
        present = self._present(rows)
        if (lonely & present).any():
            return self._with_lonely(by_stratum, totals, lonely, present, lonely_psu)
        return float(by_stratum.sum())

    def used_psus(self, used: BoolArray | IntArray) -> tuple[int, int]:
        """Return how many units, and how many strata, the rows `used` lie in."""
        units = np.bincount(self.unit[used], minlength=len(self.stratum)) > 0
        strata = np.bincount(self.stratum[units], minlength=len(self.sampled)) > 0
        return int(units.sum()), int(strata.sum())

    def lonely_strata(self) -> tuple[str, ...]:
        """Return the names of the strata of which one unit, and not all, was drawn."""
        lonely = (self.sampled == 1) & (self.unsampled > _WHOLE)
        return tuple(self.label[h] for h in np.flatnonzero(lonely))

    def reordered(self, order: IntArray) -> Stage:
        """Return this stage with its rows in another order, units numbered as they appear."""
        _, first, unit = np.unique(self.unit[order], return_index=True, return_inverse=True)
        rank = np.argsort(np.argsort(first))
        kept = self.unit[order][np.sort(first)]
        return replace(self, unit=rank[unit].astype(np.int64), stratum=self.stratum[kept])

    def _present(self, rows: IntArray) -> BoolArray:
        found = np.bincount(self.stratum[self.unit[rows]], minlength=len(self.sampled))
        present: BoolArray = found > 0
        return present

    def _with_lonely(
        self,
        by_stratum: FloatArray,
        totals: FloatArray,
        lonely: BoolArray,
        present: BoolArray,
        lonely_psu: str,
    ) -> float:
        if lonely_psu == "error":
            said, other = self._alone(int(np.flatnonzero(lonely & present)[0]))
            raise DesignError(
                f"{said}, so its variance is unknown; join it to another {other}, or choose "
                f'lonely_psu="adjust" (or average, remove, certainty)'
            )
        if lonely_psu == "adjust":  # its distance from the whole, instead of from its stratum
            alone = np.bincount(self.stratum, np.square(totals), len(self.sampled))
            return float(np.where(lonely, self.unsampled * self.share * alone, by_stratum).sum())
        if not (present & ~lonely).any():
            return float("nan")  # nothing is left that could tell
        if lonely_psu == "average":
            return self._average(by_stratum, lonely, present)
        return float(by_stratum[~lonely].sum())

    def _alone(self, h: int) -> tuple[str, str]:
        """Return what a lonely stratum is called, and with what it may be joined."""
        if not self.number:
            return f"stratum {self.label[h]} has only one PSU", "stratum"
        return f"{self.label[h]} has only one unit of stage {self.number + 1}", "unit"

    def _average(self, by_stratum: FloatArray, lonely: BoolArray, present: BoolArray) -> float:
        """Give each lonely stratum the average of the others under the same unit."""
        size = int(self.parent.max()) + 1
        strata = np.bincount(self.parent[present], minlength=size)
        known = np.bincount(self.parent[present & ~lonely], minlength=size)
        sums = np.bincount(self.parent[~lonely], by_stratum[~lonely], size)
        with np.errstate(invalid="ignore", divide="ignore"):
            return float(np.where(strata > 0, sums * strata / known, 0.0).sum())
