"""A grid: rows that are items like any other, a few on a screen, under one lead-in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from questionnaires import Instrument, screens
from questionnaires.build import build_instrument
from tests.questionnaires.types.asking import every_type, item, read, send, text


def changed(**keys: Any) -> Instrument:
    """Return the instrument with other keys in its grid of needs."""
    document = json.loads(every_type().canonical)
    row = next(row for row in document["instrument"]["item"] if row["name"] == "needs")
    row.update(keys)
    return build_instrument(document)


def rows(count: int) -> list[dict[str, Any]]:
    codes = ["water", "food", "home", "health", "school", "work", "power", "roads"]
    return [{"code": code} for code in codes[:count]]


def test_a_row_is_an_item_with_the_scale_of_its_grid() -> None:
    water = item("needs_water")
    assert (water.type, water.scale, water.dimension, water.na) == ("likert", "SEV5", "NE", True)
    assert (water.words, water.row) == ("needs", "water")
    assert send(water)["needs_water"].label.text == text()["row.needs.water"]
    assert read(water, needs_water="na") == "na"
    assert every_type().dimension("NE").items[0] == "needs_water"


def test_rows_with_choices_of_their_own_have_no_order() -> None:
    clinic = item("works_clinic")
    assert (clinic.type, clinic.codes) == ("single", ("works", "in_part", "none"))


def test_a_row_may_be_off_and_may_be_asked_of_some_only() -> None:
    assert "needs_status" not in {each.name for each in every_type().items}
    assert item("needs_power").ask_if == "(${agrees} = 'yes')"
    assert item("needs_water").ask_if == ""


def test_the_condition_of_a_grid_holds_for_each_row() -> None:
    grid = changed(ask_if="${lives} != ''")
    assert grid.item("needs_water").ask_if == "(${lives} != '')"
    assert grid.item("needs_power").ask_if == "(${lives} != '') and (${agrees} = 'yes')"


@pytest.mark.parametrize(
    ("count", "screen", "expected"),
    [
        (8, 4, [4, 4]),
        (8, 6, [4, 4]),
        (7, 5, [4, 3]),
        (6, 6, [6]),
        (6, 5, [3, 3]),
        (8, 3, [3, 3, 2]),
    ],
)
def test_a_screen_holds_as_many_rows_as_the_grid_allows(
    count: int, screen: int, expected: list[int]
) -> None:
    hidden = {"reason": "Not needed here.", "enabled": False}
    off = [each | hidden for each in rows(8)[count:]] + [{"code": "status", **hidden}]
    grid = changed(row=rows(count) + off, screen=screen)
    shown = [sum(each.words == "needs" for each in page) for page in screens(grid, "long")]
    assert [number for number in shown if number] == expected
