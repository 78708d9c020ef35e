"""Two-way imputation, and what it says about a mean."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from analysis import (
    Design,
    EstimateError,
    Frame,
    dimension_items,
    estimate,
    score,
    sensitivity,
    two_way,
)
from analysis.stages import FloatArray

NAN = float("nan")
GOLDEN = np.array([[100, 50, NAN], [50, 25, 0], [75, NAN, 25]])
holes = arrays.arrays(
    float, (12, 4), elements=st.one_of(st.just(NAN), st.floats(0, 100).map(lambda x: round(x, 3)))
)


def test_golden_vector() -> None:
    assert two_way(GOLDEN) == pytest.approx([63.690476, 25, 47.023810], abs=5e-7)


@given(holes)
def test_imputed_means_are_scores_and_complete_answers_stay(values: FloatArray) -> None:
    found = two_way(values)
    nobody = np.isnan(values).all(axis=1)
    assert (np.isnan(found) == nobody).all()
    assert ((found[~nobody] >= -1e-9) & (found[~nobody] <= 100 + 1e-9)).all()
    whole = ~np.isnan(values).any(axis=1)
    assert found[whole] == pytest.approx(values[whole].mean(axis=1))


@given(holes, st.permutations(range(12)))
def test_the_order_of_people_does_not_matter(values: FloatArray, order: list[int]) -> None:
    assert two_way(values[order]) == pytest.approx(two_way(values)[order], nan_ok=True)


def test_answers_are_filled_in_within_a_language() -> None:
    both = np.vstack([GOLDEN, GOLDEN[::-1] / 2])
    found = two_way(both, ["en"] * 3 + ["ar"] * 3)
    assert found[:3] == pytest.approx(two_way(GOLDEN))
    assert found[3:] == pytest.approx(two_way(GOLDEN[::-1] / 2))
    assert two_way(both) != pytest.approx(found)


def test_a_guess_is_cut_off_at_the_ends_of_the_scale() -> None:
    values = np.array([[100, 100, NAN], [0, 0, 100], [0, 0, 100]])
    assert two_way(values)[0] == 100


def test_what_did_not_apply_is_not_filled_in() -> None:
    applicable = np.ones((3, 3), dtype=bool)
    applicable[0, 2] = False
    assert two_way(GOLDEN, applicable=applicable)[0] == 75
    nobody = np.column_stack([GOLDEN, [NAN] * 3])
    assert two_way(nobody) == pytest.approx(two_way(GOLDEN))


def test_means_apart_by_a_point_get_a_footnote() -> None:
    design = Design([1.0, 2, 1, 4])
    before, after = np.array([50.0, 60, NAN, 70]), np.array([54.0, 60, 12, 70])
    (everyone,) = sensitivity(before, after, design)
    assert everyone.n == 3
    assert everyone.prorated == pytest.approx(estimate("mean", before, design).point)
    assert everyone.difference == pytest.approx(4 / 7)
    assert everyone.note == ""
    groups = sensitivity(before, after, design, {"place": ["a", "a", "b", "c"]})
    assert [each.domain[0][1] for each in groups] == ["a", "c"]
    assert groups[0].note.startswith("Depends on missing answers: 56.7 from")
    assert groups[0].difference == pytest.approx(4 / 3)


def test_a_difference_of_exactly_one_point_is_told() -> None:
    (everyone,) = sensitivity([50.0, 60], [52.0, 60], Design([1, 1]))
    assert everyone.note


def test_golden_respondents_depend_little_on_missing_answers(golden_frame: Frame) -> None:
    weight = golden_frame.codes("w").astype(float)
    for dimension in ("TRH", "BE", "AT"):
        items = dimension_items(golden_frame, dimension)
        (found,) = sensitivity(score(golden_frame)[dimension], two_way(items), Design(weight))
        assert found.difference < 1


def test_items_of_a_composite_are_those_of_its_parts(golden_frame: Frame) -> None:
    assert list(dimension_items(golden_frame, "TR")) == [f"T{k}" for k in range(1, 9)]
    assert list(dimension_items(golden_frame, "TR", "short")) == ["T1", "T2", "T5"]


def test_what_cannot_be_imputed_says_why(golden_frame: Frame) -> None:
    with pytest.raises(EstimateError, match="give one of each"):
        two_way(GOLDEN, ["en"])
    with pytest.raises(EstimateError, match="scores have shapes"):
        sensitivity([1.0], [1.0, 2.0], Design([1, 1]))
    with pytest.raises(EstimateError, match="no instrument with dimension 'XX'"):
        dimension_items(golden_frame, "XX")
