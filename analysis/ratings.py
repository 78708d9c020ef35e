"""Ratings by several people: where the middle of them lies, and whether they see the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.frame import Frame
from analysis.stages import FloatArray
from questionnaires import Item

#: Quartiles as far apart as two points of a scale mean that raters disagree (scoring.md C.9).
APART = 2.0


@dataclass(frozen=True)
class Rating:
    """What raters say of one thing, in points of its scale.

    Attributes
    ----------
    median : float or None
        None when nobody rated it.
    iqr : float or None
        Distance between the quartiles; None below two raters.
    raters : int
        How many rated it.
    """

    median: float | None
    iqr: float | None
    raters: int

    @property
    def disagree(self) -> bool | None:
        """Whether raters differ by two points or more; None when there is nobody to differ."""
        return None if self.iqr is None else self.iqr >= APART


def points_of(frame: Frame, item: Item) -> FloatArray:
    """Return the point of its scale that each answer to `item` chose; NaN for none; shape (n,)."""
    numbers = {code: float(code) for code in item.codes}
    codes = frame.codes(item.name)
    return np.array([numbers.get(str(code), np.nan) for code in codes], dtype=np.float64)


def rate(points: ArrayLike) -> Rating:
    """Return the median of some ratings and how far apart they are.

    Parameters
    ----------
    points : array_like of float, shape (raters,)
        NaN where a rater said nothing.

    Notes
    -----
    Quartiles are those of R's default (type 7): linear between the ordered ratings.
    """
    values: FloatArray = np.asarray(points, dtype=np.float64)
    given = values[~np.isnan(values)]
    if not given.size:
        return Rating(None, None, 0)
    low, middle, high = np.quantile(given, (0.25, 0.5, 0.75))
    return Rating(float(middle), float(high - low) if given.size > 1 else None, given.size)
