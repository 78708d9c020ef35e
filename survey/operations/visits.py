"""What is known of a visit that is over: that it is, under the keyed hash of its nonce.

At a device that many people use, somebody may go back in the browser to the pages of the person
before. Such a page is not shown again.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from survey.models import Inbox, SpentNonce, Wave
from survey.operations.placing import nonce_hash
from survey.traces import erase_traces


class Visited(StrEnum):
    """How a visit ended, as far as anything shows it."""

    STORED = "stored"
    ERASED = "erased"
    OPEN = "open"


def how_it_ended(session: Session, wave: Wave, nonce: bytes, key: bytes) -> Visited:
    """Tell whether a visit was erased, or its answers stored, or neither."""
    if session.get(SpentNonce, (wave.id, _erased(nonce, key))) is not None:
        return Visited.ERASED
    known = nonce_hash(nonce, key)
    is_stored = session.get(SpentNonce, (wave.id, known)) or session.get(Inbox, known)
    return Visited.STORED if is_stored else Visited.OPEN


def end_unstored(session: Session, wave: Wave, nonce: bytes, key: bytes) -> None:
    """Remember that a visit was erased, by nothing but the hash of its nonce; commits."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"wave_id": wave.id, "id": _erased(nonce, key)}
    session.execute(insert(SpentNonce).values(row).on_conflict_do_nothing())
    session.commit()
    erase_traces(session, SpentNonce.__tablename__, log=False)


def _erased(nonce: bytes, key: bytes) -> bytes:
    return nonce_hash(b"erased " + nonce, key)
