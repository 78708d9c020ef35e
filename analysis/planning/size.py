"""How many people to ask: sizes, margins, and what clusters and weights cost."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, isfinite, sqrt

import scipy

from analysis.errors import EstimateError

#: No number of a plan is larger, and none of those above 0 is smaller than its inverse.
LARGEST = 1e15

#: A quotient this much above a whole number of people is rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class SampleSize:
    """How many people to ask.

    Attributes
    ----------
    respondents : int
        People who must answer.
    invited : int
        People to ask, when some do not answer.
    clusters : int
        Clusters of the planned size that hold those who must answer.
    deff : float
        Design effect reckoned with.
    effective : float
        Size of a simple random sample that is as exact: respondents / deff.
    margin : float
        Half width of the interval with that many respondents; at most the margin asked for.
    """

    respondents: int
    invited: int
    clusters: int
    deff: float
    effective: float
    margin: float


def design_effect(cluster_size: float, rho: float, weights: float = 1.0) -> float:
    r"""Return the design effect to plan with, :math:`(1 + (m-1)\rho)` times that of weights.

    Parameters
    ----------
    cluster_size : float
        m, people asked in a cluster; at least 1.
    rho : float
        Intraclass correlation, how alike people of a cluster are; at most 1.
    weights : float
        Design effect of unequal weights (Kish), at least 1.

    Raises
    ------
    EstimateError
        If a part is out of range.

    References
    ----------
    Kish (1965), *Survey sampling*, Wiley, section 5.4; Gabler, Häder & Lahiri (1999), *Survey
    Methodology* 25(1), for the product with weights.
    """
    require("cluster_size", cluster_size, 1)
    require("weights", weights, 1)
    if not -1 <= rho <= 1 or 1 + (cluster_size - 1) * rho <= 0:
        raise EstimateError(f"rho is {rho}; give the correlation within clusters, as 0.05")
    return (1 + (cluster_size - 1) * rho) * weights


def effective_size(n: float, deff: float) -> float:
    """Return how large a simple random sample would be as exact as `n` people: n / deff."""
    require("n", n, 0)
    positive("deff", deff)
    return n / deff


def sd_of_share(share: float) -> float:
    r"""Return the standard deviation of a 0/1 answer, :math:`\sqrt{p(1-p)}`.

    Raises
    ------
    EstimateError
        If `share` is not strictly between 0 and 1.
    """
    if not 0 < share < 1:
        raise EstimateError(f"share is {share}; give one between 0 and 1, as 0.5 for 50 %")
    return sqrt(share * (1 - share))


def margin_of_error(
    n: int, sd: float, *, deff: float = 1.0, level: float = 0.95, population: float | None = None
) -> float:
    r"""Return the half width of the interval of a mean that `n` people give.

    Parameters
    ----------
    n : int
        Respondents, at least 1.
    sd : float
        Standard deviation of the answers, in their unit; `sd_of_share` for a share.
    deff : float
        Design effect.
    level : float
        Coverage of the interval.
    population : float, optional
        People there are, if the sample is a good part of them.

    Returns
    -------
    float
        In the unit of `sd`: :math:`z \, sd \sqrt{deff / n} \sqrt{1 - n/N}`. It is a planning
        figure, with z; with few clusters the interval of the survey is wider.

    Raises
    ------
    EstimateError
        If a part is out of range, or `n` exceeds the population.
    """
    require("n", n, 1)
    positive("sd", sd)
    positive("deff", deff)
    people = _population(population)
    if n > people:
        raise EstimateError(f"n is {n} and the population {people:g}; a sample is no larger")
    return z_of(level) * sd * sqrt(deff / n * (1 - n / people))


def sample_size(
    margin: float,
    sd: float,
    *,
    cluster_size: float = 1,
    rho: float = 0.0,
    weights: float = 1.0,
    level: float = 0.95,
    population: float | None = None,
    response: float = 1.0,
) -> SampleSize:
    r"""Return how many people to ask for an interval of a given half width.

    Parameters
    ----------
    margin : float
        Half width, in the unit of `sd`.
    sd : float
        Standard deviation of the answers; `sd_of_share` for a share.
    cluster_size, rho, weights
        As for `design_effect`.
    level : float
        Coverage of the interval.
    population : float, optional
        People there are, if the sample is a good part of them.
    response : float
        Share of those asked who answer, above 0 and at most 1.

    Raises
    ------
    EstimateError
        If a part is out of range, or so many people are not there.

    Notes
    -----
    :math:`n_0 = deff\,(z\,sd/margin)^2`, and :math:`n = n_0 / (1 + n_0/N)` of N people.

    References
    ----------
    Cochran (1977), *Sampling techniques*, 3rd ed., Wiley, section 4.6.
    """
    positive("margin", margin)
    positive("sd", sd)
    deff = design_effect(cluster_size, rho, weights)
    people = _population(population)
    wanted = deff * (z_of(level) * sd / margin) ** 2
    n = rounded_up(min(wanted / (1 + wanted / people), people))
    return SampleSize(
        respondents=n,
        invited=invited(n, response, people),
        clusters=rounded_up(n / cluster_size),
        deff=deff,
        effective=effective_size(n, deff),
        margin=margin_of_error(n, sd, deff=deff, level=level, population=population),
    )


def invited(n: int, response: float, people: float = inf) -> int:
    """Return how many to ask so that `n` answer, when a share `response` of those asked does."""
    if not 0 < response <= 1:
        raise EstimateError(f"response is {response}; give the share that answers, as 0.7")
    ask = rounded_up(n / response)
    if ask > people:
        raise EstimateError(
            f"{ask} people would have to be asked and there are {people:g}; "
            "allow a wider margin, or plan a census"
        )
    return ask


def rounded_up(number: float) -> int:
    """Return the next whole number of people, at least 1."""
    if number > LARGEST:
        raise EstimateError("the sample would be larger than mankind; allow a wider margin")
    return max(1, ceil(number * (1 - _ROUNDING)))


def z_of(level: float) -> float:
    """Return the normal quantile of a two-sided interval."""
    z = float(scipy.special.ndtri((1 + level) / 2)) if 0 < level < 1 else inf
    if not isfinite(z):
        raise EstimateError(f"level is {level}; give a share between 0 and 1, as 0.95")
    return z


def require(name: str, value: float, least: float) -> None:
    """Raise EstimateError unless `value` is a number from `least` to LARGEST."""
    if not value >= least:
        raise EstimateError(f"{name} is {_shown(value)}; give a number of at least {least}")
    if value > LARGEST:
        raise EstimateError(f"{name} is {_shown(value)}; give a number of at most {LARGEST:g}")


def positive(name: str, value: float) -> None:
    """Raise EstimateError unless `value` is above 0, and neither vanishing nor beyond counting."""
    if not value > 0:
        raise EstimateError(f"{name} is {_shown(value)}; give a number above 0")
    require(name, value, 1 / LARGEST)


def _shown(value: float) -> str:
    """Return a number as text, shortened where it is hundreds of digits long."""
    text = str(value)
    return text if len(text) <= 25 else f"{text[:20]}… ({len(text)} digits)"


def _population(population: float | None) -> float:
    if population is None:
        return inf
    require("population", population, 1)
    return population
