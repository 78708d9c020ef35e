"""Plan a survey: how many to ask, how exact that is, and what change can be found.

Scores and percentages both run from 0 to 100 here, so margins and changes are in points.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from analysis.errors import AnalysisError
from analysis.planning import (
    Rounds,
    SampleSize,
    design_effect,
    detectable_change,
    effective_size,
    invited,
    margin_of_error,
    power_of_change,
    sample_size,
    sd_of_share,
    size_for_change,
)
from survey.errors import SurveyError

#: Standard deviation of a score, 0-100, when nothing is known of it (scoring.md C.6).
USUAL_SD = 20.0


@dataclass(frozen=True)
class Answers:
    """How answers are expected to vary.

    Attributes
    ----------
    sd : float or None
        Standard deviation in points; 20 when neither it nor `percent` is given.
    percent : float or None
        Expected percentage of a yes/no answer, instead of `sd`.
    cluster_size, rho, weights : float
        People asked in a cluster, how alike they are, and the design effect of weights.
    """

    sd: float | None = None
    percent: float | None = None
    cluster_size: float = 1
    rho: float = 0.0
    weights: float = 1.0

    @property
    def spread(self) -> float:
        """The standard deviation in points."""
        if self.sd is not None and self.percent is not None:
            raise SurveyError("give --sd for a score or --percent for a share, not both")
        if self.percent is not None:
            return points_of(self.percent)
        return USUAL_SD if self.sd is None else self.sd


@dataclass(frozen=True)
class Margin:
    """What a number of respondents gives: `margin` in points, with the design effect reckoned."""

    margin: float
    deff: float
    effective: float


@dataclass(frozen=True)
class Change:
    """A change between two rounds, in points, and what it takes to find it."""

    change: float
    respondents: int
    invited: int
    power: float
    deff: float


def points_of(percent: float) -> float:
    """Return the standard deviation, in points, of a yes/no answer with this percentage."""
    with said_plainly():
        if not 0 < percent < 100:
            raise SurveyError(f"percent is {percent:g}; give one between 0 and 100, as 50")
        return 100 * sd_of_share(percent / 100)


def plan_size(
    margin: float,
    answers: Answers,
    *,
    level: float = 0.95,
    population: float | None = None,
    response: float = 1.0,
) -> SampleSize:
    """Return how many people to ask for a margin in points; see `analysis.sample_size`.

    Raises
    ------
    SurveyError
        If a number makes no sense.
    """
    with said_plainly():
        return sample_size(
            margin,
            answers.spread,
            cluster_size=answers.cluster_size,
            rho=answers.rho,
            weights=answers.weights,
            level=level,
            population=population,
            response=response,
        )


def plan_margin(
    n: int, answers: Answers, *, level: float = 0.95, population: float | None = None
) -> Margin:
    """Return the margin, in points, of `n` respondents.

    Raises
    ------
    SurveyError
        If a number makes no sense.
    """
    with said_plainly():
        deff = design_effect(answers.cluster_size, answers.rho, answers.weights)
        margin = margin_of_error(n, answers.spread, deff=deff, level=level, population=population)
        return Margin(margin, deff, effective_size(n, deff))


def plan_rounds(
    answers: Answers,
    change: float | None = None,
    *,
    cluster_correlation: float = 0.0,
    overlap: float = 0.0,
    person_correlation: float = 0.0,
) -> Rounds:
    """Return two rounds as planned; a percentage that changes, changes its spread with it.

    Raises
    ------
    SurveyError
        If a number makes no sense.
    """
    after = None
    if answers.percent is not None and change is not None:
        after = points_of(answers.percent + change)
    with said_plainly():
        return Rounds(
            answers.spread,
            after,
            answers.cluster_size,
            answers.rho,
            answers.weights,
            cluster_correlation,
            overlap,
            person_correlation,
        )


def plan_change(
    rounds: Rounds,
    change: float | None,
    n: int | None,
    *,
    power: float = 0.8,
    level: float = 0.95,
    response: float = 1.0,
) -> Change:
    """Return the change that `n` respondents a round find, or how many `change` takes.

    With both, the chance to find it.

    Raises
    ------
    SurveyError
        If neither is given, or a number makes no sense.
    """
    with said_plainly():
        if n is not None and change is not None:
            power = power_of_change(change, n, rounds, level=level)
        elif n is not None:
            change = detectable_change(n, rounds, power=power, level=level)
        elif change is not None:
            n = size_for_change(change, rounds, power=power, level=level)
        else:
            raise SurveyError("give --change in points, or --n respondents in each round, or both")
        return Change(abs(change), n, invited(n, response), power, rounds.deff)


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn what is wrong with a plan into an error that the command shows."""
    try:
        yield
    except AnalysisError as error:
        raise SurveyError(str(error)) from None
