"""The workshop of a project: how a questionnaire is begun, changed, handed out and thrown away."""

from __future__ import annotations

import base64

from flask import Blueprint, Response, abort, request, url_for

from questionnaires import InstrumentError
from questionnaires.formats import xlsform
from questionnaires.formats.errors import FormatError
from survey.desk.drafting import Reply
from survey.desk.drafts import NOT_SURE
from survey.desk.guard import place
from survey.desk.pages import TEAM, page, refused, to, writing
from survey.desk.workshop.addresses import (
    home,
    kind_of,
    must_find_form,
    read_form_draft,
    thing_page,
)
from survey.desk.workshop.shown import show_draft, show_look, show_overview
from survey.errors import RefusedError
from survey.messages import _
from survey.operations.workshop.checks import check_parts
from survey.operations.workshop.drafts import (
    begin_from,
    discard_form,
    imported_source,
    known_source,
    note_export,
    restore,
)
from survey.operations.workshop.items import (
    add_language,
    add_thing,
    move_thing,
    remove_language,
    remove_thing,
)
from survey.policy import allow
from survey.site import today

blueprint = Blueprint("workshop", __name__, url_prefix="/desk/projects/<int:project_id>/workshop")

#: Bytes that an uploaded form may have.
LARGEST = 2_000_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("")
@allow(*TEAM, on="project")
def overview(project_id: int) -> str:
    """Show the questionnaires of the project, and how to begin one."""
    return show_overview(project_id)


@blueprint.post("")
@allow(*TEAM, on="project")
def begin(project_id: int) -> Reply:
    """Begin a questionnaire as a copy of another."""
    try:
        source = known_source(request.form.get("source", ""))
        with writing() as session:
            draft = begin_from(session, project_id, request.form.get("name", "").strip(), source)
    except RefusedError as problem:
        return show_overview(project_id, problem), 422
    return to(home(project_id, draft.id))


@blueprint.post("/import")
@allow(*TEAM, on="project")
def look(project_id: int) -> Reply:
    """Look at an XLSForm, and say what would be taken; store nothing."""
    file = request.files.get("file")
    try:
        content = file.read(LARGEST + 1) if file and file.filename else b""
        if len(content) > LARGEST:
            abort(413)
        return show_look(project_id, request.form.get("name", "").strip(), content)
    except RefusedError as problem:
        return show_overview(project_id, problem), 422


@blueprint.post("/import/keep")
@allow(*TEAM, on="project")
def keep(project_id: int) -> Reply:
    """Begin a questionnaire as the XLSForm that was looked at."""
    name = request.form.get("name", "").strip()
    try:
        content = base64.b64decode(request.form.get("content", ""), validate=True)
        source = imported_source(xlsform.read(content).document)
        with writing() as session:
            draft = begin_from(session, project_id, name, source)
    except (ValueError, FormatError, InstrumentError):
        return show_overview(project_id, RefusedError(_("choose the file again"))), 422
    except RefusedError as problem:
        return show_look(project_id, name, content, problem)
    return to(home(project_id, draft.id))


@blueprint.get("/<int:draft_id>")
@allow(*TEAM, on="project")
def draft_page(project_id: int, draft_id: int) -> str:
    """Show what a questionnaire holds, what must be mended, and what was done to it."""
    return show_draft(project_id, draft_id)


@blueprint.post("/<int:draft_id>/add/<kind>")
@allow(*TEAM, on="project")
def add(project_id: int, draft_id: int, kind: str) -> Reply:
    """Add an item, a section, a scale or a language."""
    try:
        with writing() as session:
            draft = must_find_form(session, project_id, draft_id)
            if kind == "language":
                add_language(session, draft, request.form.get("name", ""), today())
                return to(home(project_id, draft_id))
            chosen = kind_of(kind)
            name = add_thing(session, draft, chosen, request.form, today())
    except RefusedError as problem:
        return show_draft(project_id, draft_id, problem), 422
    return to(thing_page(project_id, draft_id, kind, name))


@blueprint.post("/<int:draft_id>/<kind>/<name>/move")
@allow(*TEAM, on="project")
def move(project_id: int, draft_id: int, kind: str, name: str) -> Reply:
    """Move a thing up or down."""
    try:
        with writing() as session:
            draft = must_find_form(session, project_id, draft_id)
            is_up = request.form.get("way") == "up"
            move_thing(session, draft, (kind_of(kind), name), is_up, today())
    except RefusedError as problem:
        return show_draft(project_id, draft_id, problem), 422
    return to(home(project_id, draft_id) + f"#{kind}-{name}")


@blueprint.post("/<int:draft_id>/<kind>/<name>/remove")
@allow(*TEAM, on="project")
def remove(project_id: int, draft_id: int, kind: str, name: str) -> Reply:
    """Take a thing out; the list of changes brings it back."""
    try:
        with writing() as session:
            draft = must_find_form(session, project_id, draft_id)
            if kind == "language":
                remove_language(session, draft, name, today())
            else:
                remove_thing(session, draft, (kind_of(kind), name), today())
    except RefusedError as problem:
        return show_draft(project_id, draft_id, problem), 422
    return to(home(project_id, draft_id) + "#history")


@blueprint.post("/<int:draft_id>/restore")
@allow(*TEAM, on="project")
def bring_back(project_id: int, draft_id: int) -> Reply:
    """Bring an earlier version of the draft back."""
    typed = request.form.get("version", "")
    version = int(typed) if typed.isdecimal() and len(typed) < 10 else -1
    try:
        with writing() as session:
            draft = must_find_form(session, project_id, draft_id)
            restore(session, draft, version, today())
    except RefusedError as problem:
        return show_draft(project_id, draft_id, problem), 422
    return to(home(project_id, draft_id) + "#history")


@blueprint.post("/<int:draft_id>/xlsform")
@allow(*TEAM, on="project")
def export(project_id: int, draft_id: int) -> Reply:
    """Hand the draft out as an XLSForm, in all its languages."""
    draft = read_form_draft(project_id, draft_id)
    instrument = check_parts(draft.document).instrument
    if instrument is None:
        return refused(RefusedError(_("something must be mended first; the page says what")))
    try:
        written = xlsform.write_apart(instrument.document)
    except FormatError as problem:
        return refused(RefusedError(_("this cannot be written: %(why)s"), why=str(problem)))
    with writing() as session:
        note_export(session, must_find_form(session, project_id, draft_id))
    reply = Response(written, mimetype=_XLSX)
    reply.headers["Content-Disposition"] = f'attachment; filename="{draft.name}.xlsx"'
    return reply


@blueprint.get("/<int:draft_id>/discard")
@allow(*TEAM, on="project")
def ask_discard(project_id: int, draft_id: int) -> str:
    """Ask whether a draft shall be thrown away."""
    draft = read_form_draft(project_id, draft_id)
    return page("workshop/discard", project=place().project, draft=draft)


@blueprint.post("/<int:draft_id>/discard")
@allow(*TEAM, on="project")
def discard(project_id: int, draft_id: int) -> Reply:
    """Throw a draft away; what was published of it stays."""
    if request.form.get("sure") != "yes":
        draft = read_form_draft(project_id, draft_id)
        shown = {"project": place().project, "draft": draft, "problem": NOT_SURE}
        return page("workshop/discard", **shown), 422
    with writing() as session:
        discard_form(session, must_find_form(session, project_id, draft_id))
    return to(url_for(".overview", project_id=project_id))
