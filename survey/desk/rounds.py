"""A round: its days, its state, its sealed answers by number, its end."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from survey.account import entry
from survey.desk.guard import place
from survey.desk.pages import FRESH, TEAM, page, refused, to, writing
from survey.desk.projects import NOT_TYPED
from survey.errors import SurveyError
from survey.models import Role
from survey.operations.drafts import draft_of_round
from survey.operations.projects import GRACE, delete_round, round_state, take_back_round
from survey.operations.waves import close_wave, find_wave
from survey.policy import allow
from survey.site import site, today

blueprint = Blueprint("rounds", __name__, url_prefix="/desk/rounds")


@blueprint.get("/<link>")
@allow(*TEAM, on="round")
def round_page(link: str) -> str:
    """Show a round: its days, its state, how many answers are sealed."""
    with site().database.reading() as reading:
        shown = round_state(reading, find_wave(reading, link))
        return page(
            "round",
            project=place().project,
            is_owner=Role.OWNER in place().roles,
            round=shown,
            wave=shown.wave,
            draft=draft_of_round(reading, shown.wave),
        )


@blueprint.post("/<link>/close")
@allow(*TEAM, on="round")
def close(link: str) -> Response:
    """Close a round before its last day."""
    with writing() as session:
        close_wave(session, find_wave(session, link))
    return to(url_for(".round_page", link=link))


@blueprint.get("/<link>/delete")
@allow(Role.OWNER, on="round")
def ask_delete(link: str) -> str:
    """Say what deleting a round means, and ask for its link."""
    return _delete_page(link)


@blueprint.post("/<link>/delete")
@allow(Role.OWNER, on="round")
def delete(link: str) -> Response | tuple[str, int]:
    """Delete a round whose link was typed."""
    again = entry.require_fresh(FRESH)
    if again:
        return again
    if request.form.get("typed", "").strip() != link:
        return _delete_page(link, NOT_TYPED), 422
    with writing() as session:
        delete_round(session, find_wave(session, link), today())
    return to(url_for(".round_page", link=link))


@blueprint.post("/<link>/take-back")
@allow(Role.OWNER, on="round")
def take_back(link: str) -> Response | tuple[str, int]:
    """Take a deleted round back; it stays closed."""
    try:
        with writing() as session:
            take_back_round(session, find_wave(session, link), today())
    except SurveyError as error:
        return refused(error)
    return to(url_for(".round_page", link=link))


def _delete_page(link: str, problem: str | None = None) -> str:
    found = place()
    return page(
        "delete",
        project=found.project,
        wave=found.wave,
        name=link,
        last_day=min(today() + GRACE, found.wave.keep_until) if found.wave else today(),
        problem=problem,
    )
