"""The list experiment: one group counts J statements, the other the same and a sensitive one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from analysis.design import Design
from analysis.errors import EstimateError
from analysis.estimate import Estimate, domain_rows, estimate
from analysis.estimators import Linearised
from analysis.estimators.mean import mean
from analysis.stages import BoolArray, FloatArray


@dataclass(frozen=True)
class JointShare:
    """The share of people of one type: how many control statements, and the sensitive one or not.

    Attributes
    ----------
    control_count : int
        How many of the control statements they would affirm, 0 to J.
    is_holder : bool
        Whether they would affirm the sensitive one.
    share : Estimate
        Below 0 where the two groups contradict the assumptions of the design.
    """

    control_count: int
    is_holder: bool
    share: Estimate


@dataclass(frozen=True)
class ListExperiment:
    """A share that nobody had to confess, and what speaks against it.

    Attributes
    ----------
    prevalence : Estimate
        Share of people to whom the sensitive statement applies; may lie outside 0-1 by chance.
    control, treatment : Estimate
        Mean count in each group.
    joint : tuple of JointShare
        All 2(J + 1) types of people; together 1. Those who hold come first.
    design_effect_p : float or None
        How likely shares as far below 0 are if none is: small means that the sensitive statement
        changed the answers to the others, and the estimate should not be used.
    floor, ceiling : tuple of Estimate
        Share at 0, and at the largest count, in the control and the treatment group. Many of
        them have no protection, and may have hidden what they hold.
    """

    prevalence: Estimate
    control: Estimate
    treatment: Estimate
    joint: tuple[JointShare, ...]
    design_effect_p: float | None
    floor: tuple[Estimate, Estimate]
    ceiling: tuple[Estimate, Estimate]

    @property
    def negative(self) -> tuple[JointShare, ...]:
        """The types of people whose share comes out below 0, as no share can be."""
        return tuple(each for each in self.joint if (each.share.point or 0.0) < -1e-12)


def list_experiment(
    count: ArrayLike,
    treated: ArrayLike,
    controls: int,
    design: Design | None = None,
    domain: ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> ListExperiment:
    r"""Estimate the prevalence of a sensitive trait by the difference in mean counts.

    Parameters
    ----------
    count : array_like of float, shape (n,)
        Statements affirmed: 0 to J, in the treatment group to J + 1; NaN = no answer.
    treated : array_like of bool, shape (n,)
        Whether the list of the person held the sensitive statement. Assigned at random.
    controls : int
        J, the control statements.
    design : Design, optional
        Of the same n rows. Without it, two simple random samples: :math:`s_1^2/n_1 + s_0^2/n_0`.
    domain : array_like of bool, shape (n,), optional
        Whom it is about; everyone unless told.
    level : float
        Level of the intervals.

    Raises
    ------
    EstimateError
        If lengths do not fit, a count is impossible (the message names its row), or one group is
        empty.
    DesignError
        As `analysis.estimate`.

    Notes
    -----
    With :math:`P_t(Y \le y)` in the control (0) and treatment (1) group,
    :math:`\hat\pi(y,1) = P_0(Y \le y) - P_1(Y \le y)` and
    :math:`\hat\pi(y,0) = P_1(Y \le y) - P_0(Y \le y - 1)`; all are at least 0 unless the
    sensitive statement changes the answers to the others or people do not tell the truth.
    `design_effect_p` is the smallest one-sided p of them, Bonferroni-corrected.

    References
    ----------
    Blair & Imai (2012), Statistical analysis of list experiments, *Political Analysis* 20(1).
    """
    arms = np.asarray(treated)
    counts = np.asarray(count, dtype=np.float64)
    if arms.dtype != np.bool_ or arms.shape != counts.shape or counts.ndim != 1:
        raise EstimateError("treated must be one boolean for each count")
    _check_counts(counts, arms, controls)
    drawn = Design(np.ones(len(arms)), arms) if design is None else design
    if len(drawn) != len(counts):
        raise EstimateError(f"{len(counts)} counts and {len(drawn)} rows of design; give one a row")
    used = domain_rows(domain, drawn) & ~np.isnan(counts)
    if not ((used & arms).any() and (used & ~arms).any()):
        raise EstimateError("one group has no answers; a list experiment needs both")
    groups = _Groups(np.where(used, counts, 0.0), arms, used, drawn, level)
    joint = tuple(
        JointShare(y, holds, groups.joint_share(y, holds=holds))
        for holds in (True, False)
        for y in range(controls + 1)
    )
    return ListExperiment(
        prevalence=groups.difference(groups.counts),
        control=groups.mean(groups.counts, ~arms),
        treatment=groups.mean(groups.counts, arms),
        joint=joint,
        design_effect_p=_bonferroni([each.share for each in joint]),
        floor=(groups.share_at(0, ~arms), groups.share_at(0, arms)),
        ceiling=(groups.share_at(controls, ~arms), groups.share_at(controls + 1, arms)),
    )


@dataclass(frozen=True, eq=False)
class _Groups:
    """Counts of the two groups in one design; all arrays of shape (n,)."""

    counts: FloatArray
    arms: BoolArray
    used: BoolArray
    design: Design
    level: float

    def mean(self, y: FloatArray, group: BoolArray) -> Estimate:
        """Return the mean of `y` in one group."""
        return estimate("mean", y, self.design, self.used & group, level=self.level)

    def share_at(self, y: int, group: BoolArray) -> Estimate:
        """Return the share of a group whose count is `y`."""
        return self.mean((self.counts == y).astype(np.float64), group)

    def difference(self, y: FloatArray) -> Estimate:
        """Return the mean of `y` in the treatment group less that in the control group."""

        def contrast(values: FloatArray, weight: FloatArray) -> Linearised:
            told, arm = values.T
            one, zero = (mean(told, weight * group) for group in (arm, 1 - arm))
            return Linearised(one.point - zero.point, one.influence - zero.influence)

        # The group goes along with the value: an estimator sees the rows of the domain alone.
        both = np.column_stack([y, self.arms])
        return estimate(contrast, both, self.design, self.used, level=self.level)

    def joint_share(self, y: int, *, holds: bool) -> Estimate:
        """Return the share of those with `y` control statements who hold the sensitive one."""
        if holds:
            return self.difference(-(self.counts <= y).astype(np.float64))
        reached = np.where(self.arms, self.counts <= y, self.counts <= y - 1)
        return self.difference(reached.astype(np.float64))


def _check_counts(counts: FloatArray, arms: BoolArray, controls: int) -> None:
    if controls < 1:
        raise EstimateError(f"{controls} control statements; a list needs at least one")
    most = controls + arms
    fits = np.isin(counts, np.arange(controls + 2)) & (counts <= most)
    wrong = np.flatnonzero(~(np.isnan(counts) | fits))
    if wrong.size:
        row = int(wrong[0])
        raise EstimateError(
            f"count of row {row} is not a whole number from 0 to {most[row]}; "
            "mend it, or make it NaN"
        )


def _bonferroni(shares: list[Estimate]) -> float | None:
    """Return the p of the share furthest below 0, corrected for how many there are."""
    p = [
        float(scipy.special.stdtr(each.df, each.point / each.standard_error))
        for each in shares
        if each.point is not None and each.standard_error and each.df
    ]
    return min(1.0, len(p) * min(p)) if p else None
