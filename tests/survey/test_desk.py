"""What staff see at the desk, and what happens when they delete."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from questionnaires import Instrument
from survey.db import Database
from survey.errors import SurveyError
from survey.models import Inbox, Release, Response, Role, Wave
from survey.operations.members import find_project, place_round
from survey.operations.projects import GRACE, delete_project, purge_projects, take_back_round
from survey.operations.waves import find_wave, open_wave
from survey.site import today
from tests.conftest import answers, localities, plan, record
from tests.survey.staff import Colleague, employ

EMAIL = "ana@example.org"


@pytest.fixture
def ana(app: Flask, database: Database) -> Colleague:
    """Ana, who owns the only project and has signed in."""
    employ(database, EMAIL, Role.OWNER)
    browser = Colleague(app)
    assert browser.sign_in(EMAIL).status_code == 303
    return browser


@pytest.fixture
def ours(ana: Colleague, database: Database, cohesion: Instrument) -> Wave:
    """A round of the project of Ana: opened after it, it belongs to it by itself."""
    assert ana.cookie
    with database.writing() as session:
        return open_wave(session, cohesion, plan(), localities())


def colleague(app: Flask, database: Database, role: Role) -> Colleague:
    email = f"{role}@example.org"
    employ(database, email, role)
    browser = Colleague(app)
    assert browser.sign_in(email).status_code == 303
    return browser


def published(database: Database, wave: Wave) -> Release:
    with database.writing() as session:
        release = Release(
            wave_id=wave.id, token="t" * 22, made_on=today(), through_batch=1,
            sha256="0", document="{}", figures={},
        )  # fmt: skip
        session.add(release)
        session.commit()
        return release


def test_an_empty_desk_teaches_what_to_do(ana: Colleague) -> None:
    page = ana.get("/desk/").text
    assert "No round yet" in page
    assert "sixfold round open round.toml" in page


def test_a_number_that_no_database_holds_is_no_address(ana: Colleague) -> None:
    for number in (2**31, 10**40):
        assert ana.get(f"/desk/projects/{number}").status_code == 404


def test_somebody_without_a_project_learns_how_to_come_into_one(
    app: Flask, database: Database, ana: Colleague
) -> None:
    ben = colleague(app, database, Role.READER)
    ana.post("/desk/projects/1/members/2/remove")
    page = ben.get("/desk/").text
    assert "You have no project yet" in page
    assert "First project" not in page


def test_rounds_of_before_join_the_first_project(
    app: Flask, database: Database, wave: Wave
) -> None:
    employ(database, EMAIL, Role.OWNER)
    browser = Colleague(app)
    browser.sign_in(EMAIL)
    assert f"/desk/rounds/{wave.link}" in browser.get("/desk/").text


def test_numbers_move_with_batches_and_never_with_one_answer(
    ana: Colleague, ours: Wave, database: Database, cohesion: Instrument
) -> None:
    pages = []
    for _ in range(20):
        pages.append(ana.get(f"/desk/rounds/{ours.link}").text)
        record(database, ours, answers(cohesion))
    assert len({re.sub(r'value="[^"]+"', "", page) for page in pages}) == 1
    after = ana.get(f"/desk/rounds/{ours.link}").text
    assert "<dd>20</dd>" in after
    assert "<dd>1</dd>" in after


def test_a_reader_sees_releases_and_nothing_else(
    app: Flask, ana: Colleague, ours: Wave, database: Database
) -> None:
    release = published(database, ours)
    reader = colleague(app, database, Role.READER)
    page = reader.get("/desk/").text
    assert f"/reports/{release.token}" in page
    assert f"/desk/rounds/{ours.link}" not in page
    assert 'class="state"' not in page
    assert EMAIL not in page
    assert f"/reports/{release.token}" in ana.get("/desk/").text


def test_an_enumerator_reads_nothing(
    app: Flask, ana: Colleague, ours: Wave, database: Database
) -> None:
    release = published(database, ours)
    page = colleague(app, database, Role.ENUMERATOR).get("/desk/").text
    assert release.token not in page
    assert "sealed" not in page.lower()
    assert ana.get("/desk/").status_code == 200


def test_a_role_in_one_round_opens_that_round_alone(
    app: Flask, ana: Colleague, ours: Wave, database: Database, cohesion: Instrument
) -> None:
    with database.writing() as session:
        open_wave(session, cohesion, plan(link="round-two"), localities())
    ana.post(
        "/desk/projects/1/members", email="ben@example.org", role="researcher", round=ours.link
    )
    assert "/account/join/" in ana.reply.text
    employ(database, "ben@example.org", Role.READER, "Elsewhere")  # gives him the password
    ben = Colleague(app)
    ben.sign_in("ben@example.org")
    assert ben.get(f"/desk/rounds/{ours.link}").status_code == 200
    assert ben.get("/desk/rounds/round-two").status_code == 404
    assert ben.get("/desk/projects/1").status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        {"email": "nobody", "role": "reader"},
        {"email": "ben@example.org", "role": "king"},
        {"email": "ben@example.org", "role": "reader", "round": "another"},
        {},
    ],
)
def test_a_wrong_invitation_says_what_is_wrong_and_does_nothing(
    ana: Colleague, database: Database, sent: dict[str, str]
) -> None:
    assert ana.post("/desk/projects/1/members", **sent).status_code == 422
    assert ana.get("/desk/projects/1").text.count("<tr><td>") == 1


def test_a_project_keeps_an_owner(ana: Colleague) -> None:
    reply = ana.post("/desk/projects/1/members/1/remove")
    assert (reply.status_code, "needs an owner" in reply.text) == (422, True)
    reply = ana.post("/desk/projects/1/members", email=EMAIL, role="reader")
    assert (reply.status_code, "needs an owner" in reply.text) == (422, True)


def test_deleting_a_round_needs_its_name_and_can_be_undone_for_days(
    ana: Colleague, ours: Wave, database: Database, cohesion: Instrument
) -> None:
    record(database, ours, answers(cohesion))
    path = f"/desk/rounds/{ours.link}"
    assert ana.post(f"{path}/delete", typed="round").status_code == 422
    assert ana.get(f"/s/{ours.link}").status_code == 200
    assert ana.post(f"{path}/delete", typed=ours.link).status_code == 303
    assert ana.get(f"/s/{ours.link}").status_code == 410
    with database.reading() as session:
        assert find_wave(session, ours.link).keep_until == today() + GRACE
        assert session.scalar(select(func.count()).select_from(Response)) == 1
    assert "was deleted" in ana.get(path).text
    assert ana.post(f"{path}/take-back").status_code == 303
    with database.reading() as session:
        back = find_wave(session, ours.link)
        assert (back.keep_until, back.is_closed) == (ours.keep_until, True)


def test_the_days_of_grace_never_outlast_the_promise(
    ana: Colleague, database: Database, cohesion: Instrument
) -> None:
    soon = today() + timedelta(days=3)
    with database.writing() as session:
        open_wave(session, cohesion, plan(closes_on=today(), keep_until=soon), localities())
    ana.post("/desk/rounds/round-one/delete", typed="round-one")
    with database.writing() as session:
        wave = find_wave(session, "round-one")
        assert wave.keep_until == soon
        with pytest.raises(Exception, match="ended on"):
            take_back_round(session, wave, soon + timedelta(days=1))


@pytest.mark.both_databases
def test_deleting_a_project_closes_its_rounds_and_ends_its_roles_in_the_end(
    ana: Colleague, ours: Wave, database: Database, cohesion: Instrument
) -> None:
    record(database, ours, answers(cohesion))
    assert ana.post("/desk/projects/1/delete", typed="first project").status_code == 422
    assert ana.post("/desk/projects/1/delete", typed="First project").status_code == 303
    with database.writing() as session:
        wave = find_wave(session, ours.link)
        assert (wave.is_closed, wave.keep_until) == (True, today() + GRACE)
        assert session.scalar(select(func.count()).select_from(Inbox)) == 0
        assert purge_projects(session, today() + GRACE) == 0
    assert ana.post("/desk/projects/1/take-back").status_code == 303
    with database.writing() as session:
        assert find_wave(session, ours.link).keep_until == ours.keep_until
        project = find_project(session, None)
        assert project is not None
        delete_project(session, project, today())
        assert purge_projects(session, today() + GRACE + timedelta(days=1)) == 1
    assert "You have no project yet" in ana.get("/desk/").text


def test_a_round_is_put_into_the_project_that_is_named(
    ana: Colleague, database: Database, cohesion: Instrument
) -> None:
    ana.post("/desk/projects", name="Second")
    with database.writing() as session:
        wave = open_wave(session, cohesion, plan(), localities())
    assert ana.get(f"/desk/rounds/{wave.link}").status_code == 404
    with database.writing() as session:
        with pytest.raises(SurveyError, match="several projects; choose one with --project"):
            place_round(session, wave, None)
        place_round(session, wave, "Second")
    assert ana.get(f"/desk/rounds/{wave.link}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/desk/", "/account/", "/desk/projects/1", "/desk/projects/1/log"]
)
def test_pages_load_nothing_and_run_nothing_of_others(ana: Colleague, path: str) -> None:
    reply = ana.get(path)
    policy = reply.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    for part in ("form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    (style,) = re.findall(r"<style>(.*?)</style>", reply.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert reply.headers["Cache-Control"] == "no-store"
    assert re.findall(r'(?:src|href)="(?:https?:)?//', reply.text) == []
    assert " style=" not in reply.text


def test_the_script_for_passkeys_is_the_one_the_policy_names(ana: Colleague) -> None:
    reply = ana.get("/account/passkey")
    (script,) = re.findall(r"<script>(.*?)</script>", reply.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in reply.headers["Content-Security-Policy"]


def test_the_desk_speaks_arabic_from_right_to_left(ana: Colleague) -> None:
    assert ana.post("/account/language", language="ar", back="/desk/").location == "/desk/"
    assert ana.post("/account/language", back="https://evil.example").location == "/desk/"
    page = ana.get("/desk/").text
    assert '<html lang="ar" dir="rtl">' in page
    assert "المشاريع" in page
    assert ana.post("/account/sign-out").status_code == 303
    assert '<html lang="ar"' in ana.get("/account/sign-in").text


def test_a_name_that_looks_like_a_tag_stays_a_name(ana: Colleague) -> None:
    ana.post("/desk/projects", name="<script>alert(1)</script>")
    for path in ("/desk/", "/desk/projects/2", "/desk/projects/2/log", "/desk/projects/2/delete"):
        assert "<script>alert" not in ana.get(path).text
