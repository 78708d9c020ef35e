"""Store together what arrives together: one transaction, one write to disk, each judged alone.

A disk takes its time however little is written, and one transaction writes at a time. So whoever
comes while others store waits, and the next one to have the turn stores for all who wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from survey.db import Database
from survey.errors import StorageError
from survey.operations.placing import Place, Placed, Receipt
from survey.operations.responses import record, settle

#: What to tell somebody: a receipt, or why nothing of theirs is kept.
Outcome = Receipt | Exception


class Arrivals:
    """Those who wait, in this process, until their answers are on disk.

    Parameters
    ----------
    database : Database
        Where they are stored.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._turn = Lock()
        self._waiting: SimpleQueue[_Arrival] = SimpleQueue()

    @property
    def waiting(self) -> int:
        """How many wait for somebody to store theirs."""
        return self._waiting.qsize()

    def store(self, place: Place) -> Receipt:
        """Store what `place` puts into the inbox, once; when it returns it is on disk.

        Raises
        ------
        StorageError
            If the database does not take it now.
        SurveyError, AnswerError
            If `place` refuses it.
        """
        mine = _Arrival(place)
        self._waiting.put(mine)
        with self._turn:
            if mine.outcome is None:  # nobody has stored it meanwhile
                self._store(mine)
        if isinstance(mine.outcome, Receipt):
            return mine.outcome
        assert mine.outcome is not None  # noqa: S101 - narrows the type
        raise mine.outcome

    def _store(self, mine: _Arrival) -> None:
        """Store `mine` and all who wait, and tell each what became of theirs."""
        group: list[_Arrival] = []
        try:
            with self.database.writing() as session:
                session.connection()  # begins when no other process writes; some come until then
                group = self._group(mine)
                outcomes = store_together(session, [each.place for each in group])
        except SQLAlchemyError as error:
            group = group or self._group(mine)
            outcomes = [StorageError(type(error).__name__) for _ in group]
        for arrival, outcome in zip(group, outcomes, strict=True):
            arrival.outcome = outcome

    def _group(self, mine: _Arrival) -> list[_Arrival]:
        """Return `mine` and all who have come until now; nobody else will take them."""
        group = {mine: None}
        with suppress(Empty):
            while True:
                group[self._waiting.get_nowait()] = None
        return list(group)


class _Arrival:
    """Somebody's answers, and what became of them: nothing yet."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.outcome: Outcome | None = None


def store_together(session: Session, arriving: Sequence[Place]) -> Sequence[Outcome]:
    """Store in one transaction what each of `arriving` places, and say what became of it.

    What is refused leaves nothing behind and touches none of the others. Nothing is said before
    what is kept is on disk.

    Raises
    ------
    SQLAlchemyError
        If the database takes none of them now.
    """
    if len(arriving) == 1:
        return [_alone(session, arriving[0])]
    found = [_place(session, place) for place in arriving]
    settle(session, [each for each in found if isinstance(each, Placed)])
    return [each.receipt if isinstance(each, Placed) else each for each in found]


def _alone(session: Session, place: Place) -> Outcome:
    try:
        return record(session, place)
    except Exception as error:
        return error


def _place(session: Session, place: Place) -> Placed | Exception:
    """Place one of several, or take back whatever it has written."""
    point = session.begin_nested()
    try:
        placed = place(session)
        point.commit()
    except Exception as error:
        point.rollback()  # if this fails nobody's are kept, and all are told so
        is_ours = isinstance(error, SQLAlchemyError)
        return StorageError(type(error).__name__) if is_ours else error
    return placed
