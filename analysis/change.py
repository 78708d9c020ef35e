"""Change from one wave to another: the error counts what the waves share.

Waves that return to the same PSUs vary together, and most of the chance in their levels cancels
in their difference. All waves are therefore rows of one design, and change is a contrast in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.contrasts import Difference, adjust_all, joint
from analysis.design import Design
from analysis.domains import Keys, domains_of, label_text, labels_of
from analysis.errors import EstimateError
from analysis.estimate import Domain, Estimate, domain_rows, estimate
from analysis.estimators import Estimator
from analysis.hypotheses import Comparison, groups_of, wald
from analysis.intervals import check_level, t_tails
from analysis.stages import BoolArray, FloatArray


def change(
    statistic: str | Estimator,
    y: ArrayLike,
    design: Design,
    keys: Keys = None,
    domain: ArrayLike | None = None,
    *,
    between: ArrayLike,
    start: object,
    end: object,
    adjust: str = "holm",
    level: float = 0.95,
) -> list[Difference]:
    """Estimate how a statistic changed between two values of a column, in every domain.

    Parameters
    ----------
    statistic, y, design, domain, level
        As for `analysis.estimate`; both waves are rows of the same design.
    keys
        As for `analysis.by`; one change for each domain, everyone together unless told.
    between : array_like of labels, shape (n,)
        The column, as the wave of each row.
    start, end : label
        The values compared. Numbers are compared as text: 1, 1.0 and "1" are equal.
    adjust : {"holm", "bh", "none"}
        How p-values allow for the number of domains.

    Returns
    -------
    list of Difference
        The second value less the first, sorted by domain. A domain without rows in one of the
        two has a point of None. `df` counts PSUs less strata among the rows of the domain in
        both, as R's ``degf``.

    Raises
    ------
    EstimateError
        If no row has the one value or the other, or as `analysis.estimate`.
    DesignError
        As `analysis.estimate`.
    """
    check_level(level)
    before, after = _sides(between, design, start, end)
    inside = domain_rows(domain, design)
    changes = []
    for which, rows in domains_of(keys, design).items():
        sides = [rows & inside & before, rows & inside & after]
        if not (sides[0] | sides[1]).any():
            continue
        difference = joint(statistic, y, design, sides, level=level).contrast([-1, 1])
        changes.append(_named(difference, start, end, domain=which, level=level))
    return adjust_all(changes, adjust)


def difference_in_differences(
    statistic: str | Estimator,
    y: ArrayLike,
    design: Design,
    groups: ArrayLike,
    domain: ArrayLike | None = None,
    *,
    between: ArrayLike,
    start: object,
    end: object,
    adjust: str = "holm",
    level: float = 0.95,
) -> Comparison:
    """Compare how groups changed, as those reached by a programme with those not.

    Parameters
    ----------
    statistic, y, design, between, start, end, domain, adjust, level
        As for `change`.
    groups : array_like of labels, shape (n,)
        Groups compared; a missing label is in none.

    Returns
    -------
    Comparison
        F of the hypothesis that all groups changed alike, and for each pair the change of the
        second group less that of the first. F has as many denominator degrees of freedom as a
        linear model with the interaction leaves; t of a pair has those of the design.

    Raises
    ------
    EstimateError, DesignError
        As `change`, and if there are fewer than two groups.
    """
    check_level(level)
    sides = _sides(between, design, start, end)
    inside = domain_rows(domain, design) & (sides[0] | sides[1])
    names, members = groups_of(groups, y, design, inside)
    cells = [rows & side for rows in members for side in sides]
    together = joint(statistic, y, design, cells, level=level)
    changes: FloatArray = np.kron(np.eye(len(names)), np.array([[-1.0, 1.0]]))
    return wald("difference in differences", together, names, changes, adjust=adjust, level=level)


@dataclass(frozen=True)
class LinkedChange:
    """Change of the persons who answered in both waves, and who was lost.

    Attributes
    ----------
    change : Difference
        Mean of each person's own change.
    retention : Estimate
        Share of those measured at the start who were measured again.
    stayed, lost : Estimate
        Mean at the start, of those measured again and of those not.
    """

    change: Difference
    retention: Estimate
    stayed: Estimate
    lost: Estimate


def linked_change(
    y: ArrayLike,
    design: Design,
    person: ArrayLike,
    domain: ArrayLike | None = None,
    *,
    between: ArrayLike,
    start: object,
    end: object,
    level: float = 0.95,
) -> LinkedChange:
    """Estimate the mean change of persons who are linked between two waves.

    Parameters
    ----------
    y, design, between, start, end, domain, level
        As for `change`; `y` has the shape (n,). Weight and PSU are those of the first row of a
        person, and `domain` is read there.
    person : array_like of labels, shape (n,)
        Who answered each row; a missing label is nobody's second row.

    Returns
    -------
    LinkedChange
        The paired mean difference with its cluster error, and how those lost differed.

    Raises
    ------
    EstimateError
        As `change`, and if a person has two rows in one wave.
    DesignError
        As `analysis.estimate`.
    """
    check_level(level)
    before, after = _sides(between, design, start, end)
    labels = labels_of(person, design, "person")
    values = np.asarray(y, dtype=np.float64)
    later = _later(values, labels, before, after)
    measured = before & ~np.isnan(values) & domain_rows(domain, design)
    again = measured & ~np.isnan(later)
    paired = estimate("mean", later - values, design, again, level=level)
    retained = np.where(measured, again.astype(np.float64), np.nan)
    return LinkedChange(
        change=_named(_as_difference(paired), start, end, level=level),
        retention=estimate("proportion", retained, design, level=level),
        stayed=estimate("mean", values, design, again, level=level),
        lost=estimate("mean", values, design, measured & ~again, level=level),
    )


def _sides(
    between: ArrayLike, design: Design, start: object, end: object
) -> tuple[BoolArray, BoolArray]:
    """Return the rows of the two values compared, each of shape (n,)."""
    labels = labels_of(between, design, "between")
    for value in (start, end):
        if not (labels == label_text(value)).any():
            raise EstimateError(
                f"no row has the value {value!r} that change is measured between; "
                "give two values that the column has"
            )
    return labels == label_text(start), labels == label_text(end)


def _named(
    difference: Difference, start: object, end: object, level: float, domain: Domain = ()
) -> Difference:
    a, b = label_text(start), label_text(end)
    return replace(difference, a=a, b=b, level=level, domain=domain, p_adjusted=difference.p)


def _later(
    y: FloatArray, person: NDArray[np.str_], before: BoolArray, after: BoolArray
) -> FloatArray:
    """Return the later value of each row's person, of shape (n,); NaN where there is none."""
    second = np.flatnonzero(after & (person != ""))
    for rows in (second, np.flatnonzero(before & (person != ""))):
        names, times = np.unique(person[rows], return_counts=True)
        if (times > 1).any():
            raise EstimateError(
                f"person {names[times > 1][0]} has several rows in one wave; keep one of them"
            )
    known = dict(zip(person[second].tolist(), y[second].tolist(), strict=True))
    return np.array([known.get(each, np.nan) for each in person.tolist()], dtype=np.float64)


def _as_difference(paired: Estimate) -> Difference:
    """Return a mean of differences as a difference, with its t."""
    point, error, df = paired.point, paired.standard_error, paired.df
    if point is None or not error or not df:
        return Difference(point, error, df, None, None, paired.n)
    return Difference(point, error, df, point / error, t_tails(point / error, df), paired.n)
