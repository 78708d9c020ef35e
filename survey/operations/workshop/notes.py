"""Notes of cognitive interviews: how people understood a question, and what was changed for it."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.errors import RefusedError
from survey.messages import _
from survey.models import InstrumentDraft, ItemNote
from survey.operations.audit import Action, actor_of, append
from survey.operations.workshop.drafts import check_language
from survey.operations.workshop.things import Kind, find_row

LONGEST = 2000


def notes_on(session: Session, draft: InstrumentDraft, item: str) -> list[ItemNote]:
    """Return the notes on an item, the newest first."""
    chosen = select(ItemNote).where(ItemNote.draft_id == draft.id, ItemNote.item == item)
    return list(session.scalars(chosen.order_by(ItemNote.day.desc(), ItemNote.id.desc())))


def notes_by_item(session: Session, draft: InstrumentDraft) -> Counter[str]:
    """Return how many notes there are on each item."""
    counted = (
        select(ItemNote.item, func.count())
        .where(ItemNote.draft_id == draft.id)
        .group_by(ItemNote.item)
    )
    return Counter({row[0]: row[1] for row in session.execute(counted)})


def add_note(
    session: Session, draft: InstrumentDraft, item: str, note: tuple[str, str, str, str]
) -> None:
    """Add a note on an item: its day, its language, what was noticed, what was changed; commits.

    Raises
    ------
    RefusedError
        If the day or the language is none, or nothing was noticed.
    """
    find_row(draft.document, Kind.ITEM, item)
    day, language, noticed, changed = (each.strip() for each in note)
    check_language(draft, language)
    if not noticed or max(len(noticed), len(changed)) > LONGEST:
        raise RefusedError(_("write what you noticed, in up to 2,000 characters"))
    try:
        when = date.fromisoformat(day)
    except ValueError:
        raise RefusedError(_("write the day as year-month-day")) from None
    told = {"item": item, "language": language, "noticed": noticed, "changed": changed}
    session.add(ItemNote(draft_id=draft.id, day=when, **told))
    _log(session, draft)


def drop_note(session: Session, draft: InstrumentDraft, note_id: int) -> None:
    """Take a note out; commits.

    Raises
    ------
    RefusedError
        If the draft has no such note.
    """
    note = session.get(ItemNote, note_id)
    if note is None or note.draft_id != draft.id:
        raise RefusedError(_("this note is gone already; load the page again"))
    session.delete(note)
    _log(session, draft)


def _log(session: Session, draft: InstrumentDraft) -> None:
    append(session, actor_of(session), Action.ITEM_NOTED, draft.name, draft.project_id)
    session.commit()
