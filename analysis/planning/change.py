"""What change between two rounds a survey can find, and how many people that takes."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt

import scipy

from analysis.errors import EstimateError
from analysis.planning.size import design_effect, positive, require, rounded_up, z_of


@dataclass(frozen=True)
class Rounds:
    r"""Two rounds of one survey, as planned.

    The same clusters, or the same people, in both rounds make a change easier to find.

    Attributes
    ----------
    sd : float
        Standard deviation of the answers in the first round, in their unit.
    sd_after : float or None
        In the second round; the same unless told.
    cluster_size : float
        m, people asked in a cluster.
    rho : float
        Intraclass correlation, 0 to 1.
    weights : float
        Design effect of unequal weights, at least 1.
    cluster_correlation : float
        Correlation of the true cluster means of both rounds, when the same clusters are asked;
        0 for other clusters.
    overlap : float
        Share of the people who are asked in both rounds.
    person_correlation : float
        Correlation, within clusters, of the two answers of one person.

    Raises
    ------
    EstimateError
        If a part is out of range.

    Notes
    -----
    With `n` people in each round the variance of the change is
    :math:`\frac{w}{n}\{m\rho\,(s_1^2+s_2^2-2 r_c s_1 s_2) +
    (1-\rho)(s_1^2+s_2^2-2\,o\,r_p s_1 s_2)\}`; without anything in common it is the textbook
    :math:`deff\,(s_1^2+s_2^2)/n`.

    References
    ----------
    Kish (1965), *Survey sampling*, Wiley, section 12.4.
    """

    sd: float
    sd_after: float | None = None
    cluster_size: float = 1
    rho: float = 0.0
    weights: float = 1.0
    cluster_correlation: float = 0.0
    overlap: float = 0.0
    person_correlation: float = 0.0

    def __post_init__(self) -> None:
        """Check every part."""
        for name, value in (("sd", self.sd), ("sd_after", self._after)):
            positive(name, value)
        for name in ("rho", "cluster_correlation", "overlap", "person_correlation"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise EstimateError(f"{name} is {value}; give a number from 0 to 1")
        design_effect(self.cluster_size, self.rho, self.weights)

    @property
    def deff(self) -> float:
        """The design effect of each round."""
        return design_effect(self.cluster_size, self.rho, self.weights)

    @property
    def unit_variance(self) -> float:
        """The variance of the change times the people of a round, in the squared unit."""
        a, b, both = self.sd**2, self._after**2, 2 * self.sd * self._after
        clusters = self.cluster_size * self.rho * (a + b - self.cluster_correlation * both)
        people = (1 - self.rho) * (a + b - self.overlap * self.person_correlation * both)
        return self.weights * (clusters + people)

    @property
    def _after(self) -> float:
        return self.sd if self.sd_after is None else self.sd_after


def detectable_change(n: int, rounds: Rounds, *, power: float = 0.8, level: float = 0.95) -> float:
    r"""Return the smallest true change that is found with a given chance.

    Parameters
    ----------
    n : int
        Respondents in each round.
    rounds : Rounds
        What is planned.
    power : float
        Chance that the interval of such a change leaves out 0.
    level : float
        Coverage of that interval.

    Returns
    -------
    float
        In the unit of `rounds.sd`: :math:`(z_{(1+level)/2} + z_{power}) \sqrt V`.

    Raises
    ------
    EstimateError
        If a part is out of range.
    """
    require("n", n, 1)
    return _z_sum(power, level) * sqrt(rounds.unit_variance / n)


def size_for_change(
    change: float, rounds: Rounds, *, power: float = 0.8, level: float = 0.95
) -> int:
    """Return how many people must answer in each round to find `change` with a given chance.

    `change` has the unit of `rounds.sd` and any sign but not the size 0; the rest is as for
    `detectable_change`, of which this is the inverse.
    """
    _check(change)
    return rounded_up(rounds.unit_variance * (_z_sum(power, level) / change) ** 2)


def power_of_change(change: float, n: int, rounds: Rounds, *, level: float = 0.95) -> float:
    """Return the chance to find a true `change` with `n` respondents in each round.

    The chance to find it with the wrong sign is not counted.
    """
    require("the size of the change", abs(change), 0)
    require("n", n, 1)
    error = sqrt(rounds.unit_variance / n)
    if error == 0:
        return 1.0
    return float(scipy.special.ndtr(abs(change) / error - z_of(level)))


def _check(change: float) -> None:
    if not isfinite(change) or change == 0:
        raise EstimateError(f"change is {change}; give the change to be found, not 0")
    positive("the size of the change", abs(change))


def _z_sum(power: float, level: float) -> float:
    if not 0.5 <= power < 1:
        raise EstimateError(f"power is {power}; give a chance from 0.5 to below 1, as 0.8")
    return z_of(level) + float(scipy.special.ndtri(power))
