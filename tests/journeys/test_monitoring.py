"""A team keeps its results framework: enters, binds, sees progress, fetches it, reads it again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from questionnaires import Instrument
from survey.db import Database
from survey.models import Role
from survey.operations.releases import publish
from survey.operations.waves import open_wave
from tests.conftest import localities, plan
from tests.journeys.axe import violations
from tests.journeys.conftest import Staffed, sign_in
from tests.survey.monitored import ACTIVITY, INDICATOR, RISK
from tests.survey.server import Server
from tests.survey.staff import employ
from tests.survey.test_releases import answer, sign

pytestmark = pytest.mark.browser

HOME = "/desk/projects/1/monitoring"
PAGES = (
    "",
    "/indicators/1",
    "/indicators/new",
    "/indicators/read-in",
    "/activities",
    "/risks",
    "/risks/1/remove",
    "/safety",
    "/../protocol/paper",
)


@pytest.fixture(scope="module")
def site(staffed: Staffed, cohesion: Instrument) -> Server:
    """A server with one project and one published release."""

    def begun(database: Database) -> None:
        employ(database, "ana@example.org", Role.OWNER, "Valley")
        with database.writing() as session:
            wave = open_wave(session, cohesion, plan(), localities())
        answer(database, wave, cohesion, {"P1": 20, "P2": 20})
        with database.writing() as session:
            publish(session, session.merge(wave), sign())

    return staffed(begun)


def fill(page: Page, typed: Mapping[str, str]) -> None:
    """Fill in a form, whatever kind of field it asks with."""
    for name, value in typed.items():
        if page.locator(f"fieldset[id='{name}']").count():
            page.check(f"input[name='{name}'][value='{value}']")
        elif page.locator(f"select[id='{name}']").count():
            page.select_option(f"[id='{name}']", value)
        else:
            page.fill(f"[id='{name}']", value)
    page.click("form.plan button.main")


def test_a_framework_is_kept_filled_fetched_and_read_again(laptop: Page, tmp_path: Path) -> None:
    sign_in(laptop, "ana@example.org")
    laptop.click("main >> text=Programme monitoring")
    expect(laptop.locator("main")).to_contain_text("No indicator yet")
    laptop.click("text=Add an indicator")
    fill(laptop, INDICATOR | {"target_day": "2024-01-01"})
    expect(laptop.locator("#target_day-missing")).to_be_visible()
    fill(laptop, {"target_day": "2027-01-01", "measure": "social_cohesion/TR"})
    expect(laptop.locator("h1")).to_contain_text("Trust between neighbours")
    expect(laptop.locator("main")).to_contain_text("Release 1 of")
    laptop.goto(HOME)
    expect(laptop.locator("main progress")).to_have_count(1)

    read_again(laptop, tmp_path / "indicators.xlsx")
    expect(laptop.locator("main progress")).to_have_count(1)

    for register, typed in (("activities", ACTIVITY), ("risks", RISK)):
        laptop.goto(f"{HOME}/{register}/new")
        fill(laptop, typed)
        expect(laptop.locator("main tbody th").last).to_contain_text(typed["code"])
        read_again(laptop, tmp_path / f"{register}.xlsx")
        expect(laptop.locator("main tbody th").last).to_contain_text(typed["code"])
    look_at_every_page(laptop, "ltr")
    laptop.goto(HOME)
    laptop.click("summary")
    laptop.click("button[value=ar]")
    look_at_every_page(laptop, "rtl")


def read_again(laptop: Page, file: Path) -> None:
    """Fetch the register that is shown as a file, and read that in."""
    with laptop.expect_download() as fetched:
        laptop.click("text=Fetch for Excel")
    fetched.value.save_as(file)
    laptop.click("text=Read a file in")
    laptop.set_input_files("#file", file)
    laptop.click("text=Look at the file")
    expect(laptop.locator("main")).to_contain_text("Nothing is stored yet.")
    laptop.click("text=Store these rows")


def look_at_every_page(laptop: Page, direction: str) -> None:
    """Make sure that axe finds nothing and that no page is wider than the screen."""
    found = []
    for path in PAGES:
        laptop.goto(f"{HOME}{path}")
        assert laptop.get_attribute("html", "dir") == direction
        found += [f"{path}: {each}" for each in violations(laptop)]
        excess = laptop.evaluate("document.documentElement.scrollWidth") - 360
        found += [f"{path} is {excess} px too wide"] if excess > 0 else []
    assert found == []
