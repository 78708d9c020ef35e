"""Governance: medians over raters, nine sections, the lowest first, and no total."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from analysis import EstimateError, Frame, Governance, Row, governance
from analysis.disclosure.bodies import publishable
from analysis.governance import profile_of_bodies
from questionnaires import Instrument, read_instrument

GOLDEN = Path(__file__).parents[1] / "golden"
INSTRUMENT = read_instrument("reintegration_governance")
WANTED: dict[str, Any] = json.loads((GOLDEN / "governance.json").read_text())


@pytest.fixture(scope="module")
def found() -> Governance:
    return governance(Frame.read(GOLDEN / "governance.csv", INSTRUMENT))


def frame_of(rows: Iterable[Mapping[str, str]], instrument: Instrument = INSTRUMENT) -> Frame:
    stored = [Row(each, 1_000_000, "", None, "en", "") for each in rows]
    return Frame.from_answers(instrument, stored)


def raters(months: str = "16", **changes: str) -> list[dict[str, str]]:
    bodies = ("cso", "cso", "police")
    return [
        {"body": body, "months": months, "G1_responsible": "2", "G1_measures": "2"}
        | {"G1_rights": "2", "G1_local": "2"}
        | changes
        for body in bodies
    ]


@pytest.mark.parametrize("name", WANTED)
def test_sections_are_scored_as_the_independent_script_does(found: Governance, name: str) -> None:
    (section,) = (each for each in found.sections if each.name == name)
    want = WANTED[name]
    assert (section.score, section.spread, section.evidence) == pytest.approx(
        (want["score"], want["spread"], want["evidence"])
    )
    medians = {each.item: each.rating.median for each in section.statements}
    assert medians == {f"{name}_{part}": median for part, median in want["medians"].items()}


def test_there_are_nine_sections_and_nothing_above_them(found: Governance) -> None:
    assert [each.name for each in found.sections] == [f"G{number}" for number in range(1, 10)]
    assert {each.name for each in fields(Governance)} == {
        "sections",
        "raters",
        "bodies",
        "months",
        "override",
    }


def test_the_headline_is_the_lowest_section(found: Governance) -> None:
    assert [each.name for each in found.headline] == ["G7"]
    unrated = [each for each in found.sections if each.name == "G5"]
    assert [(each.score, each.spread, each.evidence) for each in unrated] == [(None, None, None)]


def test_equally_low_sections_share_the_headline_and_silence_has_none() -> None:
    both = raters(G2_lead="2", G2_meetings="2")
    assert [each.name for each in governance(frame_of(both)).headline] == ["G1", "G2"]
    silent = raters(G1_responsible="1", G1_measures="dk", G1_rights="dk", G1_local="dk")
    assert governance(frame_of(silent)).headline == ()


def test_it_is_refused_before_month_sixteen_without_a_reason() -> None:
    early = frame_of(raters(months="15"))
    with pytest.raises(EstimateError, match="16 months"):
        governance(early)
    with pytest.raises(EstimateError, match="16 months"):
        governance(early, override="  ")
    allowed = governance(early, override="the mandate ends next month")
    assert (allowed.months, allowed.override) == (15, "the mandate ends next month")
    in_time = governance(frame_of(raters()), override="not needed")
    assert (in_time.months, in_time.override) == (16, "")


def test_one_rater_who_says_it_is_early_or_nobody_who_says_anything_is_enough_to_refuse() -> None:
    mixed = raters(months="20")
    mixed[1]["months"] = "9"
    for rows in (mixed, raters(months="dk")):
        with pytest.raises(EstimateError, match="16 months"):
            governance(frame_of(rows))


def test_three_raters_of_two_kinds_of_body_are_needed() -> None:
    with pytest.raises(EstimateError, match="2 raters of 1 kinds"):
        governance(frame_of(raters()[:2]))
    with pytest.raises(EstimateError, match="3 raters of 1 kinds"):
        governance(frame_of([each | {"body": "cso"} for each in raters()]))
    silent = {name: "dk" for name in raters()[0] if name.startswith("G1")}
    rows = raters()
    rows[2] |= silent  # a rater who rates nothing is none
    with pytest.raises(EstimateError, match="2 raters of 1 kinds"):
        governance(frame_of(rows))


def test_a_section_whose_raters_are_of_one_kind_is_withheld_whoever_rated_another() -> None:
    apart = {"G2_lead": "3", "G2_meetings": "3"}
    rows = [each | (apart if each["body"] == "cso" else {}) for each in [*raters(), raters()[0]]]
    found = profile_of_bodies(frame_of(rows))
    assert [(each.raters, each.bodies) for each in found.sections[:3]] == [(4, 2), (3, 1), (0, 0)]
    first, second, third = publishable(found, 20, "").sections[:3]
    assert (first.score, first.raters) == (50, 4)
    assert (second.score, second.lowest, second.evidence, second.raters) == (None, None, None, 3)
    assert third.score is None


def test_a_rating_that_nothing_supports_is_opinion() -> None:
    rows = raters(G1_evidence_responsible="document", G1_evidence_measures="opinion")
    rows[0]["G1_evidence_rights"] = "seen"
    section = governance(frame_of(rows)).sections[0]
    assert section.evidence == pytest.approx(4 / 12)


def test_another_instrument_is_named_as_the_wrong_one(cohesion: Instrument) -> None:
    with pytest.raises(EstimateError, match="reintegration_governance"):
        governance(frame_of([{"T1": "3"}], cohesion))
