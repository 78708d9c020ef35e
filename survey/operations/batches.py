"""Seal what waits in the inbox into a batch that tells neither who nor when."""

from __future__ import annotations

import secrets
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from survey.models import Complaint, Inbox, Response, SpentNonce, Wave

#: A batch is sealed when so many wait; fewer would leave a person among too few others.
BATCH_SIZE = 20

_INBOX = cast("Table", Inbox.__table__)
_WAITING = select(func.count()).select_from(_INBOX).where(_INBOX.c.wave_id == bindparam("wave_id"))
_KEPT = tuple(
    column.name for column in Response.__table__.columns if column.name not in {"id", "batch"}
)


def seal_inbox(session: Session, wave: Wave, *, everything: bool = False) -> int:
    """Move the inbox of `wave` into `response` when enough wait; return how many moved.

    The rows get new random keys and are written in the order of those keys, under the next batch
    number. The keyed hashes of their nonces go to a table of their own. The caller commits.

    Parameters
    ----------
    session : Session
        A writing session.
    wave : Wave
        Whose inbox is sealed.
    everything : bool
        Seal whatever waits, because the wave closes.
    """
    waiting = count_waiting(session, wave)
    if not waiting or (waiting < BATCH_SIZE and not everything):
        return 0
    of_wave = select(Inbox.__table__).where(Inbox.wave_id == wave.id)
    arrived = session.execute(of_wave).mappings().all()
    last = session.scalar(select(func.max(Response.batch)).where(Response.wave_id == wave.id))
    batch = (last or 0) + 1
    sealed: list[dict[str, Any]] = [
        {"id": secrets.token_bytes(16), "batch": batch} | {name: row[name] for name in _KEPT}
        for row in arrived
    ]
    spent = [{"wave_id": wave.id, "id": row["id"]} for row in arrived]
    session.execute(insert(Response), _by_key(sealed))
    session.execute(insert(SpentNonce), _by_key(spent))
    session.execute(delete(Inbox).where(Inbox.wave_id == wave.id))
    return len(sealed)


def mix_rows(session: Session, wave: Wave, model: type[Inbox | Complaint]) -> None:
    """Write the rows of `wave` in a table anew, in the order of their keys. The caller commits.

    PostgreSQL keeps with each row the number of the transaction that wrote it, and rows in the
    order in which they were written: after this, both are the same for all of them, and tell of
    the last one alone when it came. SQLite keeps neither.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    table = cast("Table", model.__table__)
    waiting = delete(table).where(table.c.wave_id == wave.id).returning(*table.columns)
    rows = [dict(row) for row in session.execute(waiting).mappings()]
    session.execute(insert(table), _by_key(rows))


def count_waiting(session: Session, wave: Wave) -> int:
    """Return how many answers of `wave` wait in the inbox."""
    return session.scalar(_WAITING, {"wave_id": wave.id}) or 0


def _by_key(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: row["id"])
