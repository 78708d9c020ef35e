"""Scores are those of scoring.md, for chosen answers and for 144 synthetic respondents."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analysis import EstimateError, Frame, Row, score
from questionnaires import Instrument, Item, read_instrument
from questionnaires.build import build_instrument
from tests.questionnaires.generated import documents

INSTRUMENT = read_instrument("social_cohesion")
SCORED = [item for item in INSTRUMENT.items if item.dimension]
ACTS = [item.name for item in SCORED if item.dimension == "CE"]
MISSING = float("nan")
NONANSWERS = ("dk", "pnta", "skip", "na", "not_shown", "invalid")


def everywhere(code: str, acts: str) -> dict[str, str]:
    return {item.name: acts if item.name in ACTS else code for item in SCORED}


def best() -> dict[str, str]:
    answers = everywhere("5", "3")
    return answers | {item.name: "1" for item in SCORED if item.reverse}


def parsed(text: str) -> dict[str, str]:
    return dict(each.split(" ") for each in text.split(", "))


def scores_of(answers: Mapping[str, str], form: str = "long") -> dict[str, float]:
    row = Row(answers, 1_000_000, "", None, "en", "self-web")
    scored = score(Frame.from_answers(INSTRUMENT, [row]), form)
    return {name: float(y[0]) for name, y in scored.items()}


def same(got: Mapping[str, float], want: Mapping[str, float]) -> None:
    assert {name: got[name] for name in want} == pytest.approx(want, abs=5e-5, nan_ok=True)


def test_r1_the_best_answer_everywhere_scores_100() -> None:
    assert set(scores_of(best()).values()) == {100.0}


def test_r2_the_middle_everywhere_scores_50_and_no_act_scores_0() -> None:
    want = dict.fromkeys(("TR", "TRH", "TRV", "BE", "SI", "AT", "CN"), 50.0)
    same(scores_of(everywhere("3", "0")), want | {"CE": 0, "CE_freq": 0})


def test_r3_a_straight_line_of_fives_is_held_back_by_the_reversed_items() -> None:
    want = {"TRH": 75, "TRV": 100, "TR": 87.5, "BE": 83.3333, "SI": 83.3333}
    want |= {"AT": 85.7143, "CN": 85.7143, "CE": 100}
    same(scores_of(everywhere("5", "3")), want)


def test_r4_half_of_a_subscale_is_enough_and_less_is_not() -> None:
    answers = parsed(
        "T1 4, T2 dk, T3 pnta, T4 2, T5 2, T6 dk, T7 dk, T8 3, B1 4, B2 dk, B3 dk, B4 dk, B5 2, "
        "B6 3, I1 3, I2 dk, I3 skip, I4 4, I5 dk, I6 skip, A1 2, A2 dk, A3 1, A4 3, A5 pnta, A6 4, "
        "A7 pnta, N1 3, N2 dk, N3 dk, N4 4, N5 5, N6 dk, N7 dk, "
        "C1 1, C2 0, C3 2, C4 0, C5 0, C6 pnta, C7 dk, C8 1"
    )
    want = {"TRH": 75, "TRV": 37.5, "TR": 56.25, "BE": 66.6667, "SI": MISSING, "AT": 25}
    same(scores_of(answers), want | {"CN": MISSING, "CE": 50, "CE_freq": 22.2222})


SHORT = (
    "T1 5, T2 3, T5 1, B1 4, B2 4, B5 1, I1 2, I2 dk, I4 4, A1 3, A4 dk, A6 dk, "
    "N1 5, N4 4, N5 3, C1 1, C2 0, C5 dk"
)
SHORT_SCORES = {"TRH": 75, "TRV": 0, "TR": 37.5, "BE": 83.3333, "SI": 50} | {
    "AT": MISSING,
    "CN": 75,
    "CE": MISSING,
}


def test_r5_the_short_form_counts_its_own_items() -> None:
    same(scores_of(parsed(SHORT), "short"), SHORT_SCORES)


def test_items_outside_the_short_form_count_as_not_shown_even_when_answered() -> None:
    same(scores_of(best() | parsed(SHORT), "short"), SHORT_SCORES)


def test_r6_an_act_that_does_not_apply_is_taken_out() -> None:
    answers = everywhere("3", "0") | {"C6": "na", "C1": "1", "C4": "3"}
    same(scores_of(answers), {"CE": 28.5714, "CE_freq": 19.0476})


def test_too_many_acts_that_do_not_apply_leave_no_score() -> None:
    answers = everywhere("3", "1") | {"C6": "na", "C1": "na"}
    assert scores_of(answers)["CE"] == 100.0
    same(scores_of(answers | {"C2": "na"}), {"CE": MISSING, "CE_freq": MISSING})


def test_a_facet_of_acts_follows_the_rule_of_acts_with_its_own_items() -> None:
    answers = everywhere("3", "1") | {"C1": "dk", "C5": "dk", "C7": "0"}
    want = {"CE_community": 100, "CE_voice": MISSING, "CE_bridging": 50}
    same(scores_of(answers), want)


def test_a_subscale_of_which_more_than_half_does_not_apply_has_no_score() -> None:
    answers = everywhere("3", "0") | dict.fromkeys(("B1", "B2", "B3"), "na")
    assert scores_of(answers)["BE"] == 50.0
    same(scores_of(answers | {"B4": "not_shown"}), {"BE": MISSING, "TR": 50})


def test_one_answer_is_never_enough_for_several_items() -> None:
    answers = everywhere("3", "0") | {"T1": "na", "T2": "na"}
    assert scores_of(answers)["TRH"] == 50.0
    same(scores_of(answers | {"T3": "dk"}), {"TRH": MISSING, "TR": MISSING, "TRV": 50})


def test_a_composite_needs_all_its_parts() -> None:
    answers = everywhere("3", "0") | dict.fromkeys(("T5", "T6", "T7"), "dk")
    same(scores_of(answers), {"TRH": 50, "TRV": MISSING, "TR": MISSING})


def test_scores_agree_with_r_for_every_respondent(golden_frame: Frame, golden_folder: Path) -> None:
    with (golden_folder / "golden_scores.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    scored = score(golden_frame)
    for name in rows[0].keys() - {"id"}:
        want = [float(row[name].replace("NA", "nan")) for row in rows]
        assert scored[name] == pytest.approx(want, rel=1e-14, abs=0, nan_ok=True)


def test_only_the_composites_of_the_instrument_average_dimensions() -> None:
    assert set(scores_of(best())) == {each.name for each in INSTRUMENT.dimensions}
    assert not {"cohesion", "headline", "total", "overall"} & set(scores_of(best()))


def test_a_dimension_without_items_in_the_form_is_missing() -> None:
    items = tuple(
        replace(item, forms=("long",)) if item.name == "T5" else item for item in INSTRUMENT.items
    )
    row = Row(best(), 1_000_000, "", None, "en", "self-web")
    scored = score(Frame.from_answers(replace(INSTRUMENT, items=items), [row]), "short")
    assert np.isnan([scored["TRV"][0], scored["TR"][0]]).all()
    assert scored["TRH"][0] == 100


def test_a_form_the_instrument_does_not_have_is_an_error() -> None:
    with pytest.raises(EstimateError, match="choose one of long, short"):
        scores_of(best(), "medium")


def test_a_frame_without_instrument_cannot_be_scored(golden_folder: Path) -> None:
    with pytest.raises(EstimateError, match="no instrument"):
        score(Frame.read(golden_folder / "golden_data.csv"))


answered = st.fixed_dictionaries(
    {item.name: st.sampled_from([*item.codes, *NONANSWERS]) for item in SCORED}
)


@given(answers=answered, form=st.sampled_from(["long", "short"]))
def test_scores_lie_between_0_and_100(answers: dict[str, str], form: str) -> None:
    found = np.array(list(scores_of(answers, form).values()))
    assert np.all(np.isnan(found) | ((found >= 0) & (found <= 100 + 1e-9)))


@settings(
    deadline=None,
    max_examples=25,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(document=documents(), seed=st.integers(0, 2**32))
def test_whatever_instrument_a_team_makes_is_scored_between_0_and_100(
    document: dict[str, Any], seed: int
) -> None:
    made, chance = build_instrument(document), random.Random(seed)
    said = {item.name: (*item.codes, *NONANSWERS) for item in made.items if item.dimension}
    rows = [
        Row(
            {name: chance.choice(codes) for name, codes in said.items()},
            1_000_000,
            "",
            None,
            "en",
            "",
        )
        for _ in range(4)
    ]
    scored = score(Frame.from_answers(made, rows))
    assert scored.keys() == {each.name for each in made.dimensions}
    for found in scored.values():
        assert found.shape == (4,)
        assert np.all(np.isnan(found) | ((found >= 0) & (found <= 100 + 1e-9)))


@given(answers=answered, item=st.sampled_from(SCORED), why=st.sampled_from(["dk", "pnta", "skip"]))
def test_one_nonanswer_never_alters_another_dimension(
    answers: dict[str, str], item: Item, why: str
) -> None:
    fed = {each.name for each in INSTRUMENT.dimensions if item.name in each.items}
    fed |= {each.name for each in INSTRUMENT.dimensions if fed & set(each.parts)}
    before, after = scores_of(answers), scores_of(answers | {item.name: why})
    for dimension in before.keys() - fed:
        assert after[dimension] == pytest.approx(before[dimension], nan_ok=True)


@given(answers=answered)
def test_dk_pnta_and_skip_count_alike_and_as_no_number(answers: dict[str, str]) -> None:
    swapped = {"dk": "skip", "pnta": "dk", "skip": "pnta"}
    others = {name: swapped.get(code, code) for name, code in answers.items()}
    assert scores_of(others) == pytest.approx(scores_of(answers), nan_ok=True)


@given(answers=answered)
def test_adding_an_item_that_was_not_shown_changes_nothing(answers: dict[str, str]) -> None:
    absent = {name: code for name, code in answers.items() if code != "not_shown"}
    assert scores_of(absent) == pytest.approx(scores_of(answers), nan_ok=True)


def reversed_instrument(instrument: Instrument) -> Instrument:
    items = tuple(
        replace(item, reverse=not item.reverse) if item.dimension else item
        for item in instrument.items
    )
    return replace(instrument, items=items)


@given(answers=answered)
def test_reversing_an_item_and_its_answer_is_the_identity(answers: dict[str, str]) -> None:
    turned = reversed_instrument(INSTRUMENT)
    codes = {item.name: item.codes for item in SCORED}
    mirrored = {
        name: codes[name][::-1][codes[name].index(code)] if code in codes[name] else code
        for name, code in answers.items()
    }
    row = Row(mirrored, 1_000_000, "", None, "en", "self-web")
    after = {k: float(v[0]) for k, v in score(Frame.from_answers(turned, [row])).items()}
    assert after == pytest.approx(scores_of(answers), nan_ok=True)
    assert reversed_instrument(turned).items == INSTRUMENT.items
