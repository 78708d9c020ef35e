"""Put one arrival into the inbox, or refuse it, in a transaction that is settled for many.

While one transaction writes no other can, so all that needs no database is done before: answers
are checked, and sealed where they must be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any, cast

from sqlalchemy import Table, bindparam, exists, insert, select
from sqlalchemy.orm import Session

from questionnaires import check_answers
from survey.errors import CodeError, NonceSpentError, ParcelError, WaveClosedError
from survey.models import Draft, Inbox, InviteCode, ProjectRound, SpentNonce, Wave
from survey.models.response import WEIGHT_UNIT
from survey.models.wave import Door
from survey.operations.codes import code_hash, spend_code
from survey.operations.linking import link_of
from survey.operations.sealing import body_hash, seal_parcel, seal_row, sealed_items
from survey.operations.sheets import settle_draft
from survey.operations.waves import check_late, check_open, fielded_instrument, place_item

_INBOX, _WAVE, _SPENT = (cast("Table", model.__table__) for model in (Inbox, Wave, SpentNonce))
#: Whether a wave takes answers, and whether it has these already.
_STATE = select(
    *(_WAVE.c[name] for name in ("opens_on", "closes_on", "is_closed", "awaits_test")),
    exists()
    .where(_SPENT.c.wave_id == _WAVE.c.id, _SPENT.c.id == bindparam("nonce"))
    .label("is_spent"),
).where(_WAVE.c.id == bindparam("wave_id"))
#: What the inbox has under a key, and how a row is put there.
_KNOWN = select(_INBOX.c.answers, _INBOX.c.body_hash).where(_INBOX.c.id == bindparam("id"))
_PUT = insert(_INBOX)

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


def prepare_response(
    wave: Wave, submission: Submission, strata: Mapping[str, str], key: bytes, today: date
) -> Place:
    """Check what one respondent answered, and return what puts it into the inbox.

    Parameters
    ----------
    wave : Wave
        The wave they answer.
    submission : Submission
        What they answered.
    strata : mapping of str to str
        The stratum of each locality of `wave` (`survey.operations.waves.strata_of`).
    key : bytes
        Secret under which the nonce is hashed.
    today : date
        Decides whether the wave is open.

    Returns
    -------
    Place
        It raises WaveNotOpenError or WaveClosedError if `wave` does not take responses on `today`,
        NonceSpentError if other answers wait in the inbox under the same nonce, CodeError if the
        code opens nothing (any more), and RefusedError if the draft of the sheet is settled.

    Raises
    ------
    AnswerError
        If an item does not offer the answer it was given.
    """
    keep = partial(_kept, wave, _row(wave, submission, strata), submission.nonce, key)
    # The secret under which a code of one's own is hashed lies in the database.
    kept = None if submission.own_code else keep(link=None)
    known, ticket = nonce_hash(submission.nonce, key), _ticket(wave, submission, key)
    is_coded = Door.CODES in wave.doors and submission.mode in _CODED

    def place(session: Session) -> Placed:
        # Asked inside the writing transaction: the wave may have closed since it was read.
        found = session.execute(_STATE, {"wave_id": wave.id, "nonce": known}).one()
        check_open(found.opens_on, found.closes_on, found.is_closed, found.awaits_test, today)
        if is_coded and submission.code is None:
            raise CodeError
        if found.is_spent:
            return Placed(Receipt.ALREADY_STORED, wave)
        link = link_of(session, wave, submission.own_code, key)
        return _store(session, wave, {**(kept or keep(link=link)), "id": known}, ticket)

    return place


def place_parcel(session: Session, wave: Wave, parcel: Parcel, key: bytes, today: date) -> Placed:
    """Put what a phone has sealed into the inbox; the caller settles it.

    Nothing shows yet whether it holds answers: that is judged when it is opened.

    Raises
    ------
    ParcelError
        If `wave` has no keys that could open it, or takes answers for a code only.
    WaveNotOpenError, WaveClosedError, NonceSpentError
        As `prepare_response`; a phone has some more days after the last one.
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
    known = nonce_hash(parcel.nonce, key)
    if session.get(SpentNonce, (now.id, known)) is not None:
        return Placed(Receipt.ALREADY_STORED, now)
    kept = seal_parcel({"wave_id": wave.id}, parcel.sealed, now)
    body = body_hash(parcel.sealed, parcel.nonce, key)
    return _store(session, now, {**kept, "id": known, "body_hash": body}, Ticket())


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


def _ticket(wave: Wave, submission: Submission, key: bytes) -> Ticket:
    code = submission.code
    return Ticket(None if code is None else code_hash(code, wave.id, key), submission.sheet)


def _row(wave: Wave, submission: Submission, strata: Mapping[str, str]) -> dict[str, Any]:
    """Return the row of a submission, in clear."""
    instrument = fielded_instrument(wave)
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


def _kept(
    wave: Wave, row: Mapping[str, Any], nonce: bytes, key: bytes, *, link: str | None
) -> dict[str, Any]:
    """Return a row as the inbox keeps it, sealed where it must be, but for its key."""
    whole = {**row, "link": link}
    kept = seal_row(whole, sealed_items(fielded_instrument(wave), wave.form), wave)
    body = body_hash(whole, nonce, key) if kept["sealed"] else None
    return {**kept, "body_hash": body}


def _store(session: Session, wave: Wave, row: Mapping[str, Any], ticket: Ticket) -> Placed:
    """Put a row into the inbox, once.

    What is refused is never written, not even to be taken back: PostgreSQL keeps that on disk.
    """
    known = session.execute(_KNOWN, {"id": row["id"]}).first()
    if known is not None:
        if tuple(known) != (row["answers"], row["body_hash"]):
            raise NonceSpentError
        return Placed(Receipt.ALREADY_STORED, wave)
    ticket.spend(session, wave)
    session.execute(_PUT, row)
    return Placed(Receipt.STORED, wave, ticket.tables)


def nonce_hash(nonce: bytes, key: bytes) -> bytes:
    """Return the 16-byte keyed hash under which a nonce is known."""
    secret = hashlib.blake2b(key, person=b"sixfold-nonce").digest()
    return hashlib.blake2b(nonce, key=secret, digest_size=16).digest()
