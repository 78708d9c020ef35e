"""Cells add up: over batches, in any order, and never beyond what 64 bits hold."""

from __future__ import annotations

from functools import reduce
from operator import add

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import EstimateError, Frame, Row
from analysis.moments import Cells, cells_of, scores_of
from analysis.simulate import Simulation
from tests.analysis.moments.conftest import INSTRUMENT, all_measures, everyone

MEASURES = all_measures()
KEYS = ("locality", "D10")


def summed(rows: list[Row]) -> Cells:
    return cells_of(Frame.from_answers(INSTRUMENT, rows), MEASURES, KEYS)


def row(answers: dict[str, str], weight: int, psu: str | None, stratum: str = "s") -> Row:
    return Row(answers, weight, stratum, psu, "en", "paper")


def test_a_cell_holds_what_a_hand_adds_up() -> None:
    rows = [
        row({"T5": "5", "T6": "4", "T7": "dk", "T8": "dk"}, 2_000_000, "p"),  # 7 of 8: 87.5
        row({"T5": "1", "T6": "1", "T7": "1", "T8": "2"}, 3_000_000, "p"),  # 1 of 16: 6.25
        row({"T5": "1"}, 5_000_000, "p"),  # three items not shown: no score
        row({"T5": "3", "T6": "3", "T7": "3", "T8": "3"}, 1_000_000, "q"),
        row({"T5": "5", "T6": "5", "T7": "5", "T8": "5"}, 1_000_000, None),
        row({"T5": "5", "T6": "5", "T7": "5", "T8": "5"}, 1_000_000, None),
        row({"T5": "5", "T6": "5", "T7": "5", "T8": "5"}, 4_000_000, None),
    ]
    frame = Frame.from_answers(INSTRUMENT, rows)
    cells = cells_of(frame, scores_of(INSTRUMENT, names=["TRV"]))
    assert cells.measures[0].units == 48
    assert cells.column("psu").texts() == ["", "", "p", "q"]
    assert cells.own.tolist() == [1_000_000, 4_000_000, 0, 0]
    assert cells.people.tolist() == [2, 1, 3, 1]
    assert cells.n.tolist() == [[2, 1, 2, 1]]
    assert cells.w.tolist() == [[2_000_000, 4_000_000, 5_000_000, 1_000_000]]
    assert cells.wy.tolist() == [[96_000_000, 192_000_000, 93_000_000, 24_000_000]]
    squares = [2 * 48**2, 4 * 48**2, 2 * 42**2 + 3 * 3**2, 24**2]
    assert cells.wyy.tolist() == [[each * 1_000_000 for each in squares]]


@given(rows=everyone(), seed=st.integers(0, 2**32 - 1), batches=st.integers(1, 4))
@settings(max_examples=50)
def test_cells_of_batches_add_up_to_the_cells_of_all(
    rows: list[Row], seed: int, batches: int
) -> None:
    batch = np.random.default_rng(seed).integers(0, batches, len(rows))
    parts = [
        summed([row for row, k in zip(rows, batch, strict=True) if k == number])
        for number in range(batches)
    ]
    assert reduce(add, parts) == summed(rows)
    assert reduce(add, parts[::-1]) == summed(rows)


def test_batches_of_a_wave_add_up(simulation: Simulation) -> None:
    rows = list(simulation.rows(1))
    order = np.random.default_rng(1).permutation(len(rows))
    parts = [summed([rows[k] for k in part]) for part in np.array_split(order, 20)]
    assert reduce(add, parts) == summed(rows)


@given(rows=everyone(), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=50)
def test_the_order_of_respondents_changes_nothing(rows: list[Row], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(rows))
    assert summed([rows[k] for k in order]) == summed(rows)


def test_more_rows_than_a_block_are_summed_as_their_parts_are(simulation: Simulation) -> None:
    rows = list(simulation.rows(1))
    whole = Frame.from_answers(INSTRUMENT, rows)
    many = Frame.from_answers(INSTRUMENT, rows * 120)
    assert len(many) > 1 << 16
    measures = scores_of(INSTRUMENT, names=["TR", "CE"])
    one, all_of_them = (cells_of(each, measures, ["D10"]) for each in (whole, many))
    assert np.array_equal(all_of_them.wyy, 120 * one.wyy)
    assert np.array_equal(all_of_them.people, 120 * one.people)


def test_cells_of_different_things_do_not_add_up(sample: Frame) -> None:
    first = cells_of(sample, MEASURES, KEYS)
    for other in (cells_of(sample, MEASURES, KEYS[:1]), cells_of(sample, MEASURES[:2], KEYS)):
        with pytest.raises(EstimateError, match="do not add up"):
            first + other
    assert first != cells_of(sample, MEASURES, KEYS[:1])
    assert first != "cells"


def test_adding_batches_stops_before_it_overflows() -> None:
    answers = {f"C{k}": "3" for k in range(1, 9)}
    weight = (2**63 - 1) // 2520**2
    batch = summed([row(answers, weight, "p")])
    with pytest.raises(EstimateError, match=r"CE_freq: .* sums of 2,520 units hold 1,452,"):
        batch + batch


def test_cells_show_no_sums(sample: Frame) -> None:
    cells = cells_of(sample, scores_of(INSTRUMENT, names=["TR"]), ["D10"])
    assert repr(cells) == f"<Cells: {len(cells)} by D10 of TR>"
    with pytest.raises(KeyError):
        cells.column("D2")
