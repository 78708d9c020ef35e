"""Data out: every format holds the same answers, nobody stands out, nothing is a formula."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import openpyxl
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from questionnaires import Instrument, thaw_instrument, worded
from questionnaires.forms import COLUMNS
from survey.app import create_app
from survey.cells import plain
from survey.config import Settings
from survey.db import Database
from survey.errors import RefusedError, SurveyError
from survey.formats import format_names, format_of
from survey.formats._labelled import Limits, cut, short_names
from survey.formats.table import Table, Variable, told_apart
from survey.models import AuditEntry, Response, Role, Wave, Weighting
from survey.operations import export_people, export_rows, retention
from survey.operations.audit import Action
from survey.operations.export_rows import WITHHELD
from survey.operations.export_store import DRAFT, FOLDER, KEPT, forget_exports
from survey.operations.export_tables import DESIGN, RAKED, choice_of, choices_of, table_of
from survey.operations.exports import Wish, ask_for_export, exports_of, find_export
from survey.operations.jobs import perform, take, work_once
from survey.operations.members import place_round
from survey.operations.waves import close_wave, find_wave, localities_of, open_wave
from survey.site import today
from tests.conftest import answers, localities, plan, sqlite_url
from tests.databases import migrated
from tests.survey.staff import Colleague, employ

PEOPLE = 120
KEPT_NAMES = ("D1", "D2")
EMAIL = "ana@example.org"
SEX = {"woman": 5200.0, "man": 4500.0, "other_way": 300.0}


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory, cohesion: Instrument) -> Iterator[Settings]:
    """An installation with a closed round, in which 3 people of P1 share their gender."""
    folder = tmp_path_factory.mktemp("exports")
    settings = Settings(folder, sqlite_url(folder), "s" * 48)
    database = migrated(settings.database_url)
    chance = random.Random(20)
    with database.writing() as session:
        wide = [each.__class__(each.code, each.names, population=9000) for each in localities()]
        wave = open_wave(session, cohesion, plan(), wide)
        session.execute(
            insert(Response),
            [_row(wave, cohesion, number, chance) for number in range(PEOPLE)],
        )
        close_wave(session, wave)
        session.commit()
    employ(database, EMAIL, Role.OWNER)
    with database.writing() as session:
        place_round(session, find_wave(session, wave.link), None)
        session.commit()
    yield settings
    database.dispose()


@pytest.fixture
def database(closed: Settings) -> Iterator[Database]:
    database = Database(closed.database_url)
    yield database
    database.dispose()


def _row(wave: Wave, cohesion: Instrument, number: int, chance: random.Random) -> dict[str, Any]:
    place = f"P{number % 3 + 1}"
    gender = "other_way" if number in (0, 3, 6) else chance.choice(["woman", "man"])
    said = {item: chance.choice([*"12345", "dk"]) for item in ("T1", "T2", "T3")}
    given = answers(cohesion, D1=place, D2=gender, D3=chance.choice(["18-24", "70+"]), **said)
    return {
        "id": chance.randbytes(16), "wave_id": wave.id, "batch": 1, "language": "en",
        "mode": "self-web", "locality": place, "stratum": place, "psu": f"street {number % 6}",
        "weight": 1_000_000, "answers": given,
    }  # fmt: skip


def asked(session: Session, name: str, kept: tuple[str, ...] = KEPT_NAMES) -> int:
    """Ask for a file of the round in a format."""
    wave = find_wave(session, "round-one")
    return ask_for_export(session, wave, Wish(name, "en", kept), choice_of(session, wave, kept))


def written(settings: Settings, database: Database, name: str) -> zipfile.ZipFile:
    """Return the file that a worker makes of the round."""
    with database.writing() as session:
        number = asked(session, name)
    assert work_once(database, settings) == 1
    with database.reading() as session:
        found = find_export(session, settings, find_wave(session, "round-one"), number)
    assert found is not None
    assert found.file is not None, found.problem
    return zipfile.ZipFile(io.BytesIO(found.file.read_bytes()))


def rows_of(pack: zipfile.ZipFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(pack.read("round-one.csv").decode())))


def test_a_file_holds_every_answer_but_those_by_which_somebody_could_be_found(
    closed: Settings, database: Database
) -> None:
    pack = written(closed, database, "csv")
    assert sorted(pack.namelist()) == [
        "README.txt", "codebook.xml", "questionnaire.json", "round-one.csv",
    ]  # fmt: skip
    rows = rows_of(pack)
    assert len(rows) == PEOPLE
    gone = [row for row in rows if row["D2"] == WITHHELD]
    # The three who share a place and a gender, and the smallest other cell with them.
    assert 5 <= len(gone) < PEOPLE / 3
    assert all(row["D1"] == WITHHELD and not row["stratum"] and not row["psu"] for row in gone)
    assert "other_way" not in {row["D2"] for row in rows}
    assert min(Counter((row["D1"], row["D2"]) for row in rows).values()) >= 5
    assert "D3" not in rows[0]  # a key answer that this file does not keep
    assert all("street" not in cell for row in rows for cell in row.values())
    with database.reading() as session:
        stored = Counter(each.answers["T1"] for each in session.query(Response) if each.answers)
    assert Counter(row["T1"] for row in rows) == stored


@pytest.mark.parametrize("detail", ["psu", "weight"], ids=["few of a cluster", "few of a weight"])
def test_what_stands_beside_the_answers_is_judged_as_well(database: Database, detail: str) -> None:
    with database.writing() as session:
        wave = find_wave(session, "round-one")
        men = [each for each in session.query(Response) if (each.answers or {})["D2"] == "man"]
        of_place = [each for each in men if each.locality == "P2"]
        rare = of_place[:3]
        for each in rare:
            if detail == "psu":
                each.psu = "a street of its own"
            else:
                each.weight = 2_500_000
        session.flush()
        table = table_of(session, wave, "en", KEPT_NAMES)
        rows = [dict(zip(table.names, row, strict=True)) for row in table.rows()]
        session.rollback()
    assert {"language", "mode"} & {*table.names} == set()
    printed = Counter((row["D1"], row["D2"], row["psu"], row["weight"]) for row in rows)
    assert min(printed.values()) >= 5
    if detail == "weight":
        (mean,) = {row["weight"] for row in rows if row["D2"] == WITHHELD}
        assert 1 < float(mean or 0) < 2.5
        assert sum(float(row["weight"] or 0) for row in rows) == pytest.approx(PEOPLE + 3 * 1.5)


def test_what_only_a_key_opens_is_left_out_and_counted(
    closed: Settings, database: Database
) -> None:
    parcel = random.Random(5).randbytes(16)
    with database.writing() as session:
        wave = find_wave(session, "round-one")
        row = {"id": parcel, "wave_id": wave.id, "batch": 2, "sealed": b"x"}
        session.execute(insert(Response), [row])
        session.commit()
    pack = written(closed, database, "csv")
    assert len(rows_of(pack)) == PEOPLE
    assert b"a key of the team opens, and that are not in this file: 1." in pack.read("README.txt")
    with database.writing() as session:
        session.execute(delete(Response).where(Response.id == parcel))
        session.commit()
    assert b"a key of the team opens" not in written(closed, database, "csv").read("README.txt")


def test_a_file_comes_with_its_instrument(closed: Settings, database: Database) -> None:
    pack = written(closed, database, "csv")
    with database.reading() as session:
        kept = find_wave(session, "round-one").instrument_sha256
    said = json.loads(pack.read("questionnaire.json"))
    again = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    assert thaw_instrument(again).sha256 == kept
    assert b"round-one.csv" in pack.read("codebook.xml")
    assert b"nobody is identified" in pack.read("README.txt")


def test_every_file_has_an_order_of_its_own(closed: Settings, database: Database) -> None:
    first, second = (rows_of(written(closed, database, "csv")) for _ in range(2))
    key = [tuple(sorted(row.items())) for row in first]
    other = [tuple(sorted(row.items())) for row in second]
    assert key != other
    # Clusters are numbered anew as well, so only what does not depend on them is compared.
    assert Counter(row["T1"] + row["D2"] for row in first) == Counter(
        row["T1"] + row["D2"] for row in second
    )


def test_every_format_holds_the_same_answers(
    closed: Settings, database: Database, tmp_path: Path
) -> None:
    expected = Counter((row["T1"], row["D2"]) for row in rows_of(written(closed, database, "csv")))
    book = openpyxl.load_workbook(
        io.BytesIO(written(closed, database, "xlsx").read("round-one.xlsx"))
    )
    head, *lines = book["answers"].iter_rows(values_only=True)
    t1, d2 = head.index("T1"), head.index("D2")
    assert Counter((line[t1], line[d2]) for line in lines) == expected
    words = {(line[0], line[1]): line[2] for line in book["words"].iter_rows(values_only=True)}
    assert words["T1", "dk"]
    for name, read in (("sav", pyreadstat.read_sav), ("dta", pyreadstat.read_dta)):
        written(closed, database, name).extract(f"round-one.{name}", tmp_path)
        found, facts = read(
            str(tmp_path / f"round-one.{name}"), output_format="dict", user_missing=True
        )
        genders = dict(facts.variable_value_labels["D2"])
        told = {words["D2", code]: code for code in ("woman", "man")} | {WITHHELD: WITHHELD}
        numbers = {-1.0: "dk", **{float(n): str(n) for n in range(1, 6)}}
        assert expected == Counter(
            (numbers[one], told[genders[two]])
            for one, two in zip(found["T1"], found["D2"], strict=True)
        )
    assert facts.variable_value_labels["T1"][-1] == words["T1", "dk"]
    tagged = list(
        csv.reader(io.StringIO(written(closed, database, "hxl").read("round-one.hxl.csv").decode()))
    )
    assert tagged[1][tagged[0].index("D1")] == "#loc+code"
    places = json.loads(written(closed, database, "geojson").read("round-one.geojson"))
    assert [each["properties"]["answered"] for each in places["features"]] == [40, 40, 40]


def test_spss_takes_the_nonanswers_for_missing(
    closed: Settings, database: Database, tmp_path: Path
) -> None:
    written(closed, database, "sav").extract("round-one.sav", tmp_path)
    found, _ = pyreadstat.read_sav(str(tmp_path / "round-one.sav"), output_format="dict")
    values = [value for value in found["T1"] if value is not None]
    assert 0 < len(values) < PEOPLE
    assert min(values) == 1


def test_a_second_file_keeps_the_same_answers(closed: Settings, database: Database) -> None:
    written(closed, database, "csv")
    with database.writing() as session, pytest.raises(RefusedError, match="made already"):
        asked(session, "csv", ("D2",))


def test_a_file_in_which_people_stand_out_is_refused(database: Database) -> None:
    with database.writing() as session:
        wave = find_wave(session, "round-one")
        for place in localities_of(session, wave):
            place.population = None  # everybody stands for nobody but themselves
        session.flush()
        choice = choice_of(session, wave, KEPT_NAMES)
        assert not choice.hiding.is_safe
        with pytest.raises(RefusedError, match="stand out"):
            asked(session, "csv")
        session.rollback()


def test_the_fewer_answers_a_file_keeps_the_fewer_people_lose_theirs(database: Database) -> None:
    with database.reading() as session:
        choices = {
            each.kept: each.hiding for each in choices_of(session, find_wave(session, "round-one"))
        }
    assert len(choices) == 16
    assert choices[()].share_withheld == 0
    assert choices[KEPT_NAMES].share_withheld > 0


@pytest.mark.parametrize("change", ["open", "sealed"])
def test_an_open_or_sealed_round_gives_nothing_out(database: Database, change: str) -> None:
    with database.writing() as session:
        wave = find_wave(session, "round-one")
        if change == "open":
            wave.is_closed = False
        else:
            wave.protection = "sealed"
        with pytest.raises(RefusedError, match="closed" if change == "open" else "round export"):
            asked(session, "csv")
        session.rollback()


def test_a_file_is_kept_for_a_day(closed: Settings, database: Database) -> None:
    written(closed, database, "csv")
    folder = closed.instance / FOLDER
    newest = max(folder.glob("*.zip"), key=lambda file: file.stat().st_mtime)
    assert newest.stat().st_mode & 0o077 == 0
    made = newest.stat().st_mtime
    left = folder / f"{DRAFT}7-holder"
    left.mkdir()
    (left / "round-one.csv").write_text("of a worker that was killed")
    os.utime(left, (made, made))
    assert forget_exports(closed, made) == 0
    assert forget_exports(closed, made + KEPT + 1) > 0
    assert not list(folder.iterdir())
    with database.reading() as session:
        assert exports_of(session, closed, find_wave(session, "round-one"))[0].is_over


def test_a_file_whose_day_is_over_is_gone_before_it_is_removed(
    closed: Settings, database: Database
) -> None:
    written(closed, database, "csv")
    newest = max((closed.instance / FOLDER).glob("*.zip"), key=lambda file: file.stat().st_mtime)
    old = newest.stat().st_mtime - KEPT - 60
    os.utime(newest, (old, old))
    with database.reading() as session:
        made = exports_of(session, closed, find_wave(session, "round-one"))
    assert any(each.is_over for each in made)
    assert newest not in {each.file for each in made}


def test_a_worker_that_lost_its_lease_takes_nothing_from_the_next(
    closed: Settings, database: Database
) -> None:
    with database.writing() as session:
        asked(session, "csv")
    first = take(database, closed)
    assert first is not None
    theirs = closed.instance / FOLDER / f"{DRAFT}{first.id}-another"
    theirs.mkdir(parents=True)
    perform(first)
    assert theirs.exists()
    theirs.rmdir()


def test_an_erased_round_leaves_no_file(
    tmp_path: Path, cohesion: Instrument, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(tmp_path, sqlite_url(tmp_path), "s" * 48)
    database = migrated(settings.database_url)
    chance = random.Random(21)
    with database.writing() as session:
        wide = [each.__class__(each.code, each.names, population=9000) for each in localities()]
        wave = open_wave(session, cohesion, plan(), wide)
        session.execute(
            insert(Response), [_row(wave, cohesion, number, chance) for number in range(PEOPLE)]
        )
        close_wave(session, wave)
    written(settings, database, "csv")
    assert list((tmp_path / FOLDER).iterdir())
    after = wave.keep_until + timedelta(days=1)
    monkeypatch.setattr(retention, "today", lambda: after)
    with database.writing() as session:
        retention.ask_for_retention(session, after)
        session.commit()
    assert work_once(database, settings) == 1
    assert not list((tmp_path / FOLDER).iterdir())
    database.dispose()


def test_places_of_a_map_hide_what_the_page_that_watches_hides(database: Database) -> None:
    with database.writing() as session:
        wave = find_wave(session, "round-one")
        few = [each for each in session.query(Response) if each.locality == "P1"][:4]
        for each in session.query(Response).filter_by(locality="P1"):
            each.locality = "P1" if each in few else "P2"
        session.flush()
        table = table_of(session, wave, "en", KEPT_NAMES)
        session.rollback()
    # P3 is hidden with P1: else the number of rows would give the four of P1 away.
    assert [place.people for place in table.places] == [0, 76, 0]


def test_the_team_makes_and_fetches_a_file(closed: Settings, database: Database) -> None:
    app = create_app(closed)
    ana = Colleague(app)
    ana.sign_in(EMAIL)
    page = ana.get("/desk/rounds/round-one/exports")
    assert page.status_code == 200
    assert "Withheld for" in page.text
    unknown = ana.post("/desk/rounds/round-one/exports", kept="T1", format="csv", words="en")
    assert unknown.status_code == 422
    made = ana.post(
        "/desk/rounds/round-one/exports", kept=" ".join(KEPT_NAMES), format="csv", words="en"
    )
    assert made.status_code == 303
    assert "Being made" in ana.get("/desk/rounds/round-one/exports").text
    assert work_once(database, closed) == 1
    with database.reading() as session:
        wave = find_wave(session, "round-one")
        number = exports_of(session, closed, wave)[0].number
        noted = [e.thing for e in session.query(AuditEntry) if e.action == Action.EXPORTED]
    assert set(noted) == {"round-one"}
    fetched = ana.get(f"/desk/rounds/round-one/exports/{number}")
    assert fetched.headers["Content-Disposition"] == "attachment; filename=round-one-csv.zip"
    assert "no-store" in fetched.headers["Cache-Control"]
    assert "round-one.csv" in zipfile.ZipFile(io.BytesIO(fetched.data)).namelist()
    fetched.close()
    with database.reading() as session:
        fetches = session.query(AuditEntry).filter_by(action=Action.EXPORT_FETCHED).all()
    assert [(entry.actor, entry.thing) for entry in fetches] == [(EMAIL, "round-one")]
    assert "not kept any more" in ana.get("/desk/rounds/round-one/exports/99999").text
    app.extensions["sixfold"].database.dispose()


def test_text_that_would_be_a_formula_stays_text(tmp_path: Path) -> None:
    table = Table("t", (Variable("a", "=label"),), 1, lambda: iter([("=1+1",)]))
    for name in ("csv", "hxl"):
        format_of(name).write(table, tmp_path / name, lambda _: None)
        assert (tmp_path / name).read_text().splitlines()[-1] == "'=1+1"
    format_of("xlsx").write(table, tmp_path / "b.xlsx", lambda _: None)
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx")["answers"]
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")


@pytest.mark.parametrize("columns", [1, 3])
@pytest.mark.parametrize("numbers", [False, True], ids=["text", "numbers"])
def test_cells_are_written_as_the_standard_writer_does(
    tmp_path: Path, columns: int, *, numbers: bool
) -> None:
    cells = [
        "", "3", 'a "b"', "a,b", "two\nlines", "\r", " ", "é", None, 1.0, 0.1, 2, "-1", "'", "70+",
        "18-24", "not_at_all", "a b", "+a", "-a", "=a", "@a", "\ta",
    ]  # fmt: skip
    chance = random.Random(24)
    usual = ["3", "70+", "18-24", "not_at_all", "a b", "", "1.5"]
    # Each cell between all sorts of others, and between usual ones.
    rows = [
        tuple(cell if k == place else chance.choice(others) for k in range(columns))
        for others in (cells, usual)
        for cell in cells
        for place in range(columns)
    ]
    names = tuple(Variable(f"v,{k}", "", is_number=numbers) for k in range(columns))
    table = Table("t", names, len(rows), lambda: iter(rows))
    format_of("csv").write(table, tmp_path / "made.csv", lambda _: None)
    expected = io.StringIO()
    writer = csv.writer(expected, lineterminator="\n")
    writer.writerows([table.names, *([plain(cell) for cell in row] for row in rows)])
    assert (tmp_path / "made.csv").read_bytes().decode() == expected.getvalue()


@given(st.dictionaries(st.sampled_from(["D1", "D2", "D22"]), st.text() | st.just('"D2": "x"')))
@settings(max_examples=50)
def test_a_key_answer_is_found_as_the_whole_is_read(answers_given: dict[str, str]) -> None:
    for written in (json.dumps(answers_given), json.dumps(answers_given, separators=(",", ":"))):
        for name in ("D1", "D2", "2"):
            assert export_people.answer_to(name)(written) == answers_given.get(name, "")


def test_names_and_labels_are_cut_at_a_letter_and_stay_different() -> None:
    limits = Limits(name=12, label=80, value=80, reserved=re.compile("in"))
    names = ["T1", "é" * 20, "é" * 21, "T1x", "in_", "in", "T1"]
    short = ["T1", "ééééé_1", "ééééé_2", "T1x", "in_", "in__", "T1_6"]
    assert short_names(names, limits) == short
    assert cut("شكرا جزيلا", 9) == "شكر…"
    assert cut("short", 9) == "short"


def read_back(folder: Path, name: str, *columns: tuple[str, list[str]]) -> tuple[Any, Any]:
    """Return what a program reads of columns with these names and codes, each answered once."""
    variables = tuple(Variable(each, "", {code: code for code in codes}) for each, codes in columns)
    rows = list(zip(*(codes for _, codes in columns), strict=True))
    file = folder / f"file.{name}"
    format_of(name).write(
        Table("t", variables, len(rows), lambda: iter(rows)), file, lambda _: None
    )
    found: tuple[Any, Any] = getattr(pyreadstat, f"read_{name}")(file, output_format="dict")
    return found


@pytest.mark.parametrize("name", ["sav", "dta"])
@pytest.mark.parametrize("codes", [["01", "1"], ["2", "99999999999"], ["1", "2147483621"]])
def test_codes_that_are_no_numbers_apart_are_numbered(
    tmp_path: Path, name: str, codes: list[str]
) -> None:
    found, facts = read_back(tmp_path, name, ("q", codes))
    assert [facts.variable_value_labels["q"][number] for number in found["q"]] == codes


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dta", "in if int long double float byte using with strL str5"),
        ("sav", "ALL AND BY EQ GE GT LE LT NE NOT OR TO WITH with"),
    ],
)
def test_a_word_of_the_program_is_no_name(tmp_path: Path, name: str, words: str) -> None:
    for word in words.split():
        found, _ = read_back(tmp_path, name, (word, ["1"]), ("b", ["1"]))
        assert list(found) == [f"{word}_", "b"]
        (tmp_path / f"file.{name}").unlink()


@pytest.mark.parametrize("name", ["sav", "dta"])
@pytest.mark.parametrize("length", [31, 32, 64, 65])
def test_a_name_of_any_length_is_written(tmp_path: Path, name: str, length: int) -> None:
    found, _ = read_back(tmp_path, name, ("b" * length, ["1"]), (f"{'b' * length}c", ["1"]))
    assert len(found) == 2


@pytest.mark.parametrize("name", ["sav", "dta"])
def test_what_a_program_refuses_is_said_with_a_remedy(tmp_path: Path, name: str) -> None:
    with pytest.raises(SurveyError, match=r"cannot hold this table .*; choose CSV"):
        read_back(tmp_path, name, ("a b", ["1"]))


def test_columns_of_one_name_are_told_apart() -> None:
    assert told_apart(["weight", "T1", "weight", "weight_"]) == [
        "weight",
        "T1",
        "weight__",
        "weight_",
    ]


def test_no_new_question_can_be_named_as_a_column_of_the_design() -> None:
    assert {each.name for each in (*DESIGN, RAKED)} == COLUMNS


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_the_weight_stands_beside_a_question_of_that_name(
    tmp_path: Path, cohesion: Instrument, name: str
) -> None:
    frozen = thaw_instrument(worded(cohesion, "").canonical.replace('"T1"', '"weight"'))
    database, chance = migrated(sqlite_url(tmp_path)), random.Random(25)
    with database.writing() as session:
        wide = [each.__class__(each.code, each.names, population=9000) for each in localities()]
        wave = open_wave(session, frozen, plan(), wide)
        rows = [_row(wave, cohesion, number, chance) for number in range(PEOPLE)]
        for row in rows:
            row["answers"]["weight"] = row["answers"].pop("T1")
        session.execute(insert(Response), rows)
        close_wave(session, wave)
        session.commit()
    pack = written(Settings(tmp_path, sqlite_url(tmp_path), "s" * 48), database, name)
    content = pack.read(f"round-one.{name}")
    if name == "csv":
        lines: list[Any] = list(csv.reader(io.StringIO(content.decode())))
    else:
        lines = list(openpyxl.load_workbook(io.BytesIO(content))["answers"].values)
    head = list(lines[0])
    assert head[:3] == ["stratum", "psu", "weight"]
    assert {float(line[2]) for line in lines[1:]} == {1.0}
    said = Counter(row["answers"]["weight"] for row in rows)
    assert Counter(line[head.index("weight_")] for line in lines[1:]) == said
    book = fromstring(pack.read("codebook.xml"))  # noqa: S314 - we wrote it ourselves
    described = {each.get("name"): each for each in book.iter("{ddi:codebook:2_5}var")}
    assert described["weight"].find("{ddi:codebook:2_5}qstn") is None
    assert described["weight_"].find("{ddi:codebook:2_5}qstn") is not None
    groups = " ".join(each.get("var", "") for each in book.iter("{ddi:codebook:2_5}varGrp"))
    assert {"V_weight", "V_weight_"} & {*groups.split()} == {"V_weight_"}
    database.dispose()


def test_a_file_that_takes_long_holds_no_old_state_of_the_database(database: Database) -> None:
    with database.reading() as session:
        rows = table_of(session, find_wave(session, "round-one"), "en", KEPT_NAMES).rows()
        next(iter(rows))
        assert not session.in_transaction()


@pytest.mark.both_databases
def test_a_file_says_the_same_whether_answers_are_held_or_read_again(
    settings: Settings, cohesion: Instrument, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, chance = migrated(settings.database_url), random.Random(22)
    with database.writing() as session:
        wave = open_wave(session, cohesion, plan(), localities())
        rows = [_row(wave, cohesion, number, chance) for number in range(PEOPLE)]
        del rows[0]["answers"]["B1"]  # what was not shown may be left out
        session.execute(insert(Response), rows)
        parcel = {"id": chance.randbytes(16), "wave_id": wave.id, "batch": 2, "sealed": b"x"}
        session.execute(insert(Response), [parcel])
        session.commit()
    told = {str(row["id"]): row["answers"] for row in rows}
    monkeypatch.setattr(export_people, "PIECE", 50)
    monkeypatch.setattr(export_rows, "PIECE", 50)
    found = []
    for held in (export_rows._HELD, 0):
        monkeypatch.setattr(export_rows, "_HELD", held)
        with database.reading() as session:
            table = table_of(session, wave, "en", KEPT_NAMES)
            lines = [dict(zip(table.names, row, strict=True)) for row in table.rows()]
        assert (len(lines), table.left_out) == (PEOPLE, 1)
        # Clusters are numbered as they come, in another order each time.
        found.append(sorted(str({**line, "psu": ""}) for line in lines))
    assert found[0] == found[1]
    said = Counter(str(given.get("B1", "")) for given in told.values())
    assert Counter(str(line["B1"]) for line in lines) == said
    assert {line["D2"] for line in lines} == {"woman", "man", WITHHELD}
    database.dispose()


@pytest.mark.parametrize("held", [10**9, 0], ids=["held", "read again"])
def test_answers_that_are_erased_meanwhile_are_in_no_file(
    tmp_path: Path, cohesion: Instrument, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    database, chance = migrated(sqlite_url(tmp_path)), random.Random(23)
    monkeypatch.setattr(export_rows, "_HELD", held)
    monkeypatch.setattr(export_people, "PIECE", 50)
    monkeypatch.setattr(export_rows, "PIECE", 50)
    with database.writing() as session:
        wave = open_wave(session, cohesion, plan(), localities())
        every = [_row(wave, cohesion, number, chance) for number in range(PEOPLE)]
        session.execute(insert(Response), every)
        session.commit()
    with database.reading() as session:
        rows = iter(table_of(session, wave, "en", KEPT_NAMES).rows())
        next(rows)
        with database.writing() as other:
            other.execute(delete(Response).where(Response.wave_id == wave.id))
            other.commit()
        with pytest.raises(SurveyError, match="were erased"):
            list(rows)
    database.dispose()


def test_an_unknown_format_is_named() -> None:
    assert format_names() == ("csv", "dta", "geojson", "hxl", "sav", "xlsx")
    with pytest.raises(SurveyError, match="choose from: csv"):
        format_of("exe")


def test_labels_are_in_the_language_of_the_file(database: Database) -> None:
    with database.reading() as session:
        table = table_of(session, find_wave(session, "round-one"), "ar", KEPT_NAMES)
    told = {variable.name: variable for variable in table.variables}
    assert told["D1"].labels["P1"] == "مكان 1"
    assert told["T1"].nonanswers["dk"] != "dk"
    assert told["D1"].nonanswers[WITHHELD] == "محجوبة"


@pytest.mark.parametrize("kept", [KEPT_NAMES, ("D1",)], ids=["told", "hidden"])
def test_weights_of_the_team_are_told_where_they_tell_nothing_else(
    closed: Settings, database: Database, kept: tuple[str, ...]
) -> None:
    rows = [{"code": code, "people": count, "with": ""} for code, count in SEX.items()]
    margin = [{"item": "D2", "rows": rows}]
    with database.writing() as session:
        wave = find_wave(session, "round-one")
        entry: dict[str, Any] = {"unit": "people", "margins": margin, "cap": None, "effects": {}}
        session.add(Weighting(wave_id=wave.id, version=1, made_on=today(), made_by="a", **entry))
        session.flush()
        table = table_of(session, wave, "en", kept)
        rows_told = [dict(zip(table.names, row, strict=True)) for row in table.rows()]
        session.rollback()
    assert table.is_unweighed == ("D2" not in kept)
    assert ("weight_raked" in table.names) == ("D2" in kept)
    if "D2" in kept:
        sums: dict[str, float] = {}
        for row in rows_told:
            name, weight = str(row["D2"]), float(row["weight_raked"] or 0)
            sums[name] = sums.get(name, 0.0) + weight
        assert sum(sums.values()) == pytest.approx(sum(SEX.values()))
        shown = {(row["D2"], row["weight_raked"]) for row in rows_told}
        assert len(shown) == len(sums)  # one weight for each gender, and one for the withheld
        assert WITHHELD in sums
