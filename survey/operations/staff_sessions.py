"""Sessions of staff on the server: kept, looked up, ended."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.models import Staff, StaffSession
from survey.operations.staff import token_hash

IDLE = 30 * 60
ABSOLUTE = 12 * 3600
#: A session that was seen so recently is not written again.
GRAIN = 60


def find_session(session: Session, token: str, now: int) -> StaffSession | None:
    """Return the session whose cookie holds `token`, unless it is over."""
    found = session.get(StaffSession, token_hash(token))
    if found is None or found.seen_at + IDLE < now or found.made_at + ABSOLUTE < now:
        return None
    # One that a clock wrote which was ahead would outlive its time.
    return None if max(found.seen_at, found.made_at) > now + GRAIN else found


def keep_session(
    session: Session,
    token: str,
    content: dict[str, Any],
    now: int,
    made_at: int,
    *,
    is_new: bool,
) -> None:
    """Store what a session holds, and clear away those that are over; commits.

    One that is not new and not there any more was ended meanwhile, and stays so.
    """
    session.execute(
        delete(StaffSession).where(
            (StaffSession.seen_at < now - IDLE)
            | (StaffSession.made_at < now - ABSOLUTE)
            | (StaffSession.seen_at > now + GRAIN)
            | (StaffSession.made_at > now + GRAIN)
        )
    )
    name = token_hash(token)
    known_as = content.get("_user_id")
    owner = select(Staff.id).where(Staff.fs_uniquifier == known_as) if known_as else None
    staff_id = session.scalar(owner) if owner is not None else None
    is_there = is_new or session.get(StaffSession, name) is not None
    if is_there and (known_as is None or staff_id is not None):
        session.merge(
            StaffSession(id=name, staff_id=staff_id, content=content, made_at=made_at, seen_at=now)
        )
    session.commit()


def drop_session(session: Session, token: str) -> None:
    """End a session: its cookie opens nothing any more; commits."""
    session.execute(delete(StaffSession).where(StaffSession.id == token_hash(token)))
    session.commit()
