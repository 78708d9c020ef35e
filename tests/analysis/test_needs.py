"""Needs: severity, share in need, worst sector and priority, each by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import (
    EstimateError,
    Frame,
    Row,
    design_of,
    needs,
    needs_scores,
    rankings_of,
    score,
    shares,
)
from analysis.moments import scores_of
from analysis.moments.counting import numerators
from questionnaires import read_instrument

GOLDEN = Path(__file__).parents[1] / "golden"
PROFILE = read_instrument("community_profile")
WANTED: dict[str, Any] = json.loads((GOLDEN / "needs.json").read_text())
SECTORS = ("water", "food", "home", "health", "school", "work")


@pytest.fixture(scope="module")
def frame() -> Frame:
    return Frame.read(GOLDEN / "needs.csv", PROFILE)


def frame_of(*answers: Mapping[str, str], name: str = "community_profile") -> Frame:
    rows = [Row(each, 1_000_000, "", None, "en", "self-web") for each in answers]
    return Frame.from_answers(read_instrument(name), rows)


def test_every_household_is_scored_as_the_independent_script_does(frame: Frame) -> None:
    scores = needs_scores(frame)
    for row, household in enumerate(WANTED["households"]):
        want = {name: np.nan if x is None else x for name, x in household.items()}
        got = {name: scores[name][row] for name in want}
        assert got == pytest.approx(want, nan_ok=True, abs=1e-12)


def test_sectors_are_estimated_as_the_independent_script_does(frame: Frame) -> None:
    found = needs(frame, design_of(frame))
    assert found.priorities is not None
    priorities = {each.need: each for each in found.priorities.needs}
    for each in (each for each in found.sectors if each.sector in SECTORS):
        want = WANTED["sectors"][each.sector]
        priority = priorities[each.sector]
        got = (each.severity, each.in_need, priority.score, priority.first, priority.mentioned)
        names = ("severity", "in_need", "priority", "first", "mentioned")
        assert [x.point for x in got] == pytest.approx([want[name] for name in names])


def test_a_sector_is_flagged_when_its_two_ranks_are_three_apart(frame: Frame) -> None:
    gaps = {each.need: each for each in needs(frame, design_of(frame)).gaps}
    assert set(gaps) == set(SECTORS)  # the others were not asked about
    for sector, gap in gaps.items():
        want = WANTED["sectors"][sector]
        assert gap.severity_rank == want["severity_rank"]
        assert gap.priority_rank == want["priority_rank"]
        assert gap.is_apart == (abs(want["severity_rank"] - want["priority_rank"]) >= 3)
    assert [each for each in gaps if gaps[each].is_apart] == ["home"]


def test_a_ranking_with_a_repeated_or_skipped_rank_is_invalid_as_a_whole(frame: Frame) -> None:
    found = needs(frame, design_of(frame)).priorities
    assert found is not None
    assert (found.n, found.invalid) == (6, 1)
    rankings = rankings_of(
        frame_of({"priority": "water food water"}, {"priority": "food  water"}), "priority"
    )
    assert not rankings.valid.any()


def test_who_did_not_need_a_sector_is_not_in_need_and_in_no_mean() -> None:
    answers = [{"needs_water": code} for code in ("4", "2", "na", "na", "dk")]
    frame = frame_of(*answers)
    water = needs(frame, design_of(frame)).sectors[0]
    assert (water.severity.point, water.severity.n) == (75, 2)
    assert (water.in_need.point, water.in_need.n) == (50, 4)


@pytest.mark.parametrize(("code", "percent"), [("1", 0), ("2", 100)])
def test_need_begins_at_the_second_point(code: str, percent: float) -> None:
    frame = frame_of({"needs_food": code}, {"needs_food": code})
    assert needs(frame, design_of(frame)).sectors[1].in_need.point == percent


def test_the_worst_sector_is_the_highest_and_nothing_else() -> None:
    frame = frame_of(
        {"needs_water": "1", "needs_food": "3", "needs_home": "dk"},
        {"needs_water": "na", "needs_food": "na"},
        {"needs_water": "na", "needs_food": "0"},
    )
    worst = needs_scores(frame)["needs_worst"]
    assert worst.tolist() == pytest.approx([75, np.nan, 0], nan_ok=True)
    found = needs(frame, design_of(frame))
    assert {code: each.point for code, each in found.worst.items()} == {
        "0": 50,
        "1": 0,
        "2": 0,
        "3": 50,
        "4": 0,
    }
    assert found.any_need.point == 50


def test_the_needs_of_a_domain_are_those_of_its_households(frame: Frame) -> None:
    design = design_of(frame)
    women = np.arange(len(frame)) < 5
    both = [needs(frame, design, mask).any_need for mask in (women, ~women)]
    whole = needs(frame, design).any_need
    assert whole.n == sum(each.n for each in both)
    assert needs(frame, design, women).gaps


codes = st.sampled_from(["0", "1", "2", "3", "4", "na", "dk", "pnta", "skip"])


@settings(max_examples=25)
@given(answers=st.lists(codes, min_size=3, max_size=3), extra=codes)
def test_scores_stay_in_bounds_and_a_nonanswer_alters_no_other_sector(
    answers: list[str], extra: str
) -> None:
    told = dict(zip(("needs_water", "needs_food", "needs_home"), answers, strict=True))
    scores = needs_scores(frame_of(told, told | {"needs_work": extra}))
    for name in told:
        alone, beside = scores[name]
        assert np.array_equal(alone, beside, equal_nan=True)
    for column in scores.values():
        assert (np.isnan(column) | ((column >= 0) & (column <= 100))).all()


def test_an_instrument_without_sectors_has_no_needs() -> None:
    frame = frame_of({"T1": "4"}, name="social_cohesion")
    assert needs_scores(frame) == {}
    with pytest.raises(EstimateError, match="mark its grid"):
        needs(frame, design_of(frame))
    with pytest.raises(EstimateError, match="no ranking"):
        rankings_of(frame, "T1")


def test_resilience_needs_three_of_its_six_answers() -> None:
    three = {f"CR{number}": "5" for number in (1, 2, 3)} | {f"CR{n}": "dk" for n in (4, 5, 6)}
    scored = score(frame_of(three, three | {"CR3": "dk"}))["CR"]
    assert scored.tolist() == pytest.approx([100, np.nan], nan_ok=True)


def test_resilience_needs_three_answers_even_of_those_to_whom_little_applies() -> None:
    gone = {"CR4": "not_shown", "CR5": "not_shown", "CR6": "not_shown"}
    two = gone | {"CR1": "5", "CR2": "5", "CR3": "dk"}
    frame = frame_of(two, two | {"CR3": "5"}, two | {"CR3": "5", "CR2": "not_shown"})
    want = [np.nan, 100, np.nan]
    assert score(frame)["CR"].tolist() == pytest.approx(want, nan_ok=True)
    assert frame.instrument is not None
    (measure,) = scores_of(frame.instrument, names=["CR"])
    assert (numerators(frame, measure) >= 0).tolist() == [False, True, False]


BENEFICIARY = {
    "access": ("BM4", "BM5", "BM6"),
    "quality": ("BM7", "BM8", "BM9", "BM10"),
    "inclusion": ("BM11", "BM12"),
    "RS_economic": ("RS1", "RS2", "RS3"),
    "RS_social": ("RS4", "RS5", "RS6"),
    "RS_psychosocial": ("RS7", "RS8", "RS9", "RS10"),
}


@pytest.mark.parametrize(("dimension", "items"), BENEFICIARY.items())
def test_the_scores_of_beneficiaries_are_means_of_their_items(
    dimension: str, items: tuple[str, ...]
) -> None:
    points = {"RS3": "1", "RS8": "1"}  # reversed: debts and sadness weigh not at all
    all_best = {item: points.get(item, "5") for item in items}
    one_middle = all_best | {items[0]: "3"}
    half = dict.fromkeys(items, "dk") | dict(list(all_best.items())[:2])
    alone = dict.fromkeys(items, "dk") | {items[0]: "5"}
    frame = frame_of(all_best, one_middle, half, alone, name="beneficiary_monitoring")
    want = [100, 100 - 50 / len(items), 100, np.nan]
    assert score(frame)[dimension].tolist() == pytest.approx(want, nan_ok=True)


def test_complaints_and_harm_are_shares_of_those_who_answered() -> None:
    frame = frame_of(
        {"BM14": "yes", "BM18": "tension debts"},
        {"BM14": "no", "BM18": "none"},
        {"BM14": "na", "BM18": "debts"},
        {"BM14": "pnta", "BM18": "skip"},
        name="beneficiary_monitoring",
    )
    design = design_of(frame)
    answered = shares(frame, "BM14", design)
    assert (answered["yes"].point, answered["yes"].n) == (50, 2)
    harm = {code: each.point for code, each in shares(frame, "BM18", design).items()}
    assert harm["debts"] == pytest.approx(200 / 3)
    assert harm["tension"] == pytest.approx(100 / 3)
    assert harm["watched"] == 0
    with pytest.raises(EstimateError, match="no item with choices"):
        shares(frame, "D1", design)
