"""A pack of codes leaves the server once, as slips or as a list, by the desk or the command."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from questionnaires import Instrument
from questionnaires.formats.paper import Slips, write_slips
from survey.cli import main
from survey.config import Settings
from survey.db import Database
from survey.models import AuditEntry, Role, Wave
from survey.models.wave import Door
from survey.operations.audit import Action
from survey.operations.codes import code_hash, codes_left
from survey.operations.waves import find_wave, open_wave
from tests.conftest import localities, plan
from tests.survey.staff import Colleague, employ

CODES = "/desk/rounds/round-one/codes"


@pytest.fixture
def coded(database: Database, cohesion: Instrument) -> Wave:
    employ(database, "owner@example.org", Role.OWNER)
    with database.writing() as session:
        return open_wave(session, cohesion, plan(doors=(Door.CODES,)), localities())


@pytest.fixture
def ana(app: Flask, coded: Wave) -> Colleague:
    browser = Colleague(app)
    assert browser.sign_in("owner@example.org").status_code == 303
    return browser


def test_slips_are_a_tagged_pdf_and_the_same_each_time() -> None:
    titles = [("en", "Living together"), ("ar", "العيش معًا")]
    slips = Slips(titles, "https://survey.example.org/s/round-one", ["0000-1111-2222-3333"] * 3)
    made = write_slips(slips)
    assert made.startswith(b"%PDF-")
    assert b"/MarkInfo" in made
    assert made == write_slips(slips)


def test_the_desk_hands_a_pack_over_once(
    ana: Colleague, settings: Settings, database: Database
) -> None:
    reply = ana.post(CODES, count="12", kind="csv")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="codes.csv"'
    assert reply.headers["Cache-Control"] == "no-store"
    rows = list(csv.DictReader(reply.text.splitlines()))
    assert len({row["code"] for row in rows}) == 12
    assert all(row["address"].endswith(f"/s/round-one/c/{row['code']}") for row in rows)
    with database.reading() as session:
        wave = find_wave(session, "round-one")
        assert codes_left(session, wave) == 12
        actions = [entry.action for entry in session.query(AuditEntry)]
        key = settings.lasting_key()
        assert len({code_hash(row["code"], wave.id, key) for row in rows}) == 12
    assert Action.CODES_MADE in actions
    page = ana.get(CODES).text
    assert not any(row["code"] in page for row in rows)


@pytest.mark.parametrize("count", ["0", "", "x", "10001", "-3"])
def test_a_number_that_no_pack_has_is_refused_in_words(ana: Colleague, count: str) -> None:
    reply = ana.post(CODES, count=count)
    assert reply.status_code == 422
    assert "1 to 10000" in reply.text


def test_a_pack_needs_a_fresh_proof_of_who_asks(
    ana: Colleague, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.desk.codes.FRESH", -1)
    for path in (CODES, f"{CODES}/void"):
        assert "/account/confirm" in ana.post(path, count="5").location
    with database.reading() as session:
        assert codes_left(session, find_wave(session, "round-one")) == 0


def test_unused_codes_are_made_void_at_the_desk(ana: Colleague, database: Database) -> None:
    ana.post(CODES, count="3", kind="csv")
    assert ana.post(f"{CODES}/void").status_code == 303
    with database.reading() as session:
        assert codes_left(session, find_wave(session, "round-one")) == 0


def test_an_enumerator_begins_interviews_and_sees_nothing_else(
    app: Flask, database: Database, cohesion: Instrument
) -> None:
    employ(database, "owner@example.org", Role.OWNER)
    employ(database, "enumerator@example.org", Role.ENUMERATOR)
    with database.writing() as session:
        doors = (Door.ENUMERATOR, Door.PAPER)
        open_wave(session, cohesion, plan(doors=doors), localities())
    browser = Colleague(app)
    browser.sign_in("enumerator@example.org")
    assert "/desk/rounds/round-one/interview" in browser.get("/desk/").text
    page = browser.get("/desk/rounds/round-one/interview").text
    start = page.split('href="/s/round-one/i/')[1].split('"')[0]
    assert "Read the whole next page aloud" in app.test_client().get(f"/s/round-one/i/{start}").text
    for path in ("", "/paper", "/codes"):
        assert browser.get(f"/desk/rounds/round-one{path}").status_code == 403


@pytest.fixture
def run(settings: Settings, coded: Wave, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """`sixfold round codes round-one …`, which gives its exit status."""
    assert coded.link == "round-one"
    monkeypatch.setenv("SIXFOLD_INSTANCE", str(settings.instance))
    monkeypatch.setenv("SIXFOLD_SECRET_KEY", settings.secret_key)

    def command(*words: str | Path) -> int:
        with pytest.raises(SystemExit) as ended:
            main(["round", "codes", "round-one", *map(str, words)])
        return int(ended.value.code or 0)

    return command


def left(database: Database) -> int:
    with database.reading() as session:
        return codes_left(session, find_wave(session, "round-one"))


def test_the_command_writes_slips_and_a_list(
    run: Callable[..., int], database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pdf, listed = tmp_path / "pack.pdf", tmp_path / "pack.csv"
    assert run("--count", 4, "-o", pdf) == 0
    where = ("--address", "https://survey.example.org/")
    assert run("--count", 3, *where, "-o", listed) == 0
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert pdf.stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(listed.read_text().splitlines()))
    assert rows[0]["address"] == f"https://survey.example.org/s/round-one/c/{rows[0]['code']}"
    assert rows[0]["code"] not in capsys.readouterr().out
    assert left(database) == 7
    assert run("--void") == 0
    assert left(database) == 0


def test_a_pack_never_replaces_a_file(
    run: Callable[..., int], database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "pack.csv"
    there.write_text("kept")
    assert run("--count", 4, "-o", there) == 1
    assert run("--count", 4, "-o", tmp_path / "pack.txt") == 1
    assert run("--count", 4) == 2
    assert there.read_text() == "kept"
    assert "choose" in capsys.readouterr().err
    assert left(database) == 0
