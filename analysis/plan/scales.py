"""Scales of a plan: the mean of what items measure, 0-100 (POMP), each scale on its own rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from analysis.columns import FloatArray
from analysis.plan.cases import Cases
from analysis.plan.model import PlanError, Scale

#: Half of six items is three answers, however the share was written.
_ROUNDING = 1e-9


def with_scores(cases: Cases, scales: tuple[Scale, ...]) -> Cases:
    """Return the same cases with a score for each scale.

    Raises
    ------
    PlanError
        With one line for each item that has codes outside its range.
    """
    problems = [problem for scale in scales for problem in _problems(cases, scale)]
    if problems:
        raise PlanError(problems)
    return replace(cases, scores={scale.name: _score(cases, scale) for scale in scales})


def _score(cases: Cases, scale: Scale) -> FloatArray:
    r"""Return the scores of one scale, of shape (n,).

    The mean of :math:`100 (x - min) / (max - min)`, turned round for reversed items, of those
    who answered at least their share of the items; NaN for all others.
    """
    total = np.zeros(len(cases))
    answered = np.zeros(len(cases))
    for item in scale.items:
        value = cases.answers(item).numbers()
        if item in scale.reverse:
            value = scale.minimum + scale.maximum - value
        # Nobody checks rows that are not kept, and what they hold must not become infinite.
        known = np.isfinite(value)
        answered += known
        total += np.where(known, value - scale.minimum, 0.0)
    enough = (answered > 0) & (answered >= scale.at_least * len(scale.items) - _ROUNDING)
    span = scale.maximum - scale.minimum
    return np.where(enough, 100 * total / (span * np.maximum(answered, 1)), np.nan)


def _problems(cases: Cases, scale: Scale) -> Iterator[str]:
    for item in scale.items:
        value = cases.answers(item).numbers()
        outside = ((value < scale.minimum) | (value > scale.maximum)) & cases.kept
        if outside.any():
            yield (
                f"scales.{scale.name}: {cases.first(outside)}, column {item}: not a number from "
                f"{scale.minimum:g} to {scale.maximum:g}; mend the cell, the range of the scale, "
                "or add its code to missing"
            )
