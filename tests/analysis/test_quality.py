"""Signs of careless answers are found, and few honest people carry two of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from analysis import EstimateError, Frame, Quality, quality
from analysis.frame import MICRO
from analysis.row import Row
from questionnaires import Instrument


def asked(instrument: Instrument, *people: Mapping[str, str]) -> Frame:
    rows = [Row(person, MICRO, "", None, "en", "self-web") for person in people]
    return Frame.from_answers(instrument, rows)


def all_items(instrument: Instrument, code: str) -> dict[str, str]:
    """Answer every opinion with one code, and every act with never."""
    opinions = {item.name: code for item in instrument.items if item.dimension in
                ("TRH", "TRV", "BE", "SI", "AT", "CN")}  # fmt: skip
    return opinions | {f"C{k}": "0" for k in range(1, 9)}


def sensible(instrument: Instrument) -> dict[str, str]:
    """Answer 4 and 3 by turns about one's own place, and 3 and 2 about others."""
    answers = all_items(instrument, "4")
    for number, name in enumerate(answers):
        if not name.startswith("C"):
            code = "43"[number % 2] if name[0] in "TB" else "32"[number % 2]
            answers[name] = str(6 - int(code)) if instrument.item(name).reverse else code
    return answers


def signs(found: Quality, row: int = 0) -> set[str]:
    return {name for name, carried in found.signs.items() if carried[row]}


def test_one_code_throughout_is_a_long_string_and_contradicts(
    cohesion_instrument: Instrument,
) -> None:
    found = quality(asked(cohesion_instrument, all_items(cohesion_instrument, "5")))
    assert found.straight_runs.tolist() == found.runs.tolist()
    assert found.contradictions.tolist() == [2]
    assert {"long_string", "contradiction"} <= signs(found)
    assert found.doubtful.all()


def test_sensible_answers_carry_no_sign(cohesion_instrument: Instrument) -> None:
    found = quality(asked(cohesion_instrument, sensible(cohesion_instrument)))
    assert found.straight_runs.tolist() == [0]
    assert signs(found) == set()


def test_acts_that_nobody_did_are_no_long_string(cohesion_instrument: Instrument) -> None:
    acts = {f"C{k}": "0" for k in range(1, 9)}
    found = quality(asked(cohesion_instrument, acts))
    assert (found.runs.tolist(), found.straight_runs.tolist()) == ([0], [0])
    assert "long_string" not in signs(found)


def test_runs_are_opinions_on_one_scale_and_one_screen(cohesion_instrument: Instrument) -> None:
    answers = sensible(cohesion_instrument) | dict.fromkeys(("B1", "B2", "B3", "B4"), "2")
    found = quality(asked(cohesion_instrument, answers))
    assert (found.runs.tolist(), found.straight_runs.tolist()) == ([7], [1])
    gap = quality(asked(cohesion_instrument, answers | {"B2": "dk"}))
    assert (gap.runs.tolist(), gap.straight_runs.tolist()) == ([6], [0])


@pytest.mark.parametrize(
    ("first", "second", "count"), [("4", "4", 1), ("5", "4", 1), ("3", "5", 0), ("5", "dk", 0)]
)
def test_contradictions_compare_raw_codes(
    cohesion_instrument: Instrument, first: str, second: str, count: int
) -> None:
    answers = sensible(cohesion_instrument) | {"A4": first, "A6": second}
    assert quality(asked(cohesion_instrument, answers)).contradictions.tolist() == [count]


def test_other_contradictions_can_be_named(cohesion_instrument: Instrument) -> None:
    frame = asked(cohesion_instrument, all_items(cohesion_instrument, "5"))
    assert quality(frame, contradictions=[("T1", "T4")]).contradictions.tolist() == [1]
    assert quality(frame, contradictions=[]).contradictions.tolist() == [0]
    with pytest.raises(EstimateError, match=r"contradiction T1 and X9: .* name two"):
        quality(frame, contradictions=[("T1", "X9")])


def test_missing_is_a_share_of_what_applied(cohesion_instrument: Instrument) -> None:
    answers = dict.fromkeys(all_items(cohesion_instrument, "3"), "skip")
    names = list(answers)
    half = answers | dict.fromkeys(names[: len(names) // 2], "3")
    more = half | {names[0]: "dk"}
    less = half | {names[-1]: "na"}
    found = quality(asked(cohesion_instrument, half, more, less, {}, {names[0]: "dk"}))
    assert found.missing[4] == 1  # of the one that applied
    assert found.missing[:2] == pytest.approx([0.5, 0.5 + 1 / len(names)])
    assert found.missing[2] < 0.5
    assert np.isnan(found.missing[3])
    assert found.signs["missing"].tolist() == [False, True, False, False, True]


def test_halves_that_agree_and_halves_that_do_not(cohesion_instrument: Instrument) -> None:
    level = {"TRH": 5, "TRV": 4, "BE": 1, "SI": 2, "AT": 5, "CN": 1}
    steady, torn = {}, {}
    for dimension, high in level.items():
        for place, name in enumerate(cohesion_instrument.dimension(dimension).items):
            reverse = cohesion_instrument.item(name).reverse
            other = 6 - high if place % 2 else high
            steady[name] = str(6 - high if reverse else high)
            torn[name] = str(6 - other if reverse else other)
    found = quality(asked(cohesion_instrument, steady, torn))
    assert found.consistency == pytest.approx([1, -1])
    assert found.signs["inconsistent"].tolist() == [False, True]


def test_even_odd_consistency_is_a_stepped_up_correlation(cohesion_instrument: Instrument) -> None:
    answers = sensible(cohesion_instrument) | {"T1": "1", "B1": "5", "N2": "1", "A1": "5"}
    odd, even = [], []
    for dimension in ("TRH", "TRV", "BE", "SI", "AT", "CN"):
        items = [
            cohesion_instrument.item(n) for n in cohesion_instrument.dimension(dimension).items
        ]
        p = [25 * (int(answers[i.name]) - 1) for i in items]
        p = [100 - x if i.reverse else x for x, i in zip(p, items, strict=True)]
        odd.append(np.mean(p[::2]))
        even.append(np.mean(p[1::2]))
    r = np.corrcoef(odd, even).item(1)
    want = 2 * r / (1 + r) if r > 0 else r
    assert quality(asked(cohesion_instrument, answers)).consistency == pytest.approx([want])


def test_no_variation_has_no_consistency(cohesion_instrument: Instrument) -> None:
    found = quality(asked(cohesion_instrument, dict.fromkeys(("T1", "T2"), "3")))
    assert np.isnan(found.consistency).all()
    assert signs(found) == set()


def test_few_of_the_golden_respondents_are_doubtful(golden_frame: Frame) -> None:
    found = quality(golden_frame)
    assert found.doubtful.mean() < 0.05
    assert found.signs["long_string"].sum() == 0
    assert len(found.missing) == len(golden_frame)


def test_the_short_form_is_judged_by_its_own_items(golden_frame: Frame) -> None:
    found = quality(golden_frame, "short")
    assert (found.runs <= quality(golden_frame).runs).all()


def test_a_frame_without_instrument_says_so(
    golden_frame: Frame, cohesion_instrument: Instrument
) -> None:
    with pytest.raises(EstimateError, match="no instrument with form 'tiny'"):
        quality(golden_frame, "tiny")


def test_a_sign_begins_where_its_limit_is() -> None:
    runs, straight = np.array([2, 3, 4, 4]), np.array([2, 3, 3, 2])
    share = np.array([0.5, 0.51, np.nan, 0.0])
    found = Quality(runs, straight, np.array([0, 1, 2, 0]), np.array([0.0, -0.1, np.nan, 1]), share)
    assert {name: carried.tolist() for name, carried in found.signs.items()} == {
        "long_string": [False, True, True, False],
        "contradiction": [False, True, True, False],
        "inconsistent": [False, True, False, False],
        "missing": [False, True, False, False],
    }
    assert found.doubtful.tolist() == [False, True, True, False]
