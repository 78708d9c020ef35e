"""The pages of programme monitoring: forms, two people at once, files, logs, who may see what."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import BytesIO, StringIO

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.models import Activity, AuditEntry, Indicator, IndicatorValue, RiskEntry, Role
from survey.operations.monitoring.entries import typed_of
from survey.operations.monitoring.registers import INDICATORS
from survey.operations.monitoring.safety import COLUMNS
from survey.site import today
from tests.conftest import sqlite_url
from tests.databases import migrated
from tests.survey.monitored import ACTIVITY, INDICATOR, RISK
from tests.survey.staff import Colleague, employ

HOME = "/desk/projects/1/monitoring"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Database]]:
    folder = tmp_path_factory.mktemp("monitoring")
    settings = Settings(folder, sqlite_url(folder), "s" * 48)
    database = migrated(settings.database_url)
    employ(database, "ana@example.org", Role.OWNER, "Valley")
    employ(database, "eva@example.org", Role.READER, "Valley")
    app = create_app(settings)
    yield app, database
    app.extensions["sixfold"].database.dispose()
    database.dispose()


@pytest.fixture
def database(site: tuple[Flask, Database]) -> Database:
    """The database, with empty registers."""
    with site[1].writing() as session:
        for model in (IndicatorValue, Indicator, Activity, RiskEntry):
            session.query(model).delete()
        session.commit()
    return site[1]


@pytest.fixture
def ana(site: tuple[Flask, Database], database: Database) -> Colleague:
    assert database is site[1]
    browser = Colleague(site[0])
    assert browser.sign_in("ana@example.org").status_code == 303
    return browser


def add(browser: Colleague, register: str, typed: Mapping[str, str]) -> str:
    """Fill in the form of a new line; return the address of the line."""
    reply = browser.post(f"{HOME}/{register}/new", **typed)
    assert reply.status_code == 303, reply.text
    if register == "indicators":
        return str(reply.location)
    page = browser.get(f"{HOME}/{register}").text
    return page.split(f'href="{HOME}/{register}/')[-2 - ("Next" in page)].split('"')[0]


def look(browser: Colleague, register: str, name: str, content: bytes) -> tuple[str, str]:
    """Choose a file; return the page that says what is in it, and its fingerprint."""
    sent = {"csrf_token": browser.token(), "file": (BytesIO(content), name)}
    headers = {"Referer": f"{browser.base}/desk/"}
    path = f"{HOME}/{register}/read-in"
    browser.reply = browser.client.post(path, data=sent, base_url=browser.base, headers=headers)
    page = browser.reply.text
    return page, page.partition('name="seen" value="')[2].partition('"')[0]


def stored(database: Database) -> dict[str, dict[str, str]]:
    with database.reading() as session:
        return {typed_of(each)["code"]: typed_of(each) for each in session.query(Indicator)}


def test_an_indicator_is_added_its_value_noted_and_its_progress_shown(
    ana: Colleague, database: Database
) -> None:
    one = add(ana, "indicators", INDICATOR)
    assert "no value yet" in ana.get(HOME).text
    assert ana.post(f"{one}/values", value="50", day="2026-01-01", note="").status_code == 303
    for page in (ana.get(HOME).text, ana.get(one).text):
        assert "50.0%" in page
        assert "on the way" in page
        assert '<progress max="100" value="50.0"' in page
    ana.post(f"{one}/values", value="70", day="2026-02-01", note="A count")
    assert "150.0%" in ana.get(HOME).text
    page = ana.get(one).text
    assert "beyond the target" in page
    assert "<polyline" in page
    for wrong in ({"value": "many"}, {"day": "soon"}, {"note": "x" * 201}):
        sent = {"value": "1", "day": "2026-01-01", "note": ""} | wrong
        assert ana.post(f"{one}/values", **sent).status_code == 422
    with database.reading() as session:
        newest = session.query(IndicatorValue).order_by(IndicatorValue.id.desc()).first()
        assert newest is not None
        assert (newest.told, newest.author) == ("70", "ana@example.org")
    assert ana.post(f"{one}/values/{newest.id}/remove").status_code == 303
    assert ana.post(f"{one}/values/{newest.id}/remove").status_code == 422
    assert "50.0%" in ana.get(HOME).text


def test_what_is_wrong_stands_at_its_field_and_nothing_is_stored(
    ana: Colleague, database: Database
) -> None:
    late = INDICATOR | {"target_day": "2020-01-01"}
    reply = ana.post(f"{HOME}/indicators/new", **late)
    assert reply.status_code == 422
    assert 'id="target_day-missing"' in reply.text
    assert "Trust between neighbours" in reply.text  # what was typed is still there
    assert stored(database) == {}
    add(ana, "indicators", INDICATOR)
    reply = ana.post(f"{HOME}/indicators/new", **INDICATOR)
    assert "Another line has this code" in reply.text
    reply = ana.post(f"{HOME}/activities/new", **ACTIVITY | {"ends": "2025-01-01"})
    assert (reply.status_code, 'id="ends-missing"' in reply.text) == (422, True)
    one = add(ana, "indicators", INDICATOR | {"code": "O2", "target": "40"})
    ana.post(f"{one}/values", value="41", day="2026-01-01", note="")
    assert "target and baseline are equal" in ana.get(one).text


def test_two_people_who_change_a_line_see_both_versions(ana: Colleague, database: Database) -> None:
    one = add(ana, "indicators", INDICATOR)
    assert ana.post(one, **INDICATOR | {"owner": "First", "version": "1"}).status_code == 303
    reply = ana.post(one, **INDICATOR | {"owner": "Second", "version": "1"})
    assert reply.status_code == 409
    assert "First" in reply.text
    assert "Second" in reply.text
    assert stored(database)["O1"]["owner"] == "First"
    assert ana.post(one, **INDICATOR | {"owner": "Second", "version": "2"}).status_code == 303
    assert ana.post(one, **INDICATOR | {"owner": "", "version": "3"}).status_code == 422


def test_a_line_is_removed_only_when_somebody_means_it(ana: Colleague, database: Database) -> None:
    one = add(ana, "indicators", INDICATOR)
    ana.post(f"{one}/values", value="50", day="2026-01-01", note="")
    assert ana.get(f"{one}/remove").status_code == 200
    assert ana.post(f"{one}/remove").status_code == 422
    assert ana.post(f"{one}/remove", sure="yes").status_code == 303
    assert ana.get(one).status_code == 404
    with database.reading() as session:
        assert session.query(IndicatorValue).count() == 0
        acts = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))[-3:]
        things = set(session.scalars(select(AuditEntry.thing)))
    assert acts == ["monitoring added", "value noted", "monitoring removed"]
    assert not any("Trust" in each or "50" in each for each in things)


def test_risks_that_are_due_stand_first_and_can_be_chosen(ana: Colleague) -> None:
    add(ana, "risks", RISK | {"code": "LATER"})
    add(ana, "risks", RISK | {"code": "DUE", "review": "2020-01-01"})
    add(ana, "risks", RISK | {"code": "OVER", "review": "2020-01-01", "state": "closed"})
    add(ana, "risks", RISK | {"code": "EFFECT", "kind": "unintended effect", "state": "watched"})

    def codes(query: str = "") -> list[str]:
        page = ana.get(f"{HOME}/risks{query}").text.partition("<tbody>")[2]
        return [part.split("<")[0] for part in page.split("<bdi>")[1:]]

    assert codes() == ["DUE", "EFFECT", "LATER", "OVER"]
    assert codes("?state=open") == ["DUE", "LATER"]
    assert codes("?kind=unintended+effect") == ["EFFECT"]
    assert codes("?state=watched&kind=risk") == []
    assert ana.get(f"{HOME}/risks").text.count("is due") == 1
    for page in ("/desk/", HOME):
        assert "to be looked at again: 1" in ana.get(page).text


def test_money_is_summed_and_an_activity_that_is_late_is_marked(ana: Colleague) -> None:
    add(ana, "activities", ACTIVITY | {"begins": "2020-01-01", "ends": "2020-02-01"})
    add(ana, "activities", ACTIVITY | {"code": "A2", "spent": "2000", "state": "done"})
    page = ana.get(f"{HOME}/activities").text
    assert "2250.50" in page
    assert page.count("more was spent than planned") == 2  # the second, and both together
    assert page.count("its last day is over") == 1


def test_the_safety_plan_is_kept_half_filled_and_looked_at_again(ana: Colleague) -> None:
    path = f"{HOME}/safety"
    assert ana.post(path, contacts="The office", version="0").status_code == 303
    page = ana.get(path).text
    assert page.count('class="missing"') == len(COLUMNS) - 2  # the contacts, and a day of its own
    assert "Next review by" in page
    assert ana.post(path, contacts="Somebody else", version="0").status_code == 409
    assert ana.post(path, review="soon", version="1").status_code == 422
    assert ana.post(path, contacts="The office", review="2020-01-01", version="1").location
    assert "to be looked at again since" in ana.get(path).text


def test_readers_see_the_framework_and_change_nothing(
    site: tuple[Flask, Database], ana: Colleague
) -> None:
    one = add(ana, "indicators", INDICATOR)
    eva = Colleague(site[0])
    eva.sign_in("eva@example.org")
    page = eva.get(HOME).text
    assert "Trust between neighbours" in page
    assert "/indicators/" not in page
    assert f'href="{HOME}"' in eva.get("/desk/").text
    assert eva.get(one).status_code == eva.get(f"{HOME}/risks").status_code == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_register_comes_back_from_its_file_as_it_was(
    ana: Colleague, database: Database, kind: str
) -> None:
    odd = {"code": "O2", "name": "=1+1", "definition": 'Two lines,\n"quoted"', "owner": "مكتب"}
    one = add(ana, "indicators", INDICATOR | odd)
    add(ana, "indicators", INDICATOR)
    ana.post(f"{one}/values", value="50", day="2026-01-01", note="")
    before = stored(database)
    content = ana.get(f"{HOME}/indicators/file.{kind}").data
    if kind == "csv":
        rows = list(csv.DictReader(StringIO(content.decode(), newline="")))
        assert rows[1]["name"] == "'=1+1"  # no formula in a spreadsheet
        assert (rows[1]["actual"], rows[1]["progress_percent"]) == ("50", "50.0")
    else:
        assert openpyxl.load_workbook(BytesIO(content)).sheetnames == ["indicators", "words"]
    page, _seen = look(ana, "indicators", f"indicators.{kind}", content)
    assert "<dt>Lines that stay as they are</dt><dd>2</dd>" in page
    with database.writing() as session:
        session.query(IndicatorValue).delete()
        session.query(Indicator).delete()
        session.commit()
    page, seen = look(ana, "indicators", f"indicators.{kind}", content)
    assert "<dt>New lines</dt><dd>2</dd>" in page
    assert stored(database) == {}
    text = page.partition("<textarea")[2].partition(">\n")[2].partition("</textarea>")[0]
    for sign, code in (("&#34;", '"'), ("&#39;", "'"), ("&lt;", "<"), ("&amp;", "&")):
        text = text.replace(sign, code)
    reply = ana.post(f"{HOME}/indicators/read-in/keep", content=text, seen=seen)
    assert reply.status_code == 303
    assert stored(database) == before


@pytest.mark.parametrize(("register", "typed"), [("activities", ACTIVITY), ("risks", RISK)])
def test_the_lines_of_every_register_are_told_again_by_their_file(
    ana: Colleague, register: str, typed: dict[str, str]
) -> None:
    add(ana, register, typed)
    content = ana.get(f"{HOME}/{register}/file.csv").data
    page, _seen = look(ana, register, f"{register}.csv", content)
    assert "<dt>Lines that stay as they are</dt><dd>1</dd>" in page


def test_wrong_rows_are_named_and_none_is_stored_until_confirmed(
    ana: Colleague, database: Database
) -> None:
    add(ana, "indicators", INDICATOR)
    rows = [
        "code,level,name,owner,direction,baseline,baseline_day,target_day,colour",
        "O1,outcome,Renamed,Office,up,41,,,red",
        "O2,goal,Second,Office,up,,,,",
        "O3,output,Third,Office,up,many,,,",
        "O4,output,Fourth,Office,up,,2026-01-01,2025-01-01,",
        "O1,output,Twice,Office,up,,,,",
        "O5,output,Fifth,Office,up,3,45658,46023,",
        "O6,output,Sixth,Office,up,1,500,2026-01-01,2026-02-01,",
    ]
    content = "\n".join(rows)
    page, seen = look(ana, "indicators", "i.csv", content.encode())
    marked = [part.split("</td>")[0] for part in page.split("<tr><td>")[1:]]
    assert marked[:5] == ["3", "4", "5", "6", "8"]
    assert "colour" in page
    assert "more cells than the header" in page
    assert "<dt>Rows to mend</dt><dd>5</dd>" in page
    assert stored(database).keys() == {"O1"}
    keep = f"{HOME}/indicators/read-in/keep"
    add(ana, "indicators", INDICATOR | {"code": "NEW"})  # somebody else, meanwhile
    assert ana.post(keep, content=content, seen=seen).status_code == 422
    assert stored(database).keys() == {"O1", "NEW"}
    _page, seen = look(ana, "indicators", "i.csv", content.encode())
    assert ana.post(keep, content=content, seen=seen).status_code == 303
    kept = stored(database)
    assert kept.keys() == {"O1", "NEW", "O5"}
    assert (kept["O1"]["name"], kept["O1"]["target"]) == ("Renamed", "60")  # no column, no change
    assert kept["O5"]["baseline_day"] == "2025-01-01"  # as Excel counts days


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "no rows"),
        ("a.csv", b"code,name\nO1,x\n", "lacks columns"),
        ("a.csv", b"\xff\xfe\x00", "save it as CSV in UTF-8"),
        ("a.xlsx", b"PK\x03\x04 no workbook", "workbook cannot be read"),
        ("", b"x", "choose a file first"),
    ],
    ids=["empty", "columns", "bytes", "workbook", "none"],
)
def test_a_file_that_is_none_says_how_to_mend_it(
    ana: Colleague, name: str, content: bytes, said: str
) -> None:
    page, _seen = look(ana, "indicators", name, content)
    assert ana.reply.status_code == 422
    assert said in page


def test_of_two_thousand_lines_a_page_shows_a_hundred(ana: Colleague, database: Database) -> None:
    """What a page costs is measured by `tests.bench.monitoring`; here it shows a hundred lines."""
    with database.writing() as session:
        for number in range(2000):
            typed = INDICATORS.check(INDICATOR | {"code": f"I{number:04}"}, today())[0]
            document = {"entry": typed}
            session.add(Indicator(project_id=1, document=document, version=1, changes={}))
        session.commit()
    page = ana.get(HOME).text
    assert page.count("<progress") == 0
    assert page.count('<th scope="row">') == 100
    assert "I0099" in page
    assert "I0100" in ana.get(f"{HOME}?page=2").text
    assert ana.get(f"{HOME}?page=99").status_code == 200
