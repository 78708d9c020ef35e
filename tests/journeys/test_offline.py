"""People answer on a phone without a network; whatever happens, each answer is stored once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sqlalchemy import func, select, update

from questionnaires import Instrument, item_type, read_instrument
from survey.config import Settings
from survey.db import Database
from survey.migrate import migrate
from survey.models import Inbox, Response, Wave
from survey.operations.opening import read_responses
from survey.operations.waves import close_wave
from survey.site import today
from tests.conftest import sqlite_url
from tests.journeys.lossy import Network, Weather
from tests.survey.sealed import FIRST, sealing_wave
from tests.survey.server import Server
from tests.survey.test_every_type import AREAS, FOLDER, GIVEN, STORED

pytestmark = pytest.mark.browser

#: Fill in what a screen asks, by name of the field, in the page itself.
FILL = """given => {
  for (const [name, value] of Object.entries(given)) {
    const values = [value].flat();
    for (const field of document.getElementsByName(name)) {
      if (field.type === 'radio' || field.type === 'checkbox') field.checked = values.includes(field.value);
      else if (!['dk', 'pnta', 'na'].includes(values[0])) field.value = values[0];
    }
  }
}"""
#: Everything that the browser keeps for the site, as text.
STORED_BY_BROWSER = """async () => {
  const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => done(request.result);
    });
    for (const store of database.objectStoreNames) {
      const all = database.transaction(store).objectStore(store).getAll();
      found.push(JSON.stringify(await new Promise((done) => { all.onsuccess = () => done(all.result); })));
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      found.push(request.url, await (await cache.match(request)).text());
    }
  }
  return found;
}"""


@dataclass
class Site:
    """A server with its database, behind a network that can fail."""

    settings: Settings
    database: Database
    server: Server
    network: Network
    every: Instrument

    def open(self, link: str, **changes: Any) -> Wave:
        """Open a round of its own for a test."""
        decided = {"protection": "open", "link": link, "breakdowns": ()} | changes
        return sealing_wave(self.database, self.every, places=AREAS, **decided)

    def change(self, wave: Wave, **columns: Any) -> None:
        """Change a round while phones are away."""
        with self.database.writing() as session:
            session.execute(update(Wave).where(Wave.id == wave.id).values(columns))
            session.commit()

    def stored(self, wave: Wave) -> int:
        """Return how many responses of a round are stored."""
        with self.database.reading() as session:
            tables = (Inbox, Response)
            return sum(
                session.scalars(select(func.count()).where(each.wave_id == wave.id)).one()
                for each in tables
            )

    def opened(self, wave: Wave) -> list[dict[str, str]]:
        """Close a round, and return what everybody answered; nothing may be left out."""
        with self.database.writing() as session:
            close_wave(session, session.merge(wave))
            opening = read_responses(session, wave, [FIRST])
        assert opening.left_out == {}
        return [dict(each.answers) for each in opening.responses]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("offline")
    settings = Settings(folder, sqlite_url(folder), "s" * 48)
    database = Database(settings.database_url)
    migrate(database)
    server = Server(settings, workers=1).start()
    network = Network(server.port)
    yield Site(settings, database, server, network, read_instrument(FOLDER))
    network.close()
    server.stop()
    database.dispose()


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    site.network.weather = Weather.FAIR
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, locale="en-GB", base_url=site.network.address
    )
    yield context
    context.close()


def visited(context: BrowserContext, wave: Wave) -> Page:
    """Return a page of a round; once it was visited it works without a network."""
    page = context.new_page()
    page.goto(f"/s/{wave.link}/field/")
    expect(page.locator("html[data-ready]")).to_be_attached()
    return page


def begin(page: Page) -> None:
    page.check("input[name=consent][value=yes]")
    page.click("button.main[value=next]")


def fill_in(page: Page, given: dict[str, Any]) -> None:
    """Answer every screen, up to the page that shows all answers."""
    begin(page)
    while not page.locator("#answers").count():
        page.evaluate(FILL, given)
        page.click("button.main[value=next]")
        expect(page.locator(".summary")).to_have_count(0)


def send(page: Page) -> None:
    page.click("button.main[value=next]")
    expect(page.locator("button[value=anew]")).to_be_visible()


def next_person(page: Page) -> None:
    page.click("button[value=anew]")
    expect(page.locator("input[name=consent]").first).to_be_visible()


def expect_waiting(page: Page, count: int) -> None:
    expect(page.locator("[data-say=waiting]")).to_have_text(str(count))


#: Seal answers and put them into the outbox, with the modules of the page.
QUEUE = """async (people) => {
  const { kit } = await import('./kit.js');
  const { seal } = await import('./seal.js');
  const { Outbox } = await import('./outbox.js');
  const outbox = new Outbox(kit.round);
  for (const answers of people) await outbox.keep(await seal(kit, answers));
}"""
TRY_NOW = "() => window.dispatchEvent(new Event('online'))"


def person(number: int) -> dict[str, str]:
    """Return the answers of somebody who can be told from the others."""
    return {"lives": "N1", "size": str(number % 31), "voters": str(number // 31)}


def told_apart(answers: list[dict[str, str]]) -> list[int]:
    return sorted(int(each["size"]) + 31 * int(each["voters"]) for each in answers)


def people(count: int) -> list[dict[str, str]]:
    """Return whole answers of `count` people, of whom nobody is asked anything else."""
    asked = read_instrument(FOLDER).asked("long")
    rest = {item.name: "skip" for item in asked if item_type(item.type).is_asked}
    hidden = dict.fromkeys(
        ("did", "paid", "story", "did_arm", "needs_power", "studies_1", "studies_2", "studies_3"),
        "not_shown",
    )
    drawn = {"heard_order": "meeting poster radio none", "first_order": "water work health school"}
    return [rest | hidden | drawn | {"young": "no"} | person(number) for number in range(count)]


def test_the_page_works_in_a_new_tab_without_a_network_and_keeps_nothing_in_clear(
    context: BrowserContext, site: Site
) -> None:
    wave = site.open("first")
    page = visited(context, wave)
    page.close()
    site.network.weather = Weather.CUT
    page = visited(context, wave)
    fill_in(page, GIVEN)
    assert "It rained" in page.inner_text("#answers")
    send(page)
    expect_waiting(page, 1)
    page.close()
    page = visited(context, wave)
    expect_waiting(page, 1)
    stored = "\n".join(page.evaluate(STORED_BY_BROWSER))
    assert "age-encryption.org" not in stored  # base64
    assert not re.search(r"rained|Plant trees|2019-05|water:12", stored)
    assert site.stored(wave) == 0
    site.network.weather = Weather.FAIR
    page.click("[data-do=send]")
    expect_waiting(page, 0)
    expect(page.locator("[data-say=sent]")).to_contain_text(str(today().year))
    (answers,) = site.opened(wave)
    assert {**answers, **STORED} == answers
    assert set(answers) == {item.name for item in site.every.items}
