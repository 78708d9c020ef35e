"""A team adapts a questionnaire in two languages, publishes it, and plans a round that asks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pyxform.xls2xform import convert

from survey.db import Database
from survey.models import Role
from tests.journeys.axe import violations
from tests.journeys.conftest import Staffed, sign_in, window
from tests.survey.server import Server
from tests.survey.staff import employ

pytestmark = pytest.mark.browser

SHOP = "/desk/projects/1/workshop"
ASKED = {"en": "Can people here be relied on?", "ar": "هل يمكن الاعتماد على الناس هنا؟"}


@pytest.fixture(scope="module")
def site(staffed: Staffed) -> Server:
    """A server with an owner and a researcher of one project."""
    return staffed(begun)


def begun(database: Database) -> None:
    employ(database, "ana@example.org", Role.OWNER, "Valley")
    employ(database, "ben@example.org", Role.RESEARCHER, "Valley")


@pytest.fixture
def ana(laptop: Page) -> Page:
    sign_in(laptop, "ana@example.org")
    return laptop


@pytest.fixture
def ben(browser: Browser, site: Server) -> Iterator[Page]:
    """A colleague whose browser runs no scripts."""
    with window(browser, site.address, scripts=False) as page:
        sign_in(page, "ben@example.org")
        yield page


def check_pages(page: Page, *paths: str) -> None:
    """Make sure that pages are accessible, and no wider than a phone."""
    for path in paths:
        page.goto(f"{SHOP}{path}")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_a_questionnaire_is_adapted_published_and_asked(
    ana: Page, ben: Page, tmp_path: Path
) -> None:
    ana.goto("/desk/projects/1")
    ana.click("text=To the workshop")
    ana.select_option("#source", "social_cohesion")
    ana.fill("#name", "our_town")
    ana.click("main button.main")
    expect(ana.locator("main")).to_contain_text("Nothing has to be mended")

    ben.goto(f"{SHOP}/1/item/T1")  # he has the page before him while she writes
    ana.goto(f"{SHOP}/1/item/T1")
    for language, words in ASKED.items():
        ana.fill(f"[id='{language}:item/T1']", words)
    ana.click("button[formtarget=preview][lang=ar]")
    shown = ana.frame_locator("iframe[name=preview]")
    expect(shown.locator("legend")).to_have_text(ASKED["ar"])
    expect(shown.locator("html")).to_have_attribute("dir", "rtl")
    ana.fill("[id='ar:item/T1']", "قيد الكتابة")  # the preview follows without a button
    expect(shown.locator("legend")).to_have_text("قيد الكتابة")
    ana.fill("[id='ar:item/T1']", ASKED["ar"])
    ana.click("#edit button.main")

    ben.fill("[id='en:item/T1']", "Does anybody here help?")
    ben.click("button[formtarget=preview][lang=en]")
    expect(ben.frame_locator("iframe[name=preview]").locator("legend")).to_have_text(
        "Does anybody here help?"
    )
    ben.click("#edit button.main")
    expect(ben.locator("h1")).to_have_text("Somebody else changed this meanwhile")
    expect(ben.locator("main")).to_contain_text(ASKED["en"])
    ben.click("a.button:text-is('Keep theirs')")
    expect(ben.locator("[id='en:item/T1']")).to_have_value(ASKED["en"])

    ana.goto(f"{SHOP}/1")
    with ana.expect_download() as download:
        ana.click("text=Download as XLSForm")
    form = tmp_path / "our_town.xlsx"
    download.value.save_as(form)
    assert ASKED["ar"] in convert(xlsform=form, validate=False).xform

    ana.click("main a:text-is('Publish')")
    ana.check("input[name=sure]")
    ana.click("text=Publish this version")
    expect(ana.locator(".done code")).to_have_text("our_town@1.0")
    ben.goto("/desk/projects/1")
    ben.fill("#draft-name", "Spring")
    ben.click("text=Begin")
    ben.goto(f"{ben.url}/questionnaire")
    ben.check("input[value='our_town@1.0/short/']")
    ben.click("button:text-is('Save')")
    expect(ben.locator(".missing")).to_have_count(0)

    check_pages(ana, "", "/1", "/1/item/D2", "/1/words/ar", "/1/publish")
    ana.click("summary")
    ana.click("button[value=ar]")
    check_pages(ana, "/1", "/1/item/D2", "/1/compare?old=origin", "/1/preview/pages/ar?step=2")
