"""Estimators: one file each, named after its function. Adding a file here adds an estimator."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from analysis.errors import EstimateError
from analysis.estimators.base import Estimator, FloatArray, Linearised

_ESTIMATORS: dict[str, Estimator] = {
    found.name: getattr(import_module(f"{__name__}.{found.name}"), found.name)
    for found in iter_modules(__path__)
    if found.name != "base"
}


def estimator(name: str) -> Estimator:
    """Return the estimator called `name`.

    Raises
    ------
    EstimateError
        If there is none of that name.
    """
    if name not in _ESTIMATORS:
        raise EstimateError(f"unknown statistic {name!r}; choose one of {estimator_names()}")
    return _ESTIMATORS[name]


def estimator_names() -> tuple[str, ...]:
    """Return the names of all estimators, sorted."""
    return tuple(sorted(_ESTIMATORS))


__all__ = ["Estimator", "FloatArray", "Linearised", "estimator", "estimator_names"]
