"""An owner makes a project, invites a researcher; together they plan a round and open it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from survey.db import Database
from survey.models import Role
from tests.journeys.conftest import Staffed, sign_in, window
from tests.survey.planned import PLACES, PROTOCOL, steps
from tests.survey.server import Server
from tests.survey.staff import employ

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(staffed: Staffed) -> Server:
    """A server with an owner of one project, and somebody who works elsewhere."""
    return staffed(begun)


def begun(database: Database) -> None:
    employ(database, "ana@example.org", Role.OWNER, "First project")
    employ(database, "ben@example.org", Role.RESEARCHER, "Elsewhere")


@pytest.fixture
def laptop(browser: Browser, site: Server) -> Iterator[Page]:
    """A laptop without JavaScript: the desk needs none."""
    with window(browser, site.address, width=1200, scripts=False) as page:
        yield page


def fill(page: Page, typed: Mapping[str, str | list[str]]) -> None:
    """Fill in what a step asks, whatever kind of field it is."""
    for name, value in typed.items():
        chosen = value if isinstance(value, list) else [value]
        if page.locator(f"fieldset[id='{name}']").count():
            for each in chosen:
                page.check(f"input[name='{name}'][value='{each}']")
        else:
            page.fill(f"[id='{name}']", chosen[0])


def plan(laptop: Page, checklist: str, places: Path) -> None:
    """Fill in every step of a draft, as a researcher does; only the sign-off is left."""
    for step in ("questionnaire", "languages", "groups", "doors", "days", "protection", "consent"):
        laptop.goto(f"{checklist}/{step}")
        fill(laptop, steps()[step])
        laptop.click("button:text-is('Save')")
        expect(laptop.locator(".missing")).to_have_count(0)
        if step == "languages":
            laptop.click("text=Save and go on")  # to the localities
            laptop.set_input_files("#file", places)
            laptop.click("text=Look at the file")
            expect(laptop.locator("main")).to_contain_text("Nothing is stored yet.")
            laptop.click("text=Store these localities")
            expect(laptop.locator("main")).to_contain_text("القرية العليا")
    laptop.goto(f"{checklist}/sample")
    laptop.check("input[value=convenience]")
    laptop.click("#sample button.main")
    laptop.goto(checklist)
    laptop.click("text=Information-sharing protocol")
    fill(laptop, PROTOCOL)
    laptop.click("main button.main")
    for _partner in PROTOCOL["partners"].splitlines():
        laptop.locator(".sign input[name=person]").first.fill("The head")
        laptop.locator("text=Note the signature").first.click()
    laptop.goto(f"{checklist}/gate")
    fill(laptop, steps()["gate"])
    laptop.click("button:text-is('Save')")
    expect(laptop.locator("text=Sign the risks off")).to_have_count(0)  # that is for an owner
    laptop.goto(checklist)
    expect(laptop.locator(".steps .todo")).to_have_count(1)


def test_an_owner_and_a_researcher_plan_a_round_and_open_it(laptop: Page, tmp_path: Path) -> None:
    sign_in(laptop, "ana@example.org")
    laptop.fill("#name", "Valley of two rivers")
    laptop.click("text=Make the project")
    expect(laptop.locator("h1")).to_have_text("Valley of two rivers")
    laptop.fill("#email", "ben@example.org")
    laptop.click("button:text-is('Invite')")
    laptop.click("text=Back to the project")
    expect(laptop.locator("main")).to_contain_text("ben@example.org")
    laptop.click("text=Sign out")

    sign_in(laptop, "ben@example.org")
    laptop.click("text=Valley of two rivers")
    laptop.fill("#draft-name", "Spring")
    laptop.click("text=Begin")
    checklist = laptop.url
    places = tmp_path / "places.csv"
    places.write_text(PLACES, encoding="utf-8")
    plan(laptop, checklist, places)
    laptop.click("text=Sign out")

    sign_in(laptop, "ana@example.org")
    laptop.goto(f"{checklist}/gate")
    laptop.click("text=Sign the risks off")
    expect(laptop.locator("main")).to_contain_text("Signed by ana@example.org")
    laptop.goto(checklist)
    expect(laptop.locator(".steps .todo")).to_have_count(0)
    laptop.check("input[name=sure]")
    laptop.click("button:text-is('Open the round')")
    expect(laptop.locator("h1")).to_have_text("Living together")
    laptop.click("a[href='/s/valley-one']")
    expect(laptop.locator("input[name=consent]").first).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_of_a_plan_is_wider_than_the_screen(laptop: Page, language: str) -> None:
    sign_in(laptop, "ana@example.org")
    laptop.goto("/desk/projects/1")
    laptop.fill("#draft-name", f"Widths {language}")
    laptop.click("main form[action$='drafts'] button")
    checklist = laptop.url
    laptop.goto(f"{checklist}/questionnaire")
    fill(laptop, steps()["questionnaire"])
    laptop.click("main .plan button.main")
    fill(laptop, steps()["languages"])
    laptop.click("main .plan button.main")
    laptop.click("summary")
    if language == "ar":
        laptop.click("button[value=ar]")
    widths = {}
    pages = ["", "/places", "/groups", "/doors", "/sample", "/consent", "/gate", "/discard"]
    for page in [*pages, "/../../protocol"]:
        laptop.goto(f"{checklist}{page}")
        assert laptop.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
        for width in (360, 1200):
            laptop.set_viewport_size({"width": width, "height": 700})
            excess = laptop.evaluate("document.documentElement.scrollWidth") - width
            widths[page, width] = excess
    assert max(widths.values()) <= 0, widths
