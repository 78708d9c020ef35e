"""Somebody writes an organisation down, brings other views from a file, and shares the map."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from survey.db import Database
from survey.models import Project, Role
from tests.journeys.axe import violations
from tests.journeys.conftest import Staffed, sign_in
from tests.survey.recorded import give_places
from tests.survey.server import Server
from tests.survey.staff import employ

pytestmark = pytest.mark.browser

REGISTER = "/desk/projects/1/records/stakeholder_map"
HOME = "/desk/projects/1/stakeholders"
PAGES = ("grid", "partnership", "network", "needs", "engagement", "who", "stale")
FIRST = {
    "organisation": {"record_code": "Y1", "organisation": "Youth centre", "topic": "cohesion"},
    "ratings": {"influence": "2", "interest": "5", "willingness": "5"},
}
SECOND = """record_code,organisation,topic,level,rater,influence,interest,willingness,\
capacity_staff,capacity_skills,activity_1,covers_1,needs,contact_risk,relation_1,relation_to_1,owner,next_step
Y1,Youth centre,cohesion,local,field,2,2,5,2,2,jobs,L1,training,none,funds,M1,Field post,Meet
M1,Ministry,cohesion,national,field,5,5,4,4,5,policy,,money,some,,,Head office,Write
P1,Police,cohesion,local,field,5,1,1,4,4,training,L2,none,high,coordinates,M1,Head office,Wait
"""


@pytest.fixture(scope="module")
def site(staffed: Staffed) -> Server:
    """A server with an owner of one project that has two places."""
    return staffed(begun)


def begun(database: Database) -> None:
    employ(database, "ana@example.org", Role.OWNER, "Valley")
    with database.writing() as session:
        give_places(session, session.get_one(Project, 1))
        session.commit()


def answer(page: Page, typed: dict[str, str]) -> None:
    """Fill in a part of a record, and save it."""
    for name, value in typed.items():
        choice = page.locator(f"input[name='{name}'][value='{value}']")
        if choice.count():
            choice.check()
        else:
            page.fill(f"input[name='{name}']", value)
    page.click("text=Save and put it aside")


def fetch(page: Page, button: str, to: Path) -> list[list[str]]:
    with page.expect_download() as caught:
        page.click(button)
    caught.value.save_as(to)
    return list(csv.reader(to.read_text(encoding="utf-8").splitlines()))


def enter(page: Page) -> None:
    """Sign in, write one record by hand, and look at the empty map before."""
    sign_in(page, "ana@example.org")
    page.goto(f"{HOME}/grid")
    expect(page.locator("main")).to_contain_text("No organisation yet")
    page.click("text=Add a record")
    answer(page, FIRST["organisation"])
    page.click("text=Influence, interest, capacity")
    answer(page, FIRST["ratings"])


def test_the_map_from_the_first_record_to_the_file(laptop: Page, tmp_path: Path) -> None:
    enter(laptop)
    rows = tmp_path / "second.csv"
    rows.write_text(SECOND, encoding="utf-8")
    laptop.goto(f"{REGISTER}/files")
    laptop.set_input_files("#file", rows)
    laptop.click("text=Look at the file")
    expect(laptop.locator("main")).to_contain_text("Nothing is stored yet.")
    laptop.click("text=Store these records")

    laptop.goto(f"{HOME}/grid")
    corner = laptop.locator(".nine tbody tr").first.locator("td")
    expect(corner.first).to_contain_text("Keep close")
    expect(corner.first).to_contain_text("Ministry")
    expect(corner.last).to_contain_text("Police")
    laptop.goto(f"{HOME}/network")
    expect(laptop.locator("svg.network")).to_contain_text("Youth centre")
    expect(laptop.locator("svg.network")).not_to_contain_text("Police")
    laptop.emulate_media(media="print")
    expect(laptop.locator("td, th", has_text="Police").first).to_be_hidden()
    laptop.emulate_media(media="screen")

    laptop.goto(f"{HOME}/who")
    shared = fetch(laptop, "text=Fetch the file", tmp_path / "who.csv")
    assert shared[1][:2] == ["#org+name", "#org+code"]
    assert [row[0] for row in shared[2:]] == ["Ministry", "Youth centre"]

    laptop.goto(f"{REGISTER}/files")
    fetch(laptop, "text=Fetch the file", tmp_path / "all.csv")
    laptop.set_input_files("#file", tmp_path / "all.csv")
    laptop.click("text=Look at the file")
    expect(laptop.locator("main table tbody tr")).to_have_count(4)  # all of them are there already

    found = []
    for language in ("en", "ar"):
        if language == "ar":
            laptop.goto(f"{HOME}/grid")
            laptop.click(".tongues summary")
            laptop.click("button[value=ar]")
        for name in PAGES if language == "en" else PAGES[:4]:
            laptop.goto(f"{HOME}/{name}")
            wide = laptop.evaluate("document.documentElement.scrollWidth > innerWidth")
            found += [f"{language} {name}: wider than the screen"] if wide else []
            found += [f"{language} {name}: {each}" for each in violations(laptop)]
    assert found == []
