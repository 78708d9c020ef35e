from __future__ import annotations

import pytest

from analysis.disclosure import Breakdown, Outline, outline_of
from questionnaires import read_instrument

PLACES = {"P1": {"en": "Upper Tarn", "ar": "تارن العليا"}, "P2": {"en": "Lower Tarn"}}


def test_an_outline_takes_its_words_from_the_instrument() -> None:
    outline = outline_of(read_instrument("social_cohesion"), ["D2", "D10"], PLACES, ["en", "ar"])
    english, arabic = outline.labels["en"], outline.labels["ar"]
    assert english.dimensions["TR"] == "Trust"
    assert english.codes["D10"] == {"yes": "Yes", "no": "No"}
    assert arabic.codes["D1"] == {"P1": "تارن العليا", "P2": "Lower Tarn"}


def test_an_outline_leaves_facets_to_the_team() -> None:
    outline = outline_of(read_instrument("social_cohesion"), ["D2"], PLACES, ["en"])
    names = [each.name for each in outline.dimensions]
    assert names == ["TR", "TRH", "TRV", "BE", "SI", "AT", "CN", "CE"]
    assert [each.name for each in outline.dimensions if each.headline] == ["TR", "BE", "CE"]


def test_what_the_instrument_marks_sensitive_stays_so() -> None:
    outline = outline_of(read_instrument("social_cohesion"), ["D2", "D10"], PLACES, ["en"])
    assert [each.sensitive for each in outline.breakdowns] == [False, False, True]


def test_a_single_place_is_no_breakdown() -> None:
    one = {"P1": PLACES["P1"]}
    outline = outline_of(
        read_instrument("social_cohesion"), ["D2"], one, ["en"], crossed_with=["D2"]
    )
    assert [each.item for each in outline.breakdowns] == ["D2"]
    assert outline.crossings == ()


def test_a_crossing_is_a_place_with_a_group() -> None:
    breakdowns = (Breakdown("D2", ("woman", "man")), Breakdown("D10", ("yes", "no")))
    with pytest.raises(ValueError, match="D2 x D10 is not one place with one group"):
        Outline((), breakdowns, {}, (("D2", "D10"),))


def test_a_breakdown_with_one_category_is_refused() -> None:
    with pytest.raises(ValueError, match="'D2' needs at least two categories"):
        Outline((), (Breakdown("D2", ("woman",)),), {})
