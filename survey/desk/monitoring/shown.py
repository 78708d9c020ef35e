"""How a line of a register is shown: its form, and of an indicator its values and its progress."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from flask import abort
from sqlalchemy.orm import Session

from survey.desk.drafting import spoken
from survey.desk.fields import Field
from survey.desk.guard import place
from survey.desk.monitoring import fields, words
from survey.desk.monitoring.lines import line_of
from survey.desk.pages import page
from survey.errors import SurveyError
from survey.models import Indicator
from survey.models.monitoring import Entry
from survey.operations.monitoring.columns import number_of
from survey.operations.monitoring.entries import Kept, find_entry, typed_of
from survey.operations.monitoring.registers import (
    ACTIVITIES,
    INDICATORS,
    REGISTERS,
    RISKS,
    Register,
)
from survey.operations.monitoring.values import latest, points_of, progress_at
from survey.site import site

#: A register in an address.
OF = "/<any(indicators, activities, risks):register>"


def must_find(reading: Session, project_id: int, register: str, entry_id: int) -> Entry:
    """Return a line of the project that the address names; another's is no page at all."""
    return find_entry(reading, REGISTERS[register], project_id, entry_id) or abort(404)


def must_find_indicator(reading: Session, project_id: int, entry_id: int) -> Indicator:
    """Return an indicator of the project that the address names."""
    found = must_find(reading, project_id, INDICATORS.name, entry_id)
    return found if isinstance(found, Indicator) else abort(404)


def show_entry(project_id: int, entry: Entry, register: Register) -> str:
    """Return the page of a line as it is stored."""
    return show_form(project_id, register, Kept(entry, typed=typed_of(entry)))


def show_form(
    project_id: int, register: Register, kept: Kept, problem: SurveyError | None = None
) -> str:
    """Return the page of a line, or of a new one: what was typed, and what is wrong with it."""
    values = _values(kept.entry) if isinstance(kept.entry, Indicator) else {}
    return page(
        "monitoring/entry",
        project=place().project,
        register=register.name,
        said=words.REGISTERS[register.name],
        entry=kept.entry,
        fields=asked_fields(project_id, register, kept.typed),
        typed=kept.typed,
        gaps=kept.gaps,
        refusal=problem,
        **values,
    )


def asked_fields(project_id: int, register: Register, typed: Mapping[str, Any]) -> list[Field]:
    """Return the fields of a register; what an indicator is bound to stays to be chosen."""
    if register is ACTIVITIES:
        return fields.ACTIVITY
    if register is RISKS:
        return fields.RISK
    measure, domain = (str(typed.get(name, ""))[:200] for name in ("measure", "domain"))
    bindings = import_module("survey.operations.monitoring.bindings")  # loads numpy
    with site().database.reading() as reading:
        offer = bindings.offer_of(reading, project_id, spoken())
    return fields.indicator_fields(offer, (measure, domain))


def show_indicator(project_id: int, entry_id: int, problem: SurveyError) -> str:
    """Return the page of an indicator, with what is wrong with a value that was noted."""
    with site().database.reading() as reading:
        entry = must_find_indicator(reading, project_id, entry_id)
    return show_form(project_id, INDICATORS, Kept(entry, typed=typed_of(entry)), problem)


def _values(indicator: Indicator) -> dict[str, Any]:
    kept = typed_of(indicator)
    with site().database.reading() as reading:
        points = points_of(reading, [indicator.id])[indicator.id]
    return {
        "kept": kept,
        "points": points,
        "last": latest(points),
        "progress": progress_at(kept, points),
        "line": line_of(points, number_of(kept, "baseline"), number_of(kept, "target")),
        "standings": words.STANDINGS,
        "worths": words.WORTHS,
    }
