"""What is known of the population, and what of a sample's variance that knowledge takes away.

Auxiliary columns X have known totals: categories of margins, as codes, and numeric columns. A
calibrated design keeps them, because the variance of a calibrated estimate is that of the
residuals of its influence values from a regression on X.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

import numpy as np

from analysis.stages import FloatArray, IntArray

#: Directions of X below this share of the largest are copies of others, as margins always have.
_SINGULAR = 1e-12


@dataclass(frozen=True, eq=False)
class Auxiliaries:
    """Columns X of shape (n, p) with known totals, never written out.

    Attributes
    ----------
    codes : tuple of IntArray, each of shape (n,)
        Category of each row, 0, 1, 2, …, margin by margin.
    sizes : tuple of int
        Categories of each margin.
    columns : FloatArray, shape (m, n)
        Numeric columns, in their own units. They follow the categories.
    """

    codes: tuple[IntArray, ...]
    sizes: tuple[int, ...]
    columns: FloatArray

    def totals(self, weight: FloatArray) -> FloatArray:
        """Return X'w, of shape (p,)."""
        counts = [
            np.bincount(code, weight, size)
            for code, size in zip(self.codes, self.sizes, strict=True)
        ]
        return np.concatenate([*counts, self.columns @ weight])

    def combine(self, coefficient: FloatArray) -> FloatArray:
        """Return Xb, of shape (n,), for b of shape (p,)."""
        combined = coefficient[self._starts[-1] :] @ self.columns
        for start, code in zip(self._starts, self.codes, strict=False):
            combined += coefficient[start + code]
        return np.asarray(combined, dtype=np.float64)

    def cross(self, weight: FloatArray) -> FloatArray:
        """Return X' diag(w) X, of shape (p, p)."""
        cross = np.zeros((self._starts[-1] + len(self.columns),) * 2)
        spans = [slice(a, a + size) for a, size in zip(self._starts, self.sizes, strict=False)]
        last = slice(self._starts[-1], None)
        for i, (rows, code) in enumerate(zip(spans, self.codes, strict=True)):
            for j, (others, other) in enumerate(zip(spans, self.codes, strict=True)):
                pair = code * self.sizes[j] + other
                counts = np.bincount(pair, weight, self.sizes[i] * self.sizes[j])
                cross[rows, others] = counts.reshape(self.sizes[i], self.sizes[j])
            for k, column in enumerate(self.columns, start=self._starts[-1]):
                cross[rows, k] = np.bincount(code, weight * column, self.sizes[i])
            cross[last, rows] = cross[rows, last].T
        cross[last, last] = (self.columns * weight) @ self.columns.T
        return cross

    def reordered(self, order: IntArray) -> Auxiliaries:
        """Return the same columns with their rows in another order."""
        codes = tuple(code[order] for code in self.codes)
        return replace(self, codes=codes, columns=self.columns[:, order])

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate(self.sizes, initial=0))


@dataclass(frozen=True, eq=False)
class Calibration:
    r"""What made the weights of a design hit known totals.

    Attributes
    ----------
    auxiliaries : Auxiliaries
        Columns X with known totals.
    design_weight : FloatArray, shape (n,)
        Weights d before.
    weight : FloatArray, shape (n,)
        Weights w after, w = g d.

    Notes
    -----
    An estimate with linearised values :math:`w_i z_i` varies as the total of :math:`w_i e_i`
    does, where :math:`e = z - X B` and B is fitted with the design weights d. With the weights
    w in the fit, the standard error is wrong by some per cent.

    References
    ----------
    Deville and Särndal (1992), Calibration estimators in survey sampling, *Journal of the
    American Statistical Association* 87, 376-382.
    """

    auxiliaries: Auxiliaries
    design_weight: FloatArray
    weight: FloatArray

    def residual(self, influence: FloatArray) -> FloatArray:
        """Return the part of `influence`, of shape (n,), that the auxiliaries do not explain."""
        value = influence / self.weight
        moments = self.auxiliaries.totals(self.design_weight * value)
        slope = self._inverse @ moments
        return self.weight * (value - self.auxiliaries.combine(slope))

    def reordered(self, order: IntArray) -> Calibration:
        """Return the same calibration with its rows in another order, of shape (n,)."""
        return Calibration(
            self.auxiliaries.reordered(order), self.design_weight[order], self.weight[order]
        )

    @cached_property
    def _inverse(self) -> FloatArray:
        return inverse(self.auxiliaries.cross(self.design_weight))


def inverse(cross: FloatArray) -> FloatArray:
    """Return the generalised inverse of a cross product of shape (p, p), whatever its units."""
    size = np.sqrt(np.maximum(np.diag(cross), np.finfo(float).tiny))
    scaled = np.linalg.pinv(cross / np.outer(size, size), rcond=_SINGULAR, hermitian=True)
    return np.asarray(scaled / np.outer(size, size), dtype=np.float64)
