"""Measures are the scores of scoring.md, as whole numbers; labels are numbered exactly."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import EstimateError, Frame, Row, score
from analysis.columns import Column
from analysis.frame import NONANSWER_CODES
from analysis.moments import number, quarters, scale, scores_of
from analysis.moments.counting import numerators
from analysis.moments.labels import dense, ranked
from analysis.moments.measures import Points, Quotient
from questionnaires import Nonanswer, Rule
from tests.analysis.moments.conftest import INSTRUMENT, everyone


@given(rows=everyone(), form=st.sampled_from(["long", "short"]))
@settings(max_examples=60)
def test_numerators_over_units_are_the_scores(rows: list[Row], form: str) -> None:
    frame = Frame.from_answers(INSTRUMENT, rows)
    want = score(frame, form)
    for measure in scores_of(INSTRUMENT, form):
        y = numerators(frame, measure).astype(float)
        got = np.where(y < 0, np.nan, 100 * y / measure.units)
        assert got == pytest.approx(want[measure.name], rel=1e-13, abs=1e-13, nan_ok=True)


def test_scores_are_measured_in_the_least_common_unit() -> None:
    units = {measure.name: measure.units for measure in scores_of(INSTRUMENT)}
    assert (units["TRH"], units["TR"], units["BE"], units["CN"]) == (48, 96, 240, 1680)
    assert (units["CE"], units["CE_freq"]) == (840, 2520)


def test_a_scale_whose_items_are_all_reversed_and_the_bounds_of_its_quarters() -> None:
    worth = {str(code): Fraction(5 - code, 4) for code in range(1, 6)}
    measure = scale("s", {"a": worth, "b": worth}, need=1)
    # Positions of codes; a nonanswer is below zero.
    matrix = np.array([[0, 1, 2, 3, 4, -1], [0, 1, -1, 3, 4, -1]], dtype=np.int8)
    frame = Frame(None, ("a", "b"), matrix, {}, np.ones(6, dtype=np.int64))
    found = numerators(frame, measure)
    assert (100 * found[:5] / measure.units).tolist() == [100, 75, 50, 25, 0]
    lowest, highest = (numerators(frame, each).tolist() for each in quarters(measure))
    assert lowest == [0, 0, 0, 1, 1, -1]
    assert highest == [1, 1, 0, 0, 0, -1]


@pytest.mark.parametrize(("answered", "score"), [(2, 50), (1, None)])
def test_half_of_uneven_items_is_enough_where_the_others_are_unsure(
    answered: int, score: int | None
) -> None:
    uneven = tuple(Points(name, ("1", "2", "3"), (0, 1, 4)) for name in "abcd")
    measure = Quotient("q", uneven, 4, (1, 1, 1, 2, 2))
    unsure = NONANSWER_CODES[Nonanswer.UNSURE]
    codes = [[2], [0], [unsure], [unsure]] if answered == 2 else [[2], *[[unsure]] * 3]
    frame = Frame(None, tuple("abcd"), np.array(codes, dtype=np.int8), {}, np.ones(1, np.int64))
    found = int(numerators(frame, measure)[0])
    assert (None if found < 0 else 100 * found / measure.units) == score


def test_a_dimension_without_items_in_the_form_is_missing_for_all() -> None:
    items = tuple(
        replace(item, forms=("long",)) if item.name == "T5" else item for item in INSTRUMENT.items
    )
    instrument = replace(INSTRUMENT, items=items)
    rows = [Row({item.name: "3" for item in items if item.dimension}, 1, "", None, "en", "paper")]
    frame = Frame.from_answers(instrument, rows)
    found = {each.name: numerators(frame, each) for each in scores_of(instrument, "short")}
    assert (found["TRV"][0], found["TR"][0]) == (-1, -1)
    assert found["TRH"][0] > 0


def test_unknown_forms_and_dimensions_are_named() -> None:
    with pytest.raises(EstimateError, match="choose one of long, short"):
        scores_of(INSTRUMENT, "medium")
    with pytest.raises(EstimateError, match="unknown dimension 'XX'; choose from TRH"):
        scores_of(INSTRUMENT, names=["XX"])


def test_a_composite_of_composites_is_refused() -> None:
    nested = tuple(
        replace(each, rule=Rule.COMPOSITE, parts=("TR", "BE"), items=())
        if each.name == "CN"
        else each
        for each in INSTRUMENT.dimensions
    )
    with pytest.raises(EstimateError, match="CN is made of composites"):
        scores_of(replace(INSTRUMENT, dimensions=nested))


def test_a_scale_needs_as_many_answers_as_it_is_told() -> None:
    worth = {"1": Fraction(0), "2": Fraction(1, 2), "3": Fraction(1)}
    measure = scale("s", {"a": worth, "b": worth, "c": worth}, need=2)
    assert (measure.units, measure.most) == (12, 2)
    columns = {"a": ["3", "3", "3"], "b": ["2", "", "3"], "c": ["", "na", "1"]}
    frame = replace(
        Frame.from_answers(INSTRUMENT, [Row({}, 1, "", None, "en", "paper")] * 3),
        instrument=None,
        items=(),
        columns={name: Column.of(column) for name, column in columns.items()},
    )
    assert numerators(frame, measure).tolist() == [9, -1, 8]


def test_a_number_has_the_digits_of_its_column() -> None:
    found = number("x", "x", ["1.50", "-0.25", "", "dk", "1e2", "3"])
    assert (found.units, found.lowest, found.highest) == (100, -25, 10_000)
    assert number("x", "x", []).highest == 0
    for text in ("many", "inf", "nan"):
        with pytest.raises(EstimateError, match="column x holds a text that is no number"):
            number("x", "x", ["1", text])
    for text in ("0.1234567891", "1e20"):
        with pytest.raises(EstimateError, match="column x has more digits"):
            number("x", "x", [text])


LETTERS = st.text("abç قŽ\U0001f600-01", max_size=12)


@given(column=st.lists(LETTERS, max_size=60))
def test_labels_are_numbered_in_their_order(column: list[str]) -> None:
    numbered = Column(("unused", *dict.fromkeys(column)), Column.of(column).codes + 1).ordered
    want, inverse = np.unique(np.array(column, dtype=np.str_), return_inverse=True)
    assert numbered.labels == tuple(want.tolist())
    assert numbered.codes.tolist() == inverse.tolist()
    assert numbered.ordered is numbered


@pytest.mark.parametrize("kinds", [3, 700, 60_000])
def test_few_and_many_kinds_of_numbers_are_ranked(kinds: int) -> None:
    rng = np.random.default_rng(kinds)
    pool = rng.integers(0, 2**64, kinds, dtype=np.uint64)
    words = pool[rng.integers(0, kinds, 70_000)]
    found, numbers = ranked(words)
    want, inverse = np.unique(words, return_inverse=True)
    assert np.array_equal(found, want)
    assert np.array_equal(numbers, inverse)


@given(numbers=st.lists(st.integers(0, 5_000), max_size=40), size=st.sampled_from([5_001, 2**40]))
def test_numbers_are_made_dense(numbers: list[int], size: int) -> None:
    given_numbers = np.array(numbers, dtype=np.int64)
    kinds, renumbered = dense(given_numbers, size)
    assert kinds.tolist() == sorted(set(numbers))
    assert kinds[renumbered].tolist() == numbers
