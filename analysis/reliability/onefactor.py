"""One common factor behind the items of a scale, by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.reliability.items import correlation
from analysis.stages import BoolArray, FloatArray

_STEPS, _HALVINGS = 200, 40
#: A unique share below this is no share of anything (a Heywood case), as in R's ``factanal``.
_LEAST = 0.005
#: The largest slope of the likelihood at which it counts as flat.
_FLAT = 1e-8
#: Slopes below this are rounding: no step leads anywhere.
_LEVEL = 1e-12
#: Items are copies of one another when an eigenvalue of their correlations is below this.
_SINGULAR = 1e-10


@dataclass(frozen=True, eq=False)
class OneFactor:
    """Loadings on one factor.

    Attributes
    ----------
    loadings : FloatArray, shape (k,)
        In the units of the items, with a positive sum.
    uniqueness : FloatArray, shape (k,)
        Variance of each item that the factor does not explain, in the squared unit.
    """

    loadings: FloatArray
    uniqueness: FloatArray

    @property
    def omega(self) -> float:
        """McDonald's omega: the share of the variance of the sum that the factor explains."""
        common = float(self.loadings.sum()) ** 2
        return common / (common + float(self.uniqueness.sum()))


def one_factor(covariance: FloatArray) -> OneFactor | None:
    r"""Fit one factor by maximum likelihood.

    Parameters
    ----------
    covariance : FloatArray, shape (k, k)
        Of the items, in any unit; maximum likelihood gives the same fit in every unit.

    Returns
    -------
    OneFactor or None
        None below three items, for items that are copies of others or do not vary, and where
        the best fit is not proper (an item would have no variance of its own).

    Notes
    -----
    The likelihood is concentrated on the unique variances :math:`\psi`; Newton steps use
    Lawley's approximation :math:`G_{rs} = \phi_{rs}^2` of its second derivatives.

    References
    ----------
    Jöreskog (1967), Some contributions to maximum likelihood factor analysis, *Psychometrika*
    32, 443-482.
    """
    r = correlation(covariance)
    if len(r) < 3 or np.isnan(r).any() or np.linalg.eigvalsh(r)[0] < _SINGULAR:
        return None
    unique = (1 - 0.5 / len(r)) / np.diag(np.linalg.inv(r))
    now = _Fit(r, np.clip(unique, _LEAST, 1.0))
    for _ in range(_STEPS):
        better = _better(now)
        if better is None:
            break
        now = better
    # Where a unique variance stops at its least, the likelihood is not flat.
    if np.abs(now.slope).max() > _FLAT:
        return None
    sd = np.sqrt(np.diag(covariance))
    sign = 1.0 if float((now.loadings * sd).sum()) >= 0 else -1.0
    return OneFactor(sign * now.loadings * sd, now.unique * sd**2)


class _Fit:
    """Standardised loadings, misfit and slope at given unique variances."""

    def __init__(self, r: FloatArray, unique: FloatArray) -> None:
        scale = np.sqrt(unique)
        values, vectors = np.linalg.eigh(r / np.outer(scale, scale))
        self.r, self.unique = r, unique
        self.loadings = scale * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0))
        rest = values[:-1] if values[-1] > 1 else values
        self.misfit = float((rest - np.log(rest) - 1).sum())
        self.slope = (self.loadings**2 + unique - 1) / unique**2

    def step(self, free: BoolArray) -> FloatArray:
        """Return the Newton step of the unique variances that are free, of shape (k,)."""
        scaled = self.loadings / self.unique
        length = float(self.loadings @ scaled)
        phi = np.diag(1 / self.unique)
        if length > 0:
            phi = phi - np.outer(scaled, scaled) / length
        step = np.zeros(len(self.unique))
        second = (phi**2)[np.ix_(free, free)]
        step[free] = np.linalg.lstsq(second, -self.slope[free], rcond=None)[0]
        return step


def _better(now: _Fit) -> _Fit | None:
    """Return the fit after the longest step that helps; None without one."""
    free = ~((now.unique <= _LEAST) & (now.slope > 0))
    if np.abs(now.slope[free]).max(initial=0.0) < _LEVEL:
        return None
    step = now.step(free)
    for halving in range(_HALVINGS):
        tried = _Fit(now.r, np.clip(now.unique + step / 2**halving, _LEAST, 1.0))
        flatter = np.abs(tried.slope[free]).max() < np.abs(now.slope[free]).max()
        if tried.misfit < now.misfit or (tried.misfit == now.misfit and flatter):
            return tried
    return None
