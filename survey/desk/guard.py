"""Let in whom a view's policy names, and find what the address speaks of on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Response, abort, current_app, g, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.account import entry
from survey.models import Project, ProjectRound, Role, Wave
from survey.operations.factors import has_factor
from survey.operations.roles import roles_in
from survey.policy import Policy, policy_of
from survey.site import site


@dataclass(frozen=True)
class Place:
    """The project or round that an address names, and what the person may do there."""

    project: Project
    wave: Wave | None
    roles: frozenset[Role]


def guard() -> Response | None:
    """Refuse, send to the sign-in page, or let the view run.

    A view without a policy never runs: the application does not start with one, and here it would
    be refused once more.
    """
    if request.endpoint is None:
        return None  # there is no such address; Flask says so
    policy = policy_of(current_app, request.endpoint)
    if policy is None:
        abort(404)
    if not policy.needs_account:
        return None
    if not entry.staff().is_authenticated:
        return _ask_to_sign_in()
    if policy.roles:
        g.place = _find(policy)
    if request.path.startswith("/desk/") and _owes_factor():
        return cast("Response", redirect(url_for("own.page"), 303))
    return None


def place() -> Place:
    """Return what the address names; the guard has made sure that the person may see it."""
    return cast("Place", g.place)


def _ask_to_sign_in() -> Response:
    if request.method != "GET":
        abort(401)
    return cast("Response", redirect(url_for("account.sign_in", next=request.path), 303))


def _owes_factor() -> bool:
    account = entry.staff()
    if not account.factor_required:
        return False
    with site().database.reading() as reading:
        return not has_factor(reading, account)


def _find(policy: Policy) -> Place:
    with site().database.reading() as reading:
        found = _named(reading, policy)
        if found is None:
            abort(404)
        project, wave = found
        roles = roles_in(reading, entry.staff().id, project.id, wave.id if wave else None)
    if not roles:
        abort(404)
    if not roles & policy.roles:
        abort(403)
    return Place(project, wave, frozenset(roles))


def _named(reading: Session, policy: Policy) -> tuple[Project, Wave | None] | None:
    named = request.view_args or {}
    if policy.scope == "project":
        project = reading.get(Project, named["project_id"])
        return None if project is None else (project, None)
    row = reading.execute(
        select(Project, Wave)
        .join(ProjectRound, ProjectRound.project_id == Project.id)
        .join(Wave, Wave.id == ProjectRound.wave_id)
        .where(Wave.link == named["link"])
    ).one_or_none()
    return None if row is None else (row[0], row[1])
