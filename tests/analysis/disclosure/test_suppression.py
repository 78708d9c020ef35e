from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure.suppression import Line, complement

ROWS, COLUMNS = ("L1", "L2", "L3"), ("W", "M")
GOLDEN = {"L1-W": 40, "L1-M": 38, "L2-W": 12, "L2-M": 35, "L3-W": 9, "L3-M": 41}
TWO_WAY = [
    *(Line(row, tuple(f"{row}-{column}" for column in COLUMNS)) for row in ROWS),
    *(Line(column, tuple(f"{row}-{column}" for row in ROWS)) for column in COLUMNS),
]


def test_golden_table_withholds_in_the_order_of_the_specification() -> None:
    first = [cell for cell, n in GOLDEN.items() if n < 10]
    assert first == ["L3-W"]
    assert complement(GOLDEN, TWO_WAY, first) == ("L3-M", "L2-W", "L2-M")


def test_nothing_is_withheld_for_nothing() -> None:
    assert complement(GOLDEN, TWO_WAY, []) == ()


def test_two_withheld_cells_of_a_one_way_table_protect_each_other() -> None:
    line = Line("all", ("a", "b", "c"))
    assert complement({"a": 3, "b": 7, "c": 50}, [line], ["a", "b"]) == ()


def test_a_withheld_total_is_protected_like_a_cell() -> None:
    line = Line("all", ("a", "b", "c"))
    assert complement({"a": 90, "b": 70, "c": 80}, [line], ["all"]) == ("b",)


sizes = st.fixed_dictionaries({cell: st.integers(0, 60) for cell in GOLDEN})


@given(sizes)
def test_no_withheld_cell_can_be_had_by_subtraction(table: dict[str, int]) -> None:
    first = [cell for cell, n in table.items() if n < 10]
    hidden = {*first, *complement(table, TWO_WAY, first)}
    for line in TWO_WAY:
        withheld = [cell for cell in line.cells if cell in hidden]
        assert len(withheld) != 1


@given(sizes, sizes)
def test_what_is_withheld_besides_says_nothing_about_withheld_sizes(
    table: dict[str, int], other: dict[str, int]
) -> None:
    first = [cell for cell, n in table.items() if n < 10]
    changed = table | {cell: other[cell] for cell in first}
    assert complement(table, TWO_WAY, first) == complement(changed, TWO_WAY, first)


def test_the_cheapest_set_is_cheaper_than_what_greed_takes() -> None:
    """In row r the smallest cell stands in a column whose others are large."""
    sizes = {
        **{"r-a": 3, "r-b": 20, "r-c": 25},
        **{"s-a": 60, "s-b": 900, "s-c": 11},
    }
    lines = [Line(row, tuple(f"{row}-{column}" for column in "abc")) for row in "rs"]
    lines += [Line(column, tuple(f"{row}-{column}" for row in "rs")) for column in "abc"]
    assert set(complement(sizes, lines, ["r-a"])) == {"r-c", "s-a", "s-c"}


def test_a_total_without_a_size_is_never_withheld() -> None:
    lines = [Line("all", ("a", "b")), Line("b", ("c", "d"))]
    assert set(complement({"a": 40, "b": 50, "c": 20, "d": 30}, lines, ["a"])) == {"b", "c"}
