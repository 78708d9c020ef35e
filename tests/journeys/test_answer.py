"""A neighbour answers the long form on a small phone, without JavaScript and without cookies."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from questionnaires import Instrument, item_type
from survey.db import Database
from survey.models import Inbox
from tests.survey.server import Server

pytestmark = pytest.mark.browser


def chosen_answers(instrument: Instrument, seed: int) -> dict[str, str]:
    """Return an answer for every item: any option, a way out, or nothing at all."""
    dice = random.Random(seed)
    given = {}
    for item in instrument.asked("long"):
        options = [*item.codes, "dk", "pnta", "skip"]
        given[item.name] = dice.choice(options) if item.type != "place" else "P2"
    given["Q2"] = "trust attitudes"
    return given


def fill(page: Page, instrument: Instrument, given: dict[str, str]) -> None:
    """Answer what the screen asks."""
    for name in page.locator("fieldset.item legend").evaluate_all("all => all.map(e => e.id)"):
        item = instrument.item(name)
        if item.type == "place":
            page.select_option(f"select[name={name}]", given[name])
        elif given[name] != "skip":
            for code in item_type(item.type).codes(given[name]):
                page.check(f"input[name={name}][value='{code}']")


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """The database of the server."""
    database = Database(server.settings.database_url)
    yield database
    database.dispose()


def stored(database: Database) -> dict[bytes, Inbox]:
    with database.reading() as session:
        return {row.id: row for row in session.scalars(select(Inbox))}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_stored_row_holds_exactly_the_answers_given(
    phone: Page, server: Server, database: Database, cohesion: Instrument, language: str
) -> None:
    given = chosen_answers(cohesion, seed=len(language))
    before = stored(database)
    phone.goto(f"{server.address}/s/round-one/{language}")
    phone.check("input[name=consent][value=yes]")
    phone.click("button[value=next]")
    while phone.locator("fieldset.item").count():
        expect(phone.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
        fill(phone, cohesion, given)
        phone.click("button[value=next]")
    phone.click("button[value=next]")
    expect(phone.locator("main[data-received]")).to_be_visible()
    (row,) = (row for key, row in stored(database).items() if key not in before)
    assert (row.answers, row.language) == (given, language)
    assert phone.context.cookies() == []


def test_a_first_visit_is_one_request(phone: Page, server: Server) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(f"{server.address}/s/round-one")
    assert asked == [f"{server.address}/s/round-one"]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_is_wider_than_the_screen(phone: Page, server: Server, language: str) -> None:
    phone.goto(f"{server.address}/s/round-one/{language}")
    phone.check("input[name=consent][value=yes]")
    phone.click("button[value=next]")
    phone.click("button[value=next]")  # the place is missing: the error state as well
    screens = 0
    while phone.locator("button[value=next]").count():
        for width in (320, 360, 1200):
            phone.set_viewport_size({"width": width, "height": 700})
            assert phone.evaluate("document.documentElement.scrollWidth") <= width
        if phone.locator("select[name=D1]").count():
            phone.select_option("select[name=D1]", "P1")
        phone.click("button[value=next]")
        screens += 1
    assert screens == 15


def test_what_can_be_touched_is_large_enough(phone: Page, server: Server) -> None:
    phone.goto(f"{server.address}/s/round-one")
    phone.check("input[name=consent][value=yes]")
    phone.click("button[value=next]")
    phone.select_option("select[name=D1]", "P1")
    phone.click("button[value=next]")
    targets = phone.locator("button:not(.enter):visible, label.opt:visible, select:visible")
    heights = targets.evaluate_all("all => all.map(e => e.getBoundingClientRect().height)")
    assert len(heights) > 40
    assert min(heights) >= 44


def test_the_keyboard_alone_leads_through_a_screen(phone: Page, server: Server) -> None:
    phone.goto(f"{server.address}/s/round-one")
    phone.locator("input[name=consent][value=yes]").focus()
    phone.keyboard.press("Space")
    phone.keyboard.press("Enter")
    expect(phone.locator("select[name=D1]")).to_be_visible()


def test_an_error_is_said_first_and_leads_to_its_place(phone: Page, server: Server) -> None:
    phone.goto(f"{server.address}/s/round-one")
    phone.check("input[name=consent][value=yes]")
    phone.click("button[value=next]")
    phone.click("button[value=next]")
    assert phone.title().startswith("Error:")
    phone.click(".summary a")
    expect(phone.locator("select[name=D1]")).to_be_focused()
