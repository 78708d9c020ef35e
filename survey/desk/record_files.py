"""Records from a file, looked at before they are stored; and records as a file."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from werkzeug.datastructures import FileStorage

from questionnaires import Item, item_type
from survey.account import entry
from survey.desk.drafting import Reply
from survey.desk.pages import FRESH, TEAM, page, refused, to, writing
from survey.desk.record_pages import Sort, shown_sort, sort_of
from survey.errors import RefusedError
from survey.forms import UNCLEAN
from survey.messages import _
from survey.operations.records.export import write_records
from survey.operations.records.import_files import (
    RecordsFile,
    columns_of,
    read_records_file,
    text_of,
)
from survey.operations.records.reading import list_records
from survey.operations.records.store import (
    Origin,
    add_records,
    identities_of,
    note_exported,
)
from survey.policy import allow
from survey.site import site, today

blueprint = Blueprint(
    "record_files",
    __name__,
    url_prefix="/desk/projects/<int:project_id>/records/<instrument>/files",
)
#: Bytes that a file of records may have, and problems that a page shows.
LARGEST = 2_000_000
SHOWN = 1_000
_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.get("")
@allow(*TEAM, on="project")
def files(project_id: int, instrument: str) -> str:
    """Show how records come from a file and leave as one."""
    return _show(sort_of(project_id, instrument))


@blueprint.post("")
@allow(*TEAM, on="project")
def look(project_id: int, instrument: str) -> Reply:
    """Look at a file, and say what would be stored and which rows are wrong; store nothing."""
    sort, file = sort_of(project_id, instrument), request.files.get("file")
    try:
        content = text_of(_content(file))
        found = _found(sort, content)
    except RefusedError as problem:
        return _show(sort, problem), 422
    name = (file.filename or "")[-120:] if file else ""
    return page(
        "record_preview",
        **shown_sort(sort),
        file_name=UNCLEAN.sub("", name),
        content=content,
        found=found,
        problems=found.problems[:SHOWN],
    )


@blueprint.post("/keep")
@allow(*TEAM, on="project")
def keep(project_id: int, instrument: str) -> Reply:
    """Store the right rows of a file that was looked at, as records of whoever confirms it."""
    sort = sort_of(project_id, instrument)
    try:
        found = _found(sort, request.form.get("content", ""))
        with writing() as session:
            origin = Origin(project_id, None, entry.staff().id)
            add_records(session, origin, instrument, found.documents, today())
    except RefusedError as problem:
        return _show(sort, problem), 422
    return to(url_for("records.listing", project_id=project_id, instrument=instrument))


@blueprint.post("/fetch")
@allow(*TEAM, on="project")
def fetch(project_id: int, instrument: str) -> Reply:
    """Hand the records of an instrument out as a file; the log keeps by whom."""
    again = entry.require_fresh(FRESH)
    if again:
        return again
    sort, kind = sort_of(project_id, instrument), request.form.get("format", "csv")
    with site().database.reading() as reading:
        records = list_records(reading, project_id, instrument)
    try:
        written = write_records(
            sort.instrument, records, sort.text.language, kind, site().settings.instance
        )
    except RefusedError as problem:
        return refused(problem)
    with writing() as session:
        note_exported(session, project_id, instrument)
    reply = Response(written, mimetype=_TYPES[kind])
    reply.headers["Content-Disposition"] = f'attachment; filename="{instrument}.{kind}"'
    return reply


def _found(sort: Sort, content: str) -> RecordsFile:
    with site().database.reading() as reading:
        known = identities_of(reading, sort.project_id, sort.name)
    codes = [code for code, _name in sort.places]
    return read_records_file(sort.instrument, content, codes, known, entry.staff().id)


def _content(file: FileStorage | None) -> bytes:
    if file is None or not file.filename:
        raise RefusedError(_("choose a file first"))
    read: bytes = file.read(LARGEST + 1)
    if len(read) > LARGEST:
        abort(413)
    return read


def _show(sort: Sort, problem: RefusedError | None = None) -> str:
    columns = [
        (item.name, item_type(item.type).question(item, sort.text), _codes(item))
        for item in columns_of(sort.instrument)
    ]
    return page("record_files", **shown_sort(sort), columns=columns, refusal=problem)


def _codes(item: Item) -> list[str]:
    return [*item.codes, *item.ways_out] if item.codes else []
