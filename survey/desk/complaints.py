"""Complaints and questions that people wrote from the pages of a round: for owners alone."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy.orm import Session

from survey.account import entry
from survey.desk.guard import place
from survey.desk.pages import FRESH, page, refused, to, writing
from survey.desk.wording import COMPLAINT_STATES
from survey.errors import SurveyError
from survey.models import Role
from survey.operations.complaints import (
    LONGEST_NOTE,
    Listed,
    complaints_of,
    fetch_sealed,
    find_complaint,
    settle,
)
from survey.policy import allow
from survey.site import site

blueprint = Blueprint("complaints", __name__, url_prefix="/desk/projects")


@blueprint.get("/<int:project_id>/complaints")
@allow(Role.OWNER, on="project")
def listed(project_id: int) -> str:
    """Show what came, new ones first: day, round, state, and the note of the team."""
    with site().database.reading() as reading:
        return page(
            "complaints",
            project=place().project,
            complaints=complaints_of(reading, project_id),
            states=COMPLAINT_STATES,
        )


@blueprint.get("/<int:project_id>/complaints/<complaint>")
@allow(Role.OWNER, on="project")
def one(project_id: int, complaint: str) -> str:
    """Show one complaint, and a form for its state and note."""
    with site().database.reading() as reading:
        return _page(_found(reading, project_id, complaint))


@blueprint.post("/<int:project_id>/complaints/<complaint>")
@allow(Role.OWNER, on="project")
def change(project_id: int, complaint: str) -> Response | tuple[str, int]:
    """Change its state and note; words of somebody faster are shown beside one's own."""
    state, note = request.form.get("state", ""), request.form.get("note", "")
    version = request.form.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
    try:
        with writing() as session:
            found = _found(session, project_id, complaint)
            is_kept = settle(session, found.complaint, state, note, seen)
    except SurveyError as error:
        return refused(error)
    if not is_kept:
        return _page(found, mine=(state, note)), 409
    return to(url_for(".listed", project_id=project_id))


@blueprint.post("/<int:project_id>/complaints/<complaint>/file")
@allow(Role.OWNER, on="project")
def fetch(project_id: int, complaint: str) -> Response | tuple[str, int]:
    """Hand over the locked words, to be opened where the key is."""
    again = entry.require_fresh(FRESH)
    if again:
        return again
    try:
        with writing() as session:
            found = _found(session, project_id, complaint)
            content = fetch_sealed(session, found.complaint)
    except SurveyError as error:
        return refused(error)
    reply = Response(content, mimetype="application/octet-stream")
    reply.headers["Content-Disposition"] = 'attachment; filename="words.age"'
    return reply


def _found(session: Session, project_id: int, number: str) -> Listed:
    return find_complaint(session, project_id, number) or abort(404)


def _page(found: Listed, mine: tuple[str, str] | None = None) -> str:
    return page(
        "complaint",
        project=place().project,
        complaint=found.complaint,
        wave=found.wave,
        states=COMPLAINT_STATES,
        most=LONGEST_NOTE,
        mine=mine,
    )
