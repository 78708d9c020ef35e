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
from survey.models.wave import Door
from survey.operations.waves import open_wave
from survey.respond.doors import new_ticket
from survey.site import today
from tests.conftest import FACTS, localities, plan, sqlite_url
from tests.databases import migrated
from tests.journeys.axe import violations
from tests.journeys.conftest import PATIENCE
from tests.survey.participant import Participant
from tests.survey.sealed import sealing_wave
from tests.survey.staff import Colleague
from tests.survey.test_every_type import AREAS, FOLDER, GIVEN
from tests.survey.test_paper_entry import PATH, desk, fresh

__all__ = ["desk"]

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "sq", "bs", "mk", "ar", "fr")
NARROW = 320
WIDTHS = (NARROW, 360, 1200)
#: The long proof looks at every page at every width; the suite at each language at one of them.
EVERY_WIDTH = "SIXFOLD_SOAK" in os.environ
#: Languages that the long proof looks at, where the suite looks at two.
OTHERS = [pytest.param(each, marks=pytest.mark.soak) for each in ("sq", "bs", "mk", "fr")]
Pages = dict[str, str]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Database]]:
    """An installation with an open round in six languages, one that is over, and one to come."""
    folder = tmp_path_factory.mktemp("pages")
    database = migrated(sqlite_url(folder))
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
        ways_in = (Door.CODES, Door.KIOSK, Door.ENUMERATOR)
        doors = plan(**usual, link="doors", form="short", doors=ways_in, linking=True)
        open_wave(session, cohesion, doors, localities())
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


def doors_of(app: Flask, language: str) -> Pages:
    """Return the pages at the ways into a round, and the one that offers a code of one's own."""
    client = app.test_client()
    address = f"/s/doors/{language}"
    with app.app_context():
        begin = f"/s/doors/i/{new_ticket('doors')}"
    shown = {
        "code": client.get(address).text,
        "wrong code": client.post(address, data={"code": "0000"}).text,
        "kiosk": client.get("/s/doors/kiosk").text,
        "interview": client.get(begin).text,
        "shut": client.get("/s/round-one/kiosk").text,
        "phone": client.get("/s/every/field/").text,
    }
    person = Participant(client, "/s/doors/kiosk")
    person.address = address
    person.send(action=f"language:{language}")
    shown["end of a kiosk"] = person.send(action="erase").text
    person = Participant(client, begin)
    person.address = address
    person.send(action=f"language:{language}")
    shown["own code"] = person.begin().answer_all({"D1": "P1"}).send(action="next").text
    boxes = {f"own_{number}": "" for number in range(1, 5)}
    shown["no own code"] = person.send(action="next", **boxes).text
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
    context.set_default_timeout(PATIENCE)
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


@pytest.mark.parametrize("language", ["en", "ar", *OTHERS])
def test_no_door_keeps_anybody_out(
    tab: Page, installation: tuple[Flask, Database], language: str
) -> None:
    wrong = {
        name: found_on(tab, html) for name, html in doors_of(installation[0], language).items()
    }
    assert {name: found for name, found in wrong.items() if found} == {}


def sheets_of(rita: Colleague, language: str) -> Pages:
    """Return the pages on which a sheet of paper is entered, once and twice."""
    path = PATH.removesuffix("en") + language

    def sent(action: str, **given: str) -> str:
        return rita.post(path, action=action, **fresh(rita), **given).text

    kept = sent("keep", q_D1="2", q_T1="2")
    number = kept.partition('id="number">')[2].partition("<")[0]
    return {
        "sheet": rita.get(path).text,
        "sheet with errors": sent("store", q_T1="99", q_T2="x"),
        "first entry": kept,
        "differences": sent("compare", q_D1="2", q_T1="5", number=number),
        "no such number": sent("compare", q_D1="2", number="0000-0000"),
        "sheet stored": sent("decide", q_D1="2", q_T1="5", number=number),
    }


@pytest.mark.parametrize("language", ["en", "ar", *OTHERS])
def test_no_page_for_sheets_of_paper_keeps_anybody_out(
    tab: Page, desk: tuple[Database, Colleague], language: str
) -> None:
    desk[1].post("/account/language", language=language, back="/desk/")
    shown = sheets_of(desk[1], language)
    assert len({*shown.values()}) == len(shown)
    for html in shown.values():
        assert f'<html lang="{language}"' in html
    wrong = {name: found_on(tab, html) for name, html in shown.items()}
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


# Other ways to read and to move


@pytest.mark.parametrize("language", ["en", "ar"])
def test_text_of_twice_the_size_still_fits_the_screen(
    tab: Page, pages: Callable[[str], Pages], language: str
) -> None:
    tab.set_viewport_size({"width": 640, "height": 700})
    for name, html in pages(language).items():
        tab.set_content(html)
        tab.evaluate("document.documentElement.style.fontSize = '200%'")
        assert not is_wider(tab), name
        hidden = tab.evaluate(CUT_OFF)
        assert hidden == [], name


CUT_OFF = """[...document.querySelectorAll("button:not(.enter), h1, h2, legend, .opt, p, dd, li")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth)
  .map((each) => each.outerHTML)"""


def test_what_is_chosen_shows_without_our_colours(tab: Page, pages: Callable[[str], Pages]) -> None:
    tab.emulate_media(forced_colors="active")
    tab.set_content(pages("en")["asks T1"])
    option = tab.locator("label.opt", has=tab.locator("input[name=T2][value='3']"))
    before = option.evaluate("each => getComputedStyle(each).outlineStyle")
    option.locator("input").check()
    after = option.evaluate("each => getComputedStyle(each).outlineStyle")
    assert (before, after) == ("none", "solid")
    option.locator("input").focus()
    button = tab.locator("button.main")
    assert button.evaluate("each => getComputedStyle(each).borderStyle") == "solid"
    tab.emulate_media(forced_colors="none")


def test_nothing_ever_moves_by_itself(tab: Page, pages: Callable[[str], Pages]) -> None:
    tab.emulate_media(reduced_motion="reduce")
    for html in pages("en").values():
        tab.set_content(html)
        assert tab.evaluate("document.getAnimations().length") == 0
        moving = "getComputedStyle(document.querySelector('main')).scrollBehavior"
        assert tab.evaluate(moving) == "auto"
        assert "transition" not in html.partition("</style>")[0]
        assert "animation" not in html.partition("</style>")[0]


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("asks T1", ["Skip to the questions", "Shqip", "Erase and leave", "Part 3 of 9", "Trust"]),
        ("consent", ["Skip to the questions", "Shqip", "Erase and leave", "Before you start"]),
        (
            "no place",
            ["Erase and leave", "Part 1 of 9", "There is a problem", "Where you live", "Continue"],
        ),
        ("review", ["Erase and leave", "Check your answers", "Change page 1", "Send my answers"]),
        ("received", ["Leave this page", "Received. Thank you.", "Help and support"]),
    ],
    ids=["questions", "first", "error", "review", "last"],
)
def test_a_screen_reader_meets_things_in_the_order_of_the_eye(
    tab: Page, pages: Callable[[str], Pages], name: str, begins: list[str]
) -> None:
    tab.set_content(pages("en")[name])
    read = tab.locator("body").aria_snapshot()
    places = [read.find(each) for each in begins]
    assert -1 not in places, read
    assert places == sorted(places)


def test_a_question_is_one_group_whose_name_is_the_question(
    tab: Page, pages: Callable[[str], Pages]
) -> None:
    tab.set_content(pages("en")["asks T1"])
    groups = tab.get_by_role("group").all()
    assert len(groups) >= 4
    for group in groups:
        assert group.locator("legend").inner_text()
        assert group.get_by_role("radio").count() == 7
    names = [each.inner_text() for each in tab.locator("label.opt").all()[:7]]
    assert names[-2:] == ["I don't know", "I prefer not to answer"]


def test_an_error_is_said_with_its_field(tab: Page, pages: Callable[[str], Pages]) -> None:
    tab.set_content(pages("en")["no place"])
    place = tab.locator("select[name=D1]")
    assert place.get_attribute("aria-invalid") == "true"
    described = tab.locator(f"#{place.get_attribute('aria-describedby')}")
    assert "Choose where you live" in described.inner_text()
