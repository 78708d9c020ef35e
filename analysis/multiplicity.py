"""P-values of several comparisons made at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from analysis.errors import EstimateError
from analysis.stages import FloatArray


def adjusted(p: Sequence[float | None], method: str) -> tuple[float | None, ...]:
    """Return p-values that allow for how many there are, in the order given.

    Parameters
    ----------
    p : sequence of float or None
        P-values; an undefined one stays None and is not counted.
    method : {"holm", "bh", "none"}
        Holm keeps the chance of any false finding below the level; Benjamini and Hochberg keep
        the share of false findings below it.

    Returns
    -------
    tuple of float or None
        Never below `p`, never above 1.

    Raises
    ------
    EstimateError
        If the method is unknown.

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure, *Scandinavian Journal
    of Statistics* 6, 65-70. Benjamini and Hochberg (1995), Controlling the false discovery
    rate, *Journal of the Royal Statistical Society B* 57, 289-300.
    """
    if method not in METHODS:
        raise EstimateError(f"unknown adjustment {method!r}; choose {', '.join(METHODS)}")
    known = [place for place, value in enumerate(p) if value is not None]
    values = np.array([value for value in p if value is not None], dtype=np.float64)
    order = np.argsort(values, kind="stable")
    result: list[float | None] = [None] * len(p)
    for place, value in zip(order, METHODS[method](values[order]), strict=True):
        result[known[place]] = float(value)
    return tuple(result)


def _holm(p: FloatArray) -> FloatArray:
    raised = p * np.arange(len(p), 0, -1)
    return np.minimum(np.maximum.accumulate(raised), 1.0)


def _bh(p: FloatArray) -> FloatArray:
    raised = p * len(p) / np.arange(1, len(p) + 1)
    return np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)


def _none(p: FloatArray) -> FloatArray:
    return p


#: From sorted p-values to adjusted ones.
METHODS: Mapping[str, Callable[[FloatArray], FloatArray]] = MappingProxyType(
    {"none": _none, "holm": _holm, "bh": _bh}
)
