"""Keep one respondent's answers, once.

They are placed in a transaction first (`survey.operations.placing`), each on its own, and settled
then: sealed or mixed, written to disk, without traces of their order. `survey.operations.arrivals`
settles several at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from survey.errors import StorageError
from survey.models import Inbox, Wave
from survey.operations.batches import mix_rows, seal_inbox
from survey.operations.placing import (
    Parcel,
    Place,
    Placed,
    Receipt,
    Submission,
    place_parcel,
    prepare_response,
)
from survey.operations.waves import strata_of
from survey.traces import erase_traces


def record_response(
    session: Session, wave: Wave, submission: Submission, key: bytes, today: date
) -> Receipt:
    """Keep one respondent's answers in the inbox; when it returns they are on disk.

    Raises
    ------
    StorageError
        If the database does not take them now.
    WaveNotOpenError, WaveClosedError, AnswerError, NonceSpentError, CodeError, RefusedError
        As `prepare_response` and what it returns.
    """

    def place(session: Session) -> Placed:
        return prepare_response(wave, submission, strata_of(session, wave), key, today)(session)

    return record(session, place)


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
