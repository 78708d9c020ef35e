"""Registers as files: fetched, looked at, and stored when somebody says so."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from werkzeug.datastructures import FileStorage

from survey.desk.drafting import Reply
from survey.desk.guard import place
from survey.desk.localities import LARGEST
from survey.desk.monitoring import words
from survey.desk.monitoring.shown import OF
from survey.desk.pages import TEAM, page, refused, to, writing
from survey.errors import RefusedError, SurveyError
from survey.messages import _
from survey.operations.monitoring.files import (
    FORMATS,
    RegisterFile,
    fingerprint,
    keep_register,
    note_given_out,
    read_register,
    register_file,
    text_of,
)
from survey.operations.monitoring.registers import REGISTERS
from survey.policy import allow
from survey.site import site, today

blueprint = Blueprint(
    "register_files", __name__, url_prefix="/desk/projects/<int:project_id>/monitoring"
)
#: Problems that a page shows.
SHOWN = 500
_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.get(f"{OF}/file.<any({', '.join(FORMATS)}):layout>")
@allow(*TEAM, on="project")
def fetch(project_id: int, register: str, layout: str) -> Reply:
    """Give a register out as a file."""
    try:
        with site().database.reading() as reading:
            content = register_file(reading, REGISTERS[register], project_id, layout)
    except SurveyError as error:
        return refused(error)
    with writing() as session:
        note_given_out(session, REGISTERS[register], project_id)
    reply = Response(content, mimetype=_TYPES[layout])
    reply.headers["Content-Disposition"] = f'attachment; filename="{register}.{layout}"'
    reply.headers["Cache-Control"] = "no-store"
    return reply


@blueprint.get(f"{OF}/read-in")
@allow(*TEAM, on="project")
def choose(project_id: int, register: str) -> str:
    """Say what a file may hold, and ask for one."""
    return _choose(project_id, register)


@blueprint.post(f"{OF}/read-in")
@allow(*TEAM, on="project")
def look(project_id: int, register: str) -> Reply:
    """Look at a file, and say what would be stored and which rows are wrong; store nothing."""
    file = request.files.get("file")
    try:
        name, content = _chosen(file)
        return _preview(project_id, register, name, text_of(name, content))
    except RefusedError as problem:
        return _choose(project_id, register, problem), 422


@blueprint.post(f"{OF}/read-in/keep")
@allow(*TEAM, on="project")
def keep(project_id: int, register: str) -> Reply:
    """Store the right rows of a file that was looked at."""
    content, seen = request.form.get("content", ""), request.form.get("seen", "")
    asked = REGISTERS[register]
    try:
        with site().database.reading() as reading:
            rows = _right_rows(read_register(reading, asked, project_id, content, today()))
        with writing() as session:
            keep_register(session, asked, project_id, rows, seen)
    except RefusedError as problem:
        return _choose(project_id, register, problem), 422
    return to(url_for("monitoring.table", project_id=project_id, register=register))


def _chosen(file: FileStorage | None) -> tuple[str, bytes]:
    if file is None or not file.filename:
        raise RefusedError(_("choose a file first"))
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        abort(413)
    return file.filename[-120:], content


def _right_rows(found: RegisterFile) -> list[dict[str, str]]:
    if not found.rows:
        raise RefusedError(_("no row of the file can be used; mend it and choose it again"))
    return found.rows


def _choose(project_id: int, register: str, problem: RefusedError | None = None) -> str:
    return page(
        "monitoring/read_in",
        project=place().project,
        register=register,
        said=words.REGISTERS[register],
        columns=REGISTERS[register].columns,
        refusal=problem,
    )


def _preview(project_id: int, register: str, name: str, content: str) -> str:
    asked = REGISTERS[register]
    with site().database.reading() as reading:
        found = read_register(reading, asked, project_id, content, today())
        seen = fingerprint(reading, asked, project_id)
    return page(
        "monitoring/preview",
        project=place().project,
        register=register,
        said=words.REGISTERS[register],
        name=name,
        content=content,
        seen=seen,
        found=found,
        problems=found.problems[:SHOWN],
        first=found.rows[:10],
        columns=[each.name for each in asked.columns][:6],
    )
