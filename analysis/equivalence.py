"""Whether a scale means the same in two languages or groups (scoring.md C.11, stage 1).

Reliability in each group, the likeness of loadings, and items that answer differently at the
same level of the rest. Only then may means be compared, and the answer is given in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from analysis.domains import label_texts
from analysis.errors import EstimateError
from analysis.multiplicity import adjusted
from analysis.ordinal import OrdinalFit, fit_ordinal, null_likelihood
from analysis.reliability.alpha import Reliability, reliability
from analysis.reliability.items import Items, complete, covariance, item_matrix
from analysis.reliability.onefactor import one_factor
from analysis.stages import FloatArray

#: Congruence of loadings: from here they are the same, and from there fair.
SAME, FAIR = 0.95, 0.85

#: Complete cases that each group needs.
ENOUGH = 150

#: A difference this clear by chance, over all items, and this large in R² is DIF.
SIGNIFICANT, NOTABLE, LARGE = 0.05, 0.035, 0.07


@dataclass(frozen=True)
class Congruence:
    """How alike the loadings of two groups are: Tucker's phi, None where a fit is not proper."""

    groups: tuple[str, str]
    phi: float | None


@dataclass(frozen=True)
class ItemDifference:
    """Whether an item is answered differently at the same level of the rest (DIF).

    Attributes
    ----------
    item : str
        Its name.
    statistic, df : float or None, int
        Likelihood ratio of the models with and without groups (shift and slope), and its df.
    p, p_adjusted : float or None
        Before and after Holm's correction over the items.
    effect : float or None
        Gain in Nagelkerke's R².
    shift : float or None
        The part of `effect` that is the same at all levels (uniform DIF).
    """

    item: str
    statistic: float | None
    df: int
    p: float | None
    p_adjusted: float | None
    effect: float | None
    shift: float | None

    @property
    def size(self) -> str:
        """How large the difference is: "unknown", "none", "moderate" or "large"."""
        if self.p_adjusted is None or self.effect is None:
            return "unknown"
        if self.p_adjusted > SIGNIFICANT or self.effect < NOTABLE:
            return "none"
        return "moderate" if self.effect < LARGE else "large"


@dataclass(frozen=True)
class Equivalence:
    """Whether groups may be compared on a scale.

    Attributes
    ----------
    groups : mapping of str to Reliability
        By group, sorted.
    congruence : tuple of Congruence
        Of each pair of groups.
    items : tuple of ItemDifference
        Of each item, in their order.
    """

    groups: Mapping[str, Reliability]
    congruence: tuple[Congruence, ...]
    items: tuple[ItemDifference, ...]

    def verdict(self) -> str:
        """Say in words whether the means of the groups may be compared."""
        small = [f"{name} ({found.n})" for name, found in self.groups.items() if found.n < ENOUGH]
        if len(self.groups) < 2:
            return "There is one group only, so there is nothing to compare."
        if small:
            return (
                f"Too few to judge: {', '.join(small)} of {ENOUGH} complete answers. "
                "Do not compare means until there are more."
            )
        unlike = [_pair(each) for each in self.congruence if each.phi is None or each.phi < FAIR]
        if unlike:
            return (
                f"Do not compare means: the items do not hang together alike in "
                f"{'; '.join(unlike)}. Report each group by itself, and its change over time."
            )
        moved = [each.item for each in self.items if each.size in ("moderate", "large")]
        unknown = [each.item for each in self.items if each.size == "unknown"]
        if moved or unknown:
            return (
                "Compare means with a warning: at the same level of the rest, groups answer "
                f"{', '.join(moved + unknown)} differently, or it cannot be told."
            )
        fair = [_pair(each) for each in self.congruence if each.phi is not None and each.phi < SAME]
        if fair:
            return f"Compare means with care: the items are only fairly alike in {'; '.join(fair)}."
        return "Means may be compared: nothing speaks against it at this stage."


def equivalence(items: Items, group: ArrayLike) -> Equivalence:
    """Tell whether groups may be compared on a scale.

    Parameters
    ----------
    items : mapping of str to array_like of float, shape (n,), or array_like of shape (n, k)
        As `reliability` takes them. Those who answered all of them count, unweighted.
    group : array_like of labels, shape (n,)
        Language or group of each respondent; who has none does not count.

    Returns
    -------
    Equivalence
        Whatever cannot be fitted is None.

    Raises
    ------
    EstimateError
        If lengths do not fit, or nobody has a group.

    References
    ----------
    Lorenzo-Seva and ten Berge (2006), Tucker's congruence coefficient, *Methodology* 2, 57-64.
    Zumbo (1999), *A Handbook on the Theory and Methods of Differential Item Functioning*;
    Jodoin and Gierl (2001) for the sizes, *Applied Measurement in Education* 14, 329-349.
    """
    names, values, labels, parts = _grouped(items, group)
    groups = {
        label: reliability(dict(zip(names, part.T, strict=True))) for label, part in parts.items()
    }
    return Equivalence(groups, _congruences(parts), _differences(names, values, labels))


def likeness(
    items: Items, group: ArrayLike
) -> tuple[tuple[Congruence, ...], tuple[ItemDifference, ...]]:
    """Tell what decides whether groups may be compared, and no more than that.

    Parameters and errors are those of `equivalence`.

    Returns
    -------
    tuple
        Its `congruence` and `items`; no items where the congruence of some groups is unknown or
        below `FAIR`, since nothing else matters then. Their `shift` is None.
    """
    names, values, labels, parts = _grouped(items, group)
    congruence = _congruences(parts)
    if any(each.phi is None or each.phi < FAIR for each in congruence):
        return congruence, ()
    return congruence, _differences(names, values, labels, shifts=False)


def _grouped(
    items: Items, group: ArrayLike
) -> tuple[tuple[str, ...], FloatArray, NDArray[np.str_], dict[str, FloatArray]]:
    """Return names, answers and labels of all, and the answers of each group."""
    names, values = item_matrix(items)
    given = np.asarray(group)
    if given.shape != (len(values),):
        raise EstimateError(
            f"group has shape {given.shape} and items have {len(values)} rows; give one a row"
        )
    labels = label_texts(given)
    found = [str(label) for label in np.unique(labels) if label]
    if not found:
        raise EstimateError("nobody has a group; give each respondent a label")
    return names, values, labels, {label: values[labels == label] for label in found}


def tucker_phi(first: FloatArray, second: FloatArray) -> float:
    """Return Tucker's congruence of two arrays of loadings, of shape (k,): 1 when proportional."""
    return float(first @ second / np.sqrt((first @ first) * (second @ second)))


def _congruences(parts: Mapping[str, FloatArray]) -> tuple[Congruence, ...]:
    answered = {label: complete(part) for label, part in parts.items()}
    factors = {
        label: one_factor(covariance(part)) if len(part) > 1 else None
        for label, part in answered.items()
    }
    found = []
    for a, b in combinations(parts, 2):
        first, second = factors[a], factors[b]
        alike = tucker_phi(first.loadings, second.loadings) if first and second else None
        found.append(Congruence((a, b), alike))
    return tuple(found)


def _differences(
    names: tuple[str, ...], values: FloatArray, labels: NDArray[np.str_], *, shifts: bool = True
) -> tuple[ItemDifference, ...]:
    rows = ~np.isnan(values).any(axis=1) & (labels != "")
    kept, group = values[rows], labels[rows]
    found = [_difference(names[j], kept, j, group, shifts=shifts) for j in range(len(names))]
    p = adjusted([each.p for each in found], "holm")
    return tuple(
        replace(each, p_adjusted=corrected) for each, corrected in zip(found, p, strict=True)
    )


def _difference(
    name: str, values: FloatArray, j: int, group: NDArray[np.str_], *, shifts: bool
) -> ItemDifference:
    """Compare the model of the rest score alone with those that let groups shift, and bend.

    How much is a shift need not be told: that model has a fit wherever the larger one has.
    """
    others = np.unique(group)[1:]
    unknown = ItemDifference(name, None, 2 * len(others), None, None, None, None)
    if len(values) < 2 or values.shape[1] < 2 or not len(others):
        return unknown
    code = np.unique(values[:, j], return_inverse=True)[1]
    rest = np.delete(values, j, axis=1).mean(axis=1, keepdims=True)
    member = (group[:, np.newaxis] == others).astype(np.float64)
    alone, sloped = (
        fit_ordinal(code, np.hstack(predictors))
        for predictors in ([rest], [rest, member, member * rest])
    )
    shifted = fit_ordinal(code, np.hstack([rest, member])) if shifts else sloped
    if alone is None or shifted is None or sloped is None:
        return unknown
    ratio = max(2 * (sloped.log_likelihood - alone.log_likelihood), 0.0)
    null = null_likelihood(code)
    return ItemDifference(
        item=name,
        statistic=ratio,
        df=2 * len(others),
        p=float(scipy.special.chdtrc(2 * len(others), ratio)),
        p_adjusted=None,
        effect=_gain(alone, sloped, null),
        shift=_gain(alone, shifted, null) if shifts else None,
    )


def _gain(less: OrdinalFit, more: OrdinalFit, null: float) -> float:
    return more.explained(null) - less.explained(null)


def _pair(each: Congruence) -> str:
    return " and ".join(each.groups)
