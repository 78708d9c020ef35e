"""Whether localities may be ranked: how much of what sets them apart is real."""

from __future__ import annotations

from analysis.errors import EstimateError
from analysis.planning.size import require

#: Localities are ranked only above this (scoring.md C.6).
RANKABLE = 0.7


def locality_reliability(n: float, rho: float) -> float:
    r"""Return the share of the variation between locality means that is real.

    Parameters
    ----------
    n : float
        Respondents in a locality, at least 1.
    rho : float
        Intraclass correlation of localities, from a one-way analysis of variance. Below 0 it
        counts as 0: nothing sets the localities apart.

    Returns
    -------
    float
        :math:`\lambda = n\rho / (1 + (n - 1)\rho)`, 0 to 1. Below 0.7, do not rank localities.

    Raises
    ------
    EstimateError
        If `n` or `rho` is out of range.

    References
    ----------
    Raudenbush & Sampson (1999), Ecometrics, *Sociological Methodology* 29, 1-41.
    """
    require("n", n, 1)
    if not -1 <= rho <= 1:
        raise EstimateError(f"rho is {rho}; give an intraclass correlation, as 0.06")
    within = max(rho, 0.0)
    return n * within / (1 + (n - 1) * within)


def size_for_ranking(rho: float, reliability: float = RANKABLE) -> float:
    """Return how many respondents a locality needs before its rank is worth `reliability`.

    Raises
    ------
    EstimateError
        If `rho` is not above 0, or `reliability` not between 0 and 1.
    """
    if not 0 < rho < 1 or not 0 < reliability < 1:
        raise EstimateError(
            f"rho is {rho} and reliability {reliability}; give numbers between 0 and 1"
        )
    return reliability * (1 - rho) / (rho * (1 - reliability))
