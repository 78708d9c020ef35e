"""A round that is being planned: its checklist, its steps, its file, its opening."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for

from survey.desk.drafting import (
    Reply,
    must_find,
    read_draft,
    save_step,
    show_step,
    step_address,
)
from survey.desk.guard import place
from survey.desk.pages import TEAM, page, refused, to, writing
from survey.desk.steps import STEPS
from survey.errors import SurveyError
from survey.messages import _
from survey.operations.draft_documents import round_document
from survey.operations.drafts import discard_draft, link_of, make_draft, open_draft
from survey.operations.round_writing import round_text
from survey.operations.waves import find_wave
from survey.policy import allow
from survey.site import site, today

blueprint = Blueprint("drafts", __name__, url_prefix="/desk/projects/<int:project_id>/drafts")

NOT_SURE = _("Tick the box to say that you mean it. Nothing was changed.")


@blueprint.post("")
@allow(*TEAM, on="project")
def make(project_id: int) -> Reply:
    """Begin to plan a round."""
    try:
        with writing() as session:
            draft = make_draft(session, project_id, request.form.get("name", ""))
    except SurveyError as error:
        return refused(error)
    return to(url_for(".checklist", project_id=project_id, draft_id=draft.id))


@blueprint.get("/<int:draft_id>")
@allow(*TEAM, on="project")
def checklist(project_id: int, draft_id: int) -> str:
    """Show the steps from question to report, and what each of them lacks."""
    return _checklist(project_id, draft_id)


@blueprint.get("/<int:draft_id>/<step>")
@allow(*TEAM, on="project")
def step(project_id: int, draft_id: int, step: str) -> str:
    """Show a step with its form."""
    _check_step(step)
    return show_step(step, project_id, draft_id)


@blueprint.post("/<int:draft_id>/<step>")
@allow(*TEAM, on="project")
def save(project_id: int, draft_id: int, step: str) -> Reply:
    """Keep what was typed into a step."""
    _check_step(step)
    return save_step(step, project_id, draft_id)


@blueprint.get("/<int:draft_id>/round.toml")
@allow(*TEAM, on="project")
def round_file(project_id: int, draft_id: int) -> Response:
    """Hand the draft out as a round file, which opens the same round on any installation."""
    draft, _gaps = read_draft(project_id, draft_id)
    reply = Response(round_text(round_document(draft.document)), mimetype="application/toml")
    name = link_of(draft) or "round"
    safe = "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign == "-"))
    reply.headers["Content-Disposition"] = f'attachment; filename="{safe or "round"}.toml"'
    return reply


@blueprint.get("/<int:draft_id>/discard")
@allow(*TEAM, on="project")
def ask_discard(project_id: int, draft_id: int) -> str:
    """Ask whether a draft shall be thrown away."""
    draft, _gaps = read_draft(project_id, draft_id)
    return page("discard", project=place().project, draft=draft)


@blueprint.post("/<int:draft_id>/discard")
@allow(*TEAM, on="project")
def discard(project_id: int, draft_id: int) -> Reply:
    """Throw a draft away."""
    if request.form.get("sure") != "yes":
        draft, _gaps = read_draft(project_id, draft_id)
        return page("discard", project=place().project, draft=draft, problem=NOT_SURE), 422
    try:
        with writing() as session:
            discard_draft(session, must_find(session, project_id, draft_id))
    except SurveyError as error:
        return refused(error)
    return to(url_for("projects.project", project_id=project_id))


@blueprint.post("/<int:draft_id>/open")
@allow(*TEAM, on="project")
def open_round(project_id: int, draft_id: int) -> Reply:
    """Open the round; from now on nothing of it changes."""
    if request.form.get("sure") != "yes":
        return _checklist(project_id, draft_id, NOT_SURE), 422
    try:
        with writing() as session:
            wave = open_draft(session, must_find(session, project_id, draft_id), today())
    except SurveyError as error:
        return refused(error)
    return to(url_for("rounds.round_page", link=wave.link))


def _checklist(project_id: int, draft_id: int, problem: str | None = None) -> str:
    draft, gaps = read_draft(project_id, draft_id)
    with site().database.reading() as reading:
        wave = find_wave(reading, link_of(draft)) if draft.wave_id else None
    return page(
        "checklist",
        project=place().project,
        draft=draft,
        wave=wave,
        gaps=gaps,
        ready=not any(gaps.values()),
        steps=STEPS,
        addresses={name: step_address(name, project_id, draft_id) for name in STEPS},
        problem=problem,
    )


def _check_step(step: str) -> None:
    """Make sure that a step is one whose page is here."""
    if step not in STEPS or STEPS[step].endpoint != "drafts.step":
        abort(404)
