"""Ordinal logistic regression (proportional odds) by maximum likelihood, unweighted."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np

from analysis.stages import FloatArray, IntArray

_STEPS, _HALVINGS = 50, 30
#: A step that gains less log-likelihood than this share of it is the last.
_GAIN = 1e-14
#: A coefficient that runs beyond this many units of logit has no finite estimate.
_ENDLESS = 30.0


@dataclass(frozen=True, eq=False)
class OrdinalFit:
    """A fitted model: P(y <= j) = logistic(threshold_j - x'b).

    Attributes
    ----------
    thresholds : FloatArray, shape (categories - 1,)
        On the logit scale, rising.
    coefficients : FloatArray, shape (p,)
        Change of the logit for one unit of each predictor.
    log_likelihood : float
        Of n answers.
    n : int
        Answers fitted.
    """

    thresholds: FloatArray
    coefficients: FloatArray
    log_likelihood: float
    n: int

    def explained(self, null: float) -> float:
        """Return Nagelkerke's R², given the log-likelihood of the model without predictors."""
        most = 1 - exp(2 * null / self.n)
        return (1 - exp(2 * (null - self.log_likelihood) / self.n)) / most if most > 0 else 0.0


def null_likelihood(code: IntArray) -> float:
    """Return the log-likelihood of answers whose shares are all that is known."""
    counts = np.bincount(code)
    return float(sum(count * log(count / len(code)) for count in counts[counts > 0].tolist()))


def fit_ordinal(code: IntArray, predictors: FloatArray) -> OrdinalFit | None:
    """Fit answers 0, 1, 2, … by Newton's method.

    Parameters
    ----------
    code : IntArray, shape (n,)
        Answers; every number up to the highest occurs.
    predictors : FloatArray, shape (n, p)
        In any unit, none of them constant or a copy of others.

    Returns
    -------
    OrdinalFit or None
        None with one category only, or where the estimates are not finite (separation).

    References
    ----------
    McCullagh (1980), Regression models for ordinal data, *Journal of the Royal Statistical
    Society B* 42, 109-142.
    """
    categories = int(code.max()) + 1
    if categories < 2:
        return None
    centre, spread = predictors.mean(axis=0), predictors.std(axis=0)
    if not (spread > 0).all():
        return None
    model = _Model(code, (predictors - centre) / spread, categories)
    shares = np.cumsum(np.bincount(code))[:-1] / len(code)
    now = np.concatenate([np.log(shares / (1 - shares)), np.zeros(predictors.shape[1])])
    for _ in range(_STEPS):
        better = model.better(now)
        if better is None:
            break
        now = better
    if np.abs(now).max() > _ENDLESS:
        return None
    slopes = now[categories - 1 :] / spread
    likelihood = model.log_likelihood(now)
    return OrdinalFit(now[: categories - 1] + slopes @ centre, slopes, likelihood, len(code))


class _Model:
    """The likelihood of thresholds and coefficients, joined in one array."""

    def __init__(self, code: IntArray, x: FloatArray, categories: int) -> None:
        n, cuts = len(code), categories - 1
        steps = np.eye(cuts)
        none = np.zeros((1, cuts))
        # Rows of the linear predictors at the upper and the lower end of each answer.
        self.upper = np.hstack([np.vstack([steps, none])[code], -x])
        self.lower = np.hstack([np.vstack([none, steps])[code], -x])
        self.top, self.bottom = code == cuts, code == 0
        self.n = n

    def log_likelihood(self, at: FloatArray) -> float:
        """Return the log-likelihood; minus infinity where thresholds cross."""
        high, low = self._ends(at)
        share = high - low
        return float(np.log(share).sum()) if (share > 0).all() else -np.inf

    def better(self, at: FloatArray) -> FloatArray | None:
        """Return where a Newton step leads; None when it leads nowhere higher."""
        before = self.log_likelihood(at)
        step, gain = self._step(at)
        if not gain > _GAIN * abs(before):  # no part of the step can reach the least gain either
            return None
        for halving in range(_HALVINGS):
            tried: FloatArray = at + step / 2**halving
            if self.log_likelihood(tried) > before + _GAIN * abs(before):
                return tried
        return None

    def _ends(self, at: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the shares below the upper and below the lower end of each answer."""
        high = np.where(self.top, 1.0, _logistic(self.upper @ at))
        low = np.where(self.bottom, 0.0, _logistic(self.lower @ at))
        return high, low

    def _step(self, at: FloatArray) -> tuple[FloatArray, float]:
        """Return a Newton step, and the gain that it promises."""
        high, low = self._ends(at)
        share = high - low
        rise, fall = high * (1 - high), low * (1 - low)
        score = (self.upper * rise[:, None] - self.lower * fall[:, None]) / share[:, None]
        bend_up, bend_down = rise * (1 - 2 * high) / share, fall * (1 - 2 * low) / share
        curvature = (
            score.T @ score
            - (self.upper.T * bend_up) @ self.upper
            + (self.lower.T * bend_down) @ self.lower
        )
        slope = score.sum(axis=0)
        step = np.asarray(np.linalg.lstsq(curvature, slope, rcond=None)[0])
        return step, float(step @ slope) / 2


def _logistic(u: FloatArray) -> FloatArray:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * u)), dtype=np.float64)
