"""Small sets of options, of which one matters most and one least."""

from __future__ import annotations

from itertools import combinations

import pytest

from analysis.priorities import best_worst_plan
from questionnaires.types.best_worst import best_worst_sets
from tests.questionnaires.types.asking import every_type, item, label, read, refusal, takes, text

SET = item("weighs_1")


def test_each_set_is_an_item_of_its_own() -> None:
    sets = [each for each in every_type().items if each.words == "weighs"]
    assert [each.name for each in sets] == [f"weighs_{each.row}" for each in sets]
    assert [each.row for each in sets] == ["1", "2", "3", "4"]
    assert [each.codes for each in sets] == [
        tuple(item("first").codes[place] for place in places) for places in best_worst_sets(4)
    ]


@pytest.mark.parametrize("options", range(3, 14))
def test_the_sets_are_those_that_the_estimates_expect(options: int) -> None:
    assert tuple(best_worst_sets(options)) == best_worst_plan(options).sets


@pytest.mark.parametrize("options", [7, 13])
def test_a_full_plan_shows_every_pair_once(options: int) -> None:
    pairs = [pair for each in best_worst_sets(options) for pair in combinations(each, 2)]
    assert sorted(pairs) == list(combinations(range(options), 2))


def test_best_and_worst_are_read_together() -> None:
    assert read(SET, weighs_1_best="water", weighs_1_worst="health") == "water health"
    assert read(SET) == "skip"
    assert read(SET, weighs_1="dk") == "dk"


@pytest.mark.parametrize(
    ("best", "worst"), [("water", "water"), ("water", ""), ("", "water"), ("water", "gossip")]
)
def test_the_same_twice_and_half_an_answer_are_refused(best: str, worst: str) -> None:
    sent = {"weighs_1_best": best, "weighs_1_worst": worst}
    assert refusal(SET, None, **sent) == text()["answer.best_worst"]


def test_an_option_that_the_set_does_not_show_is_refused() -> None:
    outside = next(code for code in item("first").codes if code not in SET.codes)
    assert refusal(SET, weighs_1_best=outside, weighs_1_worst=SET.codes[0])
    assert not takes(SET, f"{outside} {SET.codes[0]}")


def test_an_answer_has_words() -> None:
    expected = "The most urgent of these: Water · The least urgent of these: Work"
    assert label(SET, "water work") == expected
