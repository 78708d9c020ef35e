"""Whether two classifications of people go together: Rao and Scott's test of a table."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.contrasts import Joint, gather
from analysis.design import Design
from analysis.estimate import linearise
from analysis.hypotheses import Comparison
from analysis.intervals import f_tail
from analysis.stages import BoolArray, FloatArray


def rao_scott(
    rows: NDArray[np.str_],
    columns: NDArray[np.str_],
    design: Design,
    used: BoolArray,
) -> Comparison:
    r"""Test whether two classifications are independent, by Rao and Scott's second-order F.

    Parameters
    ----------
    rows, columns : array of str, shape (n,)
        The two labels of everyone.
    design : Design
        Of the same n rows.
    used : BoolArray, shape (n,)
        Who has both labels and is in the domain; two labels at least of each kind.

    Returns
    -------
    Comparison
        Pearson's :math:`X^2` of the weighted shares divided by the sum of its design effects
        :math:`\delta`, with :math:`d = (\sum\delta)^2 / \sum\delta^2` and d df degrees of
        freedom; `groups` are the labels of the columns.

    References
    ----------
    Rao and Scott (1984), On chi-squared tests for multiway contingency tables with cell
    proportions estimated from survey data, *Annals of Statistics* 12, 46-60.
    """
    down, across = np.unique(rows[used]), np.unique(columns[used])
    cells = [(rows == r) & (columns == c) for r in down for c in across]
    table = gather([linearise("proportion", cell, design, used) for cell in cells], design)
    groups, df = tuple(map(str, across)), table.df
    effects = _design_effects(table, (len(down), len(across)))
    if effects is None or df < 1:
        return Comparison("raoscott", None, (), None, (), groups, table.n)
    total = float(np.trace(effects))
    d = total**2 / float(np.trace(effects @ effects))
    f = _pearson(table.point.reshape(len(down), len(across)), table.n) / total
    return Comparison("raoscott", f, (d, d * df), f_tail(f, d, d * df), (), groups, table.n)


def _pearson(shares: FloatArray, n: int) -> float:
    """Return Pearson's statistic of a table of shares, as if of n people drawn one by one."""
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    return float(n * ((shares - expected) ** 2 / expected).sum())


def _design_effects(table: Joint, shape: tuple[int, int]) -> FloatArray | None:
    """Return the generalised design effects of the interactions, a square matrix.

    They compare the covariance of the interactions of the log-linear model with what it would
    be under simple random sampling. None when a covariance is undefined or a table is too empty.
    """
    contrast = np.kron(_sums_to_zero(shape[0]), _sums_to_zero(shape[1]))
    covariance = table.covariance()
    if not np.isfinite(covariance).all():
        return None
    with np.errstate(divide="ignore"):
        weighed = contrast * np.where(table.point > 0, 1 / table.point, 0.0)[:, np.newaxis]
    simple = contrast.T @ weighed / table.n
    if np.linalg.matrix_rank(simple, hermitian=True) < len(simple):
        return None
    actual = weighed.T @ covariance @ weighed
    effects = np.asarray(np.linalg.solve(simple, actual), dtype=np.float64)
    return effects if np.trace(effects) > 0 else None


def _sums_to_zero(k: int) -> FloatArray:
    """Return contrasts of each of the first k - 1 categories against the last, of (k, k - 1)."""
    return np.vstack([np.eye(k - 1), -np.ones(k - 1)])
