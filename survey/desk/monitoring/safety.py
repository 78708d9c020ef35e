"""The staff-safety plan of a project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, request, url_for

from survey.desk.drafting import Reply, seen_version, show_clash
from survey.desk.fields import read_form
from survey.desk.guard import place
from survey.desk.monitoring.fields import SAFETY
from survey.desk.pages import TEAM, page, refused, to, writing
from survey.errors import SurveyError
from survey.operations.gaps import Gap
from survey.operations.monitoring.safety import (
    PART,
    keep_safety,
    safety_due,
    safety_gaps,
    safety_of,
)
from survey.policy import allow
from survey.site import site, today

blueprint = Blueprint(
    "safety", __name__, url_prefix="/desk/projects/<int:project_id>/monitoring/safety"
)


@blueprint.get("")
@allow(*TEAM, on="project")
def plan(project_id: int) -> str:
    """Show the plan."""
    with site().database.reading() as reading:
        found = safety_of(reading, project_id)
    typed = found.document.get(PART) or {}
    return _show(project_id, typed, safety_gaps(typed) if found.version else [])


@blueprint.post("")
@allow(*TEAM, on="project")
def save(project_id: int) -> Reply:
    """Store the plan as it was typed, also half filled."""
    typed = read_form(SAFETY, request.form)
    try:
        with writing() as session:
            gaps, clash = keep_safety(
                session, project_id, typed, seen=seen_version(), today=today()
            )
    except SurveyError as error:
        return refused(error)
    if gaps:
        return _show(project_id, typed, gaps), 422
    if clash is not None:
        return show_clash(SAFETY, typed, clash)
    return to(url_for(".plan", project_id=project_id))


def _show(project_id: int, typed: Mapping[str, Any], gaps: Sequence[Gap]) -> str:
    with site().database.reading() as reading:
        return page(
            "monitoring/safety",
            project=place().project,
            fields=SAFETY,
            typed=typed,
            gaps=gaps,
            version=safety_of(reading, project_id).version,
            due=safety_due(reading, project_id),
        )
