"""The localities of a round: a file is looked at first, and stored when somebody says so."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request
from werkzeug.datastructures import FileStorage

from survey.desk.drafting import (
    Reply,
    must_find,
    read_draft,
    seen_version,
    show_step,
    step_address,
)
from survey.desk.guard import place
from survey.desk.pages import TEAM, page, to, writing
from survey.errors import RefusedError
from survey.forms import UNCLEAN
from survey.messages import _
from survey.operations.draft_documents import places_of
from survey.operations.drafts import change_draft
from survey.operations.editing import Clash
from survey.operations.localities_files import read_localities_file
from survey.policy import allow

blueprint = Blueprint(
    "localities",
    __name__,
    url_prefix="/desk/projects/<int:project_id>/drafts/<int:draft_id>/places",
)
#: Rows of the localities that are there, and of problems, that a page shows.
SHOWN = 200
#: Bytes that a file with borders may have.
LARGEST = 2_000_000


@blueprint.get("")
@allow(*TEAM, on="project")
def places(project_id: int, draft_id: int) -> str:
    """Show the localities that are there, and how to add them."""
    return _show(project_id, draft_id)


@blueprint.post("")
@allow(*TEAM, on="project")
def look(project_id: int, draft_id: int) -> Reply:
    """Look at a file, and say what would be stored and which rows are wrong; store nothing."""
    file = request.files.get("file")
    try:
        content = file_content(file)
        name = (file.filename or "")[-120:] if file else ""
        return _preview(project_id, draft_id, (name, content), seen_version())
    except RefusedError as problem:
        return _show(project_id, draft_id, problem), 422


@blueprint.post("/keep")
@allow(*TEAM, on="project")
def keep(project_id: int, draft_id: int) -> Reply:
    """Store the right rows of a file that was looked at, in place of what was there."""
    name, content = request.form.get("name", "")[:120], request.form.get("content", "")
    try:
        part = {"file": name, "rows": _right_rows(name, content)}
        with writing() as session:
            draft = must_find(session, project_id, draft_id)
            clash = change_draft(session, draft, "places", part, seen_version())
    except RefusedError as problem:
        return _show(project_id, draft_id, problem), 422
    if clash is not None:
        return _preview(project_id, draft_id, (name, content), clash.version, clash), 409
    return to(step_address("places", project_id, draft_id))


def _right_rows(name: str, content: str) -> list[dict[str, Any]]:
    rows = read_localities_file(name, content).rows
    if not rows:
        raise RefusedError(_("no row of the file can be used; mend it and choose it again"))
    return rows


def file_content(file: FileStorage | None) -> str:
    """Return the text of a file without signs that nobody sees.

    Raises
    ------
    RefusedError
        If there is none, or it is no text.
    """
    if file is None or not file.filename:
        raise RefusedError(_("choose a file first"))
    try:
        read = file.read(LARGEST + 1)
        if len(read) > LARGEST:
            abort(413)
        content = read.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedError(
            _("the file cannot be read as a table; save it as CSV in UTF-8")
        ) from None
    return UNCLEAN.sub("", content)


def _show(project_id: int, draft_id: int, problem: RefusedError | None = None) -> str:
    draft, _gaps = read_draft(project_id, draft_id)
    return show_step(
        "places",
        project_id,
        draft_id,
        "places",
        rows=places_of(draft.document)[:SHOWN],
        count=len(places_of(draft.document)),
        refusal=problem,
    )


def _preview(
    project_id: int,
    draft_id: int,
    file: tuple[str, str],
    version: int,
    clash: Clash | None = None,
) -> str:
    """Return the page that says what a file, given by name and content, would store."""
    found = read_localities_file(*file)
    draft, _gaps = read_draft(project_id, draft_id)
    return page(
        "preview",
        project=place().project,
        draft=draft,
        file=file,
        version=version,
        found=found,
        first=found.rows[:10],
        problems=found.problems[: 5 * SHOWN],
        replaced=len(places_of(draft.document)),
        clash=clash,
    )
