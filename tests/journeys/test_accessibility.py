"""Every page, in every language, for people who see, hear, move or read in another way."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import text

from questionnaires import read_instrument
from survey.app import create_app
from survey.config import Settings
from survey.db import Database
from survey.migrate import migrate
from survey.operations.waves import open_wave
from survey.site import today
from tests.conftest import FACTS, localities, plan, sqlite_url
from tests.journeys.axe import violations
from tests.survey.participant import Participant
from tests.survey.sealed import sealing_wave
from tests.survey.test_every_type import AREAS, FOLDER, GIVEN

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "sq", "bs", "mk", "ar", "fr")
NARROW = 320
WIDTHS = (NARROW, 360, 1200)
#: The long proof looks at every page at every width; the suite at each language at one of them.
EVERY_WIDTH = "SIXFOLD_SOAK" in os.environ
Pages = dict[str, str]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Database]]:
    """An installation with an open round in six languages, one that is over, and one to come."""
    folder = tmp_path_factory.mktemp("pages")
    database = Database(sqlite_url(folder))
    migrate(database)
    facts = {language: FACTS.get(language, FACTS["en"]) for language in LANGUAGES}
    usual: dict[str, Any] = {"languages": LANGUAGES, "facts": facts}
    cohesion = read_instrument("social_cohesion")
    past, future = today() - timedelta(days=9), today() + timedelta(days=9)
    with database.writing() as session:
        open_wave(session, cohesion, plan(**usual), localities())
        over = plan(**usual, link="over", opens_on=past, closes_on=past)
        open_wave(session, cohesion, over, localities())
        later = plan(**usual, link="later", opens_on=future, closes_on=future)
        open_wave(session, cohesion, later, localities())
    every = {"link": "every", "breakdowns": (), "protection": "open"}
    sealing_wave(database, read_instrument(FOLDER), AREAS, **every)
    app = create_app(Settings(folder, sqlite_url(folder), "s" * 48))
    yield app, database
    app.extensions["sixfold"].database.dispose()
    database.dispose()


def pages_of(app: Flask, database: Database, language: str) -> Pages:
    """Return every kind of page that a participant may meet, in one language."""
    client = app.test_client()
    address = f"/s/round-one/{language}"
    shown = {
        "unknown": client.get(f"/s/nowhere/{language}").text,
        "over": client.get(f"/s/over/{language}").text,
        "later": client.get(f"/s/later/{language}").text,
        "left": client.get(f"/leave/{language}").text,
        "promises": client.get(f"/privacy/{language}").text,
        "unreadable": client.post(address, data=b"%").text,
        "changed": client.post(address, data={"state": "changed"}).text,
    }
    shown |= visit_of(client, address)
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE inbox RENAME TO away"))
    participant = Participant(client, address).begin().answer_all({"D1": "P1"})
    shown["not stored"] = participant.send(action="next").text
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO inbox"))
    state = participant.page.hidden["state"]
    stale = {"state": state[:-3] + "abc"}
    shown["stale"] = client.post(address, data=stale).text
    return shown


def visit_of(client: FlaskClient, address: str) -> Pages:
    """Return the pages of one visit, with its errors."""
    participant = Participant(client, address)
    shown = {"consent": participant.reply.text, "no consent": participant.send().text}
    shown["declined"] = participant.send(consent="no").text
    participant = Participant(client, address)
    shown["young"] = participant.send(consent="young").text
    participant = Participant(client, address).begin()
    shown["place"] = participant.reply.text
    shown["no place"] = participant.send().text
    shown["erased"] = client.post(address, data=participant.page.hidden | {"action": "erase"}).text
    kinds = {"T1", "Q2", "D3"}
    while participant.page.offered:
        offered = participant.page.offered
        for kind in kinds & offered.keys():
            shown[f"asks {kind}"] = participant.reply.text
            wrong = participant.page.hidden | dict.fromkeys(offered, "wrong")
            shown[f"wrong {kind}"] = client.post(address, data=wrong).text
        participant.send(**{name: codes[0] for name, codes in offered.items() if codes})
    shown["review"] = participant.reply.text
    shown["received"] = participant.send(action="next").text
    return shown


@pytest.fixture(scope="module")
def pages(installation: tuple[Flask, Database]) -> Callable[[str], Pages]:
    made: dict[str, Pages] = {}

    def of(language: str) -> Pages:
        if language not in made:
            made[language] = pages_of(*installation, language)
        return made[language]

    return of


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": NARROW, "height": 700})
    yield context
    context.close()


@pytest.fixture
def tab(context: BrowserContext) -> Iterator[Page]:
    tab = context.new_page()
    yield tab
    tab.close()


def found_on(tab: Page, html: str, full: int = NARROW) -> list[str]:
    """Return what is wrong with a page at three widths; in the suite axe looks at one, `full`."""
    found = []
    tab.set_content(html)
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 700})
        if width == full or EVERY_WIDTH:
            found += [f"{width}: {each}" for each in violations(tab)]
        found += [f"wider than {width}"] * is_wider(tab)
    return found


def is_wider(tab: Page) -> bool:
    return bool(tab.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.mark.soak
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_keeps_anybody_out(tab: Page, pages: Callable[[str], Pages], language: str) -> None:
    shown = pages(language)
    assert len(shown) >= 20
    full = WIDTHS[LANGUAGES.index(language) % len(WIDTHS)]
    wrong = {name: found_on(tab, html, full) for name, html in shown.items()}
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.soak
@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_way_of_asking_keeps_anybody_out(
    tab: Page, installation: tuple[Flask, Database], language: str
) -> None:
    app, _ = installation
    client = app.test_client()
    participant = Participant(client, f"/s/every/{language}").begin()
    wrong: dict[str, list[str]] = {}
    while offered := participant.page.offered:
        name = ", ".join(offered)
        wrong[name] = found_on(tab, participant.reply.text)
        refused = participant.page.hidden | dict.fromkeys(offered, "wrong")
        error = client.post(participant.address, data=refused)
        assert error.status_code == 422
        wrong[f"error: {name}"] = found_on(tab, error.text)
        participant.send(**{each: GIVEN[each] for each in offered if each in GIVEN})
    assert {name: found for name, found in wrong.items() if found} == {}
