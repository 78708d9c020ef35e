"""Randomised response: the crosswise question and the private die.

The chance lies in the hand of the respondent, so nobody can know what an answer means; the share
in the whole group can still be worked out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from analysis.design import Design
from analysis.errors import EstimateError
from analysis.estimate import Estimate, estimate

#: Shares of people who answer at random, for which the estimate is shown again.
AT_RANDOM = (0.05, 0.10, 0.20)


@dataclass(frozen=True)
class RandomisedResponse:
    """A share that nobody had to confess, and what speaks against it.

    Attributes
    ----------
    prevalence : Estimate
        Share of people to whom the sensitive statement applies; may lie outside 0-1 by chance.
    observed : Estimate
        Share of "same" or of "yes" answers, of which it is worked out.
    possible : tuple of float
        Lowest and highest share that can be observed when everybody follows the rules.
    variance_cost : float or None
        How many times as many people this needs as a direct question answered truthfully; None
        when the prevalence is not between 0 and 1.
    if_at_random : mapping of float to float
        Prevalence if that share of people had answered at random, half of them either way.
    """

    prevalence: Estimate
    observed: Estimate
    possible: tuple[float, float]
    variance_cost: float | None
    if_at_random: Mapping[float, float]

    @property
    def is_possible(self) -> bool:
        """Whether the observed share can occur when everybody follows the rules."""
        low, high = self.possible
        point = self.observed.point
        return point is not None and low <= point <= high


def crosswise(
    same: ArrayLike,
    known: float,
    design: Design | None = None,
    domain: ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> RandomisedResponse:
    r"""Estimate a prevalence from "same answer to both questions" or "different answers".

    Parameters
    ----------
    same : array_like of float, shape (n,)
        1 = same, 0 = different, NaN = no answer.
    known : float
        q, the rate of "yes" to the harmless question, known from elsewhere; not 0.5.
    design : Design, optional
        Of the same n rows. Without it, a simple random sample with the textbook error.
    domain : array_like of bool, shape (n,), optional
        Whom it is about; everyone unless told.
    level : float
        Level of the intervals.

    Raises
    ------
    EstimateError
        If an answer is neither 0, 1 nor NaN, or `known` tells nothing.

    Notes
    -----
    :math:`\hat\pi = (\hat\lambda + q - 1)/(2q - 1)`,
    :math:`V = \hat\lambda(1-\hat\lambda) / (n (2q-1)^2)`.

    References
    ----------
    Yu, Tian & Tang (2008), Two new models for survey sampling with sensitive characteristic,
    *Metrika* 67, 251-263.
    """
    if not 0 < known < 1 or known == 0.5:
        raise EstimateError(
            f"known is {known}; the rate of the harmless question lies between 0 and 1, not at 0.5"
        )
    return _solve(same, 1 - known, 2 * known - 1, design, domain, level=level)


def forced_response(
    yes: ArrayLike,
    forced_yes: float,
    truthful: float,
    design: Design | None = None,
    domain: ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> RandomisedResponse:
    r"""Estimate a prevalence from answers of which a private die forced some.

    Parameters
    ----------
    yes : array_like of float, shape (n,)
        1 = yes, 0 = no, NaN = no answer.
    forced_yes, truthful : float
        Chance that the die says "yes", and that it asks for the truth: 1/6 and 4/6 for a die of
        which 1 is yes and 6 is no.
    design : Design, optional
        Of the same n rows. Without it, a simple random sample with the textbook error.
    domain : array_like of bool, shape (n,), optional
        Whom it is about; everyone unless told.
    level : float
        Level of the intervals.

    Raises
    ------
    EstimateError
        If an answer is neither 0, 1 nor NaN, or the chances cannot be.

    Notes
    -----
    :math:`\hat\pi = (\hat\lambda - p_1)/p_t`, :math:`V = \hat\lambda(1-\hat\lambda)/(n p_t^2)`.

    References
    ----------
    Boruch (1971), Assuring confidentiality of responses in social research, *American
    Sociologist* 6(4), 308-311.
    """
    if not (0 <= forced_yes < 1 and 0 < truthful <= 1 and forced_yes + truthful <= 1 + 1e-12):
        raise EstimateError(
            f"forced_yes is {forced_yes} and truthful {truthful}; give chances that add up to at "
            "most 1, the second above 0"
        )
    return _solve(yes, forced_yes, truthful, design, domain, level=level)


def _solve(
    answer: ArrayLike,
    at_none: float,
    slope: float,
    design: Design | None,
    domain: ArrayLike | None,
    *,
    level: float,
) -> RandomisedResponse:
    """Solve λ = at_none + slope·π, the share observed when a share π holds."""
    observed = _observed(answer, design, domain, level)
    share = observed.point
    ends = sorted((at_none, at_none + slope))
    possible = (ends[0], ends[1])
    if share is None:
        return RandomisedResponse(observed, observed, possible, None, {})
    point, error = (share - at_none) / slope, observed.standard_error
    prevalence = replace(
        observed, point=point, standard_error=None if error is None else error / abs(slope)
    )
    cost = None
    if 0 < point < 1:
        cost = share * (1 - share) / (slope**2 * point * (1 - point))
    corrected = {r: ((share - r / 2) / (1 - r) - at_none) / slope for r in AT_RANDOM}
    return RandomisedResponse(prevalence, observed, possible, cost, corrected)


def _observed(
    answer: ArrayLike, design: Design | None, domain: ArrayLike | None, level: float
) -> Estimate:
    values = np.asarray(answer, dtype=np.float64)
    wrong = np.flatnonzero(~(np.isnan(values) | (values == 0) | (values == 1)))
    if wrong.size:
        raise EstimateError(f"answer of row {wrong[0]} is neither 0 nor 1; mend it or make it NaN")
    if design is not None:
        return estimate("mean", values, design, domain, level=level)
    found = estimate("mean", values, Design(np.ones(values.shape)), domain, level=level)
    if found.point is None or found.standard_error is None:
        return found
    return replace(found, standard_error=sqrt(found.point * (1 - found.point) / found.n))
