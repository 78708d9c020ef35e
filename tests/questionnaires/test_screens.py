"""How items fall onto screens."""

from __future__ import annotations

from itertools import chain, groupby, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires import Instrument, Item, Section, screens
from questionnaires.screens import Screen

#: The runs of one section: the scale that items share ("" for none), and how many they are.
Runs = list[tuple[str, int]]

runs = st.lists(st.tuples(st.sampled_from(["", "EXT5", "FRQ5"]), st.integers(1, 9)), max_size=8)


def instrument(sections: list[Runs]) -> Instrument:
    """Return an instrument with these runs of items in its sections."""
    items: list[Item] = []
    for number, section in enumerate(sections):
        for scale, length in section:
            items += [item(f"I{len(items) + i}", f"S{number}", scale) for i in range(length)]
    names = tuple(Section(f"S{number}") for number in range(len(sections)))
    return Instrument("x", "1.0", ("long",), (), names, tuple(items), (), {}, {})


def item(name: str, section: str, scale: str) -> Item:
    kind = "likert" if scale else "single"
    return Item(name, section, kind, scale, (), "", (), False, ("long",), False, False)


def names(screen: Screen) -> str:
    return " ".join(item.name for item in screen)


def sizes(*section: tuple[str, int]) -> list[int]:
    return [len(screen) for screen in screens(instrument([list(section)]), "long")]


@settings(deadline=None)
@given(sections=st.lists(runs, max_size=4))
def test_every_item_is_asked_once_and_in_order(sections: list[Runs]) -> None:
    whole = instrument(sections)
    assert tuple(chain.from_iterable(screens(whole, "long"))) == whole.items


@settings(deadline=None)
@given(sections=st.lists(runs, max_size=4))
def test_a_screen_holds_one_to_six_items_of_one_section(sections: list[Runs]) -> None:
    for screen in screens(instrument(sections), "long"):
        assert 1 <= len(screen) <= 6
        assert len({item.section for item in screen}) == 1


@settings(deadline=None)
@given(section=runs)
def test_a_run_of_up_to_four_items_on_one_scale_is_never_torn(section: Runs) -> None:
    whole = instrument([section])
    shown = [set(names(screen).split()) for screen in screens(whole, "long")]
    for scale, group in groupby(whole.items, key=lambda item: item.scale):
        run = {item.name for item in group}
        assert not scale or len(run) > 4 or any(run <= screen for screen in shown)


@settings(deadline=None)
@given(section=runs)
def test_a_long_run_is_torn_only_after_every_fourth_item(section: Runs) -> None:
    shown = screens(instrument([section]), "long")
    for before, after in pairwise(shown):
        scale = before[-1].scale
        if scale and scale == after[0].scale:
            whole = list(chain.from_iterable(shown))
            start = whole.index(before[-1])
            while start and whole[start - 1].scale == scale:
                start -= 1
            assert (whole.index(after[0]) - start) % 4 == 0


@settings(deadline=None)
@given(section=runs)
def test_no_two_neighbouring_screens_of_a_section_fit_on_one(section: Runs) -> None:
    shown = screens(instrument([section]), "long")
    assert all(len(before) + len(after) > 6 for before, after in pairwise(shown))


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ([("", 1)], [1]),
        ([("", 6)], [6]),
        ([("", 7)], [3, 4]),
        ([("", 8)], [4, 4]),
        ([("", 13)], [3, 5, 5]),
        ([("EXT5", 4)], [4]),
        ([("EXT5", 5)], [5]),
        ([("EXT5", 7)], [4, 3]),
        ([("EXT5", 8)], [4, 4]),
        ([("EXT5", 3), ("FRQ5", 3)], [6]),
        ([("EXT5", 4), ("FRQ5", 3)], [4, 3]),
        ([("EXT5", 1), ("FRQ5", 4), ("EXT5", 3)], [5, 3]),
        ([("EXT5", 3), ("FRQ5", 4), ("EXT5", 2)], [3, 6]),
    ],
)
def test_a_section_takes_few_screens_none_fuller_than_need_be(
    section: Runs, expected: list[int]
) -> None:
    assert sizes(*section) == expected


def test_a_section_without_items_has_no_screen() -> None:
    assert [names(screen) for screen in screens(instrument([[], [("", 1)], []]), "long")] == ["I0"]


def test_a_form_that_asks_nothing_has_no_screen() -> None:
    assert screens(instrument([[("", 3)]]), "short") == ()


def test_a_long_section_is_split_at_once() -> None:
    assert sizes(("", 300)) == [6] * 50


def test_the_screens_of_the_long_form(cohesion: Instrument) -> None:
    assert [names(screen) for screen in screens(cohesion, "long")] == [
        "D1 D2 D3",
        "B1 B2 B3 B4 B5 B6",
        "T1 T2 T3 T4",
        "T5 T6 T7 T8",
        "N1 N2",
        "N3 N4 N5 N6 N7",
        "C1 C2 C3 C4",
        "C5 C6 C7 C8",
        "I1 I2 I3 I4 I5 I6",
        "A1 A2 A3",
        "A4 A5 A6 A7",
        "D4 D5 D6 D7",
        "D8 D9 D10 D13",
        "Q1 Q2",
    ]


def test_the_screens_of_the_short_form(cohesion: Instrument) -> None:
    assert [names(screen) for screen in screens(cohesion, "short")] == [
        "D1 D2 D3",
        "B1 B2 B5",
        "T1 T2 T5",
        "N1 N4 N5",
        "C1 C2 C5",
        "I1 I2 I4",
        "A1 A4 A6",
        "D4 D5 D6 D7",
        "D8 D9 D10 D13",
        "Q1 Q2",
    ]
