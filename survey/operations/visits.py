"""What is known of a visit that is over: that it is, under the keyed hash of its nonce.

Whoever uses a device next may go back in the browser to the pages of the person before, and so may
somebody who interviews. Such a page is not shown again.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Exists, bindparam, exists, or_, select
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


def _is_noted(name: str) -> Exists:
    return exists().where(
        SpentNonce.wave_id == bindparam("wave_id"), SpentNonce.id == bindparam(name)
    )


#: Each is a look into an index: this is asked before any page that shows answers.
_ENDED = select(
    _is_noted("erased").label("is_erased"),
    or_(_is_noted("known"), exists().where(Inbox.id == bindparam("known"))).label("is_stored"),
)


def how_it_ended(session: Session, wave: Wave, nonce: bytes, key: bytes) -> Visited:
    """Tell whether a visit was erased, or its answers stored, or neither."""
    known, erased = nonce_hash(nonce, key), _erased(nonce, key)
    found = session.execute(_ENDED, {"wave_id": wave.id, "known": known, "erased": erased}).one()
    if found.is_erased:
        return Visited.ERASED
    return Visited.STORED if found.is_stored else Visited.OPEN


def end_unstored(session: Session, wave: Wave, nonce: bytes, key: bytes) -> None:
    """Remember that a visit was erased, by nothing but the hash of its nonce; commits."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"wave_id": wave.id, "id": _erased(nonce, key)}
    session.execute(insert(SpentNonce).values(row).on_conflict_do_nothing())
    session.commit()
    erase_traces(session, SpentNonce.__tablename__, log=False)


def _erased(nonce: bytes, key: bytes) -> bytes:
    return nonce_hash(b"erased " + nonce, key)
