"""`sixfold check` says of every promise whether it is kept now, and what to do when it is not."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from questionnaires import Instrument
from survey.config import Settings
from survey.db import Database
from survey.errors import SurveyError
from survey.models import AuditEntry, Wave
from survey.operations import checks
from survey.operations.audit import head
from survey.operations.checks import CHECKS, check_installation
from survey.operations.jobs import Task, ask, perform, take
from survey.operations.waves import open_wave
from survey.operations.worker import SIGN, work_through
from survey.site import today
from tests.conftest import answers, localities, plan, record
from tests.survey.sealed import RECIPIENTS

pytestmark = pytest.mark.both_databases


def broken(settings: Settings, database: Database) -> dict[str, str]:
    """Return what is said of the promises that are not kept."""
    found = check_installation(settings, database)
    assert [finding.promise for finding in found] == list(CHECKS)
    return {finding.promise: finding.words for finding in found if not finding.is_kept}


@pytest.fixture
def sound(settings: Settings, database: Database, wave: Wave, cohesion: Instrument) -> Database:
    """An installation that keeps its promises."""
    settings.instance.chmod(0o700)
    for file in settings.instance.glob("*.sqlite3*"):
        file.chmod(0o600)
    for _ in range(21):
        record(database, wave, answers(cohesion))
    return database


def test_a_sound_installation_keeps_every_promise(settings: Settings, sound: Database) -> None:
    assert broken(settings, sound) == {}


def test_a_round_that_should_be_erased_is_named(
    settings: Settings, sound: Database, wave: Wave
) -> None:
    with sound.writing() as session:
        session.execute(update(Wave).values(keep_until=today() - timedelta(days=1)))
        session.commit()
    assert "round-one should be erased" in broken(settings, sound)["retention"]


def test_keys_say_what_each_open_round_seals_and_which_waits_for_its_test(
    settings: Settings, sound: Database, cohesion: Instrument
) -> None:
    opens = today() + timedelta(days=3)
    decided = plan(link="two", protection="sealed", recipients=RECIPIENTS, opens_on=opens)
    with sound.writing() as session:
        open_wave(session, cohesion, decided, localities())
    found = {each.promise: each for each in check_installation(settings, sound)}
    assert found["keys"].is_kept
    assert found["keys"].words == (
        "round-one seals nothing; two waits for its key test, then seals all answers"
    )
    with sound.writing() as session:
        session.execute(update(Wave).values(opens_on=today()))
        session.commit()
    assert "two takes no answers before its keys are tested" in broken(settings, sound)["keys"]
    with sound.writing() as session:
        session.execute(update(Wave).values(recipients=[]))
        session.commit()
    assert "two must seal and has no key" in broken(settings, sound)["keys"]


def test_a_worker_that_is_silent_is_a_problem_and_so_are_the_files_it_left(
    settings: Settings, sound: Database
) -> None:
    work_through(sound, settings)
    folder = settings.instance / "exports"
    folder.mkdir(mode=0o700)
    (folder / "1-a.zip").touch()
    found = {each.promise: each.line for each in check_installation(settings, sound)}
    assert "ok" in found["worker"]
    assert "alive" in found["worker"]
    with sound.reading() as session:
        assert head(session) in found["staff log"]
    past = time.time() - 25 * 3600
    for file in (settings.instance / SIGN, folder / "1-a.zip"):
        os.utime(file, (past, past))
    told = broken(settings, sound)
    assert "silent for 1500 minutes" in told["worker"]
    assert told["files of answers"].startswith("1 files of answers")


def test_a_job_that_failed_is_counted(settings: Settings, sound: Database) -> None:
    def refuse(_: Task) -> None:
        raise SurveyError("no")

    with sound.writing() as session:
        ask(session, "retention", {})
    task = take(sound, settings)
    assert task is not None
    perform(task, refuse)
    assert broken(settings, sound)["jobs"].startswith("1 jobs failed")


def test_a_changed_log_of_staff_is_named(settings: Settings, sound: Database) -> None:
    with sound.writing() as session:
        session.execute(update(AuditEntry).values(thing="another"))
        session.commit()
    assert "entry 1 of the log was changed" in broken(settings, sound)["staff log"]


def test_a_short_key_is_a_problem(settings: Settings, sound: Database) -> None:
    short = Settings(settings.instance, settings.database_url, "short")
    assert list(broken(short, sound)) == ["secret key"]


def test_files_that_others_can_read_are_named(settings: Settings, sound: Database) -> None:
    settings.instance.chmod(0o755)
    assert "go=" in broken(settings, sound)["files"]


def test_a_full_disk_is_foretold(
    settings: Settings, sound: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_ROOM", 1 << 60)
    assert "make room" in broken(settings, sound)["disk"]


def test_an_instrument_that_cannot_be_read_is_named(settings: Settings, sound: Database) -> None:
    own = settings.instance / "questionnaires" / "ours"
    own.mkdir(parents=True)
    (own / "instrument.toml").write_text("name = ")
    assert f"instrument check {own}" in broken(settings, sound)["instruments"]


def test_a_database_without_tables_is_a_problem_not_a_failure(
    settings: Settings, empty_url: str
) -> None:
    settings.instance.chmod(0o700)
    empty = Database(empty_url)
    found = broken(settings, empty)
    empty.dispose()
    assert "sixfold migrate" in found["database"]
    assert "mend the database first" in found["retention"]


@pytest.mark.only_on("sqlite")
def test_a_table_that_numbers_its_rows_is_a_problem(settings: Settings, sound: Database) -> None:
    with sound.engine.begin() as connection:
        connection.execute(text("ALTER TABLE spent_nonce RENAME TO old"))
        connection.execute(text("CREATE TABLE spent_nonce (wave_id INTEGER, id BLOB)"))
    assert "numbers its rows" in broken(settings, sound)["order of arrival"]


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize(
    ("setting", "value", "promise"),
    [
        ("synchronous_commit", "off", "durability"),
        ("log_min_duration_statement", "0", "order of arrival"),
        ("log_statement", "mod", "order of arrival"),
        ("log_duration", "on", "order of arrival"),
        ("log_lock_waits", "on", "order of arrival"),
        ("log_error_verbosity", "verbose", "order of arrival"),
        ("debug_print_parse", "on", "order of arrival"),
    ],
)
def test_a_server_that_is_set_otherwise_is_a_problem(
    setting: str, value: str, promise: str, settings: Settings, sound: Database
) -> None:
    name = sound.engine.url.database
    with sound.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET {setting} = {value}")
    sound.dispose()
    found = broken(settings, sound)
    if setting == "synchronous_commit":
        assert found == {}  # every connection of ours sets it itself
    else:
        assert f"set {setting}" in found[promise]


@pytest.mark.only_on("postgresql")
def test_a_role_that_cannot_retire_the_log_is_a_problem(
    settings: Settings, sound: Database
) -> None:
    name = sound.engine.url.database
    with sound.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE plain_{name} LOGIN IN ROLE pg_read_all_data")
    plain = sound.engine.url.set(username=f"plain_{name}").render_as_string(hide_password=False)
    database = Database(plain)
    found = broken(settings, database)
    database.dispose()
    assert "GRANT pg_checkpoint" in found["order of arrival"]
