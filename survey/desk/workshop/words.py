"""The words of a language beside those they translate: written, reviewed, signed off."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from survey.desk.drafting import Reply, seen_version, show_clash
from survey.desk.fields import read_form
from survey.desk.guard import place
from survey.desk.pages import TEAM, page, refused, to, writing
from survey.desk.workshop.addresses import must_find_form, read_form_draft
from survey.desk.workshop.forms import line_fields
from survey.desk.workshop.wording import STATUSES
from survey.errors import RefusedError
from survey.operations.workshop.documents import language_hash, signed_of, source_of, status_of
from survey.operations.workshop.drafts import check_language
from survey.operations.workshop.items import Sent
from survey.operations.workshop.translations import (
    SIGNED,
    Line,
    count_of,
    lines_of,
    save_lines,
    sign_language,
)
from survey.policy import allow
from survey.site import today

blueprint = Blueprint(
    "workshop_words",
    __name__,
    url_prefix="/desk/projects/<int:project_id>/workshop/<int:draft_id>/words/<language>",
)

#: Texts on one page.
PAGE = 20


@blueprint.get("")
@allow(*TEAM, on="project")
def words_page(project_id: int, draft_id: int, language: str) -> Reply:
    """Show the words of a language beside their source."""
    try:
        return _show(project_id, draft_id, language)
    except RefusedError as problem:
        return refused(problem)


@blueprint.post("")
@allow(*TEAM, on="project")
def save(project_id: int, draft_id: int, language: str) -> Reply:
    """Keep the words of one page, and which of them are reviewed."""
    try:
        draft = read_form_draft(project_id, draft_id)
        check_language(draft, language)
        known = {line.key for line in lines_of(draft.document, language)}
        sent = [name.removeprefix("word:") for name in request.form if name.startswith("word:")]
        fields = line_fields(draft.document, language, [key for key in sent if key in known])
        typed = read_form(fields, request.form)
        with writing() as session:
            draft = must_find_form(session, project_id, draft_id)
            clash = save_lines(session, draft, language, Sent(typed, seen_version(), today()))
    except RefusedError as problem:
        return refused(problem)
    if clash is not None:
        return show_clash(fields, clash[1], clash[0])
    return to(_address(project_id, draft_id, language))


@blueprint.post("/sign")
@allow(*TEAM, on="project")
def sign(project_id: int, draft_id: int, language: str) -> Reply:
    """Sign the language off, in the name of the person who is signed in."""
    status, seen = (request.form.get(name, "") for name in ("status", "seen"))
    try:
        with writing() as session:
            draft = must_find_form(session, project_id, draft_id)
            sign_language(session, draft, language, (status, seen, today()))
    except RefusedError as problem:
        return refused(problem)
    return to(_address(project_id, draft_id, language))


def _address(project_id: int, draft_id: int, language: str) -> str:
    return url_for(
        "workshop_words.words_page",
        project_id=project_id,
        draft_id=draft_id,
        language=language,
        show=request.args.get("show"),
        part=request.args.get("part"),
    )


def _show(project_id: int, draft_id: int, language: str) -> str:
    draft = read_form_draft(project_id, draft_id)
    check_language(draft, language)
    parts = draft.document
    is_open = request.args.get("show") == "open"
    lines = [line for line in lines_of(parts, language) if not (is_open and line.is_reviewed)]
    count = max(1, -(-len(lines) // PAGE))
    typed = request.args.get("part", "1")
    part = min(max(1, int(typed)), count) if typed.isdecimal() and len(typed) < 6 else 1
    chosen: list[Line] = lines[(part - 1) * PAGE : part * PAGE]
    source = source_of(parts)
    return page(
        "workshop/words",
        project=place().project,
        draft=draft,
        spoken=language,
        text=parts[f"text/{language}"],
        source=source,
        source_text=parts[f"text/{source}"],
        lines=chosen,
        is_open=is_open,
        part=part,
        count=count,
        reviewed=count_of(parts, language),
        status=status_of(parts, language),
        signed=signed_of(parts, language).get("language"),
        statuses=STATUSES,
        signable=SIGNED,
        seen=language_hash(parts, language),
    )
