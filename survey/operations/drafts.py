"""Drafts of rounds: begun, changed part by part, thrown away, opened."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import QuestionnaireError
from survey.errors import RefusedError, SurveyError
from survey.messages import _
from survey.models import Project, RoundDraft, Wave
from survey.operations.audit import Action, actor_of, append
from survey.operations.draft_documents import field, round_document
from survey.operations.editing import Clash, save_part
from survey.operations.readiness import gaps_of
from survey.operations.round_files import check_round
from survey.operations.waves import make_wave

LONGEST_NAME = 80


def make_draft(session: Session, project_id: int, name: str) -> RoundDraft:
    """Begin a draft in a project; commits.

    Raises
    ------
    RefusedError
        If the name cannot be used, or the project is deleted.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise RefusedError(_("a round needs a name of 1 to 80 characters"))
    if session.get_one(Project, project_id).deleted_on is not None:
        raise RefusedError(_("this project was deleted; take it back first"))
    draft = RoundDraft(project_id=project_id, name=name, document={}, version=1, changes={})
    session.add(draft)
    session.flush()
    append(session, actor_of(session), Action.DRAFT_MADE, name, project_id)
    session.commit()
    return draft


def find_draft(session: Session, project_id: int, draft_id: int) -> RoundDraft | None:
    """Return a draft, if it is one of the project."""
    draft = session.get(RoundDraft, draft_id)
    return draft if draft is not None and draft.project_id == project_id else None


def drafts_of(session: Session, project_id: int) -> list[RoundDraft]:
    """Return the drafts of a project that have not opened, the newest first."""
    chosen = select(RoundDraft).where(
        RoundDraft.project_id == project_id, RoundDraft.wave_id.is_(None)
    )
    return list(session.scalars(chosen.order_by(RoundDraft.id.desc())))


def draft_of_round(session: Session, wave: Wave) -> RoundDraft | None:
    """Return the draft that a round was opened from; none when it came from a file."""
    return session.scalar(select(RoundDraft).where(RoundDraft.wave_id == wave.id))


def change_draft(
    session: Session, draft: RoundDraft, part: str, content: object, seen: int
) -> Clash | None:
    """Store a part of a draft as it was typed, unless somebody else was faster; commits.

    Raises
    ------
    RefusedError
        If the round has opened.
    """
    _check_unopened(draft)
    return save_part(session, draft, part, content, seen)


def discard_draft(session: Session, draft: RoundDraft) -> None:
    """Throw a draft away; commits.

    Raises
    ------
    RefusedError
        If the round has opened.
    """
    _check_unopened(draft)
    append(session, actor_of(session), Action.DRAFT_DISCARDED, draft.name, draft.project_id)
    session.delete(draft)
    session.commit()


def open_draft(session: Session, draft: RoundDraft, today: date) -> Wave:
    """Open the round of a draft: from now on nothing of it changes; commits.

    Raises
    ------
    RefusedError
        If something is missing, or the round has opened.
    SurveyError
        If a round file with the same words would be refused.
    """
    _check_unopened(draft)
    project = session.get_one(Project, draft.project_id)
    if project.deleted_on is not None:
        raise RefusedError(_("this project was deleted; take it back first"))
    if any(gaps_of(session, draft, today).values()):
        raise RefusedError(_("something is still missing; the checklist says what"))
    try:
        instrument, plan, localities = check_round(round_document(draft.document), draft.name)
        wave = make_wave(session, instrument, plan, localities, project)
    except QuestionnaireError as error:
        raise SurveyError(str(error)) from None
    draft.wave_id = wave.id
    session.commit()
    return wave


def link_of(draft: RoundDraft) -> str:
    """Return the last part of the participants' address, as it is planned."""
    return str(field(draft.document, "days", "link")).strip()


def _check_unopened(draft: RoundDraft) -> None:
    if draft.wave_id is not None:
        raise RefusedError(_("this round has opened; what it was opened with stays as it is"))
