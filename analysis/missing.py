"""What missing answers could do to a mean: two-way imputation beside proration (scoring.md C.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.design import Design
from analysis.domains import Keys, domains_of, label_texts
from analysis.errors import EstimateError
from analysis.estimate import Domain
from analysis.frame import Frame
from analysis.reliability.items import Items, item_matrix
from analysis.scoring import item_score
from analysis.stages import BoolArray, FloatArray

#: A difference of so many points between the two means is told in a footnote.
NOTE = 1.0


@dataclass(frozen=True)
class Sensitivity:
    """How far a group mean depends on what is made of missing answers.

    Attributes
    ----------
    domain : Domain
        The group; () is everyone.
    n : int
        Respondents of it who have a score.
    prorated, imputed : float
        Weighted mean score from answered items only, and with two-way imputation, 0-100.
    """

    domain: Domain
    n: int
    prorated: float
    imputed: float

    @property
    def difference(self) -> float:
        """How many points the means are apart, 0 or above."""
        return abs(self.imputed - self.prorated)

    @property
    def note(self) -> str:
        """What a footnote says; empty when the means are less than a point apart."""
        if self.difference < NOTE:
            return ""
        return (
            f"Depends on missing answers: {self.prorated:.1f} from the answers given, "
            f"{self.imputed:.1f} if the missing ones are filled in."
        )


def dimension_items(frame: Frame, dimension: str, form: str = "long") -> dict[str, FloatArray]:
    """Return what the answers to each item of a dimension measure, ready for `reliability`.

    Parameters
    ----------
    frame : Frame
        Answers of n respondents, with their instrument.
    dimension : str
        Its name. Of a composite, the items of all its parts.
    form : str
        The form that was asked.

    Returns
    -------
    dict of str to FloatArray, shape (n,)
        0-100, reversed items turned round, NaN for every nonanswer.

    Raises
    ------
    EstimateError
        If the frame has no instrument, or the instrument no such dimension.
    """
    instrument = frame.instrument
    if instrument is None or dimension not in {each.name for each in instrument.dimensions}:
        raise EstimateError(
            f"the frame has no instrument with dimension {dimension!r}; read it with the one that "
            "was asked, and name one of its dimensions"
        )
    found = instrument.dimension(dimension)
    names = [*found.items, *(name for part in found.parts for name in _items(frame, part))]
    items = [instrument.item(name) for name in names]
    return {item.name: item_score(frame, item) for item in items if form in item.forms}


def two_way(
    items: Items, language: ArrayLike | None = None, applicable: ArrayLike | None = None
) -> FloatArray:
    r"""Fill in missing answers by person and item, and return everybody's mean.

    Parameters
    ----------
    items : mapping of str to array_like of float, shape (n,), or array_like of shape (n, k)
        What the answers measure, 0-100; NaN where missing.
    language : array_like of labels, shape (n,), optional
        Answers are filled in within a language only, since items differ between them.
    applicable : array_like of bool, shape (n, k), optional
        Which items were shown and applied; only those are filled in. All unless told.

    Returns
    -------
    FloatArray, shape (n,)
        0-100; NaN for a person who answered nothing.

    Raises
    ------
    EstimateError
        If lengths do not fit.

    Notes
    -----
    :math:`\hat x_{ij} = PM_i + IM_j - OM`, the means of the person, of the item and of all
    answers, cut off at 0 and 100. An item that nobody of the language answered is not filled in.

    References
    ----------
    Bernaards and Sijtsma (2000), Influence of imputation and EM methods on factor analysis when
    item nonresponse is nonignorable, *Multivariate Behavioral Research* 35, 321-364.
    """
    _, values = item_matrix(items)
    n, k = values.shape
    labels = np.zeros(n, dtype=np.int64)
    if language is not None:
        labels = np.unique(label_texts(np.asarray(language)), return_inverse=True)[1]
    wanted = np.ones((n, k), dtype=bool) if applicable is None else np.asarray(applicable, bool)
    if labels.shape != (n,) or wanted.shape != (n, k):
        raise EstimateError(
            f"items have {n} rows and {k} columns, language has shape {labels.shape} and "
            f"applicable {wanted.shape}; give one of each"
        )
    means = np.full(n, np.nan)
    for label in np.unique(labels):
        rows = labels == label
        means[rows] = _filled(values[rows], wanted[rows])
    return means


def sensitivity(
    score: ArrayLike, imputed: ArrayLike, design: Design, keys: Keys = None
) -> list[Sensitivity]:
    """Compare the weighted means of scores before and after imputation, group by group.

    Parameters
    ----------
    score, imputed : array_like of float, shape (n,)
        Prorated scores, as `analysis.score` returns them, and those of `two_way`, 0-100. Who has
        no score stays out of both.
    design : Design
        Of the same n rows.
    keys : as for `analysis.by`
        What makes the groups; everyone unless told.

    Raises
    ------
    EstimateError
        If lengths do not fit.
    """
    before, after = (np.asarray(each, dtype=np.float64) for each in (score, imputed))
    if before.shape != (len(design),) or after.shape != (len(design),):
        raise EstimateError(
            f"scores have shapes {before.shape} and {after.shape} and the design {len(design)} "
            "rows; give one of each a row"
        )
    scored = ~np.isnan(before) & ~np.isnan(after)
    groups: Mapping[Domain, BoolArray] = domains_of(keys, design)
    return [
        Sensitivity(
            domain=domain,
            n=int((rows & scored).sum()),
            prorated=float(np.average(before[rows & scored], weights=design.weight[rows & scored])),
            imputed=float(np.average(after[rows & scored], weights=design.weight[rows & scored])),
        )
        for domain, rows in groups.items()
        if (rows & scored).any()
    ]


def _items(frame: Frame, dimension: str) -> tuple[str, ...]:
    return frame.instrument.dimension(dimension).items if frame.instrument else ()


def _filled(values: FloatArray, wanted: BoolArray) -> FloatArray:
    """Return the mean of each person of one language, of shape (n,)."""
    known = ~np.isnan(values)
    if not known.any():
        return np.full(len(values), np.nan)
    given = np.where(known, values, 0.0)
    person = given.sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    item = given.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    overall = given.sum() / known.sum()
    guess = np.clip(person[:, np.newaxis] + item - overall, 0, 100)
    filled = known | (wanted & known.any(axis=0))
    total = np.where(known, given, np.where(filled, guess, 0.0)).sum(axis=1)
    return np.where(known.any(axis=1), total / np.maximum(filled.sum(axis=1), 1), np.nan)
