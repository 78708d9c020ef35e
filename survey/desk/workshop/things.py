"""One item, section, scale or measure: its form, its checks, how it looks on a phone, its notes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, request

from survey.desk.drafting import Reply, seen_version, show_clash
from survey.desk.fields import read_form
from survey.desk.guard import place
from survey.desk.pages import TEAM, page, refused, to, writing
from survey.desk.workshop.addresses import (
    home,
    kind_of,
    must_find_form,
    read_form_draft,
    thing_page,
)
from survey.desk.workshop.forms import fields_of, structure_fields, word_groups
from survey.desk.workshop.measures import counted
from survey.desk.workshop.wording import FIRST, KINDS, STATUSES
from survey.errors import RefusedError
from survey.models import InstrumentDraft
from survey.operations.gaps import Gap
from survey.operations.workshop.checks import beside, check_parts
from survey.operations.workshop.documents import languages_of, status_of
from survey.operations.workshop.items import Sent, save_thing
from survey.operations.workshop.measures import FieldError
from survey.operations.workshop.notes import add_note, drop_note, notes_on
from survey.operations.workshop.things import Kind, rows_of, typed_of
from survey.operations.workshop.trial import first_asked
from survey.policy import allow
from survey.security import let_frame
from survey.site import site, today

blueprint = Blueprint(
    "workshop_things",
    __name__,
    url_prefix="/desk/projects/<int:project_id>/workshop/<int:draft_id>/<kind>/<name>",
)


@blueprint.get("")
@allow(*TEAM, on="project")
def edit(project_id: int, draft_id: int, kind: str, name: str) -> Reply:
    """Show the form of a thing, with its preview and what the checks say of it."""
    try:
        return _show(project_id, draft_id, kind_of(kind), name)
    except RefusedError as problem:
        return refused(problem)


@blueprint.post("")
@allow(*TEAM, on="project")
def save(project_id: int, draft_id: int, kind: str, name: str) -> Reply:
    """Keep what was typed, also when it is half filled."""
    chosen = kind_of(kind)
    typed: dict[str, Any] = {}
    try:
        parts = read_form_draft(project_id, draft_id).document
        typed = read_form(fields_of(parts, chosen, name), request.form)
        with writing() as session:
            draft = must_find_form(session, project_id, draft_id)
            sent = Sent(typed, seen_version(), today())
            clash = save_thing(session, draft, (chosen, name), sent)
            fields = fields_of(draft.document, chosen, name)
    except FieldError as problem:
        gap = Gap(problem.words, problem.values, problem.field)
        reply = _show(project_id, draft_id, chosen, name, typed=typed, gaps=[gap])
        reply.status_code = 422
        return reply
    except RefusedError as problem:
        return refused(problem)
    if clash is not None:
        return show_clash([each for each in fields if each.name in typed], clash[1], clash[0])
    if request.form.get("onward") == "home":
        return to(home(project_id, draft_id) + f"#{kind}-{name}")
    return to(thing_page(project_id, draft_id, kind, name))


@blueprint.post("/notes")
@allow(*TEAM, on="project")
def note(project_id: int, draft_id: int, kind: str, name: str) -> Reply:
    """Add a note on how people understood an item."""
    typed = [request.form.get(each, "") for each in ("day", "language", "noticed", "changed")]
    try:
        with writing() as session:
            draft = must_find_form(session, project_id, draft_id)
            add_note(session, draft, name, (typed[0], typed[1], typed[2], typed[3]))
    except RefusedError as problem:
        if any(each.get("name") == name for each in _rows(project_id, draft_id, kind)):
            reply = _show(project_id, draft_id, kind_of(kind), name, refusal=problem)
            reply.status_code = 422
            return reply
        return refused(problem)
    return to(thing_page(project_id, draft_id, kind, name) + "#notes")


@blueprint.post("/notes/<int:number>/drop")
@allow(*TEAM, on="project")
def drop(project_id: int, draft_id: int, kind: str, name: str, number: int) -> Reply:
    """Take a note out."""
    try:
        with writing() as session:
            drop_note(session, must_find_form(session, project_id, draft_id), number)
    except RefusedError as problem:
        return refused(problem)
    return to(thing_page(project_id, draft_id, kind, name) + "#notes")


def _rows(project_id: int, draft_id: int, kind: str) -> list[dict[str, Any]]:
    return rows_of(read_form_draft(project_id, draft_id).document, kind_of(kind))


def _show(
    project_id: int,
    draft_id: int,
    kind: Kind,
    name: str,
    *,
    typed: dict[str, Any] | None = None,
    gaps: list[Gap] | None = None,
    refusal: RefusedError | None = None,
) -> Response:
    with site().database.reading() as reading:
        draft = must_find_form(reading, project_id, draft_id)
        notes = notes_on(reading, draft, name) if kind is Kind.ITEM else []
    parts = draft.document
    findings = check_parts(parts)
    shown = page(
        "workshop/thing",
        project=place().project,
        draft=draft,
        kind=kind,
        name=name,
        kind_word=KINDS[kind],
        first=FIRST[kind],
        structure=structure_fields(parts, kind, name),
        groups=word_groups(parts, kind, name),
        counted=counted(parts, name) if kind is Kind.DIMENSION else [],
        typed=typed_of(parts, kind, name) if typed is None else typed,
        gaps=gaps or [],
        problems=beside(parts, findings.problems, kind, name),
        advice=beside(parts, findings.advice, kind, name),
        languages_here=[(each, parts[f"text/{each}"]) for each in languages_of(parts)],
        statuses=STATUSES,
        states={each: status_of(parts, each) for each in languages_of(parts)},
        seen_on=first_asked(parts, kind, name),
        neighbours=_neighbours(draft, kind, name),
        notes=notes,
        note_typed=request.form if refusal else {},
        refusal=refusal,
    )
    return let_frame(make_response(shown))


def _neighbours(draft: InstrumentDraft, kind: Kind, name: str) -> tuple[str, str]:
    """Return the names of the things before and after one; empty at the ends."""
    names = [str(row.get("name", "")) for row in rows_of(draft.document, kind)]
    place_of = names.index(name)
    before = names[place_of - 1] if place_of else ""
    return before, names[place_of + 1] if place_of + 1 < len(names) else ""
