"""Confidence intervals: from a point and its error to two bounds.

Student's t serves most estimates. A share lies between 0 and 1 and Wald's interval does not know
it: 1 of 30 gives -3 % to 10 %. ``xlogit`` keeps within, ``beta`` serves next to 0 and 1 as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp, log
from types import MappingProxyType

# Reached through `scipy`, special loads on first use: nobody who only scores waits for it.
import scipy

from analysis.errors import EstimateError

#: Lower and upper bound; None where it is undefined.
Bounds = tuple[float | None, float | None]

UNDEFINED: Bounds = (None, None)

#: With an error worth as many people, or with none, the binomial is the normal distribution.
_MANY = 1e12


@dataclass(frozen=True)
class Spread:
    """What an interval is made of.

    Attributes
    ----------
    point : float
        In the middle, or nearly.
    standard_error : float
        In the same unit.
    df : float
        PSUs less strata among the rows used; 0 leaves all but ``z`` undefined.
    n : int
        Unweighted rows used.
    """

    point: float
    standard_error: float
    df: float
    n: int


def bounds(spread: Spread, level: float, kind: str = "t") -> Bounds:
    """Return a confidence interval.

    Parameters
    ----------
    spread : Spread
        The estimate, its error and its degrees of freedom.
    level : float
        Coverage, between 0 and 1.
    kind : {"t", "z", "xlogit", "beta"}
        Student's t; the normal distribution; for shares, t on the logit; for shares, the exact
        binomial interval of as many people as the error is worth (Korn and Graubard).

    Returns
    -------
    tuple of float, or of None
        In the unit of the point; None where the interval is undefined.

    Raises
    ------
    EstimateError
        If the level is no share, the kind is unknown, or one for shares is asked of another.

    References
    ----------
    Korn and Graubard (1998), Confidence intervals for proportions with small expected number of
    positive counts estimated from survey data, *Survey Methodology* 24(2), 193-201.
    """
    check_level(level)
    if kind not in KINDS:
        raise EstimateError(f"unknown kind of interval {kind!r}; choose {', '.join(KINDS)}")
    if kind in _OF_SHARES and not 0 <= spread.point <= 1:
        raise EstimateError(f"{kind} is an interval of shares, and {spread.point} is none; use t")
    if kind != "z" and spread.df < 1:
        return UNDEFINED
    return KINDS[kind](spread, level)


def check_level(level: float) -> None:
    """Raise an EstimateError unless `level` is between 0 and 1."""
    if not 0 < level < 1:
        raise EstimateError(f"level is {level}; give a share between 0 and 1, as 0.95")


def t_quantile(share: float, df: float) -> float:
    """Return the value below which `share` of Student's t distribution lies."""
    return float(scipy.special.stdtrit(df, share))


def f_tail(statistic: float, df: float, ddf: float) -> float:
    """Return the probability that F with `df` and `ddf` is above `statistic`."""
    part = df * statistic
    if statistic < 1:  # each formula is exact at its own end
        return float(scipy.special.betaincc(df / 2, ddf / 2, part / (ddf + part)))
    return float(scipy.special.betainc(ddf / 2, df / 2, ddf / (ddf + part)))


def t_tails(statistic: float, df: float) -> float:
    """Return the probability that Student's t with `df` is further from 0 than `statistic`."""
    return f_tail(statistic**2, 1, df)


def _t(spread: Spread, level: float) -> Bounds:
    margin = t_quantile((1 + level) / 2, spread.df) * spread.standard_error
    return spread.point - margin, spread.point + margin


def _z(spread: Spread, level: float) -> Bounds:
    margin = float(scipy.special.ndtri((1 + level) / 2)) * spread.standard_error
    return spread.point - margin, spread.point + margin


def _xlogit(spread: Spread, level: float) -> Bounds:
    p = spread.point
    if p in (0, 1):
        return UNDEFINED
    margin = t_quantile((1 + level) / 2, spread.df) * spread.standard_error / (p * (1 - p))
    middle = log(p / (1 - p))
    return _expit(middle - margin), _expit(middle + margin)


def _expit(x: float) -> float:
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def _beta(spread: Spread, level: float) -> Bounds:
    p, lower = spread.point, (1 - level) / 2
    if p in (0, 1) or spread.n < 2:
        return UNDEFINED
    if spread.standard_error**2 * _MANY <= p * (1 - p):
        return _t(spread, level)
    # As many people as the error is worth, fewer where few PSUs tell it.
    worth = p * (1 - p) / spread.standard_error**2
    worth *= (t_quantile(lower, spread.n - 1) / t_quantile(lower, spread.df)) ** 2
    quantile = scipy.special.betaincinv
    low = quantile(worth * p, worth * (1 - p) + 1, lower)
    high = quantile(worth * p + 1, worth * (1 - p), 1 - lower)
    return float(low), float(high)


KINDS: Mapping[str, Callable[[Spread, float], Bounds]] = MappingProxyType(
    {"t": _t, "z": _z, "xlogit": _xlogit, "beta": _beta}
)
_OF_SHARES = ("xlogit", "beta")
