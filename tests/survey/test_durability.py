"""What was acknowledged is on the disk; what could not be kept is said to be not kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import OperationalError

from questionnaires import Instrument, screens
from survey import db, site
from survey.config import Settings
from survey.db import Database
from survey.errors import StorageError, WaveNotOpenError
from survey.models import Inbox, Response, SpentNonce, Wave
from survey.operations.batches import BATCH_SIZE
from survey.operations.placing import Receipt
from survey.operations.waves import close_wave, erase_wave
from survey.respond.visit import Seal, Visit
from tests.conftest import answers, record
from tests.survey.server import Server
from tests.survey.tracing import order_of, traced

pytestmark = pytest.mark.both_databases


def kept(database: Database) -> Counter[str]:
    """Return how often each respondent of `given` is stored."""
    with database.reading() as session:
        rows = [*session.scalars(select(Inbox.answers)), *session.scalars(select(Response.answers))]
    return Counter("".join(row[item] for item in ITEMS) for row in rows if row)


ITEMS = ("T1", "T2", "T3", "T5", "T6")


def name(number: int) -> str:
    return "".join(str(1 + number // 5**power % 5) for power in range(len(ITEMS)))


def given(instrument: Instrument, number: int) -> dict[str, str]:
    """Return answers that tell one respondent from all others."""
    return answers(instrument, **dict(zip(ITEMS, name(number), strict=True)))


@contextmanager
def full_disk(database: Database) -> Iterator[None]:
    """Let the database run out of room: for real on SQLite, by its own error on PostgreSQL."""
    if database.is_sqlite:
        database.dispose()
        with database.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        database.dispose()
        limit = f"PRAGMA max_page_count={pages}"
        event.listen(database.engine, "connect", listener := _runs(limit))
        yield
        event.remove(database.engine, "connect", listener)
        database.dispose()
        return
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE disk_full; END $$"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER full_disk BEFORE INSERT ON inbox EXECUTE FUNCTION full_disk()"
        )
    yield
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP FUNCTION full_disk CASCADE")


def _runs(statement: str) -> Callable[[Any, object], None]:
    def run(driver: Any, _record: object) -> None:
        driver.execute(statement)

    return run


def test_a_full_disk_is_a_storage_error_and_leaves_no_partial_row(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    record(database, wave, given(cohesion, 0))
    accepted = [0]
    with full_disk(database):
        for number in range(1, 120):
            try:
                record(database, wave, given(cohesion, number))
            except StorageError:
                break
            accepted.append(number)
        else:
            raise AssertionError("the disk never became full")
    assert kept(database) == Counter(map(name, accepted))
    assert record(database, wave, given(cohesion, 124)) is Receipt.STORED


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Let somebody else write, and not come to an end."""
    with database.writing() as session:
        session.execute(text("SELECT 1"))
        yield


def last_page(wave: Wave, instrument: Instrument) -> dict[str, str]:
    visit = Visit("en", len(screens(instrument, "long")), answers(instrument, T1="5"))
    return {"state": Seal("s" * 48, wave.link).close(visit)}


@pytest.fixture
def impatient_client(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> FlaskClient:
    monkeypatch.setattr(db, "WAIT", 300)
    client: FlaskClient = request.getfixturevalue("client")
    return client


@pytest.mark.parametrize("trouble", [full_disk, locked])
def test_a_page_that_cannot_be_stored_keeps_the_answers_and_can_be_sent_again(
    trouble: Callable[[Database], Any],
    database: Database,
    wave: Wave,
    cohesion: Instrument,
    impatient_client: FlaskClient,
) -> None:
    client = impatient_client
    own = client.application.extensions["sixfold"].database
    with trouble(own if trouble is full_disk else database):
        for _ in range(60):
            reply = client.post("/s/round-one", data=last_page(wave, cohesion))
            if reply.status_code != 200:
                break
    assert reply.status_code == 503
    assert "data-received" not in reply.get_data(as_text=True)
    state = reply.get_data(as_text=True).partition('name="state" value="')[2].partition('"')[0]
    again = client.post("/s/round-one", data={"state": state})
    assert (again.status_code, "data-received" in again.get_data(as_text=True)) == (200, True)


class _Clock:
    """A clock whose battery is empty."""

    @staticmethod
    def now(zone: object) -> datetime:
        assert zone is UTC
        return datetime(1970, 1, 1, tzinfo=UTC)


def test_a_clock_of_1970_loses_nothing_and_opens_nothing(
    client: FlaskClient,
    database: Database,
    wave: Wave,
    cohesion: Instrument,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record(database, wave, given(cohesion, 7))
    monkeypatch.setattr(site, "datetime", _Clock)
    assert client.get("/s/round-one").status_code == 403
    assert client.post("/s/round-one", data=last_page(wave, cohesion)).status_code == 403
    with pytest.raises(WaveNotOpenError):
        record(database, wave, given(cohesion, 8), day=site.today())
    assert kept(database) == Counter([name(7)])


@contextmanager
def failing_at(database: Database, call: int) -> Iterator[list[int]]:
    """Let the driver fail at its `call`-th statement or commit; the list holds how many came."""
    calls = [0]
    dialect: Any = database.engine.dialect

    def failing(step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any) -> Any:
            calls[0] += 1
            if calls[0] == call:
                raise dialect.dbapi.OperationalError("the cable was pulled")
            return step(*given)

        return run

    steps = ("do_execute", "do_execute_no_params", "do_executemany", "do_commit")
    for step in steps:
        setattr(dialect, step, failing(getattr(dialect, step)))
    try:
        yield calls
    finally:
        for step in steps:
            delattr(dialect, step)


@pytest.mark.parametrize("seals", [False, True])
def test_a_submission_that_fails_anywhere_is_stored_once_or_not_at_all(
    seals: bool, database: Database, wave: Wave, cohesion: Instrument
) -> None:
    acknowledged: Counter[str] = Counter()

    def store(number: int) -> None:
        record(database, wave, given(cohesion, number), number.to_bytes(16))
        acknowledged[name(number)] = 1

    numbers = count()
    for call in range(1, 80):
        while seals and len(acknowledged) % BATCH_SIZE != BATCH_SIZE - 1:
            store(next(numbers))
        number = next(numbers)
        with failing_at(database, call) as calls, suppress(StorageError):
            store(number)
        found = kept(database)
        assert set(found.values()) <= {1}
        assert acknowledged.keys() <= found.keys() <= acknowledged.keys() | {name(number)}
        if number_is_missing := name(number) not in acknowledged:
            store(number)  # the person sends the page again
        assert kept(database) == acknowledged
        if calls[0] < call:
            assert not number_is_missing
            assert call > 6
            return
    raise AssertionError("it never came to an end")


@pytest.mark.parametrize("act", [close_wave, erase_wave])
def test_closing_and_erasing_fail_as_a_whole_and_can_be_done_again(
    act: Callable[..., object], database: Database, wave: Wave, cohesion: Instrument
) -> None:
    for number in range(BATCH_SIZE + 3):
        record(database, wave, given(cohesion, number))
    everything = kept(database)
    later = [wave.keep_until + timedelta(days=1)] if act is erase_wave else []
    for call in range(1, 80):
        with (
            failing_at(database, call) as calls,
            suppress(OperationalError),
            database.writing() as session,
        ):
            act(session, session.merge(wave), *later)
        found = kept(database)
        assert found == everything or (act is erase_wave and not found)
        if calls[0] < call:
            assert found == (everything if act is close_wave else Counter())
            assert count_of(database, Inbox) == count_of(database, SpentNonce) == 0
            return
    raise AssertionError("it never came to an end")


def count_of(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_acknowledgement_follows_the_disk_a_hundred_times_of_a_hundred(
    settings: Settings,
    database: Database,
    wave: Wave,
    cohesion: Instrument,
    request: pytest.FixtureRequest,
) -> None:
    """As the calls of the processes tell: the log is on the disk, then the page is sent."""
    pages = [
        Visit("en", len(screens(cohesion, "long")), given(cohesion, number))
        for number in range(100)
    ]
    seal = Seal(settings.secret_key, wave.link)
    database_server = None if database.is_sqlite else request.getfixturevalue("postgres").pid
    with traced(database_server) as trace:
        server = Server(settings, workers=1, tracer=trace.command).start()
        for visit in pages:
            status, page = server.post("/s/round-one", {"state": seal.close(visit)})
            assert (status, "data-received" in page) == (200, True)
        server.stop()
    assert trace.acknowledged() == [True] * 100


def test_a_trace_shows_an_acknowledgement_before_the_disk() -> None:
    early = [
        '7 1.0 recvfrom(9, "POST /s/x", 8192, 0, NULL, NULL) = 9',
        '7 1.1 sendto(9, "HTTP/1.1 200 OK", 15, 0, NULL, 0) = 15',
        "7 1.2 fdatasync(5) = 0",
    ]
    assert order_of(early) == [False]
    assert order_of([early[0], early[2], early[1]]) == [True]
