"""Store together what arrives together: one transaction, one write to disk, each judged alone.

A disk takes its time however little is written, and one transaction writes at a time. So whoever
comes while others store waits, and the next one to have the turn stores for all who wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from queue import Empty, SimpleQueue
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from survey.db import Database
from survey.errors import StorageError
from survey.operations.responses import Place, Placed, Receipt, record, settle

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
                self._store({mine: None, **dict.fromkeys(self._come())})
        if isinstance(mine.outcome, Receipt):
            return mine.outcome
        assert mine.outcome is not None  # noqa: S101 - narrows the type
        raise mine.outcome

    def _come(self) -> Iterator[_Arrival]:
        while True:
            try:
                yield self._waiting.get_nowait()
            except Empty:
                return

    def _store(self, group: Iterable[_Arrival]) -> None:
        """Store all of `group` and tell each what became of theirs."""
        arrivals = list(group)
        try:
            with self.database.writing() as session:
                outcomes = store_together(session, [each.place for each in arrivals])
        except SQLAlchemyError as error:
            outcomes = [StorageError(type(error).__name__) for _ in arrivals]
        for arrival, outcome in zip(arrivals, outcomes, strict=True):
            arrival.outcome = outcome


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
