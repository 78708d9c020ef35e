"""Random surveys, three releases each, attacked by integer programming: nothing gives way."""

from __future__ import annotations

import os
from functools import cached_property
from random import Random

import numpy as np
import pytest
import scipy

from analysis.disclosure import Facts, Release
from analysis.disclosure.attack import Interval, Sum, exposed
from analysis.estimate import Domain
from tests.analysis.disclosure.surveys import releases, survey

#: A long proof under ``make soak``.
SURVEYS = 10_000 if os.environ.get("SIXFOLD_SOAK") else 200
#: Withheld cells that are attacked in each survey.
TRIED = 2

#: Made smaller first, a programme that truth itself solves may be called infeasible (survey 9096).
_WHOLE = {"presolve": False}

Spot = tuple[int, Domain]


def test_a_sum_with_one_unknown_gives_it_away() -> None:
    known = {"all": Interval(58, 62), "a": Interval(48, 52)}
    found = exposed(known, [Sum("all", ("a", "b"), table="T")], {"b": 10.0})
    assert found["b"].interval == Interval(6, 14)
    assert found["b"].tables == ("T",)
    assert set(found["b"].leans_on) == {"all", "a"}


def test_two_unknown_cells_hide_each_other() -> None:
    known = {"all": Interval(58, 62), "a": Interval(28, 32)}
    assert exposed(known, [Sum("all", ("a", "b", "c"))], {"b": 10.0, "c": 10.0}) == {}


def test_people_who_did_not_say_widen_an_interval_downwards() -> None:
    known = {"all": Interval(58, 62), "a": Interval(48, 52)}
    assert exposed(known, [Sum("all", ("a", "b"), most=1e6)], {"b": 10.0}) == {}


def test_sums_that_contradict_each_other_are_left_out_and_the_others_count() -> None:
    known = {"all": Interval(58, 62), "a": Interval(98, 102), "b": Interval(8, 12)}
    sums = [Sum("all", ("a", "c")), Sum("a", ("b", "d"))]
    assert set(exposed(known, sums, {"d": 10.0})) == {"d"}


def test_by_hand_finds_nothing_that_linear_programming_does_not() -> None:
    known = {"all": Interval(58, 62), "a": Interval(48, 52)}
    sums = [Sum("all", ("a", "b")), Sum("b", ("c", "d"))]
    needed = {"b": 10.0, "c": 20.0}
    by_hand = exposed(known, sums, needed, by_hand=True)
    assert by_hand.keys() == exposed(known, sums, needed).keys() == {"b", "c"}


@pytest.mark.soak
def test_no_withheld_cell_of_three_releases_can_be_bounded_more_tightly_than_its_rule(
    facts: Facts,
) -> None:
    attacked = withheld = 0
    for seed in range(SURVEYS):
        published = max(releases(survey(seed), facts), key=len, default=[])
        outsider = _Outsider(published)
        hidden = outsider.hidden
        withheld += len(hidden)
        for spot in Random(seed).sample(hidden, min(TRIED, len(hidden))):
            low, high = outsider.bounds(spot)
            assert high - low >= 10, (seed, spot, low, high)
            attacked += 1
    assert attacked > SURVEYS
    assert withheld > attacked


class _Outsider:
    """Somebody who copies all numbers of all releases and adds them up, with whole people."""

    def __init__(self, published: list[Release]) -> None:
        self.hidden: list[Spot] = []
        self.place: dict[Spot, int] = {}
        self.bound: list[tuple[float, float]] = []
        self.rows: list[tuple[dict[Spot, float], float, float]] = []
        for number, release in enumerate(published):
            self._copy(number, release)
            self._add_up(number, release)
        for number in range(1, len(published)):
            for spot in [each for each in self.place if each[0] == number]:
                gain = {spot: 1.0, (number - 1, spot[1]): -1.0}
                self.rows.append((gain, 0.0, np.inf))

    def bounds(self, spot: Spot) -> tuple[float, float]:
        """Return the fewest and the most people that a cell can have."""
        ends = []
        for sign in (1.0, -1.0):
            objective = np.zeros(len(self.place))
            objective[self.place[spot]] = sign
            found = scipy.optimize.milp(
                objective,
                integrality=np.ones(len(self.place)),
                bounds=scipy.optimize.Bounds(*map(np.array, zip(*self.bound, strict=True))),
                constraints=self._constraints,
                options=_WHOLE,
            )
            assert found.x is not None, "the numbers contradict each other"
            ends.append(float(found.x[self.place[spot]]))
        return ends[0], ends[1]

    def _copy(self, number: int, release: Release) -> None:
        for cell in release.programme.cells:
            self.place[number, cell.domain] = len(self.bound)
            low, high = (0.0, 1e5) if cell.n is None else (cell.n - 2.0, cell.n + 2.0)
            if cell.n is None:
                self.hidden.append((number, cell.domain))
            self.bound.append((low, high))
        for cell in release.community.cells:
            if cell.n is not None:
                at = self.place[number, cell.domain]
                low, high = self.bound[at]
                self.bound[at] = max(low, cell.n - 5.0), min(high, cell.n + 4.0)

    def _add_up(self, number: int, release: Release) -> None:
        by_item: dict[str, list[Domain]] = {}
        for cell in release.programme.cells:
            for item, _ in cell.domain:
                by_item.setdefault(item, []).append(cell.domain)
        for whole in [cell.domain for cell in release.programme.cells if len(cell.domain) < 2]:
            for item, domains in by_item.items():
                parts = [d for d in domains if set(whole) < set(d) and len(d) == len(whole) + 1]
                if parts and item not in dict(whole):
                    row = {(number, part): -1.0 for part in parts} | {(number, whole): 1.0}
                    self.rows.append((row, 0.0, 0.0 if item == "D1" else np.inf))

    @cached_property
    def _constraints(self) -> scipy.optimize.LinearConstraint:
        """What all numbers together say, put together once for all attacks on a survey."""
        matrix = scipy.sparse.lil_array((len(self.rows), len(self.place)))
        for number, (row, _, _) in enumerate(self.rows):
            for spot, sign in row.items():
                matrix[number, self.place[spot]] = sign
        low, high = (np.array([row[end] for row in self.rows]) for end in (1, 2))
        return scipy.optimize.LinearConstraint(matrix.tocsr(), low, high)
