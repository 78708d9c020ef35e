"""Answers are stored once, completely, and only when they are answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from questionnaires import AnswerError, Instrument
from survey.db import Database
from survey.errors import (
    NonceSpentError,
    StorageError,
    SurveyError,
    WaveClosedError,
    WaveNotOpenError,
)
from survey.models import Inbox, Response, SpentNonce, Wave
from survey.operations.batches import BATCH_SIZE
from survey.operations.placing import Receipt, Submission
from survey.operations.responses import record_response
from survey.operations.waves import close_wave, erase_wave
from tests.conftest import KEY, answers, record

pytestmark = pytest.mark.both_databases


def stored(database: Database) -> list[dict[str, str]]:
    with database.reading() as session:
        kept = [*session.scalars(select(Inbox.answers)), *session.scalars(select(Response.answers))]
    return sorted(kept, key=str)


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_stored_answers_are_the_answers_given(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    given = answers(cohesion, T1="5", D2="woman", Q2="trust attitudes", B1="dk")
    assert record(database, wave, given) is Receipt.STORED
    assert stored(database) == [given]


def test_the_same_submission_again_is_stored_once(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    given, nonce = answers(cohesion, T1="5"), b"n" * 16
    receipts = [record(database, wave, given, nonce) for _ in range(3)]
    assert receipts == [Receipt.STORED, Receipt.ALREADY_STORED, Receipt.ALREADY_STORED]
    assert count(database, Inbox) == 1


def test_other_answers_under_a_spent_nonce_are_refused_and_change_nothing(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    first, second = answers(cohesion, T1="5"), answers(cohesion, T1="1")
    record(database, wave, first, b"n" * 16)
    with pytest.raises(NonceSpentError):
        record(database, wave, second, b"n" * 16)
    assert stored(database) == [first]


def test_a_retry_after_sealing_is_told_received_and_stored_once(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    nonces = [bytes([number]) * 16 for number in range(BATCH_SIZE)]
    for nonce in nonces:
        record(database, wave, answers(cohesion), nonce)
    assert (count(database, Inbox), count(database, Response)) == (0, BATCH_SIZE)
    assert record(database, wave, answers(cohesion), nonces[0]) is Receipt.ALREADY_STORED
    assert count(database, Response) == BATCH_SIZE


def test_a_batch_waits_until_enough_have_come(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    for _ in range(BATCH_SIZE - 1):
        record(database, wave, answers(cohesion))
    assert (count(database, Inbox), count(database, Response)) == (BATCH_SIZE - 1, 0)


def test_closing_seals_the_rest_and_forgets_the_nonces(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    for _ in range(BATCH_SIZE + 3):
        record(database, wave, answers(cohesion))
    with database.writing() as session:
        close_wave(session, session.merge(wave))
    assert count(database, Response) == BATCH_SIZE + 3
    assert (count(database, Inbox), count(database, SpentNonce)) == (0, 0)


@pytest.mark.parametrize(
    "changed",
    [{"T1": "9"}, {"T1": ""}, {"D1": "nowhere"}, {"D1": "dk"}, {"D1": "skip"}, {"X9": "1"}],
)
def test_what_is_not_an_answer_is_not_stored(
    database: Database, wave: Wave, cohesion: Instrument, changed: dict[str, str]
) -> None:
    with pytest.raises(AnswerError) as error:
        record(database, wave, answers(cohesion) | changed)
    assert "nowhere" not in str(error.value)
    assert stored(database) == []


def test_a_missing_item_is_not_stored(database: Database, wave: Wave, cohesion: Instrument) -> None:
    given = answers(cohesion)
    del given["T1"]
    with pytest.raises(AnswerError):
        record(database, wave, given)
    assert stored(database) == []


def test_a_wave_takes_answers_between_its_days_only(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    submission = Submission(answers(cohesion), "en", "self-web", b"n" * 16)
    with database.writing() as session:
        with pytest.raises(WaveNotOpenError):
            record_response(session, wave, submission, KEY, wave.opens_on - timedelta(days=1))
        with pytest.raises(WaveClosedError):
            record_response(session, wave, submission, KEY, wave.closes_on + timedelta(days=1))
    assert stored(database) == []


def test_thirty_at_once_under_one_nonce_are_stored_once(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    given = answers(cohesion)
    with ThreadPoolExecutor(10) as pool:
        receipts = list(pool.map(lambda _: record(database, wave, given, b"n" * 16), range(30)))
    assert sorted(receipts).count(Receipt.STORED) == 1
    assert count(database, Inbox) == 1


def test_a_reader_at_work_undoes_nothing_and_later_writers_wait_as_before(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    with database.reading() as reader:
        assert reader.scalars(select(Inbox.id)).all() == []
        assert record(database, wave, answers(cohesion)) is Receipt.STORED
    assert stored(database) == [answers(cohesion)]
    asked, answer = (
        ("PRAGMA busy_timeout", 5000) if database.is_sqlite else ("SHOW lock_timeout", "5s")
    )
    with database.reading() as one, database.reading() as other:
        assert [each.scalar(text(asked)) for each in (one, other)] == [answer, answer]


def test_the_error_of_the_database_never_shows_an_answer(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    given = answers(cohesion, T1="5")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE inbox")
    with pytest.raises(StorageError) as error:
        record(database, wave, given)
    assert "5" not in str(error.value)
    assert error.value.__cause__ is None


def test_many_at_once_are_sealed_in_whole_batches_and_none_twice(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    people = [answers(cohesion, T1=str(1 + n % 5), T2=str(1 + n // 5 % 5)) for n in range(25)]
    people += [given | {"T3": "1"} for given in people]
    with ThreadPoolExecutor(12) as pool:
        receipts = list(pool.map(lambda given: record(database, wave, given), people))
    assert receipts == [Receipt.STORED] * 50
    assert stored(database) == sorted(people, key=str)
    with database.reading() as session:
        batches = session.scalars(select(Response.batch)).all()
    assert sorted(batches) == [1] * BATCH_SIZE + [2] * BATCH_SIZE


def test_answers_that_come_while_a_wave_closes_are_refused_not_stranded(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    with database.writing() as session:
        close_wave(session, session.merge(wave))
    assert not wave.is_closed  # what a page has read before
    with pytest.raises(WaveClosedError):
        record(database, wave, answers(cohesion))
    assert count(database, Inbox) == 0


def test_answers_are_erased_when_their_day_has_passed_and_not_before(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    for _ in range(BATCH_SIZE + 1):
        record(database, wave, answers(cohesion, Q2="trust attitudes"))
    after = wave.keep_until + timedelta(days=1)
    with database.writing() as session:
        merged = session.merge(wave)
        with pytest.raises(SurveyError, match="kept until"):
            erase_wave(session, merged, wave.keep_until)
        assert erase_wave(session, merged, after) == BATCH_SIZE + 1
    assert (count(database, Inbox), count(database, Response)) == (0, 0)
