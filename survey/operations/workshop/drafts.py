"""Drafts of questionnaires: begun, changed, taken back, thrown away.

Every change keeps what it replaced, so the last ones can be undone; and two people who write at
the same time are compared field by field with what each of them began from.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from questionnaires import Instrument, QuestionnaireError, library_names
from questionnaires.build import build_instrument
from survey.errors import RefusedError, SurveyError
from survey.messages import _
from survey.models import InstrumentChange, InstrumentDraft, Project
from survey.operations.audit import Action, actor_of, append
from survey.operations.draft_documents import instrument_of
from survey.operations.editing import set_parts
from survey.operations.questionnaires import is_name, own_names
from survey.operations.workshop.documents import first_parts, languages_of, restored

#: How many changes of a draft can be taken back.
KEPT = 50


class Act(StrEnum):
    """What a change did; `survey.desk.workshop.wording` says it in the reader's language."""

    EDITED = "edited"
    ADDED = "added"
    MOVED = "moved"
    REMOVED = "removed"
    TRANSLATED = "translated"
    SIGNED = "signed"
    RESTORED = "restored"
    PUBLISHED = "published"


def drafts_in(session: Session, project_id: int) -> list[InstrumentDraft]:
    """Return the drafts of a project, by name."""
    chosen = select(InstrumentDraft).where(InstrumentDraft.project_id == project_id)
    return list(session.scalars(chosen.order_by(InstrumentDraft.name)))


def find_form(session: Session, project_id: int, draft_id: int) -> InstrumentDraft | None:
    """Return a draft, if it is one of the project."""
    draft = session.get(InstrumentDraft, draft_id)
    return draft if draft is not None and draft.project_id == project_id else None


def begin_from(session: Session, project_id: int, name: str, source: Instrument) -> InstrumentDraft:
    """Begin a questionnaire as a copy of another one; commits.

    Raises
    ------
    RefusedError
        If the name cannot be used, or the project is deleted.
    """
    _check_free(session, project_id, name)
    if session.get_one(Project, project_id).deleted_on is not None:
        raise RefusedError(_("this project was deleted; take it back first"))
    draft = InstrumentDraft(
        project_id=project_id,
        name=name,
        document=first_parts(source, name),
        version=1,
        changes={},
    )
    session.add(draft)
    session.flush()
    append(session, actor_of(session), Action.QUESTIONNAIRE_BEGUN, name, project_id)
    session.commit()
    return draft


def known_source(name: str) -> Instrument:
    """Return a questionnaire of the library or of this installation, to begin from.

    Raises
    ------
    RefusedError
        If there is none of this name that can be read.
    """
    try:
        if name in {*library_names(), *own_names()}:
            return instrument_of(name)
    except (SurveyError, QuestionnaireError):
        pass  # `sixfold instrument check` says why; here it cannot be begun from
    raise RefusedError(_("this questionnaire cannot be read; choose another one of the list"))


def imported_source(document: Mapping[str, Any]) -> Instrument:
    """Return the questionnaire that a form of another program describes."""
    return build_instrument(document)


def keep_parts(
    session: Session,
    draft: InstrumentDraft,
    changed: Mapping[str, Any],
    act: tuple[Act, str],
    day: date,
) -> None:
    """Store parts of a draft as one change that can be undone; commits.

    Parameters
    ----------
    changed : mapping
        The parts as they are from now on; None drops one. Parts that say the same are left.
    act : tuple of Act and str
        What the change does, and to what.
    """
    if not set_changed(session, draft, changed, act, day):
        return
    said = Action.QUESTIONNAIRE_SIGNED if act[0] is Act.SIGNED else Action.QUESTIONNAIRE_CHANGED
    append(session, actor_of(session), said, draft.name, draft.project_id)
    session.commit()


def set_changed(
    session: Session,
    draft: InstrumentDraft,
    changed: Mapping[str, Any],
    act: tuple[Act, str],
    day: date,
) -> bool:
    """Store parts as `keep_parts` does, and tell whether any differ; the caller commits."""
    before = {
        part: draft.document.get(part)
        for part in changed
        if draft.document.get(part) != changed[part]
    }
    if not before:
        return False
    set_parts(session, draft, {part: changed[part] for part in before})
    what, thing = act
    change = InstrumentChange(
        draft_id=draft.id,
        version=draft.version,
        what=str(what),
        thing=thing,
        by=actor_of(session),
        day=day,
        before=before,
    )
    session.add(change)
    oldest = draft.version - KEPT
    old = (InstrumentChange.draft_id == draft.id) & (InstrumentChange.version <= oldest)
    session.execute(delete(InstrumentChange).where(old))
    return True


def changes_of(session: Session, draft: InstrumentDraft) -> list[InstrumentChange]:
    """Return the changes that can be taken back, the newest first."""
    chosen = select(InstrumentChange).where(InstrumentChange.draft_id == draft.id)
    return list(session.scalars(chosen.order_by(InstrumentChange.version.desc())))


def parts_at(session: Session, draft: InstrumentDraft, version: int) -> dict[str, Any] | None:
    """Return the parts of a draft as they were in a version; None when that is not known."""
    later = [each for each in changes_of(session, draft) if each.version > version]
    if version > draft.version or len(later) != draft.version - version:
        return None
    parts: dict[str, Any] = dict(draft.document)
    for change in later:
        parts |= change.before
    return {name: content for name, content in parts.items() if content is not None}


def restore(session: Session, draft: InstrumentDraft, version: int, day: date) -> None:
    """Bring an earlier version of a draft back, as a change of its own; commits.

    Raises
    ------
    RefusedError
        If that version is not kept any more.
    """
    then = parts_at(session, draft, version)
    if then is None:
        raise RefusedError(_("this version is not kept any more; load the page again"))
    changed = restored(draft.document, then)
    keep_parts(session, draft, changed, (Act.RESTORED, str(version)), day)


def discard_form(session: Session, draft: InstrumentDraft) -> None:
    """Throw a draft away with its notes; what was published of it stays. Commits."""
    append(session, actor_of(session), Action.QUESTIONNAIRE_DISCARDED, draft.name, draft.project_id)
    session.delete(draft)
    session.commit()


def last_author(session: Session, draft: InstrumentDraft) -> str:
    """Return who changed a draft last; empty for one that nobody has changed."""
    newest = changes_of(session, draft)[:1]
    return newest[0].by if newest else ""


def note_export(session: Session, draft: InstrumentDraft) -> None:
    """Write into the log that a draft leaves the server as a file; commits."""
    append(session, actor_of(session), Action.QUESTIONNAIRE_EXPORTED, draft.name, draft.project_id)
    session.commit()


def check_language(draft: InstrumentDraft, language: str) -> None:
    """Make sure that a draft has a language.

    Raises
    ------
    RefusedError
        If it has not, or not any more.
    """
    if language not in languages_of(draft.document):
        raise RefusedError(_("this questionnaire has no such language; load the page again"))


def _check_free(session: Session, project_id: int, name: str) -> None:
    if not is_name(name):
        raise RefusedError(
            _("a questionnaire needs a name of up to 64 letters, digits and _, a letter first")
        )
    published = {each.partition("@")[0] for each in own_names()}
    taken = {each.name for each in drafts_in(session, project_id)}
    if name in taken or name in published or name in library_names():
        raise RefusedError(_("this name is taken; choose another"))
