"""A whole visit in a real browser: by the keyboard, over a slow line, and back."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, expect
from sqlalchemy import select

from questionnaires import read_instrument
from survey.config import Settings
from survey.db import Database
from survey.models import Inbox, Response
from survey.operations.waves import open_wave
from tests.conftest import FACTS, localities, plan, sqlite_url
from tests.databases import migrated
from tests.journeys.conftest import PATIENCE
from tests.survey.server import Server

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "sq", "bs", "mk", "ar", "fr")
SHORT = "short"


@pytest.fixture(scope="module")
def installation(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Server, Database]]:
    """A server with a short round in six languages."""
    folder = tmp_path_factory.mktemp("visit")
    settings = Settings(folder, sqlite_url(folder), "s" * 48)
    database = migrated(settings.database_url)
    facts = {language: FACTS.get(language, FACTS["en"]) for language in LANGUAGES}
    with database.writing() as session:
        decided = plan(link=SHORT, form="short", languages=LANGUAGES, facts=facts)
        open_wave(session, read_instrument("social_cohesion"), decided, localities())
    server = Server(settings).start()
    yield server, database
    server.stop()
    database.dispose()


@pytest.fixture(scope="module")
def here(installation: tuple[Server, Database]) -> Server:
    return installation[0]


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """A small phone with JavaScript, as most have it; `phone` has none."""
    context = browser.new_context(viewport={"width": 360, "height": 640})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def answers_of(database: Database) -> list[dict[str, str]]:
    with database.reading() as session:
        # The twentieth that waits is sealed with the others into a batch.
        rows = [*session.scalars(select(Inbox)), *session.scalars(select(Response))]
        return [row.answers or {} for row in rows]


def to_questions(page: Page, address: str) -> None:
    page.goto(address)
    page.check("input[name=consent][value=yes]")
    page.click("button[value=next]")


def to_the_end(page: Page) -> None:
    page.select_option("select[name=D1]", "P2")
    while page.locator("fieldset.item").count():
        with page.expect_navigation():
            page.click("button[value=next]")
    page.click("button[value=next]")


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each not in {"en", "ar"}])
def test_the_first_page_and_the_last_speak_the_language_of_the_visit(
    phone: Page, installation: tuple[Server, Database], language: str
) -> None:
    server, database = installation
    before = len(answers_of(database))
    to_questions(phone, f"{server.address}/s/{SHORT}/{language}")
    to_the_end(phone)
    expect(phone.locator("main[data-received]")).to_be_visible()
    html = phone.locator("html")
    expect(html).to_have_attribute("lang", language)
    expect(html).to_have_attribute("dir", "ltr")
    assert "Received" not in phone.locator("h1").inner_text()
    assert len(answers_of(database)) == before + 1


def test_a_phone_with_scripts_is_served_the_same(visitor: Page, here: Server) -> None:
    to_questions(visitor, f"{here.address}/s/{SHORT}/ar")
    to_the_end(visitor)
    expect(visitor.locator("main[data-received]")).to_be_visible()
    assert visitor.context.cookies() == []


def test_the_keyboard_alone_leads_from_the_first_page_to_the_last(
    phone: Page, here: Server
) -> None:
    phone.goto(f"{here.address}/s/{SHORT}/en")
    tab_to(phone, "input[name=consent][value=yes]")
    phone.keyboard.press("Space")
    press_enter(phone)
    tab_to(phone, "select[name=D1]")
    phone.keyboard.press("ArrowDown")
    phone.keyboard.press("ArrowDown")
    tab_to(phone, "button[value=next]:not(.enter)")
    press_enter(phone)
    tab_to(phone, "fieldset.item input")
    phone.keyboard.press("ArrowDown")
    assert phone.locator("fieldset.item input:checked").count() == 1
    while phone.locator("fieldset.item").count():
        tab_to(phone, "button[value=next]:not(.enter)")
        press_enter(phone)
    tab_to(phone, "button[value=next]:not(.enter)")
    press_enter(phone)
    expect(phone.locator("main[data-received]")).to_be_visible()


def press_enter(page: Page) -> None:
    """Press the Enter key, and wait for the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tab_to(page: Page, selector: str) -> None:
    """Press the Tab key until `selector` has the focus, and see that the focus shows."""
    wanted = page.locator(selector).first
    for _ in range(200):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            outline = wanted.evaluate("each => getComputedStyle(each).outlineStyle")
            assert outline == "solid"
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_the_way_back_shows_no_answer_after_leaving(phone: Page, here: Server) -> None:
    to_questions(phone, f"{here.address}/s/{SHORT}/en")
    phone.select_option("select[name=D1]", "P2")
    phone.click("button[value=erase]")
    expect(phone.locator("h1")).to_have_text("Nothing was kept.")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser has nothing to show
        phone.go_back(wait_until="commit")
    phone.wait_for_url("chrome-error://**")  # its own page about that comes a moment later
    assert "Place 2" not in phone.content()
    assert 'name="state"' not in phone.content()


def test_the_back_button_of_the_page_keeps_the_answers(phone: Page, here: Server) -> None:
    to_questions(phone, f"{here.address}/s/{SHORT}/en")
    phone.select_option("select[name=D1]", "P2")
    phone.click("button[value=next]")
    phone.click("button[value=back]")
    expect(phone.locator("select[name=D1]")).to_have_value("P2")


def test_history_knows_one_address_and_one_neutral_title(phone: Page, here: Server) -> None:
    seen = set()
    phone.on("framenavigated", lambda frame: seen.add(urlsplit(frame.url).path))
    to_questions(phone, f"{here.address}/s/{SHORT}/en")
    assert phone.title() == "Form"
    to_the_end(phone)
    assert phone.title() == "Form"
    assert seen == {f"/s/{SHORT}/en"}


def test_a_second_click_on_send_stores_nothing_more(
    phone: Page, installation: tuple[Server, Database]
) -> None:
    server, database = installation
    before = len(answers_of(database))
    to_questions(phone, f"{server.address}/s/{SHORT}/en")
    phone.select_option("select[name=D1]", "P2")
    while phone.locator("fieldset.item").count():
        phone.click("button[value=next]")
    phone.dblclick("button.main")
    expect(phone.locator("main[data-received]")).to_be_visible()
    assert len(answers_of(database)) == before + 1


#: Bytes a second of 50 kbit/s, and milliseconds until the first byte.
SLOW = {"offline": False, "latency": 800, "downloadThroughput": 6250, "uploadThroughput": 6250}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_slow_line_brings_the_first_page_in_one_small_reply(
    browser: Browser, here: Server, language: str
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 640})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    received: list[float] = []
    line.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(f"{here.address}/s/{SHORT}/{language}")
    expect(page.locator("main h1")).to_be_visible()
    paint = "performance.getEntriesByName('first-contentful-paint').length"
    page.wait_for_timeout(100)
    assert page.evaluate(paint) == 1
    assert len(received) == 1
    assert received[0] <= 7_000
    context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_whole_visit_goes_over_a_slow_line_in_small_pages(
    browser: Browser, installation: tuple[Server, Database], language: str
) -> None:
    server, database = installation
    before = len(answers_of(database))
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    received: list[float] = []
    line.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    to_questions(page, f"{server.address}/s/{SHORT}/{language}")
    to_the_end(page)
    expect(page.locator("main[data-received]")).to_be_visible()
    assert len(received) > 8
    assert max(received) <= 10_000
    assert len(answers_of(database)) == before + 1
    context.close()
