"""The workshop of a project: its questionnaires, how one is begun, what it holds, how it ends."""

from __future__ import annotations

import base64
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy.orm import Session

from questionnaires import Instrument, InstrumentError, library_names
from questionnaires.formats import xlsform
from questionnaires.formats.errors import FormatError
from questionnaires.formats.xlsform import Reading
from questionnaires.types import type_names
from survey.desk.drafting import Reply
from survey.desk.drafts import NOT_SURE
from survey.desk.guard import place
from survey.desk.pages import TEAM, page, refused, to, writing
from survey.desk.workshop.wording import ACTS, KINDS, STATUSES, TYPES
from survey.errors import RefusedError
from survey.messages import _
from survey.models import InstrumentDraft, Role
from survey.operations.questionnaires import own_names
from survey.operations.workshop.checks import check_parts, thing_of
from survey.operations.workshop.documents import (
    languages_of,
    source_of,
    status_of,
    word_at,
)
from survey.operations.workshop.drafts import (
    begin_from,
    changes_of,
    discard_form,
    drafts_in,
    find_form,
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
from survey.operations.workshop.notes import notes_by_item
from survey.operations.workshop.publish import next_version
from survey.operations.workshop.things import Kind, rows_of
from survey.operations.workshop.translations import count_of
from survey.policy import allow
from survey.site import site, today

blueprint = Blueprint("workshop", __name__, url_prefix="/desk/projects/<int:project_id>/workshop")

#: Bytes that an uploaded form may have.
LARGEST = 2_000_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def must_find_form(reading: Session, project_id: int, draft_id: int) -> InstrumentDraft:
    """Return a draft of the project that the address names; another's is no page at all."""
    return find_form(reading, project_id, draft_id) or abort(404)


def read_form_draft(project_id: int, draft_id: int) -> InstrumentDraft:
    """Return a draft to be shown."""
    with site().database.reading() as reading:
        return must_find_form(reading, project_id, draft_id)


def home(project_id: int, draft_id: int) -> str:
    """Return the address of the page of a draft."""
    return url_for("workshop.draft_page", project_id=project_id, draft_id=draft_id)


def thing_page(project_id: int, draft_id: int, kind: str, name: str) -> str:
    """Return the address of the page of an item, a section or a scale."""
    return url_for(
        "workshop_things.edit", project_id=project_id, draft_id=draft_id, kind=kind, name=name
    )


def kind_of(name: str) -> Kind:
    """Return the kind of thing that an address names."""
    return Kind(name) if name in set(Kind) else abort(404)


@blueprint.get("")
@allow(*TEAM, on="project")
def overview(project_id: int) -> str:
    """Show the questionnaires of the project, and how to begin one."""
    return _overview(project_id)


@blueprint.post("")
@allow(*TEAM, on="project")
def begin(project_id: int) -> Reply:
    """Begin a questionnaire as a copy of another."""
    try:
        source = known_source(request.form.get("source", ""))
        with writing() as session:
            draft = begin_from(session, project_id, request.form.get("name", "").strip(), source)
    except RefusedError as problem:
        return _overview(project_id, problem), 422
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
        return _look(project_id, request.form.get("name", "").strip(), content)
    except RefusedError as problem:
        return _overview(project_id, problem), 422


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
        return _overview(project_id, RefusedError(_("choose the file again"))), 422
    except RefusedError as problem:
        return _look(project_id, name, content, problem)
    return to(home(project_id, draft.id))


@blueprint.get("/<int:draft_id>")
@allow(*TEAM, on="project")
def draft_page(project_id: int, draft_id: int) -> str:
    """Show what a questionnaire holds, what must be mended, and what was done to it."""
    return _draft_page(project_id, draft_id)


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
        return _draft_page(project_id, draft_id, problem), 422
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
        return _draft_page(project_id, draft_id, problem), 422
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
        return _draft_page(project_id, draft_id, problem), 422
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
        return _draft_page(project_id, draft_id, problem), 422
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


def _overview(project_id: int, problem: RefusedError | None = None) -> str:
    with site().database.reading() as reading:
        drafts = drafts_in(reading, project_id)
    return page(
        "workshop/overview",
        project=place().project,
        drafts=[(draft, _standing(draft)) for draft in drafts],
        sources=[*library_names(), *own_names()],
        refusal=problem,
        typed=request.form,
        statuses=STATUSES,
    )


def _standing(draft: InstrumentDraft) -> dict[str, Any]:
    """Return what the list says of a draft."""
    parts = draft.document
    return {
        "title": word_at(parts[f"text/{source_of(parts)}"], ("title",)),
        "items": len(rows_of(parts, Kind.ITEM)),
        "languages": len(languages_of(parts)),
        "version": next_version(parts),
        "published": len(parts.get("published", [])),
    }


def _look(
    project_id: int, name: str, content: bytes, problem: RefusedError | None = None
) -> tuple[str, int]:
    """Return the page that says what an XLSForm would become."""
    if not content:
        raise RefusedError(_("choose a file first"))
    reading: Reading | None = None
    source: Instrument | None = None
    flaws: list[str] = []
    try:
        reading = xlsform.read(content)
        source = imported_source(reading.document)
    except InstrumentError as error:
        flaws = [str(each) for each in error.problems]
    except FormatError as error:
        flaws = [str(error)]
    shown = page(
        "workshop/look",
        project=place().project,
        name=name or (source.name if source else ""),
        source=source,
        notes=reading.notes if reading else (),
        flaws=flaws,
        content=base64.b64encode(content).decode(),
        refusal=problem,
    )
    return shown, 422 if problem or source is None else 200


def _draft_page(project_id: int, draft_id: int, problem: RefusedError | None = None) -> str:
    with site().database.reading() as reading:
        draft = must_find_form(reading, project_id, draft_id)
        changes = changes_of(reading, draft)
        noted = notes_by_item(reading, draft)
    parts = draft.document
    findings = check_parts(parts)
    source = parts[f"text/{source_of(parts)}"]
    where = [(each, thing_of(parts, each)) for each in findings.problems]
    return page(
        "workshop/draft",
        project=place().project,
        is_owner=Role.OWNER in place().roles,
        draft=draft,
        parts=parts,
        sections=_sections(draft),
        scales=rows_of(parts, Kind.SCALE),
        source=source,
        word_at=word_at,
        languages_here=[
            (each, parts[f"text/{each}"], status_of(parts, each), *count_of(parts, each))
            for each in languages_of(parts)
        ],
        problems=where,
        advice=[(each, thing_of(parts, each)) for each in findings.advice],
        flawed={thing for _each, thing in where},
        noted=noted,
        changes=changes,
        types=[each for each in type_names() if each in TYPES],
        type_words=TYPES,
        acts=ACTS,
        kinds=KINDS,
        statuses=STATUSES,
        version=next_version(parts),
        refusal=problem,
    )


def _sections(draft: InstrumentDraft) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Return the sections with their items, those of no section that is there at the end."""
    parts = draft.document
    items, sections = rows_of(parts, Kind.ITEM), rows_of(parts, Kind.SECTION)
    known = {row["name"] for row in sections}
    found = [
        (row, [item for item in items if item.get("section") == row["name"]]) for row in sections
    ]
    lost = [item for item in items if item.get("section") not in known]
    return [*found, ({"name": ""}, lost)] if lost else found
