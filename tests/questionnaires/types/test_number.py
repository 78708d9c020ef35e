"""A whole number, in whatever digits it is written."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires import item_type
from questionnaires.model import Options
from tests.questionnaires.types.asking import item, label, read, refusal, takes, text

SIZE = item("size")
DIGITS = {"latin": "0123456789", "arabic": "٠١٢٣٤٥٦٧٨٩", "persian": "۰۱۲۳۴۵۶۷۸۹"}


@pytest.mark.parametrize("digits", DIGITS.values(), ids=list(DIGITS))
@given(number=st.integers(0, 30))
def test_a_number_is_read_in_any_digits_and_stored_in_latin_ones(digits: str, number: int) -> None:
    written = "".join(digits[int(digit)] for digit in str(number))
    assert read(SIZE, size=f" {written} ") == str(number)


@pytest.mark.parametrize(
    "written", ["31", "-1", "1.5", "2,5", "two", "1 2", "½", "²", "1e1", "9" * 40]
)
def test_what_is_no_number_in_the_range_is_refused_without_being_repeated(written: str) -> None:
    assert refusal(SIZE, size=written) == text()["answer.number"]
    assert read(SIZE, size=written) == ""


@pytest.mark.parametrize("way_out", ["dk", "pnta"])
def test_a_way_out_is_ticked_under_the_same_name(way_out: str) -> None:
    assert read(SIZE, size=way_out) == way_out
    assert read(SIZE, size=["", way_out]) == way_out


@pytest.mark.parametrize("sent", [["5", "dk"], ["dk", "pnta"], ["5", "6"]])
def test_a_number_and_a_way_out_exclude_each_other(sent: list[str]) -> None:
    assert refusal(SIZE, size=sent) == text()["answer.exclusive"]


@pytest.mark.parametrize("sent", [[], [""], [" "]])
def test_an_empty_box_is_a_skip(sent: list[str]) -> None:
    assert read(SIZE, size=sent) == "skip"


def test_leading_zeros_are_not_stored() -> None:
    assert read(SIZE, size="007") == "7"
    assert not takes(SIZE, "007")


@pytest.mark.parametrize("answer", ["31", "٥", "", "5 ", "na", "not_shown", "invalid"])
def test_an_answer_that_no_page_gives_is_not_stored(answer: str) -> None:
    assert not takes(SIZE, answer)


def test_does_not_apply_is_taken_where_it_is_offered() -> None:
    assert takes(replace(SIZE, na=True), "na")
    assert read(replace(SIZE, na=True), size="na") == "na"


def test_without_ends_any_number_up_to_nine_digits_is_taken() -> None:
    free = replace(SIZE, options=Options())
    assert read(free, size="999999999") == "999999999"
    assert read(free, size="1000000000") == ""


def test_a_number_measures_itself_and_a_nonanswer_nothing() -> None:
    measure = item_type("number").measure
    assert measure(SIZE, "12") == 12
    assert isnan(measure(SIZE, "dk"))
    assert label(SIZE, "12") == "12"
    assert label(SIZE, "dk", "ar") == text("ar")["answer.dk"]


def test_a_space_beside_a_way_out_is_no_answer() -> None:
    assert read(item("size"), size=[" ", "dk"]) == "dk"
