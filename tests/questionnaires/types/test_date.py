"""A month by default; a year, or a day where it must be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.model import Options
from questionnaires.types import item_type
from questionnaires.types.base import ItemType
from tests.questionnaires.types.asking import item, label, read, refusal, takes, text

SINCE = item("since")
BEGINS = item("begins_1")
DAY = replace(SINCE, options=Options(precision="day"), sensitive=True)


@given(year=st.integers(2015, 2030), month=st.integers(1, 12))
def test_a_month_is_stored_as_year_and_month(year: int, month: int) -> None:
    assert read(SINCE, since_year=str(year), since_month=str(month)) == f"{year}-{month:02}"


def test_a_year_may_be_written_in_arabic_digits() -> None:
    assert read(SINCE, since_year="٢٠١٩", since_month="5") == "2019-05"


def test_a_year_alone_has_one_box() -> None:
    assert item_type("date").names(BEGINS) == ("begins_1", "begins_1_year")
    assert read(BEGINS, begins_1_year="2027") == "2027"


@pytest.mark.parametrize(
    ("day", "month", "answer"),
    [("29", "2", "2024-02-29"), ("30", "2", ""), ("1", "12", "2024-12-01")],
)
def test_a_day_must_be_in_the_calendar(day: str, month: str, answer: str) -> None:
    assert read(DAY, since_day=day, since_month=month, since_year="2024") == answer


@pytest.mark.parametrize(
    "parts",
    [
        {"since_year": "2019"},
        {"since_month": "5"},
        {"since_year": "2019", "since_month": "13"},
        {"since_year": "2019", "since_month": "0"},
        {"since_year": "19", "since_month": "5"},
        {"since_year": "2014", "since_month": "12"},
        {"since_year": "2031", "since_month": "1"},
        {"since_year": "20190", "since_month": "5"},
    ],
)
def test_half_a_date_and_one_out_of_the_range_are_refused(parts: dict[str, str]) -> None:
    assert refusal(SINCE, answers=None, **parts) == text()["answer.date"]


@pytest.mark.parametrize(
    "answer", ["2019", "2019-5", "2019-05-01", "٢٠١٩-٠٥", "2019-13", "2014-12", "x"]
)
def test_a_date_in_another_shape_is_not_stored(answer: str) -> None:
    assert not takes(SINCE, answer)


def test_a_box_that_is_sent_twice_is_refused() -> None:
    assert refusal(SINCE, since_year=["2019", "2020"], since_month="5") == text()["answer.unknown"]


def test_months_have_their_names_in_the_language_of_the_page() -> None:
    assert label(SINCE, "2019-05") == "May 2019"
    assert label(SINCE, "2019-05", "ar") == "مايو 2019"


def test_a_language_without_locale_data_numbers_the_months() -> None:
    kind: ItemType = item_type("date")
    romani = replace(text(), language="rom")
    assert kind.label(SINCE, "2019-05", romani) == "5 2019"
