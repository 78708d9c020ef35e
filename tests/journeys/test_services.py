"""A team writes down a service, brings in a list, finds where help is missing, and prints it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from survey.db import Database
from survey.models import Project, Role
from survey.operations.demo_mark import MARK
from tests.journeys.axe import violations
from tests.journeys.conftest import Staffed, sign_in
from tests.survey.mapped import document, keep
from tests.survey.recorded import give_places
from tests.survey.server import Server
from tests.survey.staff import employ

pytestmark = pytest.mark.browser

HOME = "/desk/projects/1"
REGISTER = f"{HOME}/records/service_map"
LIST = (
    "service,service_type,place,places_month,cost,quality_provider,verified_in\n"
    "School,education,L2,30,free,4,2025-01\n"
    "Bus,transport,L9,5,small,3,2025-01\n"
    "Market help,jobs,L2,12,small,2,2025-01\n"
)


@pytest.fixture(scope="module")
def site(staffed: Staffed) -> Server:
    """A server with an owner of a project that has two places and one public service."""
    server = staffed(begun)
    (server.settings.instance / MARK).write_text(
        "{}", encoding="utf-8"
    )  # the walk belongs to demos
    return server


def begun(database: Database) -> None:
    employ(database, "ana@example.org", Role.OWNER, "Valley")
    with database.writing() as session:
        give_places(session, session.get_one(Project, 1))
        session.commit()
        open_door = {"service": "Open door", "languages": "ar en", "cost": "free"}
        keep(session, 1, "service_map", document(**open_door))


def test_a_team_maps_its_services(laptop: Page, tmp_path: Path) -> None:
    sign_in(laptop, "ana@example.org")

    laptop.goto(f"{REGISTER}/new")
    laptop.fill("input[name=service]", "Clinic")
    laptop.check("input[name=service_type][value=health]")
    laptop.select_option("select[name=place]", "L1")
    laptop.click("text=Save and put it aside")
    expect(laptop.locator("main")).to_contain_text("is not finished")

    file = tmp_path / "services.csv"
    file.write_text(LIST, encoding="utf-8")
    laptop.goto(f"{REGISTER}/files")
    laptop.set_input_files("#file", file)
    laptop.click("text=Look at the file")
    expect(laptop.locator("main")).to_contain_text("Nothing is stored yet.")
    expect(laptop.locator("tbody")).to_contain_text("place")  # the row that names no place of ours
    laptop.click("text=Store the rows that can be used")

    laptop.goto(HOME)
    laptop.click("text=Service map")
    row = laptop.locator("tbody tr", has_text="Health care")
    expect(row.locator("td").first).to_contain_text("2")
    expect(laptop.locator("tbody tr", has_text="Mediation")).to_contain_text("none known")

    laptop.goto(f"{REGISTER}/files")
    with laptop.expect_download() as fetched:
        laptop.click("text=Fetch the file")
    again = fetched.value.path().read_text(encoding="utf-8-sig")
    assert "Market help,jobs" in again
    file.write_text(again, encoding="utf-8")
    laptop.set_input_files("#file", file)
    laptop.click("text=Look at the file")
    expect(laptop.locator("main")).to_contain_text("is there already")  # it reads what it wrote

    laptop.goto(f"{HOME}/services/directory")
    laptop.select_option("#spoken", "ar")
    laptop.click("text=Search")
    expect(laptop.locator("main")).to_contain_text("Open door")
    laptop.click("main a[lang=ar]")
    expect(laptop.locator("html")).to_have_attribute("dir", "rtl")
    assert violations(laptop) == []
    look_at_every_page(laptop)


def look_at_every_page(laptop: Page) -> None:
    """Look at the map and the situation in both directions of writing, on a narrow screen."""
    for language in ("en", "ar"):
        laptop.goto(HOME)
        if language == "ar":
            laptop.click("summary")
            laptop.click("button[value=ar]")
        tabs = ["services", *(f"services/{tab}" for tab in ("directory", "barriers", "quality"))]
        walk = [f"situation/walk/{number}" for number in (1, 5)]
        for path in (*tabs, "services/check-again", "situation", *walk):
            laptop.goto(f"{HOME}/{path}")
            assert laptop.url.endswith(path)
            assert laptop.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
            assert violations(laptop) == [], path
            assert laptop.evaluate("document.documentElement.scrollWidth") <= 360, path
