"""The programme of the demo: a few indicators, most of which fill themselves, and what goes along.

All of it is invented, as the municipality is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import Indicator, Project
from survey.operations.monitoring.entries import add_entry
from survey.operations.monitoring.registers import (
    ACTIVITIES,
    INDICATORS,
    RISKS,
    Register,
    Typed,
)
from survey.operations.monitoring.values import note_value


def add_programme(session: Session, today: date) -> None:
    """Give the first project a small programme, filled from its releases; commits."""
    project_id = session.scalars(select(Project.id).order_by(Project.id)).first()
    if project_id is None:
        return
    for register, typed in _lines(today):
        kept = add_entry(session, register, project_id, typed, today)
        if isinstance(kept.entry, Indicator) and typed.get("unit") == "meetings":
            heard = {"value": "7", "day": today.isoformat(), "note": "Lists of the office"}
            note_value(session, kept.entry, heard)


def _lines(today: date) -> Iterator[tuple[Register, Typed]]:
    began = (today - timedelta(days=395)).isoformat()
    ends = (today + timedelta(days=335)).isoformat()
    half = (today - timedelta(days=180)).isoformat()
    scored = {
        "level": "outcome",
        "unit": "points from 0 to 100",
        "source": "Rounds about living together",
        "frequency": "every year",
        "owner": "Municipal office",
        "direction": "up",
        "baseline_day": began,
        "target_day": ends,
    }
    trust = {"code": "OC1", "name": "Trust", "measure": "social_cohesion/TR"}
    belonging = {"code": "OC2", "name": "Belonging", "measure": "social_cohesion/BE"}
    yield INDICATORS, {**scored, **trust, "baseline": "51", "target": "60"}
    yield INDICATORS, {**scored, **belonging, "baseline": "67", "target": "75"}
    support = {"code": "OC3", "name": "Quality of the support", "source": "Beneficiary monitoring"}
    support |= {"measure": "beneficiary_monitoring/quality", "baseline": "45", "target": "65"}
    yield INDICATORS, {**scored, **support}
    money = {"code": "OC4", "name": "Resources for reintegration", "source": "Twelve bodies"}
    money |= {"measure": "reintegration_governance/G7", "baseline": "20", "target": "50"}
    yield INDICATORS, {**scored, **money}
    yield (
        INDICATORS,
        {
            **scored,
            "code": "OP1",
            "level": "output",
            "name": "Meetings of neighbours that were held",
            "unit": "meetings",
            "source": "Lists of the office",
            "baseline": "0",
            "target": "12",
        },
    )
    activity = {"owner": "Municipal office", "begins": half, "ends": ends, "currency": "EUR"}
    meetings = {"code": "A1", "name": "Meetings of neighbours", "state": "under way"}
    yield ACTIVITIES, {**activity, **meetings, "budget": "12000", "spent": "7400"}
    training = {"code": "A2", "name": "Training of mediators", "state": "planned"}
    yield ACTIVITIES, {**activity, **training, "budget": "8000", "spent": "0"}
    yield (
        RISKS,
        {
            "code": "R1",
            "kind": "risk",
            "what": "Families who came back are taken for the reason of every meeting.",
            "likelihood": "possible",
            "impact": "serious",
            "mitigation": "Meetings are about the neighbourhood; nobody is asked where they were.",
            "owner": "Municipal office",
            "state": "watched",
        },
    )
    yield (
        RISKS,
        {
            "code": "U1",
            "kind": "unintended effect",
            "what": "Neighbours without work ask why others are helped first.",
            "likelihood": "happens",
            "impact": "noticeable",
            "mitigation": "Evening training is open to all; the board says who can come.",
            "owner": "Employment office A",
            "state": "open",
        },
    )
