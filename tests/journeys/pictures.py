"""Take the pictures of participants' pages anew: ``python -m tests.journeys.pictures``.

For docs/guide, of made-up rounds. Look at each of them before it is kept. Pages need no server but
for the phone's, which load by themselves and are given some people's answers to keep.
"""

from __future__ import annotations

import tempfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from questionnaires import read_instrument
from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.migrate import migrate
from survey.models import Role
from survey.models.wave import Door
from survey.operations.waves import open_wave
from survey.respond.doors import new_ticket
from survey.site import today
from tests.conftest import answers, localities, plan, sqlite_url
from tests.journeys.conftest import CHROMIUM, QUIET
from tests.journeys.test_offline import QUEUE
from tests.survey.participant import Participant
from tests.survey.sealed import sealing_wave
from tests.survey.server import Server
from tests.survey.staff import employ

KEPT_IN = Path(__file__).parents[2] / "docs" / "guide" / "pictures"
LANGUAGES = ("en", "sq", "bs", "mk", "ar", "fr")
FACTS: dict[str, Any] = {
    "title": "Living together in Riverside",
    "organisation": "Community research team, Riverside",
    "contact": "Office 12, Market Street, or 020 000 000",
    "help": ["Health centre: 020 000 001", "Helpline, day and night: 020 000 002"],
    "results": "On the notice board of the town hall, from next spring.",
    "next_steps": "A meeting in the town hall.",
}
PHONE, DESK = 360, 1200
#: How far down a picture shows its page; the others show all of it.
CUT = {"questions": 1300, "questions-arabic": 1300, "error": 900, "review": 900}
CUT |= {"open-for-long": 700, "questions-wide": 1000}


def installation(folder: Path) -> Flask:
    """Return the application of a made-up team with a round for each way in."""
    database = Database(sqlite_url(folder))
    migrate(database)
    employ(database, "owner@example.org", Role.OWNER)
    usual: dict[str, Any] = {"languages": LANGUAGES, "facts": dict.fromkeys(LANGUAGES, FACTS)}
    past = {"opens_on": today() - timedelta(days=9), "closes_on": today() - timedelta(days=1)}
    rounds: tuple[dict[str, Any], ...] = (
        usual,
        usual | past | {"link": "over"},
        usual | {"link": "coded", "doors": (Door.CODES, Door.ENUMERATOR), "linking": True},
        usual | {"link": "shared", "doors": (Door.KIOSK,), "languages": ("en",)},
    )
    for each in rounds:
        with database.writing() as session:
            open_wave(session, read_instrument("social_cohesion"), plan(**each), localities())
    sealing_wave(database, read_instrument("social_cohesion"), **usual, link="phones")
    database.dispose()
    return create_app(Settings(folder, sqlite_url(folder), "s" * 48))


def visited(app: Flask) -> dict[str, str]:
    """Return the pages of a visit, by the name of their picture."""
    client, address = app.test_client(), "/s/round-one/en"
    shown = {"first": client.get(address).text, "closed": client.get("/s/over/en").text}
    shown["complain"] = client.get("/s/round-one/complain/en").text
    shown["younger"] = Participant(client, address).send(consent="young").text
    for language, name in (("en", "declined"), ("ar", "declined-arabic")):
        person = Participant(client, f"/s/round-one/{language}")
        shown[name] = person.send(consent="no").text
    person = Participant(client, address).begin()
    shown["error"] = person.send().text
    stale = {"state": person.page.hidden["state"][:-3] + "abc"}
    shown["open-for-long"] = client.post(address, data=stale).text
    while person.page.offered:
        if "T1" in person.page.offered:
            shown["questions"] = shown["questions-wide"] = person.reply.text
            arabic = person.page.hidden | {"action": "language:ar"}
            shown["questions-arabic"] = client.post(address, data=arabic).text
        offered = person.page.offered.items()
        person.send(**{name: codes[min(len(codes) // 2, 3)] for name, codes in offered if codes})
    shown["review"] = person.reply.text
    shown["received"] = person.send(action="next").text
    return shown | other_doors(app)


def other_doors(app: Flask) -> dict[str, str]:
    """Return the first pages of the other ways in, and the page that offers a code of one's own."""
    client = app.test_client()
    with app.app_context():
        begin = f"/s/coded/i/{new_ticket('coded')}"
    person = Participant(client, begin)
    shown = {"code": client.get("/s/coded/en").text, "interview": person.reply.text}
    shown["kiosk"] = client.get("/s/shared/kiosk").text
    person.address = "/s/coded/en"
    person.send(action="language:en")
    shown["own-code"] = person.begin().answer_all({"D1": "P1"}).send(action="next").text
    return shown


def take(browser: Browser, name: str, html: str) -> None:
    """Take the picture of one page."""
    width = DESK if name.endswith("wide") else PHONE
    page = browser.new_page(viewport={"width": width, "height": CUT.get(name, 640)})
    page.set_content(html)
    save(page.screenshot(full_page=name not in CUT), f"part-{name}")
    page.close()


def take_outbox(browser: Browser, settings: Settings) -> None:
    """Keep the end of the first page of a phone without a network, with answers of three people."""
    server = Server(settings, workers=1).start()
    context = browser.new_context(viewport={"width": PHONE, "height": 760})
    page = context.new_page()
    try:
        page.goto(f"{server.address}/s/phones/field/")
        expect(page.locator("html[data-ready]")).to_be_attached()
        context.set_offline(True)
        page.evaluate(QUEUE, [answers(read_instrument("social_cohesion"))] * 3)
        page.reload()
        for language, name in (("en", "outbox"), ("ar", "outbox-arabic")):
            speak(page, language)
            page.evaluate("scrollTo(0, document.body.scrollHeight)")
            save(page.screenshot(), f"part-{name}")
    finally:
        context.close()
        server.stop()


def speak(page: Page, language: str) -> None:
    """Change the language of the phone's page, and wait until what waits is counted in it."""
    if page.locator("html").get_attribute("lang") != language:
        page.click(f"button[value='language:{language}']")
    expect(page.locator("[data-say=waiting]")).to_have_text("3")


def save(shot: bytes, name: str) -> None:
    """Keep a picture in the guide, with few colours."""
    with Image.open(BytesIO(shot)) as picture:
        few = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
        few.save(KEPT_IN / f"{name}.png", optimize=True)


def main() -> None:
    """Take every picture."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        app = installation(Path(folder))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for name, html in visited(app).items():
            take(browser, name, html)
        take_outbox(browser, Settings(Path(folder), sqlite_url(Path(folder)), "s" * 48))
        browser.close()
        app.extensions["sixfold"].database.dispose()


if __name__ == "__main__":
    main()
