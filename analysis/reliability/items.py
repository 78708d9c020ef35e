"""Answers to the items of a scale: who answered all of them, and how they vary together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import EstimateError
from analysis.stages import FloatArray

#: Values of each item by name, or an array of shape (n, k) whose items are called "1", "2", …
Items = Mapping[str, ArrayLike] | ArrayLike


def item_matrix(items: Items) -> tuple[tuple[str, ...], FloatArray]:
    """Return the names of the items, and their values, of shape (n, k), NaN where missing.

    Raises
    ------
    EstimateError
        If there are no items, an item has another length than the first, or a value is infinite.
    """
    if isinstance(items, Mapping):
        named = {str(name): np.asarray(item, dtype=np.float64) for name, item in items.items()}
    else:
        matrix = np.asarray(items, dtype=np.float64)
        if matrix.ndim != 2:
            raise EstimateError(
                f"items have shape {matrix.shape}; give one row a respondent and one column an "
                "item, or the values of each item by its name"
            )
        named = {str(k): item for k, item in enumerate(matrix.T, start=1)}
    if not named:
        raise EstimateError("there are no items; give the values of at least one")
    n = next(iter(named.values())).size
    for name, item in named.items():
        if item.shape != (n,):
            raise EstimateError(
                f"item {name} has shape {item.shape} and the first has {n} values; give one a row"
            )
        infinite = np.flatnonzero(np.isinf(item))
        if infinite.size:
            raise EstimateError(f"item {name} is infinite in row {infinite[0]}; make it NaN")
    return tuple(named), np.column_stack(list(named.values()))


def complete(values: FloatArray) -> FloatArray:
    """Return the rows of `values`, of shape (n, k), in which nothing is missing."""
    return values[~np.isnan(values).any(axis=1)]


def covariance(values: FloatArray, weight: FloatArray | None = None) -> FloatArray:
    """Return the covariance of the columns of `values`, of shape (k, k), in their squared unit.

    `values` has the shape (n, k), two rows at least, and nothing missing. Weights of shape (n,)
    give R's ``cov.wt(method = "unbiased")``; without them it divides by n - 1.
    """
    share = np.full(len(values), 1 / len(values)) if weight is None else weight / weight.sum()
    constant = (values == values[0]).all(axis=0)  # rounding must not give it any variance
    centred = np.where(constant, 0.0, values - share @ values)
    return np.asarray((centred.T * share) @ centred / (1 - np.square(share).sum()))


def correlation(covariance: FloatArray) -> FloatArray:
    """Return the correlations, of shape (k, k); NaN for an item that does not vary."""
    sd = np.sqrt(np.where(np.diag(covariance) > 0, np.diag(covariance), np.nan))
    return np.asarray(covariance / np.outer(sd, sd), dtype=np.float64)
