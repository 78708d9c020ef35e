"""What somebody with an account, a password list or a clock of their own cannot do."""

from __future__ import annotations

import re
import time

import pytest
from flask import Flask
from sqlalchemy import event, select

from questionnaires import Instrument
from survey.db import Database
from survey.errors import RefusedError
from survey.models import Project, Role, Staff, StaffSession, Wave
from survey.operations.audit import PAGE, Action, append
from survey.operations.members import Guest, add_staff, invite_member
from survey.operations.passwords import CONTEXT
from survey.operations.projects import (
    GRACE,
    delete_project,
    purge_projects,
    take_back_project,
    take_back_round,
)
from survey.operations.staff import TRIES, find_staff, renew_hash
from survey.operations.staff_sessions import drop_session, find_session, keep_session
from survey.operations.waves import open_wave
from survey.site import today
from tests.conftest import localities, plan
from tests.survey.staff import PASSWORD, Colleague, employ

ANA, BEN = "ana@example.org", "ben@example.org"


def test_blanks_before_an_e_mail_give_no_further_tries(app: Flask, database: Database) -> None:
    employ(database, ANA, Role.OWNER)
    guesser = Colleague(app)
    for number in range(TRIES):
        assert guesser.sign_in(" " * number + ANA, "a wrong password").status_code == 422
    assert guesser.sign_in(" " * TRIES + ANA, PASSWORD).status_code == 429
    assert guesser.sign_in(f"\u00a0{ANA.upper()}\t", PASSWORD).status_code == 429


def test_a_request_on_its_way_does_not_bring_an_ended_session_back(
    app: Flask, database: Database
) -> None:
    employ(database, ANA, Role.OWNER)
    browser = Colleague(app)
    browser.sign_in(ANA)
    now = int(time.time())
    with database.writing() as session:
        found = find_session(session, browser.cookie, now)
        assert found is not None
        content, made_at = found.content, found.made_at
        drop_session(session, browser.cookie)  # signed out in another tab meanwhile
        keep_session(session, browser.cookie, content, now, made_at, is_new=False)
        assert list(session.scalars(select(StaffSession))) == []


def test_what_one_person_left_in_a_session_is_gone_when_the_next_signs_in(
    app: Flask, database: Database
) -> None:
    employ(database, ANA, Role.OWNER)
    employ(database, BEN, Role.RESEARCHER)
    browser = Colleague(app)
    browser.sign_in(ANA)
    browser.get("/account/authenticator")
    token = browser.token()
    browser.client.post(
        "/account/sign-in", data={"csrf_token": token, "email": BEN, "password": PASSWORD}
    )
    assert BEN in browser.get("/account/").text
    with database.reading() as session:
        (kept,) = session.scalars(select(StaffSession))
        assert "new_totp_secret" not in kept.content


def test_a_sign_in_that_renews_a_hash_does_not_undo_a_new_password(database: Database) -> None:
    employ(database, ANA, Role.OWNER)
    with database.writing() as session:
        staff = find_staff(session, ANA)
        assert staff is not None
        old, staff.password = staff.password, "changed meanwhile"
        session.commit()
        renew_hash(session, staff.id, str(old), CONTEXT.hash(PASSWORD))
    with database.reading() as session:
        assert session.scalars(select(Staff.password)).one() == "changed meanwhile"


def test_the_log_of_a_team_does_not_tell_what_people_do_for_another(
    app: Flask, database: Database
) -> None:
    employ(database, ANA, Role.OWNER, "Hills")
    employ(database, BEN, Role.OWNER, "Shore")
    ben = Colleague(app)
    ben.sign_in(BEN)
    with database.writing() as session:
        session.info["actor"] = ANA
        hills = add_staff(session, "cleo@example.org", Role.READER, "Hills", 0)[0].id
        invite_member(session, hills, Guest(BEN, "reader"), 0)
        append(session, "cleo@example.org", Action.SIGNED_IN, "cleo@example.org")
        session.commit()
    ana = Colleague(app)
    ana.sign_in(ANA)
    page = ana.get(f"/desk/projects/{hills}/log").text
    assert "<td><bdi>cleo@example.org</bdi></td><td>signed in</td>" in page
    assert f"{BEN}: reader" in page
    assert f"<td><bdi>{BEN}</bdi></td><td>signed in</td>" not in page


def test_an_owner_learns_that_an_account_was_made_elsewhere_before(
    app: Flask, database: Database
) -> None:
    employ(database, ANA, Role.OWNER, "Hills")
    employ(database, BEN, Role.OWNER, "Shore")
    employ(database, "cleo@example.org", Role.READER, "Shore")
    ana = Colleague(app)
    ana.sign_in(ANA)
    reply = ana.post("/desk/projects/1/members", email="cleo@example.org", role="reader", round="")
    assert reply.status_code == 200
    assert "has an account already" in reply.text
    again = ana.post("/desk/projects/1/members", email=ANA, role="owner", round="")
    assert again.status_code == 303  # her own account: nothing to ask


def test_a_project_whose_days_are_over_takes_nobody_in(database: Database) -> None:
    employ(database, ANA, Role.OWNER)
    with database.writing() as session:
        (project, _token) = add_staff(session, ANA, Role.OWNER, None, 0)
        delete_project(session, project, today() - GRACE * 2)
        assert purge_projects(session, today()) == 1
        (second, _token) = add_staff(session, ANA, Role.OWNER, None, 0)
        assert second.id != project.id
        assert purge_projects(session, today()) == 0


@pytest.mark.both_databases
def test_a_project_is_deleted_with_its_rounds_closed_or_not_at_all(
    database: Database, cohesion: Instrument
) -> None:
    employ(database, ANA, Role.OWNER)
    with database.writing() as session:
        (project, _token) = add_staff(session, ANA, Role.OWNER, None, 0)
        for link in ("one", "two"):
            open_wave(session, cohesion, plan(link=link), localities())
    seen = []

    def look(_: object) -> None:
        with database.reading() as other:
            deleted = other.scalars(select(Project.deleted_on)).one() is not None
            seen.append((deleted, *other.scalars(select(Wave.is_closed))))

    with database.writing() as session:
        event.listen(session, "after_commit", look)
        delete_project(session, project, today())
    assert seen[0] == (True, True, True)


def test_a_round_of_a_deleted_project_comes_back_with_it_alone(
    database: Database, cohesion: Instrument
) -> None:
    employ(database, ANA, Role.OWNER)
    with database.writing() as session:
        (project, _token) = add_staff(session, ANA, Role.OWNER, None, 0)
        wave = open_wave(session, cohesion, plan(), localities())
        delete_project(session, project, today())
        with pytest.raises(RefusedError, match="whole project"):
            take_back_round(session, wave, today())
        take_back_project(session, project, today())
        assert session.get_one(Wave, wave.id).keep_until == plan().keep_until


def test_a_refusal_is_said_in_the_readers_language(app: Flask, database: Database) -> None:
    employ(database, ANA, Role.OWNER)
    browser = Colleague(app)
    browser.sign_in(ANA)
    browser.post("/account/language", language="ar", back="/desk/")
    for path, sent in {
        "/desk/projects/1/members/1/remove": {},
        "/desk/projects/1/members": {"email": "nobody", "role": "reader"},
        "/desk/projects": {"name": " "},
        "/desk/projects/1/take-back": {},
    }.items():
        reply = browser.post(path, **sent)
        problem = re.search(r'role="alert"[^>]*>([^<]+)<', reply.text)
        assert reply.status_code == 422
        assert problem
        assert re.search("[\u0600-\u06ff]{3}", problem[1]), problem[1]


def test_the_name_of_another_teams_project_is_not_confirmed(app: Flask, database: Database) -> None:
    employ(database, ANA, Role.OWNER, "Hills")
    employ(database, BEN, Role.OWNER, "Shore")
    browser = Colleague(app)
    browser.sign_in(ANA)
    reply = browser.post("/desk/projects", name="Shore")
    assert (reply.status_code, "Shore" in reply.text) == (422, False)


def test_a_flood_of_failed_sign_ins_pushes_no_act_out_of_the_log(
    app: Flask, database: Database
) -> None:
    employ(database, ANA, Role.OWNER)
    with database.writing() as session:
        for _ in range(PAGE):
            append(session, ANA, Action.SIGN_IN_FAILED, ANA)
        session.commit()
    browser = Colleague(app)
    browser.sign_in(ANA)
    first = browser.get("/desk/projects/1/log").text
    assert "made a project" not in first
    older = re.search(r'href="(/desk/projects/1/log\?before=\d+)"', first)
    assert older
    last = browser.get(older[1]).text
    assert ("made a project" in last, "before=" in last) == (True, False)
    assert browser.get("/desk/projects/1/log?before=x'").status_code == 200
