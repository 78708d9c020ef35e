"""The stakeholder map: medians over raters, two grids, and disagreement told apart from none."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import EstimateError, Frame, Row, Stakeholder, map_stakeholders, rate, stakeholders
from analysis.mapping import Band, band
from questionnaires import read_instrument

MISSING = float("nan")


def placed(influence: float, interest: float, capacity: float, willingness: float) -> Stakeholder:
    ratings = {"influence": influence, "interest": interest}
    ratings |= {"capacity": capacity, "willingness": willingness}
    columns = {name: [value] for name, value in ratings.items()}
    (found,) = map_stakeholders([("one",)], columns)
    return found


@pytest.mark.parametrize(
    ("median", "want"),
    [(1, Band.LOW), (2.5, Band.LOW), (2.51, Band.MIDDLE), (3, Band.MIDDLE), (3.5, Band.HIGH)],
)
def test_high_begins_at_three_and_a_half_and_low_ends_at_two_and_a_half(
    median: float, want: Band
) -> None:
    assert band(median) is want


@pytest.mark.parametrize(
    ("influence", "interest", "want"),
    [
        (5, 4, "keep close"),
        (4, 1, "keep satisfied"),
        (2, 5, "keep informed"),
        (1, 2, "watch"),
        (3, 5, "middle"),
        (5, 3, "middle"),
    ],
)
def test_influence_and_interest_make_the_quadrant(
    influence: float, interest: float, want: str
) -> None:
    assert placed(influence, interest, 3, 3).quadrant == want


@pytest.mark.parametrize(
    ("capacity", "willingness", "want"),
    [
        (4, 5, "ready partner"),
        (2, 4, "build capacity"),
        (4, 2, "persuade"),
        (1, 1, "watch"),
        (3, 5, "middle"),
    ],
)
def test_capacity_and_willingness_make_the_partnership(
    capacity: float, willingness: float, want: str
) -> None:
    assert placed(3, 3, capacity, willingness).partnership == want


def test_the_median_over_raters_counts_and_one_outlier_does_not() -> None:
    columns = {name: [4, 4, 1] for name in ("influence", "interest", "capacity", "willingness")}
    (found,) = map_stakeholders([("a",)] * 3, columns)
    assert (found.influence.median, found.quadrant, found.partnership) == (
        4,
        "keep close",
        "ready partner",
    )


def test_raters_disagree_when_the_quartiles_are_two_points_apart() -> None:
    assert rate([1, 2, 4, 5]).iqr == pytest.approx(2.5)  # R: IQR(c(1, 2, 4, 5))
    assert rate([1, 2, 4, 5]).disagree
    assert rate([2, 2, 4, 4]).disagree
    assert rate([2, 3, 3, 4]).disagree is False
    assert rate([1, 5]).iqr == 2


def test_one_rater_has_nobody_to_disagree_with_and_none_has_no_median() -> None:
    assert (rate([4]).median, rate([4]).disagree, rate([4]).raters) == (4, None, 1)
    nobody = rate([MISSING, MISSING])
    assert (nobody.median, nobody.iqr, nobody.disagree, nobody.raters) == (None, None, None, 0)
    unrated = placed(MISSING, 4, 4, MISSING)
    assert (unrated.quadrant, unrated.partnership) == (None, None)


def test_nothing_of_a_stakeholder_is_a_product_or_a_total() -> None:
    assert [each.name for each in fields(Stakeholder)] == [
        "key",
        "influence",
        "interest",
        "capacity",
        "willingness",
    ]


ratings = st.lists(st.integers(1, 5), min_size=1, max_size=9)


@given(points=ratings, seed=st.integers(0, 99))
def test_the_order_of_the_raters_changes_nothing(points: list[int], seed: int) -> None:
    shuffled = np.random.default_rng(seed).permutation(points)
    assert rate(shuffled) == rate(points)


def capacity(*points: str) -> dict[str, str]:
    parts = ("staff", "skills", "money", "reach")
    return {f"capacity_{part}": point for part, point in zip(parts, points, strict=True)}


def test_records_are_joined_by_code_and_topic_and_capacity_is_the_mean_of_four() -> None:
    rated = {"influence": "5", "interest": "5", "willingness": "4"}
    records = [
        {"record_code": "A", "topic": "return"} | rated | capacity("5", "3", "3", "1"),
        {"record_code": "A", "topic": "return"} | rated | capacity("2", "2", "3", "1"),
        {"record_code": "A", "topic": "justice"} | rated | capacity("1", "dk", "dk", "dk"),
    ]
    rows = [Row(each, 1_000_000, "", None, "en", "") for each in records]
    frame = Frame.from_answers(read_instrument("stakeholder_map"), rows)
    justice, returning = stakeholders(frame)
    assert returning.key == ("A", "return")
    assert returning.capacity.median == pytest.approx((3 + 2) / 2)  # two raters
    assert returning.partnership == "build capacity"
    assert (justice.capacity.raters, justice.partnership) == (0, None)


def test_ratings_that_do_not_fit_are_named() -> None:
    columns = {name: [3.0] for name in ("influence", "interest", "capacity", "willingness")}
    with pytest.raises(EstimateError, match="interest has 0 ratings"):
        map_stakeholders([("a",)], {k: v for k, v in columns.items() if k != "interest"})
    with pytest.raises(EstimateError, match="outside 1 to 5"):
        map_stakeholders([("a",)], columns | {"capacity": [0.0]})
    rows = [Row({"T1": "3"}, 1_000_000, "", None, "en", "")]
    with pytest.raises(EstimateError, match="read the file as stakeholder_map"):
        stakeholders(Frame.from_answers(read_instrument("social_cohesion"), rows))
