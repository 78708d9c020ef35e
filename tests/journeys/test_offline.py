"""People answer on a phone without a network; whatever happens, each answer is stored once."""

from __future__ import annotations

import base64
import json
import os
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect
from sqlalchemy import func, select, update

from questionnaires import Instrument, item_type, read_instrument
from questionnaires.logic import complete_answers
from survey.config import Settings
from survey.db import Database
from survey.keys import unseal
from survey.models import Inbox, Response, Wave
from survey.operations.opening import read_responses
from survey.operations.waves import close_wave
from survey.site import today
from tests.conftest import FACTS, answers, sqlite_url
from tests.databases import migrated
from tests.journeys.axe import violations
from tests.journeys.conftest import PATIENCE
from tests.journeys.lossy import Network, Weather
from tests.survey.sealed import FIRST, SECOND, sealing_wave
from tests.survey.server import Server
from tests.survey.test_accounts import command
from tests.survey.test_every_type import AREAS, FOLDER, GIVEN, STORED

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "sq", "bs", "mk", "ar", "fr")
SOAK = bool(os.environ.get("SIXFOLD_SOAK"))

#: Fill in what a screen asks, by name of the field, in the page itself.
FILL = """given => {
  for (const [name, value] of Object.entries(given)) {
    const values = [value].flat();
    for (const field of document.getElementsByName(name)) {
      const isTicked = field.type === 'radio' || field.type === 'checkbox';
      if (isTicked) field.checked = values.includes(field.value);
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
      const done = new Promise((done) => { all.onsuccess = () => done(all.result); });
      found.push(JSON.stringify(await done));
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
    database = migrated(settings.database_url)
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
    context.set_default_timeout(PATIENCE)
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


def people(count: int) -> list[dict[str, str]]:
    """Return whole answers of `count` people who can be told from one another."""
    every = read_instrument(FOLDER)
    asked = [item.name for item in every.items if item_type(item.type).is_asked]
    drawn = {"heard_order": "meeting poster radio none", "first_order": "water work health school"}
    nothing = dict.fromkeys(asked, "skip") | {"lives": "N1"} | drawn
    return [
        complete_answers(every, "long", nothing | {"size": str(n % 30 + 1), "voters": str(n // 30)})
        for n in range(count)
    ]


def told_apart(answers: list[dict[str, str]]) -> list[int]:
    return sorted(int(each["size"]) - 1 + 30 * int(each["voters"]) for each in answers)


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
    assert not re.search(r"rained|Plant trees|2019-05|water:12", stored)
    (sealed,) = re.findall(r'"sealed":"([^"]+)"', stored)
    written = unseal(base64.b64decode(sealed), [SECOND])
    assert json.loads(written).items() >= STORED.items()
    assert len(written) in {1024, 2048}
    assert site.stored(wave) == 0
    site.network.weather = Weather.FAIR
    page.click("[data-do=send]")
    expect_waiting(page, 0)
    expect(page.locator("[data-say=sent]")).to_contain_text(str(today().year))
    (answers,) = site.opened(wave)
    assert answers == json.loads(written)
    assert set(answers) == {item.name for item in site.every.items}


def test_a_reply_that_is_lost_a_portal_and_a_killed_server_lose_and_double_nothing(
    context: BrowserContext, site: Site
) -> None:
    wave = site.open("storms")
    page = visited(context, wave)
    site.network.weather = Weather.LOST_REPLIES
    page.evaluate(QUEUE, people(3))
    before = site.network.lost
    page.click("[data-do=send]")
    expect(page.locator("[data-say=state]")).to_contain_text("no connection")
    assert site.network.lost > before
    expect_waiting(page, 3)
    site.network.weather = Weather.PORTAL
    page.click("[data-do=send]")
    expect(page.locator("[data-say=state]")).to_contain_text("no connection")
    expect_waiting(page, 3)
    site.server.kill()
    site.network.weather = Weather.FAIR
    page.reload()  # a server that is away is no hindrance
    expect_waiting(page, 3)
    site.server.start()
    expect_waiting(page, 0)  # by itself, when its back-off is over
    assert told_apart(site.opened(wave)) == [0, 1, 2]


def test_two_tabs_send_each_parcel_once_and_both_show_it(
    context: BrowserContext, site: Site
) -> None:
    wave = site.open("tabs")
    first, second = visited(context, wave), visited(context, wave)
    site.network.weather = Weather.CUT
    first.evaluate(QUEUE, people(4))
    second.evaluate(QUEUE, people(6)[4:])
    site.network.weather = Weather.FAIR
    for page in (first, second):
        page.evaluate(TRY_NOW)
    for page in (first, second):
        expect_waiting(page, 0)
    assert told_apart(site.opened(wave)) == [*range(6)]


def test_a_newer_version_comes_between_two_people_and_leaves_the_queue_alone(
    context: BrowserContext, site: Site
) -> None:
    wave = site.open("newer")
    page = visited(context, wave)
    site.network.weather = Weather.CUT
    page.evaluate(QUEUE, people(2))
    facts = {each: {**said, "organisation": "Another name"} for each, said in wave.facts.items()}
    site.change(wave, facts=facts)
    site.server.stop()
    site.server.start()
    begin(page)
    site.network.weather = Weather.FAIR
    page.evaluate("async () => (await navigator.serviceWorker.getRegistration('./')).update()")
    expect(page.locator("select[name=lives_area]")).to_be_visible()  # nobody is interrupted
    page.click("button.erase")
    next_person(page)
    expect(page.locator("main")).to_contain_text("Another name")
    expect(page.locator("html[data-ready]")).to_be_attached()
    expect_waiting(page, 0)
    assert told_apart(site.opened(wave)) == [0, 1]
    assert len([name for name in page.evaluate("caches.keys()") if "newer" in name]) == 1


def test_what_the_server_does_not_take_is_kept_and_explained_and_leaves_as_a_file(
    context: BrowserContext, site: Site, tmp_path: Path
) -> None:
    wave = site.open("late")
    page = visited(context, wave)
    site.network.weather = Weather.CUT
    page.evaluate(QUEUE, people(3))
    site.change(wave, opens_on=today() - timedelta(days=50), closes_on=today() - timedelta(days=31))
    site.network.weather = Weather.FAIR
    page.click("[data-do=send]")
    expect(page.locator("[data-say=kept]")).to_contain_text("3 · The round is over.")
    expect_waiting(page, 0)
    with page.expect_download() as coming:
        page.click("[data-do=file]")
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    assert file.name == "parcels.sixfold"
    site.change(wave, closes_on=today())
    for said in ("3 responses stored, 0 were", "0 responses stored, 3 were"):
        assert said in command(site.settings, "round", "receive", str(file))
    page.click("[data-do=send]")
    expect(page.locator("[data-part=kept]")).to_be_hidden()
    assert told_apart(site.opened(wave)) == [0, 1, 2]


def test_a_full_phone_says_so_and_the_answers_leave_as_a_file(
    context: BrowserContext, site: Site, tmp_path: Path
) -> None:
    wave = site.open("full", doors=("kiosk",))
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.clock.install()
    page.goto(f"/s/{wave.link}/field/")
    expect(page.locator("html[data-ready]")).to_be_attached()
    chromium = context.new_cdp_session(page)
    quota = {"origin": site.network.address}
    fill_in(page, GIVEN)
    chromium.send("Storage.overrideQuotaForOrigin", {**quota, "quotaSize": 1})
    page.click("button.main[value=next]")
    expect(page.locator("h1")).to_have_text("These answers are not kept yet")
    page.click("button[value=again]")
    expect(page.locator("h1")).to_have_text("These answers are not kept yet")
    page.clock.fast_forward("10:00")  # the page is the only copy: nobody else begins at it
    expect(page.locator("h1")).to_have_text("These answers are not kept yet")
    with page.expect_download() as coming:
        page.click("button[value=file]")
    coming.value.save_as(tmp_path / "parcels")
    command(site.settings, "round", "receive", str(tmp_path / "parcels"))
    chromium.send("Storage.overrideQuotaForOrigin", quota)
    page.click("button[value=again]")  # the same parcel, so it counts once
    expect(page.locator("h1")).to_have_text("Kept on this phone. Thank you.")
    expect_waiting(page, 0)
    (answers,) = site.opened(wave)
    assert {**answers, **STORED} == answers


def test_leaving_a_page_with_a_connection_does_not_empty_the_queue(
    context: BrowserContext, site: Site
) -> None:
    wave = site.open("beside")
    page = visited(context, wave)
    site.network.weather = Weather.CUT
    page.evaluate(QUEUE, people(2))
    site.network.weather = Weather.FAIR
    context.set_default_timeout(PATIENCE)
    other = context.new_page()
    other.goto(f"/s/{wave.link}/en")
    other.click("button.erase")
    expect(other.locator("h1")).to_have_text("Nothing was kept.")
    site.network.weather = Weather.CUT
    page.reload()
    expect_waiting(page, 2)


def test_erasing_walking_away_and_removing_leave_nothing(
    context: BrowserContext, site: Site
) -> None:
    wave = site.open("kiosk", doors=("kiosk",))
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.clock.install()
    page.goto(f"/s/{wave.link}/field/")
    expect(page.locator("html[data-ready]")).to_be_attached()
    begin(page)
    page.select_option("select[name=lives_area]", "N")
    page.click("button[value='language:ar']")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("select[name=lives_area]")).to_have_value("N")
    page.click("button.erase")
    expect(page.locator("#visit select")).to_have_count(0)
    next_person(page)
    begin(page)
    expect(page.locator("select[name=lives_area]")).to_have_value("")
    page.select_option("select[name=lives_area]", "S")
    page.clock.fast_forward("04:00")
    expect(page.locator("input[name=consent]").first).to_be_visible()
    begin(page)
    expect(page.locator("select[name=lives_area]")).to_have_value("")
    page.select_option("select[name=lives_area]", "S")
    page.click("button[value=back]")
    expect(page.locator("input[name=consent]").first).to_be_visible()
    page.clock.fast_forward("04:00")
    begin(page)
    expect(page.locator("select[name=lives_area]")).to_have_value("")
    page.click("button.erase")
    nobody_removes_what_waits(page, site)
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("[data-do=leave]")
    expect(page.locator("#outbox")).to_be_hidden()
    mine = "async () => [(await navigator.serviceWorker.getRegistrations()).length,"
    mine += " (await caches.keys()).length, (await indexedDB.databases()).length]"
    assert page.evaluate(mine) == [0, 0, 0]


def nobody_removes_what_waits(page: Page, site: Site) -> None:
    """Somebody who passes by a kiosk can remove its form only when nothing waits in it."""
    site.network.weather = Weather.CUT
    page.evaluate(QUEUE, people(1))
    page.click("[data-do=send]")
    expect_waiting(page, 1)
    expect(page.locator("[data-do=leave]")).to_be_hidden()
    page.evaluate("document.querySelector('[data-do=leave]').click()")
    expect_waiting(page, 1)
    site.network.weather = Weather.FAIR
    page.click("[data-do=send]")
    expect_waiting(page, 0)


def test_a_queue_that_cannot_be_read_is_not_removed_unasked(
    context: BrowserContext, site: Site
) -> None:
    page = visited(context, site.open("unread"))
    asked = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", stay)
    page.evaluate(
        "() => { IDBObjectStore.prototype.getAll = () => { throw new Error('unreadable'); }; }"
    )
    page.click("[data-do=leave]")
    expect(page.locator("#outbox")).to_be_visible()
    assert len(asked) == 1


@pytest.mark.parametrize(("width", "language"), [(320, "ar"), (1200, "en")])
def test_no_page_of_the_phone_keeps_anybody_out(
    context: BrowserContext, site: Site, width: int, language: str
) -> None:
    wave = site.open(f"wide-{width}")
    page = visited(context, wave)
    page.set_viewport_size({"width": width, "height": 700})
    if language != "en":
        page.click(f"button[value='language:{language}']")
    assert violations(page) == []
    begin(page)
    page.click("button.main[value=next]")  # the place is missing: the error state as well
    expect(page.locator(".summary a")).to_have_attribute("href", "#lives_area-0")
    assert page.title().startswith("Error:" if language == "en" else "خطأ:")
    assert violations(page) == []
    page.evaluate(FILL, {"lives_area": "N"})
    targets = "button:not(.enter):visible, label.opt:visible, select:visible"
    while page.locator("#visit").count() and not page.locator("[value=anew]").count():
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if page.locator("#answers").count():
            assert violations(page) == []
        measure = "all => all.map(e => e.getBoundingClientRect().height)"
        assert min(page.locator(targets).evaluate_all(measure)) >= 44
        page.evaluate(FILL, GIVEN)
        page.click("button.main[value=next]")
    expect(page.locator("[data-say=waiting]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


@pytest.mark.soak
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_of_the_queue_keeps_anybody_out(
    context: BrowserContext, site: Site, language: str
) -> None:
    spoken: dict[str, Any] = {
        "languages": LANGUAGES,
        "facts": dict.fromkeys(LANGUAGES, FACTS["en"]),
    }
    cohesion = read_instrument("social_cohesion")
    wave = sealing_wave(site.database, cohesion, link=f"queue-{language}", **spoken)
    page = visited(context, wave)
    site.network.weather = Weather.CUT
    page.evaluate(QUEUE, [answers(cohesion)] * 2)
    page.reload()
    if language != "en":
        page.click(f"button[value='language:{language}']")
    expect_waiting(page, 2)
    keeps_nobody_out(page)
    begin(page)
    page.click("button.main[value=next]")
    expect(page.locator(".summary")).to_be_visible()
    keeps_nobody_out(page)


def keeps_nobody_out(page: Page) -> None:
    for width in (320, 360, 1200):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == [], width


def through_storms(site: Site, page: Page, wave: Wave, count: int, storms: int) -> None:
    """Let `count` parcels leave a phone while its network and the server fail `storms` times."""
    dice = random.Random(count)
    site.network.weather = Weather.CUT
    page.evaluate(QUEUE, people(count))
    for storm in range(storms):
        site.network.weather = dice.choice([Weather.LOST_REPLIES, Weather.FAIR])
        page.evaluate(TRY_NOW)
        arrived = min(count, (storm + 1) * count // (storms + 1))
        deadline = time.monotonic() + 60
        while site.stored(wave) < arrived and time.monotonic() < deadline:
            page.evaluate(TRY_NOW)
            page.wait_for_timeout(50)
            if site.network.lost % 3 == 2:  # a lost reply stops the queue: let it move on
                site.network.weather = Weather.FAIR
        if storm % 2:
            site.server.kill()
            site.server.start()
        else:
            site.network.weather = Weather.CUT
    site.network.weather = Weather.FAIR
    page.reload()
    expect(page.locator("[data-say=waiting]")).to_have_text("0", timeout=120_000)
    assert told_apart(site.opened(wave)) == [*range(count)]


@pytest.mark.soak
def test_through_many_interruptions_every_parcel_is_stored_exactly_once(
    context: BrowserContext, site: Site
) -> None:
    wave = site.open("storms-and-storms")
    page = visited(context, wave)
    through_storms(site, page, wave, *((500, 20) if SOAK else (60, 5)))
