"""Microdata: nobody stands out, and the risk that is left is the textbook's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure.microdata import HIGHEST_RISK, SMALLEST, hide, person_risk
from analysis.errors import EstimateError

#: Eight people of a small worked example: cells of two and of one, with very unequal weights.
#: The risks are the closed forms of Benedetti and Franconi, worked out by hand beside each.
CELLS = np.array([0, 1, 1, 2, 3, 4, 5, 0])
WEIGHTS = np.array([18.0, 45.5, 39.0, 17.0, 541.0, 8.0, 5.0, 92.0])
RISKS = [
    0.01714426,  # f 2, F 110: q - q² ln 55, q = 1/54
    0.02204233,  # f 2, F 84.5
    0.02204233,
    0.17707583,  # f 1, F 17: ln 17 / 16
    0.01165448,  # f 1, F 541: ln 541 / 540
    0.29706308,  # f 1, F 8: ln 8 / 7
    0.40235948,  # f 1, F 5: ln 5 / 4
    0.01714426,
]


def test_the_risk_of_a_person_is_the_closed_form() -> None:
    assert person_risk(CELLS, WEIGHTS) == pytest.approx(RISKS, abs=5e-9)


def test_who_stands_for_nobody_else_is_found_as_often_as_the_cell_is_small() -> None:
    cells = np.array([0, 1, 1, 2, 2, 2, 2])
    assert person_risk(cells, np.ones(7)) == pytest.approx([1, 0.5, 0.5, *[0.25] * 4])


def test_people_in_small_cells_give_no_key_answer_away() -> None:
    place = ["a"] * 20 + ["b"] * 7
    age = ["young"] * 18 + ["old"] * 2 + ["old"] * 7
    hiding = hide([place, age], [100.0] * 27)
    # The two old people of a are too few by themselves, so the next smallest cell joins them.
    assert hiding.withheld.nonzero()[0].tolist() == list(range(18, 27))
    assert hiding.smallest == 9
    assert hiding.is_safe


def test_a_file_whose_people_stand_for_themselves_is_not_safe() -> None:
    hiding = hide([["a"] * 10 + ["b"] * 10], [1.0] * 20)
    assert hiding.smallest == 10
    assert hiding.risk == pytest.approx(0.1)
    assert hiding.risk > HIGHEST_RISK
    assert not hiding.is_safe


def test_fewer_people_than_a_cell_needs_are_never_safe() -> None:
    assert not hide([["a"] * 4], [1000.0] * 4).is_safe
    assert not hide([], []).is_safe


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), min_size=SMALLEST),
    st.floats(1, 500),
)
def test_nobody_is_left_in_a_small_cell(people: list[tuple[str, str]], weight: float) -> None:
    hiding = hide(list(zip(*people, strict=True)), [weight] * len(people))
    shown = [key for key, gone in zip(people, hiding.withheld, strict=True) if not gone]
    assert all(shown.count(key) >= SMALLEST for key in shown)
    assert hiding.withheld.sum() == 0 or hiding.withheld.sum() >= SMALLEST
    assert hiding.smallest >= SMALLEST
    assert 0 < hiding.risk <= 1


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([7.0, 300.0])), max_size=60))
def test_people_counted_together_are_judged_as_one_by_one(people: list[tuple[str, float]]) -> None:
    groups = sorted(set(people))
    alone = hide([[key for key, _ in people]], [weight for _, weight in people])
    together = hide(
        [[key for key, _ in groups]],
        [weight for _, weight in groups],
        [people.count(group) for group in groups],
    )
    gone = dict(zip(groups, together.withheld, strict=True))
    assert [bool(gone[each]) for each in people] == alone.withheld.tolist()
    assert together.smallest == alone.smallest
    assert together.risk == pytest.approx(alone.risk)
    assert together.share_withheld == pytest.approx(alone.share_withheld)


@pytest.mark.parametrize(
    ("keys", "weights", "said"),
    [([["a"]], [1.0, 1.0], "one code for each person"), ([["a"]], [0.0], "above 0")],
)
def test_a_file_that_does_not_fit_is_refused(
    keys: list[list[str]], weights: list[float], said: str
) -> None:
    with pytest.raises(EstimateError, match=said):
        hide(keys, weights)
