"""The registers of programme monitoring: shown, and changed line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from flask import Blueprint, Response, request, url_for

from survey.desk.drafting import Reply, seen_version, show_clash
from survey.desk.drafts import NOT_SURE
from survey.desk.fields import read_form
from survey.desk.guard import place
from survey.desk.monitoring import words
from survey.desk.monitoring.shown import OF, asked_fields, must_find, show_entry, show_form
from survey.desk.pages import TEAM, page, refused, to, writing
from survey.errors import SurveyError
from survey.models import Role
from survey.operations.monitoring.budgets import money_of, totals
from survey.operations.monitoring.entries import (
    Kept,
    Line,
    add_entry,
    change_entry,
    lines_of,
    remove_entry,
    typed_of,
)
from survey.operations.monitoring.registers import (
    ACTIVITIES,
    INDICATORS,
    REGISTERS,
    RISKS,
    Register,
)
from survey.operations.monitoring.reviews import chosen_risks, is_stale, reviews_due
from survey.operations.monitoring.values import latest, points_of, progress_at
from survey.policy import allow
from survey.site import site, today

blueprint = Blueprint(
    "monitoring", __name__, url_prefix="/desk/projects/<int:project_id>/monitoring"
)
#: A line of a register in an address.
ONE = f"{OF}/<int:entry_id>"
#: Lines on a page.
PAGE = 100
_Row = TypeVar("_Row")


@blueprint.get("")
@allow(*TEAM, Role.READER, on="project")
def framework(project_id: int) -> str:
    """Show the indicators with their progress; readers of the project see them as well."""
    with site().database.reading() as reading:
        entries = lines_of(reading, INDICATORS, project_id)
        shown, older = _page_of(entries)
        points = points_of(reading, [each.id for each in shown])
        risks, safety = reviews_due(reading, project_id, today())
        rows = [
            {
                "id": each.id,
                "typed": each.typed,
                "last": latest(points[each.id]),
                "progress": progress_at(each.typed, points[each.id]),
            }
            for each in shown
        ]
    return page(
        "monitoring/framework",
        project=place().project,
        may_write=bool(place().roles & set(TEAM)),
        rows=rows,
        following=older,
        count=len(entries),
        said=words.REGISTERS,
        level_names=words.LEVEL_NAMES,
        standings=words.STANDINGS,
        risks_due=risks,
        safety_due=safety,
    )


@blueprint.get(OF)
@allow(*TEAM, on="project")
def table(project_id: int, register: str) -> Reply:
    """Show the activities with their money, or the risks with what is due first."""
    if register == INDICATORS.name:
        return to(url_for(".framework", project_id=project_id))
    with site().database.reading() as reading:
        rows = lines_of(reading, REGISTERS[register], project_id)
        return _activities(rows) if register == ACTIVITIES.name else _risks(rows)


@blueprint.get(f"{OF}/new")
@allow(*TEAM, on="project")
def new(project_id: int, register: str) -> str:
    """Show an empty form."""
    return show_form(project_id, REGISTERS[register], Kept())


@blueprint.post(f"{OF}/new")
@allow(*TEAM, on="project")
def make(project_id: int, register: str) -> Reply:
    """Add a line; what must be mended is named at its field."""
    asked = REGISTERS[register]
    typed = read_form(asked_fields(project_id, asked, request.form), request.form)
    try:
        with writing() as session:
            kept = add_entry(session, asked, project_id, typed, today())
            number = kept.entry.id if kept.entry is not None else 0
    except SurveyError as error:
        return refused(error)
    if kept.gaps:
        return show_form(project_id, asked, kept), 422
    return _back(project_id, asked, number)


@blueprint.get(ONE)
@allow(*TEAM, on="project")
def one(project_id: int, register: str, entry_id: int) -> str:
    """Show a line with its form; an indicator with its values."""
    with site().database.reading() as reading:
        entry = must_find(reading, project_id, register, entry_id)
    return show_entry(project_id, entry, REGISTERS[register])


@blueprint.post(ONE)
@allow(*TEAM, on="project")
def save(project_id: int, register: str, entry_id: int) -> Reply:
    """Store a line as it was typed, unless it must be mended or somebody else was faster."""
    asked = REGISTERS[register]
    form = asked_fields(project_id, asked, request.form)
    typed = read_form(form, request.form)
    try:
        with writing() as session:
            entry = must_find(session, project_id, register, entry_id)
            kept = change_entry(session, asked, entry, typed, seen=seen_version(), today=today())
    except SurveyError as error:
        return refused(error)
    if kept.gaps:
        return show_form(project_id, asked, kept), 422
    if kept.clash is not None:
        return show_clash(form, typed, kept.clash)
    return _back(project_id, asked, entry_id)


@blueprint.get(f"{ONE}/remove")
@allow(*TEAM, on="project")
def ask_remove(project_id: int, register: str, entry_id: int) -> str:
    """Ask whether a line shall be removed."""
    return _ask_remove(project_id, register, entry_id)


@blueprint.post(f"{ONE}/remove")
@allow(*TEAM, on="project")
def remove(project_id: int, register: str, entry_id: int) -> Reply:
    """Remove a line."""
    if request.form.get("sure") != "yes":
        return _ask_remove(project_id, register, entry_id, NOT_SURE), 422
    try:
        with writing() as session:
            entry = must_find(session, project_id, register, entry_id)
            remove_entry(session, REGISTERS[register], entry)
    except SurveyError as error:
        return refused(error)
    return to(url_for(".table", project_id=project_id, register=register))


def _activities(rows: Sequence[Line]) -> str:
    shown, following = _page_of(rows)
    return page(
        "monitoring/activities",
        project=place().project,
        rows=[(each.id, each.typed, money_of(each.typed)) for each in shown],
        count=len(rows),
        following=following,
        totals=totals(each.typed for each in rows),
        said=words.REGISTERS[ACTIVITIES.name],
        states=words.ACTIVITY_STATES,
    )


def _risks(rows: Sequence[Line]) -> str:
    kind, state = (request.args.get(name, "") for name in ("kind", "state"))
    chosen = chosen_risks(rows, kind, state)
    shown, following = _page_of(chosen)
    return page(
        "monitoring/risks",
        project=place().project,
        rows=[(each.id, each.typed, is_stale(each.typed, today())) for each in shown],
        count=len(chosen),
        following=following,
        kind=kind,
        state=state,
        said=words.REGISTERS[RISKS.name],
        kinds=words.RISK_KIND_NAMES,
        states=words.RISK_STATE_NAMES,
        likelihoods=words.LIKELIHOODS,
        impacts=words.IMPACTS,
    )


def _back(project_id: int, register: Register, entry_id: int) -> Response:
    """Lead on to the values of an indicator, or to the list of other lines."""
    if register is not INDICATORS:
        return to(url_for(".table", project_id=project_id, register=register.name))
    return to(url_for(".one", project_id=project_id, register=register.name, entry_id=entry_id))


def _ask_remove(project_id: int, register: str, entry_id: int, problem: str | None = None) -> str:
    with site().database.reading() as reading:
        entry = must_find(reading, project_id, register, entry_id)
    return page(
        "monitoring/remove",
        project=place().project,
        register=register,
        entry=entry,
        typed=typed_of(entry),
        problem=problem,
    )


def _page_of(rows: Sequence[_Row]) -> tuple[Sequence[_Row], int | None]:
    """Return the lines of the page that is asked for, and the number of the one after it."""
    written = request.args.get("page", "")
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 5 else 1
    start = max(number - 1, 0) * PAGE
    return rows[start : start + PAGE], number + 1 if len(rows) > start + PAGE else None
