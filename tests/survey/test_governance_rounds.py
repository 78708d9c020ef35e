"""A round in which raters of bodies answer: when it may open, and what its release shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from analysis.disclosure import Release as Published
from questionnaires import Instrument, read_instrument
from questionnaires.logic import complete_answers
from survey.db import Database
from survey.errors import ReleaseError, SurveyError
from survey.models import Release, Wave
from survey.operations.readiness import _programme
from survey.operations.release_material import SignOff
from survey.operations.releases import publish
from survey.operations.round_files import check_round
from survey.operations.wave_plans import WavePlan
from survey.operations.waves import close_wave, open_wave
from survey.site import today
from tests.conftest import FACTS, answers, localities, plan, record

INSTRUMENT = read_instrument("reintegration_governance")
OPENS = today() - timedelta(days=1)


def planned(months: int | None = 20, reason: str = "", **changes: Any) -> WavePlan:
    """Return the plan of a round that opens so many months after the programme began."""
    facts = {language: dict(told) for language, told in FACTS.items()}
    if months is not None:
        begins = OPENS.year * 12 + OPENS.month - 1 - months
        began = date(begins // 12, begins % 12 + 1, min(OPENS.day, 28))
        facts["en"] |= {"programme_began": began.isoformat(), "early_reason": reason}
    return plan(form="full", breakdowns=(), facts=facts, **changes)


def opened(database: Database, asked: WavePlan) -> Wave:
    with database.writing() as session:
        return open_wave(session, INSTRUMENT, asked, localities(1))


def rate(database: Database, wave: Wave, *bodies: str) -> None:
    for number, body in enumerate(bodies):
        rated = {f"G1_{row}": str(1 + number) for row in ("responsible", "measures", "rights")}
        given = answers(INSTRUMENT, "full", place="P1", body=body, months="20", **rated)
        given.pop("D1")
        record(database, wave, complete_answers(INSTRUMENT, "full", given))


def released(database: Database, wave: Wave) -> Release:
    with database.writing() as session:
        kept = session.get_one(Wave, wave.id)
        close_wave(session, kept)
        return publish(session, kept, SignOff("A. Reviewer", "researcher", today()))


def test_a_round_before_month_sixteen_opens_only_with_a_reason(database: Database) -> None:
    with pytest.raises(SurveyError, match="say when it began"):
        opened(database, planned(None))
    with pytest.raises(SurveyError, match="15 months old"):
        opened(database, planned(15))
    with pytest.raises(SurveyError, match="begins after"):
        opened(database, planned(-2, "whatever"))
    assert opened(database, planned(16, link="in-time")).id
    assert opened(database, planned(15, "The mandate ends in May.", link="early")).id


def test_another_round_needs_no_programme(database: Database, cohesion: Instrument) -> None:
    with database.writing() as session:
        assert open_wave(session, cohesion, plan(), localities()).id


def test_three_raters_of_two_kinds_make_a_profile_with_the_lowest_section(
    database: Database,
) -> None:
    wave = opened(database, planned(9, "The mandate ends in May."))
    rate(database, wave, "cso", "police", "ministry")
    made = Published.from_json(released(database, wave).document)
    assert made.assessment is not None
    first = made.assessment.sections[0]
    assert (first.raters, first.score, first.lowest, first.highest) == (3, 50, 25, 75)
    assert [each.name for each in made.assessment.headline] == ["G1"]
    assert (made.assessment.months, made.assessment.early) == (9, "The mandate ends in May.")
    assert made.programme.cells == made.community.cells == ()


def test_one_rater_leaves_no_number_and_nobody_leaves_no_release(database: Database) -> None:
    silent = opened(database, planned(link="silent"))
    with pytest.raises(ReleaseError, match="no answers are sealed"):
        released(database, silent)
    wave = opened(database, planned())
    rate(database, wave, "cso")
    made = Published.from_json(released(database, wave).document)
    assert made.assessment is not None
    assert made.assessment.sections[0] == replace(made.assessment.sections[0], raters=1)
    assert made.assessment.sections[0].score is None
    assert made.assessment.headline == ()


def test_a_round_file_says_when_the_programme_began() -> None:
    written: dict[str, Any] = {
        "link": "governance",
        "instrument": "reintegration_governance",
        "languages": ["en"],
        "opens_on": date(2026, 5, 1),
        "closes_on": date(2026, 6, 1),
        "keep_until": date(2027, 6, 1),
        "programme_began": date(2025, 1, 1),
        "facts": {"en": {**FACTS["en"]}},
        "locality": [{"code": "P1", "names": {"en": "The country"}}],
    }
    _, asked, _ = check_round(written, "round.toml")
    assert asked.facts["en"]["programme_began"] == "2025-01-01"
    assert "early_reason" not in asked.facts["en"]


@pytest.mark.parametrize(
    ("began", "reason", "field"),
    [("", "", "programme_began"), ("2025-06-01", "", "early_reason"), ("2027-01-01", "x",
     "programme_began"), ("2025-06-01", "The mandate ends.", None), ("2024-01-01", "", None)],
    ids=["unsaid", "early", "later", "with-reason", "in-time"],
)  # fmt: skip
def test_the_checklist_names_what_is_missing(began: str, reason: str, field: str | None) -> None:
    days = {"opens_on": "2026-01-01", "programme_began": began, "early_reason": reason}
    gaps = _programme({"days": days}, INSTRUMENT)
    assert [gap.field for gap in gaps] == ([field] if field else [])
