"""Somebody complains on a phone, and an owner reads it on one; no page of either has a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from questionnaires import Instrument
from survey.db import Database
from survey.models import Role
from survey.operations.waves import open_wave
from tests.conftest import localities, plan
from tests.journeys.axe import violations
from tests.journeys.conftest import Staffed, sign_in
from tests.survey.server import Server
from tests.survey.staff import employ

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(staffed: Staffed, cohesion: Instrument) -> Server:
    """A server with an open round of a project that has an owner."""

    def begun(database: Database) -> None:
        employ(database, "ana@example.org", Role.OWNER, "Ours")
        with database.writing() as session:
            open_wave(session, cohesion, plan(), localities())

    return staffed(begun)


def sound(page: Page) -> None:
    """Make sure that axe finds nothing, and that the page is no wider than the phone."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_complaint_comes_from_the_first_page_to_the_desk(laptop: Page) -> None:
    laptop.goto("/s/round-one/en")
    laptop.click("text=Complain or ask")
    sound(laptop)
    laptop.fill("#reach", "at the mill")
    laptop.click("text=العربية")
    expect(laptop.locator("html")).to_have_attribute("dir", "rtl")
    sound(laptop)
    laptop.fill("#text", "They asked us for money.")
    laptop.click("button.main")
    expect(laptop.locator("#text")).to_have_count(0)
    sound(laptop)
    sign_in(laptop, "ana@example.org")
    laptop.click("text=nobody has taken in hand")
    sound(laptop)
    laptop.click("text=They asked us")
    expect(laptop.locator("main")).to_contain_text("at the mill")
    sound(laptop)
    laptop.select_option("#state", "closed")
    laptop.fill("#note", "Paid back")
    laptop.click("text=Save")
    expect(laptop.locator("tbody")).to_contain_text("Paid back")
