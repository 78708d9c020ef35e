"""Keep one respondent's answers, once.

They are placed in a transaction first, each on its own, and settled then: sealed or mixed, written
to disk, without traces of their order. `survey.operations.arrivals` settles several at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, partial
from typing import Any, cast

from sqlalchemy import Executable, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from questionnaires import check_answers
from survey.db import erase_traces
from survey.errors import CodeError, NonceSpentError, ParcelError, StorageError, WaveClosedError
from survey.models import Draft, Inbox, InviteCode, ProjectRound, SpentNonce, Wave
from survey.models.response import WEIGHT_UNIT
from survey.models.wave import Door
from survey.operations.batches import mix_rows, seal_inbox
from survey.operations.codes import code_hash, spend_code
from survey.operations.linking import link_of
from survey.operations.sealing import body_hash, seal_parcel, seal_row, sealed_items
from survey.operations.sheets import settle_draft
from survey.operations.waves import (
    check_late,
    check_open,
    fielded_instrument,
    place_item,
    strata_of,
)

_STATE = select(Wave.opens_on, Wave.closes_on, Wave.is_closed, Wave.awaits_test).where(
    Wave.id == bindparam("wave_id")
)

#: Where a wave asks for codes, answers that come in these ways need one; staff's own do not.
_CODED = {"self-web", "kiosk"}


class Receipt(StrEnum):
    """What became of answers that were sent."""

    STORED = "stored"
    ALREADY_STORED = "already stored"


@dataclass(frozen=True)
class Parcel:
    """One respondent's answers as a phone has sealed them; nobody here can read them.

    Attributes
    ----------
    sealed : bytes
        The age-encrypted JSON object ``{item: code}``.
    nonce : bytes
        Random token that the phone made; the same nonce is stored once.
    """

    sealed: bytes
    nonce: bytes


@dataclass(frozen=True)
class Submission:
    """One respondent's answers on their way into the inbox.

    Attributes
    ----------
    answers : mapping of str to str
        A code for every item that the wave's form asks.
    language, mode : str
        In which language, and how: ``self-web``, ``kiosk``, ``interviewer`` or ``paper``.
    nonce : bytes
        Random token of the visit; the same nonce is stored once.
    psu : str or None
        The sampled cluster through which the person was reached, if any.
    weight : int
        Design weight in millionths.
    code : str or None
        The code that opened the wave, as it was typed; it is used up by this.
    own_code : str
        The code that the person made for themselves; empty for none.
    sheet : bytes or None
        The draft of a sheet of paper that this settles.
    """

    answers: Mapping[str, str]
    language: str
    mode: str
    nonce: bytes
    psu: str | None = None
    weight: int = WEIGHT_UNIT
    code: str | None = None
    own_code: str = ""
    sheet: bytes | None = None


@dataclass(frozen=True)
class Placed:
    """What one arrival has become in a transaction that is not committed yet.

    Attributes
    ----------
    receipt : Receipt
        What to tell its sender, once it is settled.
    wave : Wave
        The wave whose inbox it came into.
    tables : tuple of str
        Tables that something was deleted from for it.
    """

    receipt: Receipt
    wave: Wave
    tables: tuple[str, ...] = ()


#: Puts one response into the inbox, or refuses it; the caller settles it.
Place = Callable[[Session], Placed]


def record_response(
    session: Session, wave: Wave, submission: Submission, key: bytes, today: date
) -> Receipt:
    """Keep one respondent's answers in the inbox; when it returns they are on disk.

    Raises
    ------
    StorageError
        If the database does not take them now.
    WaveNotOpenError, WaveClosedError, AnswerError, NonceSpentError, CodeError, RefusedError
        As `place_response`.
    """
    return record(
        session,
        partial(place_response, wave=wave, submission=submission, key=key, today=today),
    )


def record_parcel(session: Session, wave: Wave, parcel: Parcel, key: bytes, today: date) -> Receipt:
    """Keep what a phone has sealed, as `record_response` keeps answers.

    Raises
    ------
    StorageError
        If the database does not take it now.
    ParcelError, WaveNotOpenError, WaveClosedError, NonceSpentError
        As `place_parcel`.
    """
    return record(session, partial(place_parcel, wave=wave, parcel=parcel, key=key, today=today))


def record(session: Session, place: Place) -> Receipt:
    """Place one arrival and settle it; when it returns it is on disk.

    Raises
    ------
    StorageError
        If the database does not take it now.
    SurveyError, AnswerError
        If `place` refuses it.
    """
    try:
        placed = place(session)
        settle(session, [placed])
    except (DBAPIError, PoolTimeoutError) as error:
        raise StorageError(type(error).__name__) from None
    return placed.receipt


def settle(session: Session, placed: Sequence[Placed]) -> None:
    """Seal the inboxes that have enough, mix the others, commit, and erase the traces of order."""
    stored = [each for each in placed if each.receipt is Receipt.STORED]
    if not stored:
        return
    is_sealed = False
    for wave in {each.wave.id: each.wave for each in stored}.values():
        if seal_inbox(session, wave):
            is_sealed = True
        else:
            mix_rows(session, wave, Inbox)
    session.commit()
    emptied = dict.fromkeys(table for each in stored for table in each.tables)
    erase_traces(session, Inbox.__tablename__, *emptied, log=is_sealed)


def place_response(
    session: Session, wave: Wave, submission: Submission, key: bytes, today: date
) -> Placed:
    """Put one respondent's answers into the inbox; the caller settles them.

    Parameters
    ----------
    session : Session
        A writing session.
    wave : Wave
        The wave they answer.
    submission : Submission
        What they answered.
    key : bytes
        Secret under which the nonce is hashed.
    today : date
        Decides whether the wave is open.

    Raises
    ------
    WaveNotOpenError, WaveClosedError
        If `wave` does not take responses on `today`.
    AnswerError
        If an item does not offer the answer it was given.
    NonceSpentError
        If other answers wait in the inbox under the same nonce.
    CodeError
        If the code opens nothing (any more).
    RefusedError
        If the draft of the sheet is settled already.
    """
    # Asked inside the writing transaction: the wave may have closed since it was read.
    state = session.execute(_STATE, {"wave_id": wave.id}).one()
    check_open(*state, today=today)
    if Door.CODES in wave.doors and submission.mode in _CODED and submission.code is None:
        raise CodeError
    row = _row(session, wave, submission)
    row["link"] = link_of(session, wave, submission.own_code, key)
    body = body_hash(row, submission.nonce, key)
    text_items = sealed_items(fielded_instrument(wave), wave.form)
    kept = seal_row(row, text_items, wave)
    ticket = Ticket(
        None if submission.code is None else code_hash(submission.code, wave.id, key),
        submission.sheet,
    )
    return _store(session, wave, kept, body, nonce_hash(submission.nonce, key), ticket=ticket)


def place_parcel(session: Session, wave: Wave, parcel: Parcel, key: bytes, today: date) -> Placed:
    """Put what a phone has sealed into the inbox; the caller settles it.

    Nothing shows yet whether it holds answers: that is judged when it is opened.

    Raises
    ------
    ParcelError
        If `wave` has no keys that could open it, or takes answers for a code only.
    WaveNotOpenError, WaveClosedError, NonceSpentError
        As `place_response`; a phone has some more days after the last one.
    """
    now = session.get_one(Wave, wave.id)
    check_late(now, today)
    place = session.get(ProjectRound, now.id)
    if place is not None and place.deleted_on is not None:
        raise WaveClosedError  # until somebody takes it back
    if not now.recipients:
        raise ParcelError("this round has no keys; send its answers by its pages")
    if Door.CODES in now.doors:
        raise ParcelError("this round takes one response a code; send its answers by its pages")
    if now.doors == [Door.PAPER]:
        raise ParcelError("this round takes sheets of paper only; hand them to its team")
    body = body_hash(parcel.sealed, parcel.nonce, key)
    kept = seal_parcel({"wave_id": wave.id}, parcel.sealed, now)
    return _store(session, now, kept, body, nonce_hash(parcel.nonce, key), ticket=Ticket())


@dataclass(frozen=True)
class Ticket:
    """What is used up with the answers that it let in: a code, by its hash, or a draft.

    Both are deleted in the transaction that keeps the answers, or nothing is kept.
    """

    code: bytes | None = None
    sheet: bytes | None = None

    def spend(self, session: Session, wave: Wave) -> None:
        """Use it up."""
        if self.code is not None:
            spend_code(session, wave, self.code)
        if self.sheet is not None:
            settle_draft(session, wave, self.sheet)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that something was deleted from."""
        used = {InviteCode.__tablename__: self.code, Draft.__tablename__: self.sheet}
        return tuple(name for name, spent in used.items() if spent is not None)


def _row(session: Session, wave: Wave, submission: Submission) -> dict[str, Any]:
    """Return the row of a submission, in clear."""
    instrument = fielded_instrument(wave)
    strata = strata_of(session, wave)
    check_answers(instrument, wave.form, submission.answers, tuple(strata))
    locality = submission.answers[place_item(instrument).name]
    return {
        "wave_id": wave.id,
        "language": submission.language,
        "mode": submission.mode,
        "locality": locality,
        "stratum": strata[locality],
        "psu": submission.psu,
        "weight": submission.weight,
        "answers": dict(submission.answers),
    }


def _store(
    session: Session,
    wave: Wave,
    kept: Mapping[str, Any],
    body: bytes,
    nonce: bytes,
    *,
    ticket: Ticket,
) -> Placed:
    """Put a row into the inbox, once; `body` and `nonce` are hashes."""
    row = {**kept, "id": nonce, "body_hash": body if kept["sealed"] else None}
    if session.get(SpentNonce, (wave.id, row["id"])) is not None:
        return Placed(Receipt.ALREADY_STORED, wave)
    if session.execute(_insert_once(session.get_bind().dialect.name), row).first() is None:
        return Placed(_compare(session, row), wave)
    ticket.spend(session, wave)
    return Placed(Receipt.STORED, wave, ticket.tables)


@cache
def _insert_once(dialect: str) -> Executable:
    """Return an insert that gives the key back, or nothing when the key is there already."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    table = cast("Table", Inbox.__table__)
    return insert(table).on_conflict_do_nothing().returning(table.c.id)


def _compare(session: Session, row: Mapping[str, object]) -> Receipt:
    """Tell a repeated submission from another one under the same nonce."""
    known = select(Inbox.answers, Inbox.body_hash).where(Inbox.id == row["id"])
    kept = session.execute(known).one()
    if (kept.answers, kept.body_hash) != (row["answers"], row["body_hash"]):
        raise NonceSpentError
    return Receipt.ALREADY_STORED


def nonce_hash(nonce: bytes, key: bytes) -> bytes:
    """Return the 16-byte keyed hash under which a nonce is known."""
    secret = hashlib.blake2b(key, person=b"sixfold-nonce").digest()
    return hashlib.blake2b(nonce, key=secret, digest_size=16).digest()
