from __future__ import annotations

import pytest

from analysis import dimension_items, reliability
from analysis.chapters import checks_of
from analysis.disclosure import Checks, Comparison, Consistency
from tests.analysis.rounds import BY, Round, cohesion


@pytest.fixture(scope="module")
def checks(two_rounds: tuple[Round, Round]) -> Checks:
    asked = two_rounds[1]
    return checks_of(asked.frame, asked.scores, asked.design, BY, "long")


def test_alpha_is_that_of_the_reliability_analysis(
    checks: Checks, two_rounds: tuple[Round, Round]
) -> None:
    found = reliability(dimension_items(two_rounds[1].frame, "BE"))
    check = next(each for each in checks.scales if (each.dimension, each.language) == ("BE", ""))
    assert check.alpha == f"{found.alpha:.2f}"
    assert check.verdict is not Consistency.FEW


def test_languages_that_many_speak_are_judged(checks: Checks) -> None:
    assert {each.language for each in checks.scales} == {"", "en", "ar"}


def test_counted_acts_are_no_scale(checks: Checks) -> None:
    assert "CE" not in {each.dimension for each in checks.scales}


def test_below_a_hundred_complete_answers_no_number_is_told() -> None:
    asked = cohesion(24)[2]
    found = checks_of(asked.frame, asked.scores, asked.design, BY, "long")
    assert found.scales
    assert {each.verdict for each in found.scales} == {Consistency.FEW}
    # Nor that a language was spoken by a few.
    assert {each.language for each in found.scales} == {""}
    assert all(each.alpha is None and each.low is None for each in found.scales)


def test_small_groups_are_not_judged(checks: Checks) -> None:
    ages = [each for each in checks.comparisons if each.by == "D3"]
    assert {each.verdict for each in ages} == {Comparison.FEW}
    assert {each.by for each in checks.comparisons} == {"language", "D2", "D3", "D10"}
