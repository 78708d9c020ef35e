"""When the first words of the first page are seen on a slow line: ``python -m tests.bench.paint``.

Chromium with 50 kbit/s and 800 ms until the first byte, before a real server. Handshakes are
apart: the line is slowed down inside the browser, above them. The best of some visits is shown,
since what a busy machine adds says nothing of the page.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from questionnaires import read_instrument
from survey.config import Settings, make_instance
from survey.db import Database
from survey.migrate import migrate
from survey.operations.waves import open_wave
from tests.conftest import FACTS, localities, plan
from tests.journeys.conftest import CHROMIUM, QUIET
from tests.journeys.test_visit import SLOW
from tests.survey.server import Server

Row = tuple[str, str, str, str]
VISITS = 5
LANGUAGES = ("en", "ar")
_PAINT = "performance.getEntriesByName('first-contentful-paint').map((each) => each.startTime)"


def rows() -> list[Row]:
    """Measure the first paint of the first page; none without a browser."""
    if CHROMIUM is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        settings = make_instance(Settings(Path(folder), f"sqlite:///{folder}/paint.sqlite3", ""))
        database = Database(settings.database_url)
        migrate(database)
        facts = {language: FACTS[language] for language in LANGUAGES}
        with database.writing() as session:
            cohesion = read_instrument("social_cohesion")
            open_wave(session, cohesion, plan(facts=facts, languages=LANGUAGES), localities(12))
        database.dispose()
        server = Server(settings).start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
                found = [
                    paint(browser, f"{server.address}/s/round-one/{language}")
                    for language in LANGUAGES
                ]
                browser.close()
        finally:
            server.stop()
    names = dict(zip(("English", "Arabic"), found, strict=True))
    return [
        (f"first paint at 50 kbit/s + 800 ms, {name}, wall", f"{spent:.2f} s", "2.5 s", "")
        for name, spent in names.items()
    ]


def paint(browser: Browser, address: str) -> float:
    """Return the seconds until something of a page is seen, each time by a browser that is new."""
    waited: list[float] = []
    for _ in range(VISITS):
        context = browser.new_context(viewport={"width": 360, "height": 640})
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", SLOW)
        page.goto(address)
        while not (seen := page.evaluate(_PAINT)):
            page.wait_for_timeout(50)
        waited += seen
        context.close()
    return min(waited) / 1000


if __name__ == "__main__":
    for row in rows():
        print("  ".join(row))
