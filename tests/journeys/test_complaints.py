"""Somebody complains on a phone, and an owner reads it on one; no page of either has a script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from survey.config import Settings
from survey.db import Database
from survey.models import ProjectRound, Role, Wave
from tests.journeys.axe import violations
from tests.journeys.conftest import PATIENCE
from tests.survey.server import Server
from tests.survey.staff import PASSWORD, employ

pytestmark = pytest.mark.browser


@pytest.fixture
def small(browser: Browser) -> Iterator[Page]:
    """A small phone; axe cannot look at a page where scripts are switched off."""
    context = browser.new_context(viewport={"width": 360, "height": 640}, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def sound(page: Page) -> None:
    """Make sure that axe finds nothing, and that the page is no wider than the phone."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_complaint_comes_from_the_first_page_to_the_desk(
    settings: Settings, database: Database, wave: Wave, small: Page
) -> None:
    employ(database, "ana@example.org", Role.OWNER, "Ours")
    with database.writing() as session:
        session.add(ProjectRound(wave_id=wave.id, project_id=1))
        session.commit()
    database.dispose()
    server = Server(settings, workers=1).start()
    try:
        small.goto(f"{server.address}/s/round-one/en")
        small.click("text=Complain or ask")
        sound(small)
        small.fill("#reach", "at the mill")
        small.click("text=العربية")
        expect(small.locator("html")).to_have_attribute("dir", "rtl")
        sound(small)
        small.fill("#text", "They asked us for money.")
        small.click("button.main")
        expect(small.locator("#text")).to_have_count(0)
        sound(small)
        small.goto(f"{server.address}/account/sign-in")
        small.fill("#email", "ana@example.org")
        small.fill("#password", PASSWORD)
        small.click("main button.main")
        small.click("text=nobody has taken in hand")
        sound(small)
        small.click("text=They asked us")
        expect(small.locator("main")).to_contain_text("at the mill")
        sound(small)
        small.select_option("#state", "closed")
        small.fill("#note", "Paid back")
        small.click("text=Save")
        expect(small.locator("tbody")).to_contain_text("Paid back")
    finally:
        server.stop()
