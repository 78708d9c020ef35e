"""What had to stay on disk because somebody was reading is removed when they have ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from questionnaires import Instrument
from survey import traces
from survey.config import Settings
from survey.db import Database
from survey.errors import CodeError
from survey.models import Project
from survey.models.wave import Door
from survey.operations.codes import code_hash, make_pack
from survey.operations.placing import Submission
from survey.operations.responses import record_response
from survey.operations.waves import EMPTIED, find_wave, open_wave
from survey.site import today
from survey.traces import Tidying, erase_for_good
from tests.conftest import KEY, answers, localities, plan
from tests.survey.disk import image

pytestmark = pytest.mark.both_databases


@contextmanager
def somebody_reads(database: Database) -> Iterator[None]:
    """Let somebody see the database as it is now, until the end, and hold no table that matters."""
    begun, is_over = Event(), Event()

    def read() -> None:
        with database.reading() as session:
            session.scalar(select(func.count()).select_from(Project))
            begun.set()
            is_over.wait(60)

    reader = Thread(target=read)
    reader.start()
    try:
        begun.wait(60)
        yield
    finally:
        is_over.set()
        reader.join()


def test_a_code_that_was_used_while_somebody_read_is_gone_when_they_have_ended(
    database: Database,
    settings: Settings,
    cohesion: Instrument,
    request: pytest.FixtureRequest,
) -> None:
    with database.writing() as session:
        wave = open_wave(session, cohesion, plan(doors=(Door.CODES,)), localities())
        code = make_pack(session, find_wave(session, wave.link), 3, KEY)[0]
    tidying = Tidying(database, *EMPTIED)
    tidying.turn()
    with somebody_reads(database):
        with database.writing() as session:
            used = Submission(answers(cohesion), "en", "self-web", b"n" * 16, code=code)
            record_response(session, wave, used, KEY, today())
        assert code_hash(code, wave.id, KEY) in image(settings, request)
    deadline = time.monotonic() + 60
    while code_hash(code, wave.id, KEY) in image(settings, request):
        assert time.monotonic() < deadline  # PostgreSQL counts what moved after a while only
        tidying.turn()


def test_nothing_is_written_anew_when_nothing_has_moved(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    tidying = Tidying(database, *EMPTIED)
    tidying.turn()
    erased: list[object] = []
    monkeypatch.setattr(traces, "erase_for_good", lambda *given: erased.append(given))
    tidying.turn()
    assert erased == []


def test_only_what_others_still_see_is_not_called_gone(
    database: Database, cohesion: Instrument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traces, "_LONGEST", 0.3)
    with somebody_reads(database):
        with database.writing() as session:
            open_wave(session, cohesion, plan(), localities())
        assert not erase_for_good(database.engine, *EMPTIED)
    with somebody_reads(database):  # who has come since sees nothing of it
        assert database.is_sqlite or erase_for_good(database.engine, *EMPTIED)
    assert erase_for_good(database.engine, *EMPTIED)


def test_refused_answers_are_nowhere_on_disk(
    database: Database, settings: Settings, cohesion: Instrument, request: pytest.FixtureRequest
) -> None:
    with database.writing() as session:
        wave = open_wave(session, cohesion, plan(doors=(Door.CODES,)), localities())
        code = make_pack(session, find_wave(session, wave.link), 3, KEY)[0]
    for nonce, given in ((b"1" * 16, {}), (b"2" * 16, {"Q2": "trust attitudes"})):
        sent = Submission(answers(cohesion, **given), "en", "self-web", nonce, code=code)
        with database.writing() as session:
            if not given:
                record_response(session, wave, sent, KEY, today())
                continue
            with pytest.raises(CodeError):
                record_response(session, wave, sent, KEY, today())
    assert b"trust attitudes" not in image(settings, request)
