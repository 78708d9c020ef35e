"""The first page of the desk: one's projects and rounds."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from survey.account import entry
from survey.desk.pages import page, refused, to, writing
from survey.errors import SurveyError
from survey.operations.members import found_project
from survey.operations.projects import rounds_of
from survey.operations.roles import projects_of, roles_in, rounds_seen, vouches
from survey.policy import Audience, open_to
from survey.site import site

blueprint = Blueprint("desk", __name__, url_prefix="/desk")


@blueprint.get("/")
@open_to(Audience.STAFF)
def start() -> str:
    """Show the projects and rounds in which a person has a role."""
    me = entry.staff().id
    shown = []
    with site().database.reading() as reading:
        for project in projects_of(reading, me):
            seen = rounds_seen(reading, me, project.id)
            rounds = [each for each in rounds_of(reading, project.id) if each.wave.id in seen]
            shown.append(
                {
                    "project": project,
                    "roles": roles_in(reading, me, project.id, None),
                    "rounds": [(each, seen[each.wave.id]) for each in rounds],
                }
            )
        may_make = vouches(reading, me)
    return page("start", shown=shown, may_make=may_make)


@blueprint.post("/projects")
@open_to(Audience.STAFF)
def new_project() -> Response | tuple[str, int]:
    """Make a project; whoever owns one already may."""
    try:
        with writing() as session:
            made = found_project(session, request.form.get("name", ""), entry.staff().id)
    except SurveyError as error:
        return refused(error)
    return to(url_for("projects.project", project_id=made.id))
