"""Values of an indicator that somebody notes by hand."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from survey.desk.drafting import Reply
from survey.desk.monitoring.shown import must_find_indicator, show_indicator
from survey.desk.pages import TEAM, refused, to, writing
from survey.errors import SurveyError
from survey.operations.monitoring.values import note_value, remove_value
from survey.policy import allow

blueprint = Blueprint(
    "indicator_values",
    __name__,
    url_prefix="/desk/projects/<int:project_id>/monitoring/indicators/<int:entry_id>/values",
)


@blueprint.post("")
@allow(*TEAM, on="project")
def note(project_id: int, entry_id: int) -> Reply:
    """Note what an indicator was on a day."""
    try:
        with writing() as session:
            indicator = must_find_indicator(session, project_id, entry_id)
            note_value(session, indicator, request.form)
    except SurveyError as error:
        return show_indicator(project_id, entry_id, error), 422
    return _back(project_id, entry_id)


@blueprint.post("/<int:value_id>/remove")
@allow(*TEAM, on="project")
def remove(project_id: int, entry_id: int, value_id: int) -> Reply:
    """Remove a value that was noted by hand."""
    try:
        with writing() as session:
            indicator = must_find_indicator(session, project_id, entry_id)
            remove_value(session, indicator, value_id)
    except SurveyError as error:
        return refused(error)
    return _back(project_id, entry_id)


def _back(project_id: int, entry_id: int) -> Reply:
    register = "indicators"
    return to(
        url_for("monitoring.one", project_id=project_id, register=register, entry_id=entry_id)
    )
