"""The information-sharing protocol of a project: its six steps, signatures and reviews."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from survey.desk.drafting import Reply, seen_version, show_clash, spoken
from survey.desk.fields import Field, Kind, read_form
from survey.desk.guard import place
from survey.desk.pages import TEAM, page, pdf_reply, refused, to, writing
from survey.desk.steps import STEPS
from survey.errors import SurveyError
from survey.languages import words
from survey.messages import _
from survey.operations.drafts import drafts_of
from survey.operations.editing import save_part
from survey.operations.protocol import (
    fingerprint,
    is_overdue,
    keep_protocol,
    next_review,
    note_review,
    protocol_gaps,
    protocol_of,
    reviews_of,
    sign_protocol,
    signatures_of,
)
from survey.policy import allow
from survey.site import site, today

blueprint = Blueprint("protocol", __name__, url_prefix="/desk/projects/<int:project_id>/protocol")

#: The steps that are written; signing, the fifth, has a form of its own.
FIELDS = [
    Field(name, label, why, Kind.TEXT)
    for name, label, why in (
        (
            "why",
            _("1. Why information is shared"),
            _("What becomes possible by it that nobody can do alone?"),
        ),
        (
            "type",
            _("2. Which information is shared"),
            _("Group results, never answers of single people; and what is shared with nobody."),
        ),
        (
            "partners",
            _("3. Partners, one a line"),
            _("Every organisation that gives or gets information, your own among them."),
        ),
        (
            "tasks",
            _("3. What each partner does, holds and needs, and from whom"),
            _("Whoever needs nothing gets nothing."),
        ),
        (
            "when",
            _("4. When and how, and who coordinates"),
            _("In a meeting, on paper, by a protected file; one person keeps it together."),
        ),
        (
            "review",
            _("6. How it is used, and looked at again every three months"),
            _("Who asks whether it still protects people, and who may change it?"),
        ),
    )
]


@blueprint.get("")
@allow(*TEAM, on="project")
def protocol(project_id: int) -> str:
    """Show the protocol, who has signed it, and its reviews."""
    with site().database.reading() as reading:
        found = protocol_of(reading, project_id)
        return page(
            "protocol",
            project=place().project,
            fields=FIELDS,
            step=STEPS["protocol"],
            version=found.version,
            seen=fingerprint(found.document),
            typed=found.document.get("steps") or {},
            gaps=protocol_gaps(reading, project_id, today()) if found.version else [],
            signatures=signatures_of(found.document),
            reviews=reviews_of(reading, project_id),
            due=next_review(reading, project_id),
            overdue=is_overdue(reading, project_id, today()),
            drafts=drafts_of(reading, project_id),
        )


@blueprint.get("/paper")
@allow(*TEAM, on="project")
def paper(project_id: int) -> str:
    """Show the protocol as it is printed and signed: without anything of the desk around it."""
    with site().database.reading() as reading:
        found = protocol_of(reading, project_id)
        return page(
            "protocol_paper",
            project=place().project,
            fields=FIELDS,
            typed=found.document.get("steps") or {},
            seen=fingerprint(found.document),
            signatures=signatures_of(found.document),
            reviews=reviews_of(reading, project_id),
            due=next_review(reading, project_id),
        )


@blueprint.get("/paper/pdf")
@allow(*TEAM, on="project")
def paper_pdf(project_id: int) -> Response:
    """Hand out the protocol as a PDF, to be printed and signed."""
    from survey.operations import desk_papers as papers  # noqa: PLC0415 - loads what typesets

    spoken_here = words(spoken())
    with site().database.reading() as reading:
        found = protocol_of(reading, project_id)
        typed = found.document.get("steps") or {}
        agreed = papers.Agreed(
            place().project.name,
            [(spoken_here.gettext(each.label), str(typed.get(each.name) or "")) for each in FIELDS],
            signatures_of(found.document),
            next_review(reading, project_id),
            [(each.day, each.outcome) for each in reviews_of(reading, project_id)],
            fingerprint(found.document)[:12],
        )
    report = papers.protocol_report(agreed, spoken_here, today())
    return pdf_reply(papers.as_pdf(report, today()), "protocol")


@blueprint.post("")
@allow(*TEAM, on="project")
def save(project_id: int) -> Reply:
    """Keep what was written of the six steps."""
    typed = read_form(FIELDS, request.form)
    with writing() as session:
        kept = keep_protocol(session, project_id)
        clash = save_part(session, kept, "steps", typed, seen_version())
    if clash is not None:
        return show_clash(FIELDS, typed, clash)
    return to(url_for(".protocol", project_id=project_id))


@blueprint.post("/sign")
@allow(*TEAM, on="project")
def sign(project_id: int) -> Reply:
    """Note a partner's signature."""
    partner, person, seen = (request.form.get(name, "") for name in ("partner", "person", "seen"))
    try:
        with writing() as session:
            sign_protocol(session, project_id, partner, person, seen=seen, today=today())
    except SurveyError as error:
        return refused(error)
    return to(url_for(".protocol", project_id=project_id))


@blueprint.post("/review")
@allow(*TEAM, on="project")
def review(project_id: int) -> Reply:
    """Note that the protocol was looked at again."""
    try:
        with writing() as session:
            note_review(session, project_id, request.form.get("outcome", ""), today())
    except SurveyError as error:
        return refused(error)
    return to(url_for(".protocol", project_id=project_id))
