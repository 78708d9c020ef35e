"""How sure a rank is: a bootstrap of PSUs, and the groups that it cannot tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from analysis.design import Design
from analysis.errors import DesignError
from analysis.stages import FloatArray, IntArray

#: Scores are 0-100: closer than this they are equal, and differ by rounding alone.
_EQUAL = 1e-9
#: Below this share of PSUs not drawn, a stratum was taken whole.
_WHOLE = 1e-7
#: Numbers held in memory at a time.
_BLOCK = 2_000_000


def rank_intervals(
    values: FloatArray, base: FloatArray, design: Design, *, resamples: int, seed: int, level: float
) -> list[tuple[int, int]] | None:
    r"""Return the interval of the rank of each of J scores, 1 the highest score.

    Parameters
    ----------
    values : FloatArray, shape (n, J)
        What is averaged; zero outside the base.
    base : FloatArray, shape (n,)
        1 for those who count, 0 for all others.
    design : Design
        Of the same n rows.
    resamples : int
        Bootstrap samples.
    seed : int
        Of the generator; the same seed gives the same intervals.
    level : float
        Coverage.

    Returns
    -------
    list of (int, int), length J, or None
        None when resampling cannot tell, as with one PSU.

    Raises
    ------
    DesignError
        If a stratum has one PSU and the design does not say what to do.

    Notes
    -----
    In each stratum :math:`n_h - 1` of its :math:`n_h` PSUs are drawn with replacement; a PSU
    drawn :math:`t` times weighs :math:`1 + \sqrt{1-f_h}\,(t\,n_h/(n_h-1) - 1)` times its weight.
    Equal scores count for both of their ranks, and the rank of the estimate itself is always in.

    References
    ----------
    Rao & Wu (1988), Resampling inference with complex survey data, *Journal of the American
    Statistical Association* 83(401), 231-241.
    """
    whole = _scores(np.ones((1, len(design.stages[0].stratum))), values, base, design)
    pools = _pools(design)
    if not len(whole) or pools is None:
        return None
    rng = np.random.default_rng(seed)
    drawn = [
        _scores(block, values, base, design)
        for block in _multipliers(pools, design, rng, resamples)
    ]
    best, worst = ranks(np.concatenate(drawn))
    outside = (1 - level) / 2
    low = np.quantile(best, outside, axis=0, method="inverted_cdf")
    high = np.quantile(worst, 1 - outside, axis=0, method="inverted_cdf")
    own_best, own_worst = ranks(whole)
    low, high = np.minimum(low, own_best[0]), np.maximum(high, own_worst[0])
    return [(int(a), int(b)) for a, b in zip(low, high, strict=True)]


def ranks(scores: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the best and the worst rank of each score within its row, both of shape (B, J).

    They differ where scores are equal.
    """
    gap = scores[:, None, :] - scores[:, :, None]  # [b, j, i]: how far i lies above j
    best = 1 + (gap > _EQUAL).sum(axis=2)
    worst = (gap >= -_EQUAL).sum(axis=2)
    return best.astype(np.int64), worst.astype(np.int64)


def tied_groups(intervals: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return the positions of the intervals in groups, best first.

    Two intervals that share a rank are in one group, and so are two that a chain of such
    neighbours joins. Intervals of different groups never overlap: a group of one is a rank
    that is certain, any other is a tie.
    """
    groups: list[list[int]] = []
    reach = 0
    for position in sorted(range(len(intervals)), key=lambda each: intervals[each]):
        low, high = intervals[position]
        if groups and low <= reach:
            groups[-1].append(position)
        else:
            groups.append([position])
        reach = max(reach, high)
    return groups


def _scores(
    multipliers: FloatArray, values: FloatArray, base: FloatArray, design: Design
) -> FloatArray:
    """Return the weighted means of each resample, of shape (B, J), without those of nobody."""
    unit, units = design.stages[0].unit, multipliers.shape[1]
    columns = [base, *values.T]
    totals = np.array([np.bincount(unit, design.weight * each, units) for each in columns])
    sums = multipliers @ totals.T
    some = sums[:, 0] > 0
    return np.asarray(sums[some, 1:] / sums[some, :1], dtype=np.float64)


def _pools(design: Design) -> list[tuple[IntArray, float]] | None:
    """Return the PSUs that are resampled together, and the share of PSUs not drawn, of each.

    None when PSUs were left out of the sample but no two of those drawn can be compared.
    """
    stage = design.stages[0]
    lonely = design.lonely_strata()
    if lonely and design.lonely_psu == "error":
        raise DesignError(
            f"stratum {lonely[0]} has only one PSU, so its ranks cannot be resampled; join it to "
            'another stratum, or choose lonely_psu="adjust" (or average, remove, certainty)'
        )
    strata = [np.flatnonzero(stage.stratum == h) for h in range(len(stage.sampled))]
    pools = [(units, float(stage.unsampled[h])) for h, units in enumerate(strata) if len(units) > 1]
    alone = [h for h, units in enumerate(strata) if len(units) == 1 and stage.unsampled[h] > _WHOLE]
    if len(alone) > 1 and design.lonely_psu in ("adjust", "average"):
        together = np.concatenate([strata[h] for h in alone])
        pools.append((together, float(stage.unsampled[alone].mean())))
    return None if alone and not pools else pools


def _multipliers(
    pools: list[tuple[IntArray, float]], design: Design, rng: np.random.Generator, resamples: int
) -> Iterator[FloatArray]:
    """Yield, block by block, how often each PSU counts in each resample: shape (b, U)."""
    units = len(design.stages[0].stratum)
    size = max(1, _BLOCK // units)
    for start in range(0, resamples, size):
        rows = min(size, resamples - start)
        block = np.ones((rows, units))
        for pool, unsampled in pools:
            n = len(pool)
            draws = rng.integers(n, size=(rows, n - 1)) + n * np.arange(rows)[:, None]
            times = np.bincount(draws.ravel(), minlength=rows * n).reshape(rows, n)
            block[:, pool] = 1 + np.sqrt(unsampled) * (times * n / (n - 1) - 1)
        yield block
