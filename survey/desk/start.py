"""The first page of the desk: one's projects and rounds."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from survey.account import entry
from survey.desk.pages import TEAM, page, refused, to, writing
from survey.errors import SurveyError
from survey.models import Project, Role, RoundDraft
from survey.operations.complaints import unread
from survey.operations.drafts import drafts_of
from survey.operations.members import found_project
from survey.operations.monitoring.reviews import risks_due
from survey.operations.projects import rounds_of
from survey.operations.protocol import is_overdue, next_review
from survey.operations.roles import projects_of, roles_in, rounds_seen, vouches
from survey.policy import Audience, open_to
from survey.site import site, today

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
                    "roles": (roles := roles_in(reading, me, project.id, None)),
                    "unread": unread(reading, project.id) if Role.OWNER in roles else 0,
                    "overdue": _overdue(reading, me, project.id),
                    "due": _risks_due(reading, me, project.id),
                    "drafts": _drafts(reading, me, project),
                    "rounds": [(each, seen[each.wave.id]) for each in rounds],
                }
            )
        may_make = vouches(reading, me)
    return page("start", shown=shown, may_make=may_make)


def _overdue(reading: Session, staff_id: int, project_id: int) -> date | None:
    """Return the day on which a review of the protocol was due, for those who can make it."""
    if not roles_in(reading, staff_id, project_id, None) & set(TEAM):
        return None
    return next_review(reading, project_id) if is_overdue(reading, project_id, today()) else None


def _risks_due(reading: Session, staff_id: int, project_id: int) -> int:
    """Return how many risks wait to be looked at again, for those who look after them."""
    watches = roles_in(reading, staff_id, project_id, None) & set(TEAM)
    return risks_due(reading, project_id, today()) if watches else 0


def _drafts(reading: Session, staff_id: int, project: Project) -> list[RoundDraft]:
    """Return the rounds that are being planned, for those who plan them."""
    plans = roles_in(reading, staff_id, project.id, None) & set(TEAM)
    return drafts_of(reading, project.id) if plans and not project.deleted_on else []


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
