"""A project: its rounds, its members, its log, its end."""

from __future__ import annotations

import time

from flask import Blueprint, Response, request, url_for

from survey.account import entry
from survey.desk.guard import place
from survey.desk.pages import FRESH, TEAM, page, refused, to, writing
from survey.desk.wording import ACTIONS
from survey.errors import SurveyError
from survey.messages import _
from survey.models import Role
from survey.operations.audit import PAGE, entries_of, head, verify
from survey.operations.drafts import drafts_of
from survey.operations.members import (
    Guest,
    invite_member,
    remove_member,
    renew_link,
)
from survey.operations.projects import GRACE, delete_project, rounds_of, take_back_project
from survey.operations.protocol import is_overdue, next_review
from survey.operations.roles import answers_for, is_stranger, members_of
from survey.policy import allow
from survey.site import site, today

blueprint = Blueprint("projects", __name__, url_prefix="/desk/projects")

NOT_TYPED = _("The name you typed is another one. Nothing was deleted.")


@blueprint.get("/<int:project_id>")
@allow(*TEAM, on="project")
def project(project_id: int) -> str:
    """Show a project: its rounds and its members."""
    found = place().project
    with site().database.reading() as reading:
        return page(
            "project",
            project=found,
            is_owner=Role.OWNER in place().roles,
            rounds=rounds_of(reading, project_id),
            members=members_of(reading, project_id),
            drafts=drafts_of(reading, project_id),
            due=next_review(reading, project_id),
            overdue=is_overdue(reading, project_id, today()),
            last_day=found.deleted_on + GRACE if found.deleted_on else None,
        )


@blueprint.post("/<int:project_id>/members")
@allow(Role.OWNER, on="project")
def invite(project_id: int) -> Response | str | tuple[str, int]:
    """Give somebody a role; a person without an account gets a link to be handed over."""
    again = entry.require_fresh(FRESH)
    if again:
        return again
    guest = Guest(*(request.form.get(name, "") for name in ("email", "role", "round")))
    try:
        with writing() as session:
            unknown = is_stranger(session, guest.email)
            staff, token = invite_member(session, project_id, guest, int(time.time()))
    except SurveyError as error:
        return refused(error)
    if token is None and unknown:
        return page("known", project=place().project, email=staff.email, back=project_id)
    if token is None:
        return to(url_for(".project", project_id=project_id))
    return _link_page(project_id, staff.email, token)


@blueprint.post("/<int:project_id>/members/<int:membership>/link")
@allow(Role.OWNER, on="project")
def reset_link(project_id: int, membership: int) -> Response | str | tuple[str, int]:
    """Make a link with which a member sets a new password."""
    again = entry.require_fresh(FRESH)
    if again:
        return again
    try:
        with writing() as session:
            staff, token = renew_link(session, project_id, membership, int(time.time()))
    except SurveyError as error:
        return refused(error)
    return _link_page(project_id, staff.email, token)


@blueprint.post("/<int:project_id>/members/<int:membership>/remove")
@allow(Role.OWNER, on="project")
def remove(project_id: int, membership: int) -> Response | tuple[str, int]:
    """Take a role away."""
    again = entry.require_fresh(FRESH)
    if again:
        return again
    try:
        with writing() as session:
            remove_member(session, project_id, membership)
    except SurveyError as error:
        return refused(error)
    return to(url_for(".project", project_id=project_id))


@blueprint.get("/<int:project_id>/log")
@allow(Role.OWNER, on="project")
def log(project_id: int) -> str:
    """Show what was done in a project, and whether the log is whole.

    When a person signs in concerns this team alone if they work for no other.
    """
    me = entry.staff().email
    with site().database.reading() as reading:
        people = [member.staff for member in members_of(reading, project_id)]
        emails = [
            each.email for each in people if each.email == me or answers_for(reading, me, each)
        ]
        return page(
            "log",
            project=place().project,
            entries=(entries := entries_of(reading, project_id, emails, _before())),
            older=entries[-1].number if len(entries) == PAGE else None,
            problems=verify(reading),
            head=head(reading),
            words_of_acts=ACTIONS,
        )


@blueprint.get("/<int:project_id>/delete")
@allow(Role.OWNER, on="project")
def ask_delete(project_id: int) -> str:
    """Say what deleting a project means, and ask for its name."""
    found = place().project
    return page("delete", project=found, name=found.name, last_day=today() + GRACE)


@blueprint.post("/<int:project_id>/delete")
@allow(Role.OWNER, on="project")
def delete(project_id: int) -> Response | tuple[str, int]:
    """Delete a project whose name was typed."""
    again = entry.require_fresh(FRESH)
    if again:
        return again
    found = place().project
    if request.form.get("typed", "").strip() != found.name:
        shown = page(
            "delete", project=found, name=found.name, last_day=today() + GRACE, problem=NOT_TYPED
        )
        return shown, 422
    with writing() as session:
        delete_project(session, found, today())
    return to(url_for(".project", project_id=project_id))


@blueprint.post("/<int:project_id>/take-back")
@allow(Role.OWNER, on="project")
def take_back(project_id: int) -> Response | tuple[str, int]:
    """Take a deleted project back."""
    try:
        with writing() as session:
            take_back_project(session, place().project, today())
    except SurveyError as error:
        return refused(error)
    return to(url_for(".project", project_id=project_id))


def _before() -> int | None:
    """Return the number of the entry at which the page of the log before this one ended."""
    written = request.args.get("before", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None


def _link_page(project_id: int, email: str, token: str) -> str:
    address = url_for("account.join", token=token, _external=True)
    return page("link", project=place().project, email=email, address=address, back=project_id)
