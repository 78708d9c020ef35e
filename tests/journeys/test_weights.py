"""A researcher weighs a round and finds its material; both pages read well."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from questionnaires import Instrument
from survey.db import Database
from survey.models import Role
from survey.operations.members import place_round
from survey.operations.waves import open_wave
from tests.conftest import localities, plan
from tests.journeys.axe import violations
from tests.journeys.conftest import Staffed, sign_in
from tests.survey.server import Server
from tests.survey.staff import employ
from tests.survey.test_weights import fill

pytestmark = pytest.mark.browser

ROUND = "/desk/rounds/round-one"
MARGINS = """item,code,population
D2,woman,520
D2,man,470
D2,other_way,10
D2,boy,9
"""


@pytest.fixture(scope="module")
def site(staffed: Staffed, cohesion: Instrument) -> Server:
    """A server with a round that 120 people have answered."""

    def begun(database: Database) -> None:
        employ(database, "ana@example.org", Role.OWNER, "Valley")
        with database.writing() as session:
            place_round(session, open_wave(session, cohesion, plan(), localities()), None)
        fill(database, "round-one", cohesion)

    return staffed(begun)


def looks_well(page: Page, direction: str) -> None:
    """Make sure that a page has no fault for axe, and fits a phone and a laptop."""
    assert page.get_attribute("html", "dir") == direction
    assert violations(page) == []
    for width in (360, 1200):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_researcher_weighs_a_round_and_prints_its_material(laptop: Page) -> None:
    sign_in(laptop, "ana@example.org")
    laptop.goto(ROUND)
    laptop.click("text=Weights")
    expect(laptop.locator("h1")).to_have_text("Weights")
    laptop.set_input_files(
        "#file",
        {
            "name": "margins.csv",
            "mimeType": "text/csv",
            "buffer": MARGINS.encode(),
        },
    )
    laptop.click("text=Look at the file")
    expect(laptop.locator("main")).to_contain_text("is no answer to this question")
    laptop.click("button:text-is('Weigh the answers')")
    expect(laptop.locator("main")).to_contain_text("Fewer than 10 people gave this answer")
    laptop.select_option("[id='with-D2-other_way']", "man")
    laptop.click("button:text-is('Weigh the answers')")
    expect(laptop.locator(".result")).to_contain_text("Weights cut off")
    for language, direction in (("en", "ltr"), ("ar", "rtl")):
        if language == "ar":
            laptop.click(".tongues summary")
            laptop.click("button[value=ar]")
        for page in ("weights", "material"):
            laptop.goto(f"{ROUND}/{page}")
            looks_well(laptop, direction)
    with laptop.expect_download() as begun:
        laptop.click(f"a[href='{ROUND}/material/poster-ar.pdf']")
    assert begun.value.suggested_filename == "poster-ar.pdf"
