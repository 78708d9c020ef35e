"""Who waits is stored with the others: at once, each judged alone, nobody told too early."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from time import sleep

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from questionnaires import AnswerError, Instrument
from survey.db import Database
from survey.errors import CodeError, NonceSpentError, StorageError, WaveClosedError
from survey.models import Inbox, InviteCode, Response, Wave
from survey.models.wave import Door
from survey.operations.arrivals import Arrivals, Outcome, store_together
from survey.operations.batches import BATCH_SIZE
from survey.operations.codes import make_pack
from survey.operations.placing import Place, Placed, Receipt, Submission, prepare_response
from survey.operations.waves import fielded_instrument, open_wave
from survey.site import today
from tests.conftest import KEY, answers, localities, plan

pytestmark = pytest.mark.both_databases


def placing(
    wave: Wave,
    given: dict[str, str] | None = None,
    nonce: bytes | None = None,
    code: str | None = None,
    late: bool = False,
) -> Place:
    """Return what places the answers of one person."""
    given = given or answers(fielded_instrument(wave), wave.form)
    sent = Submission(given, "en", "self-web", nonce or secrets.token_bytes(16), code=code)
    day = wave.keep_until if late else today()
    strata = {each.code: each.stratum or each.code for each in localities()}
    return prepare_response(wave, sent, strata, KEY, day)


def broken(session: Session) -> Placed:
    """Fail in the database after something was written."""
    session.execute(text("UPDATE wave SET is_closed = true"))
    session.execute(text("SELECT 1 FROM nowhere"))
    raise AssertionError


def store(database: Database, arriving: list[Place]) -> list[Outcome]:
    with database.writing() as session:
        return [*store_together(session, arriving)]


def kept(database: Database, table: type[Inbox | Response | InviteCode] = Inbox) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@contextmanager
def held(database: Database, crowd: ThreadPoolExecutor) -> Iterator[Arrivals]:
    """Let somebody store, and take their time until everybody else has come."""
    arrivals, begun, over = Arrivals(database), Event(), Event()

    def slow(_session: Session) -> Placed:
        begun.set()
        assert over.wait(60)
        raise WaveClosedError

    first = crowd.submit(arrivals.store, slow)
    assert begun.wait(60)
    yield arrivals
    over.set()
    assert isinstance(first.exception(), WaveClosedError)


def come(
    crowd: ThreadPoolExecutor, arrivals: Arrivals, arriving: list[Place]
) -> list[Future[Receipt]]:
    """Let all of `arriving` come, and wait until they wait."""
    before = arrivals.waiting
    coming = [crowd.submit(arrivals.store, place) for place in arriving]
    while arrivals.waiting < before + len(arriving):
        sleep(0.01)
    return coming


@contextmanager
def commits(database: Database, fail: bool = False) -> Iterator[list[int]]:
    """Count the transactions that come to an end, or let the first one fail there."""
    ended: list[int] = []

    def end(_connection: object) -> None:
        ended.append(1)
        if fail and len(ended) == 1:
            raise OperationalError("COMMIT", None, Exception("the cable was pulled"))

    event.listen(database.engine, "commit", end)
    yield ended
    event.remove(database.engine, "commit", end)


def test_those_who_wait_are_stored_in_one_transaction(database: Database, wave: Wave) -> None:
    with ThreadPoolExecutor(9) as crowd, commits(database) as ended:
        with held(database, crowd) as arrivals:
            coming = come(crowd, arrivals, [placing(wave) for _ in range(8)])
        assert [each.result() for each in coming] == [Receipt.STORED] * 8
        assert len(ended) == 1
    assert kept(database) == 8


def test_nobody_is_told_that_theirs_is_stored_when_the_commit_fails(
    database: Database, wave: Wave
) -> None:
    arriving = [placing(wave) for _ in range(4)]
    with ThreadPoolExecutor(5) as crowd, commits(database, fail=True):
        with held(database, crowd) as arrivals:
            coming = come(crowd, arrivals, arriving)
        assert {type(each.exception()) for each in coming} == {StorageError}
        assert kept(database) == 0
        assert [arrivals.store(place) for place in arriving] == [Receipt.STORED] * 4
    assert kept(database) == 4


def test_who_stores_for_the_others_and_is_torn_away_leaves_theirs_to_them(
    database: Database, wave: Wave
) -> None:
    def torn(_session: Session) -> Placed:
        raise KeyboardInterrupt

    with ThreadPoolExecutor(4) as crowd:
        with held(database, crowd) as arrivals:
            coming = come(crowd, arrivals, [torn, placing(wave), placing(wave)])
        told = Counter(str(each.exception() or each.result()) for each in coming)
    assert told == {"": 1, "stored": 2}
    assert kept(database) == 2


def test_a_refusal_leaves_nothing_behind_and_touches_nobody_else(
    database: Database, cohesion: Instrument
) -> None:
    with database.writing() as session:
        decided = plan(form="short", doors=(Door.CODES,))
        wave = open_wave(session, cohesion, decided, localities())
        codes = make_pack(session, wave, 4, KEY)
    nonce = secrets.token_bytes(16)
    others = answers(cohesion, "short", T1="4")
    outcomes = store(
        database,
        [
            placing(wave, code=codes[0]),
            placing(wave, code=codes[0]),  # the same code again
            placing(wave, code="0000-0000-0000-0000"),
            placing(wave, nonce=nonce, code=codes[1]),
            placing(wave, nonce=nonce, code=codes[1]),  # the same page again
            placing(wave, others, nonce=nonce, code=codes[2]),
            placing(wave, code=codes[2], late=True),
            broken,
            placing(wave, code=codes[3]),
        ],
    )
    stored, again = Receipt.STORED, Receipt.ALREADY_STORED
    found = [each if isinstance(each, Receipt) else type(each) for each in outcomes]
    assert found == [
        stored, CodeError, CodeError, stored, again, NonceSpentError, WaveClosedError,
        StorageError, stored,
    ]  # fmt: skip
    assert (kept(database), kept(database, InviteCode)) == (3, 1)
    with database.reading() as session:
        assert not session.get_one(Wave, wave.id).is_closed


def test_what_no_item_offers_is_refused_before_anybody_waits_for_the_database(
    wave: Wave, cohesion: Instrument
) -> None:
    with pytest.raises(AnswerError):
        placing(wave, answers(cohesion, wave.form) | {"T1": "no such"})


@pytest.mark.parametrize("before", [0, BATCH_SIZE - 1])
def test_those_who_come_together_are_sealed_together_once_enough_wait(
    database: Database, wave: Wave, before: int
) -> None:
    for _ in range(before):
        store(database, [placing(wave)])
    outcomes = store(database, [placing(wave) for _ in range(6)])
    assert outcomes == [Receipt.STORED] * 6
    inbox, sealed = (0, before + 6) if before else (6, 0)
    assert (kept(database), kept(database, Response)) == (inbox, sealed)


def test_several_rounds_are_settled_at_once(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    with database.writing() as session:
        other = open_wave(session, cohesion, plan(link="two"), localities())
    arriving = [placing(wave)] * 2 + [placing(other) for _ in range(BATCH_SIZE)]
    outcomes = Counter(store(database, arriving))
    assert outcomes == {Receipt.STORED: BATCH_SIZE + 1, Receipt.ALREADY_STORED: 1}
    assert (kept(database), kept(database, Response)) == (1, BATCH_SIZE)


def test_one_who_comes_alone_is_refused_in_the_same_way(database: Database, wave: Wave) -> None:
    with pytest.raises(WaveClosedError):
        Arrivals(database).store(placing(wave, late=True))
    with pytest.raises(StorageError):
        Arrivals(database).store(broken)
