"""From cells to estimates: the formulas of `analysis.estimate`, on sums instead of respondents.

Sums of a cell are exact. Values are centred at the nearest whole unit before anything is
squared, so nothing is lost by cancellation either, and cells are in one order everywhere: the
last digit of an estimate does not depend on the engine, nor on the order of respondents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np

from analysis.design import LONELY
from analysis.errors import DesignError, EstimateError
from analysis.estimate import Domain, Estimate
from analysis.frame import MICRO
from analysis.moments.cells import Cells
from analysis.moments.layout import Layout, lay_out
from analysis.moments.measures import Measure, Number
from analysis.stages import BoolArray, FloatArray, IntArray

STATISTICS = ("mean", "total")

#: Spread below this share of the values' size is rounding, not variation.
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Table:
    """Estimates of M measures in D domains; NaN where one is undefined.

    Attributes
    ----------
    measures : tuple of str, length M
        Their names.
    domains : tuple of Domain, length D
        Sorted by label.
    point, standard_error, deff : FloatArray, shape (M, D)
        In the value of the measure: 0-100 for a score, 0-1 for a share.
    df, n : IntArray, shape (M, D)
        Degrees of freedom, and unweighted respondents.
    size : FloatArray, shape (M, D)
        Their weights, added up: the population, when weights count it.
    """

    measures: tuple[str, ...]
    domains: tuple[Domain, ...]
    point: FloatArray
    standard_error: FloatArray
    deff: FloatArray
    df: IntArray
    n: IntArray
    size: FloatArray

    def estimates(self, measure: str, *, level: float = 0.95) -> list[Estimate]:
        """Return one measure as estimates, one for each domain, as `analysis.by` does.

        Raises
        ------
        EstimateError
            If there is no such measure.
        """
        if measure not in self.measures:
            raise EstimateError(f"no measure {measure!r}; choose from {', '.join(self.measures)}")
        m = self.measures.index(measure)
        columns = (self.point, self.standard_error, self.df, self.deff, self.n, self.size)
        rows = zip(*(column[m].tolist() for column in columns), self.domains, strict=True)
        return [
            Estimate(
                _number(point),
                _number(error),
                df if n else None,
                _number(deff),
                n,
                level,
                domain,
                size,
            )
            for point, error, df, deff, n, size, domain in rows
        ]


def table(
    cells: Cells,
    by: Sequence[str] = (),
    *,
    within: Mapping[str, str] | None = None,
    statistic: str = "mean",
    lonely_psu: str = "error",
) -> Table:
    """Estimate every measure of the cells in every domain that the keys make.

    Parameters
    ----------
    cells : Cells
        Of the whole sample. A PSU label in two strata is two PSUs.
    by : sequence of str
        Keys of the cells, crossed; none for everyone.
    within : mapping of str to str, optional
        Label by key: a subpopulation to stay within.
    statistic : {"mean", "total"}
        The mean of a share is a share of people, its total a number of people.
    lonely_psu : {"error", "adjust", "average", "remove", "certainty"}
        As for `analysis.Design`, drawn with replacement.

    Raises
    ------
    EstimateError, DesignError
        As `analysis.estimate`, and if a key is not one of the cells'.
    """
    if statistic not in STATISTICS:
        raise EstimateError(f"unknown statistic {statistic!r} of cells; choose mean or total")
    if lonely_psu not in LONELY:
        raise DesignError(f"lonely_psu is {lonely_psu!r}; choose one of {', '.join(LONELY)}")
    layout = lay_out(cells, by, within)
    moments = _Moments.of(cells, layout)
    names = tuple(each.name for each in cells.measures)
    return Table(names, layout.domains, *moments.estimated(layout, statistic, lonely_psu))


@dataclass(frozen=True, eq=False)
class _Moments:
    """The measures in the cells of a layout, centred domain by domain.

    Attributes
    ----------
    value, origin : FloatArray, shape (M, 1)
        What one unit is worth, and how many units are not counted in the cells.
    n, w, wy : IntArray, shape (M, c)
        As in the cells.
    r, q : IntArray, shape (M, c)
        Sums of w (y - centre) and w (y - centre)².
    own : FloatArray, shape (M, c)
        Sum of the squares of w (y - mean of the cell) of respondents drawn alone, 0 in a PSU.
    N, W, centre : FloatArray, shape (M, D)
        Respondents, weight and centre of each domain.
    """

    value: FloatArray
    origin: FloatArray
    n: IntArray
    w: IntArray
    wy: IntArray
    r: IntArray
    q: IntArray
    own: FloatArray
    N: FloatArray
    W: FloatArray
    centre: FloatArray

    @classmethod
    def of(cls, cells: Cells, layout: Layout) -> _Moments:
        """Centre the measures of the cells."""
        n, w, wy, wyy = (layout.taken(each) for each in (cells.n, cells.w, cells.wy, cells.wyy))
        N, W, Y = (layout.domain.added(each) for each in (n, w, wy))
        centre = np.rint(Y / np.maximum(W, 1))
        r, q = centred(w, wy, wyy, layout.domain.spread(centre.astype(np.int64)))
        value = np.array([[each.value / each.units] for each in cells.measures])
        origin = np.array([[_origin(each)] for each in cells.measures])
        own = _own(layout.taken(cells.own), w, wy, wyy)
        return cls(value, origin, n, w, wy, r, q, own, N, W, centre)

    def estimated(
        self, layout: Layout, statistic: str, lonely_psu: str
    ) -> tuple[FloatArray, FloatArray, FloatArray, IntArray, IntArray, FloatArray]:
        """Return point, standard error, deff, df, n and size, each of shape (M, D)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            off = layout.domain.added(self.r) / self.W
            mean = self.origin + self.centre + off
            # Where a domain has nobody who is measured, everything about it is NaN but these.
            some = self.N > 0
            if statistic == "mean":
                point, size = mean, self.W
                influence = self.r - layout.domain.spread(np.where(some, off, 0.0)) * self.w
            else:
                point, size = mean * self.W / MICRO, np.full(self.W.shape, float(MICRO))
                influence = self.wy + self.origin * self.w
            scale = layout.domain.spread(np.where(some, 1 / size, 0.0))
            counts = layout.pair.added(self.n)
            own = self.own * scale**2 if layout.some_alone else self.own
            variance = _variance(layout, influence * scale, own, counts, lonely_psu)
            psus, strata = _used(layout, counts)
            error = np.where((psus > 1) & np.isfinite(variance), np.sqrt(variance), np.nan)
            spread = (layout.domain.added(self.q) / self.W - off**2) * self.N / (self.N - 1)
            simple = np.square(self.W / size) * spread / self.N
            tells = (self.N > 1) & (np.sqrt(spread) > _ROUNDING * np.abs(mean))
            deff = np.where(tells, np.square(error) / simple, np.nan)
        df, n = (psus - strata).astype(np.int64), self.N.astype(np.int64)
        return self.value * point, self.value * error, deff, df, n, self.W / MICRO


def _origin(measure: Measure) -> float:
    return float(measure.lowest) if isinstance(measure, Number) else 0.0


def centred(
    w: IntArray, wy: IntArray, wyy: IntArray, centre: IntArray
) -> tuple[IntArray, IntArray]:
    """Return the sums of w (y - centre) and w (y - centre)², exactly.

    Products may pass 2^63 on the way; they wrap, and the result, which fits, is right.
    """
    r = wy - centre * w
    return r, wyy - centre * (wy + r)


def _own(own: IntArray, w: IntArray, wy: IntArray, wyy: IntArray) -> FloatArray:
    """Return the sum of the squares of w (y - mean of the cell) of respondents drawn alone."""
    if not own.any():
        return np.zeros((1, 1))
    some = np.maximum(w, 1)
    r, q = centred(w, wy, wyy, np.rint(wy / some).astype(np.int64))
    return own * (q - r / some * r)


def _variance(
    layout: Layout, influence: FloatArray, own: FloatArray, counts: FloatArray, lonely_psu: str
) -> FloatArray:
    """Return the variance of the total of `influence` in each domain, of shape (M, D)."""
    totals = layout.pair.added(influence)
    # Where nobody was drawn alone, a pair is one unit for every measure: one row does for all.
    units = np.where(layout.is_own, counts if layout.some_alone else np.ones((1, 1)), 1.0)
    mean = layout.part.added(totals) / layout.sampled
    from_mean = totals / np.maximum(units, 1) - layout.part.spread(mean)
    within = layout.pair.added(own) if layout.some_alone else 0.0
    spread = layout.part.added(units * from_mean**2 + within)
    # PSUs of the stratum without anyone of the domain have a total of zero.
    spread += (layout.sampled - layout.part.added(units)) * mean**2
    variance = layout.whole.added(spread * layout.sampled / np.maximum(layout.sampled - 1, 1))
    if not layout.lonely.any():
        return variance
    present = layout.part.added(counts) > 0
    lonely = layout.lonely & present
    if lonely.any() and lonely_psu == "error":
        name = layout.strata[layout.stratum[lonely.any(axis=0)][0]]
        raise DesignError(
            f"stratum {name} has only one PSU, so its variance is unknown; join it to another "
            f'stratum, or choose lonely_psu="adjust" (or average, remove, certainty)'
        )
    if lonely_psu == "adjust":  # its distance from the whole, instead of from its stratum
        return variance + layout.whole.added(np.where(lonely, layout.part.added(totals**2), 0.0))
    return _without_lonely(layout, variance, present, lonely, lonely_psu)


def _without_lonely(
    layout: Layout, variance: FloatArray, present: BoolArray, lonely: BoolArray, lonely_psu: str
) -> FloatArray:
    """Judge strata with one PSU, which add nothing to `variance`, by the others or not at all."""
    strata = layout.whole.added(present)
    known = strata - layout.whole.added(lonely)
    # Where nothing is left that could tell, the variance is NaN.
    told = np.where((strata > known) & (known == 0), np.nan, variance)
    return told * strata / known if lonely_psu == "average" else told


def _used(layout: Layout, counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return how many PSUs and strata the measured respondents of each domain lie in."""
    used = counts > 0
    psus = layout.part.added(np.where(layout.is_own, counts, used) if layout.some_alone else used)
    return layout.whole.added(psus), layout.whole.added(psus > 0)


def _number(value: float) -> float | None:
    return None if isnan(value) else value
