"""Keep one respondent's answers, once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Executable, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from questionnaires import check_answers
from survey.db import truncate_log
from survey.errors import NonceSpentError, StorageError
from survey.models import Inbox, SpentNonce, Wave
from survey.models.response import WEIGHT_UNIT
from survey.operations.batches import seal_inbox
from survey.operations.waves import check_open, fielded_instrument, place_item, strata_of

_STATE = select(Wave.opens_on, Wave.closes_on, Wave.is_closed).where(
    Wave.id == bindparam("wave_id")
)


class Receipt(StrEnum):
    """What became of answers that were sent."""

    STORED = "stored"
    ALREADY_STORED = "already stored"


@dataclass(frozen=True)
class Submission:
    """One respondent's answers on their way into the inbox.

    Attributes
    ----------
    answers : mapping of str to str
        A code for every item that the wave's form asks.
    language, mode : str
        In which language, and how: ``self-web``, ``interviewer`` or ``paper``.
    nonce : bytes
        Random token of the visit; the same nonce is stored once.
    psu : str or None
        The sampled cluster through which the person was reached, if any.
    weight : int
        Design weight in millionths.
    """

    answers: Mapping[str, str]
    language: str
    mode: str
    nonce: bytes
    psu: str | None = None
    weight: int = WEIGHT_UNIT


def record_response(
    session: Session, wave: Wave, submission: Submission, key: bytes, today: date
) -> Receipt:
    """Keep one respondent's answers in the inbox; when it returns they are on disk.

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
    StorageError
        If the database does not take them now.
    """
    try:
        # Asked inside the writing transaction: the wave may have closed since it was read.
        opens_on, closes_on, is_closed = session.execute(_STATE, {"wave_id": wave.id}).one()
        check_open(opens_on, closes_on, is_closed, today)
        return _store(session, wave, submission, key)
    except (DBAPIError, PoolTimeoutError) as error:
        raise StorageError(type(error).__name__) from None


def _store(session: Session, wave: Wave, submission: Submission, key: bytes) -> Receipt:
    instrument = fielded_instrument(wave)
    strata = strata_of(session, wave)
    check_answers(instrument, wave.form, submission.answers, tuple(strata))
    locality = submission.answers[place_item(instrument).name]
    row = {
        "id": nonce_hash(submission.nonce, key),
        "wave_id": wave.id,
        "language": submission.language,
        "mode": submission.mode,
        "locality": locality,
        "stratum": strata[locality],
        "psu": submission.psu,
        "weight": submission.weight,
        "answers": dict(submission.answers),
    }
    if session.get(SpentNonce, (wave.id, row["id"])) is not None:
        return Receipt.ALREADY_STORED
    if session.scalar(_insert_once(session, row)) is None:
        return _compare(session, row)
    seal_inbox(session, wave)
    session.commit()
    truncate_log(session)
    return Receipt.STORED


def _insert_once(session: Session, row: Mapping[str, object]) -> Executable:
    """Return an insert that gives the key back, or nothing when the key is there already."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    return insert(Inbox).values(row).on_conflict_do_nothing().returning(Inbox.id)


def _compare(session: Session, row: Mapping[str, object]) -> Receipt:
    """Tell a repeated submission from another one under the same nonce."""
    kept = session.execute(select(Inbox.answers, Inbox.language).where(Inbox.id == row["id"])).one()
    if kept.answers != row["answers"]:
        raise NonceSpentError
    return Receipt.ALREADY_STORED


def nonce_hash(nonce: bytes, key: bytes) -> bytes:
    """Return the 16-byte keyed hash under which a nonce is known."""
    secret = hashlib.blake2b(key, person=b"sixfold-nonce").digest()
    return hashlib.blake2b(nonce, key=secret, digest_size=16).digest()
