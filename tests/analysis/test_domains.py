"""The same statistic in every domain, sorted, with its own error and its own name."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import Design, EstimateError, by, estimate

Y = np.arange(12.0)
DESIGN = Design(np.linspace(1, 2, 12), np.repeat(["a", "b"], 6), np.arange(12) // 2)
SEX = np.array(["woman", "man", "dk"] * 4)
PLACE = np.repeat(["north", "south"], 6)


def test_each_domain_is_estimated_as_by_hand() -> None:
    found = by("mean", Y, DESIGN, {"sex": SEX})
    assert [each.domain for each in found] == [(("sex", "man"),), (("sex", "woman"),)]
    for each in found:
        alone = estimate("mean", Y, DESIGN, each.domain[0][1] == SEX)
        assert (each.point, each.standard_error) == (alone.point, alone.standard_error)


def test_several_keys_are_crossed_and_sorted_in_their_order() -> None:
    found = by("mean", Y, DESIGN, {"sex": SEX, "place": PLACE})
    assert [dict(each.domain) for each in found] == [
        {"sex": sex, "place": place} for sex in ("man", "woman") for place in ("north", "south")
    ]
    assert found[0].domain == (("place", "north"), ("sex", "man"))


def test_combinations_that_nobody_has_are_left_out() -> None:
    found = by("mean", Y, DESIGN, {"a": PLACE, "b": PLACE})
    assert [each.domain for each in found] == [
        (("a", "north"), ("b", "north")),
        (("a", "south"), ("b", "south")),
    ]


def test_a_domain_of_domains_is_cut_first() -> None:
    found = by("mean", Y, DESIGN, {"place": PLACE}, Y < 4, level=0.9)
    assert [(dict(each.domain), each.n, each.level) for each in found] == [
        ({"place": "north"}, 4, 0.9)
    ]


def test_a_domain_where_nobody_was_measured_is_listed_without_a_point() -> None:
    found = by("mean", np.where(PLACE == "north", np.nan, Y), DESIGN, {"place": PLACE})
    assert [(each.point is None, each.n) for each in found] == [(True, 0), (False, 6)]


def test_without_keys_everyone_is_one_domain() -> None:
    whole = estimate("mean", Y, DESIGN)
    assert by("mean", Y, DESIGN, None) == by("mean", Y, DESIGN, {}) == [whole]


def test_one_array_needs_no_name() -> None:
    assert [each.domain for each in by("mean", Y, DESIGN, PLACE)] == [
        (("key", "north"),),
        (("key", "south"),),
    ]


def test_missing_labels_and_nonanswers_are_no_domain() -> None:
    labels = np.array(
        [None, float("nan"), "", "pnta", "not_shown", 8, 8.0, "8", 9, 9, 9, 9], object
    )
    found = by("mean", Y, DESIGN, {"code": labels})
    assert [(dict(each.domain)["code"], each.n) for each in found] == [("8", 3), ("9", 4)]


def test_a_key_of_another_length_is_an_error() -> None:
    with pytest.raises(EstimateError, match=r"key place has shape .* one label a row"):
        by("mean", Y, DESIGN, {"place": PLACE[:5]})
