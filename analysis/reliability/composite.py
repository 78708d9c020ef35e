"""The reliability of a score that is the mean of subscales."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.errors import EstimateError
from analysis.reliability.alpha import ENOUGH, alpha_of
from analysis.reliability.items import Items, covariance, item_matrix


@dataclass(frozen=True)
class StratifiedAlpha:
    """The reliability of a mean of subscales.

    Attributes
    ----------
    n : int
        Respondents who answered every item of every part.
    alpha : float or None
        None where it is undefined.
    parts : mapping of str to float or None
        Alpha of each part, of the same respondents.
    """

    n: int
    alpha: float | None
    parts: Mapping[str, float | None]

    @property
    def too_few(self) -> bool:
        """Whether there are too few complete cases to judge the items."""
        return self.n < ENOUGH


def stratified_alpha(parts: Mapping[str, Items]) -> StratifiedAlpha:
    r"""Return the reliability of the mean of several subscale means.

    Parameters
    ----------
    parts : mapping of str to items
        The items of each subscale, as `reliability` takes them, all of the same n rows.

    Returns
    -------
    StratifiedAlpha
        From those who answered every item.

    Raises
    ------
    EstimateError
        If there is no part, or lengths do not fit.

    Notes
    -----
    :math:`1 - \sum_s a^2 \sigma_s^2 (1 - \alpha_s) / \sigma^2`, where a = 1 / (number of parts),
    :math:`\sigma_s^2` is the variance of the mean of part s and :math:`\sigma^2` that of the
    composite. Alpha of all items together would take subscales that differ for noise.

    References
    ----------
    Cronbach, Schönemann and McKie (1965), *Educational and Psychological Measurement* 25, 291-312.
    """
    matrices = {name: item_matrix(items)[1] for name, items in parts.items()}
    lengths = {name: len(matrix) for name, matrix in matrices.items()}
    if len(set(lengths.values())) != 1:
        raise EstimateError(f"parts have {lengths} rows; give parts of the same respondents")
    everything = np.column_stack(list(matrices.values()))
    answered = ~np.isnan(everything).any(axis=1)
    n = int(answered.sum())
    nothing: dict[str, float | None] = dict.fromkeys(parts)
    if n < 2:
        return StratifiedAlpha(n, None, nothing)
    covariances = {name: covariance(matrix[answered]) for name, matrix in matrices.items()}
    alphas = {name: alpha_of(found) for name, found in covariances.items()}
    scores = np.mean([matrix[answered].mean(axis=1) for matrix in matrices.values()], axis=0)
    total = float(scores.var(ddof=1))
    known = [alpha for alpha in alphas.values() if alpha is not None]
    if len(known) < len(parts) or not total > 0:
        return StratifiedAlpha(n, None, alphas)
    errors = [
        float(found.mean()) * (1 - alpha)
        for found, alpha in zip(covariances.values(), known, strict=True)
    ]
    return StratifiedAlpha(n, 1 - sum(errors) / len(parts) ** 2 / total, alphas)
