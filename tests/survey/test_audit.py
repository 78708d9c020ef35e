"""The log of what staff did is written with the act, holds no content, and shows tampering."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from questionnaires import Instrument
from survey.config import Settings
from survey.db import Database
from survey.errors import SurveyError
from survey.models import AuditEntry, Role, Wave
from survey.operations.audit import Action, actor_of, append, head, verify
from survey.operations.members import add_staff, found_project
from survey.operations.projects import delete_round
from survey.operations.roles import roles_in
from survey.operations.waves import close_wave, erase_wave, open_wave
from survey.site import today
from tests.conftest import answers, localities, plan, record
from tests.survey.test_accounts import command

EMAIL = "ana@example.org"
pytestmark = pytest.mark.both_databases


def entries(database: Database) -> list[AuditEntry]:
    with database.reading() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.number)))


@pytest.fixture
def log(database: Database) -> Database:
    """A log of five entries."""
    with database.writing() as session:
        for number in range(1, 6):
            append(session, EMAIL, Action.EXPORTED, f"round-{number}", 1)
        session.commit()
    return database


def test_an_untouched_log_is_whole(log: Database) -> None:
    with log.reading() as session:
        assert verify(session) == []
        assert head(session) == entries(log)[-1].sha256
    assert [each.number for each in entries(log)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "eve@example.org"),
        ("action", "signed in"),
        ("thing", "another"),
        ("at", "2026-01-01 00:00:00"),
        ("project_id", 7),
    ],
)
def test_a_changed_entry_is_named(log: Database, column: str, value: object) -> None:
    with log.writing() as session:
        session.execute(update(AuditEntry).where(AuditEntry.number == 3).values({column: value}))
        session.commit()
    with log.reading() as session:
        assert verify(session) == ["entry 3 of the log was changed after it was written"]


def test_a_dropped_entry_is_named(log: Database) -> None:
    with log.writing() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.number == 2))
        session.commit()
    with log.reading() as session:
        assert verify(session) == ["entry 2 of the log is missing; restore it from a backup"]


def test_an_entry_that_was_rewritten_with_its_hash_breaks_the_next_link(log: Database) -> None:
    from survey.operations.audit import _hash  # noqa: PLC0415 - what a tamperer would do

    with log.writing() as session:
        entry = session.get_one(AuditEntry, 3)
        entry.thing = "another"
        entry.sha256 = _hash(entry)
        session.commit()
    with log.reading() as session:
        assert verify(session) == ["entry 4 of the log does not follow the one before it"]


def test_a_log_cut_short_has_another_last_hash(log: Database) -> None:
    with log.reading() as session:
        noted = head(session)
    with log.writing() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.number == 5))
        session.commit()
    with log.reading() as session:
        assert (verify(session), head(session) == noted) == ([], False)


def test_the_command_tells_a_whole_log_from_a_broken_one(log: Database, settings: Settings) -> None:
    assert "The log is whole." in command(settings, "staff", "log")
    with log.writing() as session:
        session.execute(update(AuditEntry).where(AuditEntry.number == 1).values(thing="x"))
        session.commit()
    with pytest.raises(SurveyError, match="entry 1 of the log was changed"):
        command(settings, "staff", "log")


def test_there_is_no_entry_without_the_act(database: Database) -> None:
    with database.writing() as session:
        append(session, EMAIL, Action.EXPORTED, "round-one")
        session.rollback()
    assert entries(database) == []


def test_the_life_of_a_round_is_in_the_log_without_its_content(
    database: Database, cohesion: Instrument
) -> None:
    with database.writing() as session:
        add_staff(session, EMAIL, Role.OWNER, None, 1)
    with database.writing() as session:
        session.info["actor"] = EMAIL
        wave = open_wave(session, cohesion, plan(), localities())
    record(database, wave, answers(cohesion, D1="P2", Q2="trust"))
    with database.writing() as session:
        session.info["actor"] = EMAIL
        wave = session.merge(wave)
        delete_round(session, wave, today())
        close_wave(session, wave)
        erase_wave(session, wave, today().replace(year=today().year + 3))
    acts = [(each.actor, each.action, each.thing, each.project_id) for each in entries(database)]
    assert acts[-4:] == [
        (EMAIL, Action.ROUND_OPENED, wave.link, 1),
        (EMAIL, Action.ROUND_DELETED, wave.link, 1),
        (EMAIL, Action.ROUND_CLOSED, wave.link, 1),
        (EMAIL, Action.ROUND_ERASED, wave.link, 1),
    ]
    assert {each.thing for each in entries(database)} <= {
        wave.link, EMAIL, f"{EMAIL}: owner", "First project",
    }  # fmt: skip


def test_roles_and_projects_are_in_the_log(database: Database) -> None:
    with database.writing() as session:
        add_staff(session, EMAIL, Role.OWNER, None, 1)
        assert actor_of(session) == "command line"
    with database.writing() as session:
        session.info["actor"] = EMAIL
        made = found_project(session, "Second  project", 1)
        assert roles_in(session, 1, made.id, None) == {Role.OWNER}
    acts = [(each.actor, each.action, each.thing) for each in entries(database)]
    assert acts == [
        ("command line", Action.PROJECT_MADE, "First project"),
        ("command line", Action.ROLE_GIVEN, f"{EMAIL}: owner"),
        ("command line", Action.INVITED, EMAIL),
        (EMAIL, Action.PROJECT_MADE, "Second project"),
        (EMAIL, Action.ROLE_GIVEN, f"{EMAIL}: owner"),
    ]


def test_an_act_of_participants_is_never_in_the_log(
    database: Database, wave: Wave, cohesion: Instrument
) -> None:
    before = len(entries(database))
    for _ in range(21):  # a batch is sealed on the way
        record(database, wave, answers(cohesion))
    assert len(entries(database)) == before
