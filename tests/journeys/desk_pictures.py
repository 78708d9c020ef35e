"""Take the pictures of the maps, the situation and the reports, of a demo that was just made.

SIXFOLD_INSTANCE=DEMO python -m tests.journeys.desk_pictures [NAME ...]

For docs/guide, English on a desk and Arabic on a phone. Look at each of them before it is kept.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, FloatRect, Route, sync_playwright

from survey.app import create_app
from survey.config import Settings, read_settings
from survey.operations.demo_mark import MARK
from tests.journeys.conftest import CHROMIUM, QUIET
from tests.journeys.pictures import DESK, PHONE, save
from tests.survey.staff import Colleague

PROJECT, ROUND = "/desk/projects/1", "/desk/rounds/demo-2"
#: A plan that is begun for its pictures.
DRAFT = f"{PROJECT}/drafts/1"
#: What is left above where a picture begins.
MARGIN = 12
#: Each page of the desk, how deep its picture is, and where the one of a phone begins.
PAGES = {
    "grid": (f"{PROJECT}/stakeholders/grid", 1500, ".nine"),
    "partnership": (f"{PROJECT}/stakeholders/partnership", 1300, ".nine"),
    "network": (f"{PROJECT}/stakeholders/network", 1150, ".network"),
    "coverage": (f"{PROJECT}/services", 1100, "h1"),
    "directory": (f"{PROJECT}/services/directory", 1400, "h1"),
    "monitoring": (f"{PROJECT}/monitoring", 1150, "h1"),
    "protocol": (f"{PROJECT}/protocol", 1100, "h1"),
    "situation": (f"{PROJECT}/situation", 1300, "section"),
    "walk": (f"{PROJECT}/situation/walk/1", 900, "h1"),
    "project": (PROJECT, 1100, "h1"),
    "log": (f"{PROJECT}/log", 700, "h1"),
    "records": (f"{PROJECT}/records", 900, "h1"),
    "round": (ROUND, 1100, "h1"),
    "watch": (f"{ROUND}/watch", 1300, "h1"),
    "weights": (f"{ROUND}/weights", 1100, "h1"),
    "exports": ("/desk/rounds/demo-1/exports", 1100, "h1"),
    "material": (f"{ROUND}/material", 900, "h1"),
    "releases": (f"{ROUND}/releases", 900, "h1"),
    "complaints": (f"{PROJECT}/complaints", 900, "h1"),
    "checklist": (DRAFT, 1300, "h1"),
    "places": (f"{DRAFT}/places", 1100, "h1"),
    "gate": (f"{DRAFT}/gate", 1300, "h1"),
    "sample": (f"{DRAFT}/sample", 1300, "h1"),
    "doors": (f"{DRAFT}/doors", 1100, "h1"),
    "groups": (f"{DRAFT}/groups", 1100, "h1"),
    "consent": (f"{DRAFT}/consent", 1300, "h1"),
}
#: The same of the reports: what the demo calls each, and which of its pages.
REPORTS = {
    "report": ("report", "", 1900, "h1"),
    "explained": ("report", "/explain/5", 900, "h1"),
    "support": ("support", "", 1700, "#support"),
    "governance": ("governance", "", 1200, "h1"),
}


def main() -> None:
    """Take every picture, or those that are named."""
    settings = read_settings()
    app = create_app(settings)
    wanted = sys.argv[1:] or [*PAGES, *REPORTS]
    begin(guide(app, settings, "en"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for picture in pictures(settings):
            if picture.name in wanted:
                for language in ("en", "ar"):
                    take(browser, guide(app, settings, language), picture, language)
        browser.close()
    app.extensions["sixfold"].database.dispose()


def begin(owner: Colleague) -> None:
    """Begin the plan of a round, so far that every step has something to choose."""
    owner.post(f"{PROJECT}/drafts", name="Spring")
    owner.post(f"{DRAFT}/questionnaire", choice="social_cohesion/long/")
    owner.post(f"{DRAFT}/languages", languages="en")


@dataclass(frozen=True)
class Picture:
    """A picture to be taken: its page, how deep it is, where the one of a phone begins."""

    name: str
    address: str
    height: int
    begins: str


def pictures(settings: Settings) -> Iterator[Picture]:
    """Yield the pictures; a report is shown in a language by its address."""
    for name, (page, height, begins) in PAGES.items():
        yield Picture(name, page, height, begins)
    for name, (report, page, height, begins) in REPORTS.items():
        yield Picture(name, f"{demo(settings)[report]}/{{}}{page}", height, begins)


def demo(settings: Settings) -> dict[str, Any]:
    """Return what the demo says of itself."""
    found: dict[str, Any] = json.loads((settings.instance / MARK).read_text(encoding="utf-8"))
    return found


def guide(app: Flask, settings: Settings, language: str) -> Colleague:
    """Return the browser of the demo's owner, in a language."""
    account = demo(settings)["accounts"][0]
    owner = Colleague(app)
    owner.sign_in(account["email"], account["password"])
    owner.post("/account/language", language=language)
    return owner


def take(browser: Browser, owner: Colleague, picture: Picture, language: str) -> None:
    """Take one picture: on a desk from the top of the page, on a phone from where it begins."""

    def answer(route: Route) -> None:
        reply = owner.get(urlsplit(route.request.url).path)
        route.fulfill(status=reply.status_code, headers=dict(reply.headers), body=reply.data)

    width = DESK if language == "en" else PHONE
    page = browser.new_page(viewport={"width": width, "height": 500})
    page.route("**/*", answer)
    page.goto(f"http://localhost{picture.address.format(language)}")
    deep = page.evaluate("document.documentElement.scrollHeight")
    begins = page.locator(picture.begins).first.bounding_box() if width == PHONE else None
    top = max(0, int(begins["y"]) - MARGIN) if begins else 0
    height = min(picture.height, deep - top)
    page.set_viewport_size({"width": width, "height": deep})
    clip = FloatRect(x=0, y=top, width=width, height=height)
    save(page.screenshot(clip=clip), f"{picture.name}-{language}")
    page.close()


if __name__ == "__main__":
    main()
