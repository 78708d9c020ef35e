"""Versions of a questionnaire: compared side by side, and published so that they never change."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from sqlalchemy.orm import Session

from questionnaires import QuestionnaireError, library_names
from survey.account import entry
from survey.desk.drafting import Reply
from survey.desk.drafts import NOT_SURE
from survey.desk.guard import place
from survey.desk.pages import FRESH, TEAM, page, refused, writing
from survey.desk.workshop.addresses import must_find_form, read_form_draft
from survey.desk.workshop.wording import DIFFERENCES, STATES, STATUSES
from survey.errors import RefusedError, SurveyError
from survey.messages import _
from survey.models import InstrumentDraft, Role
from survey.operations.draft_documents import instrument_of
from survey.operations.questionnaires import find_instrument
from survey.operations.workshop.checks import check_parts
from survey.operations.workshop.compare import differences
from survey.operations.workshop.documents import languages_of, status_of, whole_document
from survey.operations.workshop.drafts import changes_of, parts_at
from survey.operations.workshop.publish import fingerprint, next_version, publish, published_of
from survey.policy import allow
from survey.site import site, today

blueprint = Blueprint(
    "workshop_versions",
    __name__,
    url_prefix="/desk/projects/<int:project_id>/workshop/<int:draft_id>",
)


@blueprint.get("/compare")
@allow(*TEAM, on="project")
def compare(project_id: int, draft_id: int) -> Reply:
    """Show in what two versions differ, item by item and word by word."""
    try:
        with site().database.reading() as reading:
            draft = must_find_form(reading, project_id, draft_id)
            offered = _offered(reading, draft)
            old, new = request.args.get("old", offered[-1][0]), request.args.get("new", "now")
            documents = [_document(reading, draft, each) for each in (old, new)]
    except (SurveyError, QuestionnaireError):
        return refused(RefusedError(_("this version cannot be read any more; choose another")))
    return page(
        "workshop/compare",
        project=place().project,
        draft=draft,
        offered=offered,
        old=old,
        new=new,
        found=differences(*documents),
        states=DIFFERENCES,
    )


@blueprint.get("/publish")
@allow(Role.OWNER, on="project")
def ask_publish(project_id: int, draft_id: int) -> str:
    """Say what publishing means, and what would be published."""
    return _publish_page(project_id, draft_id)


@blueprint.post("/publish")
@allow(Role.OWNER, on="project")
def publish_version(project_id: int, draft_id: int) -> Reply:
    """Publish the draft as its next version."""
    again = entry.require_fresh(FRESH)
    if again:
        return again
    if request.form.get("sure") != "yes":
        return _publish_page(project_id, draft_id, problem=RefusedError(NOT_SURE)), 422
    try:
        check_parts(read_form_draft(project_id, draft_id).document)  # before writing begins
        with writing() as session:
            draft = must_find_form(session, project_id, draft_id)
            source = publish(session, draft, request.form.get("seen", ""), today())
    except RefusedError as problem:
        return _publish_page(project_id, draft_id, problem=problem), 422
    return _publish_page(project_id, draft_id, done=source)


def _publish_page(
    project_id: int, draft_id: int, *, problem: RefusedError | None = None, done: str = ""
) -> str:
    draft = read_form_draft(project_id, draft_id)
    parts = draft.document
    return page(
        "workshop/publish",
        project=place().project,
        draft=draft,
        findings=check_parts(parts),
        version=next_version(parts),
        seen=fingerprint(parts),
        published=published_of(parts),
        states=STATES,
        statuses=STATUSES,
        languages_here=[
            (each, parts[f"text/{each}"], status_of(parts, each)) for each in languages_of(parts)
        ],
        refusal=problem,
        done=done,
    )


def _offered(reading: Session, draft: InstrumentDraft) -> list[tuple[str, str, str]]:
    """Return what can be compared: a name for the address, a message, and what is put into it."""
    offered = [("now", _("The draft as it is now"), "")]
    offered += [
        (
            f"v{change.version - 1}",
            _("The draft before change %(what)s"),
            f"{change.version} ({change.thing})",
        )
        for change in changes_of(reading, draft)
    ]
    offered += [
        (f"p{each['version']}", _("Published version %(what)s"), each["version"])
        for each in draft.document["published"]
    ]
    origin = draft.document["origin"]["name"]
    if origin in library_names():
        offered.append(("origin", _("What it was begun from: %(what)s"), origin))
    return offered


def _document(reading: Session, draft: InstrumentDraft, name: str) -> dict[str, Any]:
    if name == "now":
        return whole_document(draft.document)
    if name == "origin":
        return dict(instrument_of(draft.document["origin"]["name"]).document)
    if name.startswith("p") and name[1:] in [
        each["version"] for each in draft.document["published"]
    ]:
        return dict(find_instrument(f"{draft.name}@{name[1:]}").document)
    typed = name.removeprefix("v")
    version = int(typed) if typed.isdecimal() and len(typed) < 10 else -1
    then = parts_at(reading, draft, version)
    if then is None:
        raise RefusedError(_("this version is not kept any more; load the page again"))
    return whole_document(then)
