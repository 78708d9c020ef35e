"""The same statistic in every domain: each locality, each group, each group in each locality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.design import Design
from analysis.errors import EstimateError
from analysis.estimate import Domain, Estimate, domain_rows, estimate
from analysis.estimators import Estimator
from analysis.stages import BoolArray
from questionnaires import Nonanswer

#: Names and labels of what makes domains; see `by`.
Keys = Mapping[str, ArrayLike] | ArrayLike | None

#: A label that puts a row in no domain: an empty one, or any nonanswer.
_NO_LABEL = ("", *map(str, Nonanswer))


def by(
    statistic: str | Estimator,
    y: ArrayLike,
    design: Design,
    keys: Keys,
    domain: ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> list[Estimate]:
    """Estimate a statistic in every domain that the keys make, crossed when there are several.

    Parameters
    ----------
    statistic, y, design, domain, level
        As for `analysis.estimate`.
    keys : mapping of str to array_like of labels, shape (n,), or one array_like, or None
        Name and labels of each key. One array without a name is called ``key``; None and an
        empty mapping leave everyone together.

    Returns
    -------
    list of Estimate
        One for each combination of labels that occurs in `domain`, sorted by label, in the order
        of the keys; the `domain` of each says which it is. A row whose label is missing (None,
        NaN, empty or a nonanswer) is in no domain.

    Raises
    ------
    EstimateError, DesignError
        As `analysis.estimate`, and if a key has another length than the design.
    """
    inside = domain_rows(domain, design)
    return [
        replace(estimate(statistic, y, design, rows & inside, level=level), domain=which)
        for which, rows in domains_of(keys, design).items()
        if (rows & inside).any()
    ]


def domains_of(keys: Keys, design: Design) -> dict[Domain, BoolArray]:
    """Return the rows of each domain that the keys make, of shape (n,), sorted by label.

    Without keys, everyone is one domain. A row whose label is missing is in none.

    Raises
    ------
    EstimateError
        If a key has another length than the design.
    """
    if keys is None:
        return {(): np.ones(len(design), dtype=bool)}
    named = keys if isinstance(keys, Mapping) else {"key": keys}
    labels = {name: labels_of(key, design, f"key {name}") for name, key in named.items()}
    return domains(labels) if labels else domains_of(None, design)


def domains(labels: Mapping[str, NDArray[np.str_]]) -> dict[Domain, BoolArray]:
    """Return the rows of each combination of labels that occurs, of shape (n,), sorted by label.

    `labels` holds at least one key. Nonanswers and empty labels make no domain.
    """
    found: dict[Domain, BoolArray] = {}
    for name, column in labels.items():
        named: dict[Domain, BoolArray] = {
            ((name, str(code)),): column == code
            for code in np.unique(column)
            if code not in _NO_LABEL
        }
        found = named if not found else _crossed(found, named)
    return found


def _crossed(
    first: Mapping[Domain, BoolArray], second: Mapping[Domain, BoolArray]
) -> dict[Domain, BoolArray]:
    return {
        tuple(sorted((*a, *b))): rows & more
        for a, rows in first.items()
        for b, more in second.items()
        if (rows & more).any()
    }


def labels_of(given: ArrayLike, design: Design, thing: str) -> NDArray[np.str_]:
    """Return labels as text, of shape (n,), empty where missing; 8 and 8.0 are one label.

    Raises
    ------
    EstimateError
        If there is not one label a row; the message calls them `thing`.
    """
    column = np.asarray(given)
    if column.shape != (len(design),):
        raise EstimateError(
            f"{thing} has shape {column.shape} and the design {len(design)} rows; "
            "give one label a row"
        )
    return label_texts(column)


def label_texts(column: NDArray[Any]) -> NDArray[np.str_]:
    """Return a column of labels as `label_text` returns each."""
    if column.dtype.kind in "iuU":
        return column.astype(np.str_, copy=False)
    return np.array([label_text(each) for each in column.tolist()], dtype=np.str_)


def label_text(value: object) -> str:
    """Return a label as text: 8 and 8.0 are one, None and NaN are empty."""
    if value is None or value != value:  # noqa: PLR0124  only NaN differs from itself
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
