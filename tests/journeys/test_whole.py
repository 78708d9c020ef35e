"""From a question to published figures: a team plans a round, asks, weighs, gives out, publishes.

Nobody leaves the browser, but for the worker, which makes the files, and for the neighbours whose
answers fill the round: three people answer by hand, each through another door.
"""

from __future__ import annotations

import csv
import json
import secrets
import zipfile
from collections import Counter
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pyreadstat
import pytest
from playwright.sync_api import Browser, Page, expect
from pyxform.xls2xform import convert
from sqlalchemy import insert

from questionnaires import Instrument, read_instrument, thaw_instrument
from questionnaires.formats.xlsform.writing import write_workbook
from survey.config import Settings
from survey.db import Database
from survey.formats import format_names
from survey.migrate import migrate
from survey.models import Response, Role
from survey.operations.jobs import work_once
from survey.operations.waves import find_wave
from tests.conftest import answers
from tests.journeys.conftest import PATIENCE
from tests.journeys.test_desk import plan_round
from tests.survey.planned import PLACES
from tests.survey.server import Server
from tests.survey.staff import employ

pytestmark = pytest.mark.browser

LINK = "valley-one"
ROUND = f"/desk/rounds/{LINK}"
ANA, BEN = "ana@example.org", "ben@example.org"
NEIGHBOURS = 120
KEPT = "D1 D2"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("whole")
    return Settings(folder, f"sqlite:///{folder / 'sixfold.sqlite3'}", "s" * 48)


@pytest.fixture(scope="module")
def database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url)
    migrate(database)
    employ(database, ANA, Role.OWNER, "First project")
    employ(database, BEN, Role.RESEARCHER, "Elsewhere")
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def site(settings: Settings, database: Database) -> Iterator[Server]:
    database.dispose()  # the server opens the file itself
    server = Server(settings, workers=1).start()
    yield server
    server.stop()


@pytest.fixture
def team(browser: Browser, site: Server) -> Iterator[dict[str, Page]]:
    """An owner, a researcher and somebody who answers: the pages need no script."""
    pages = {}
    for name, width in ((ANA, 1200), (BEN, 1200), ("neighbour", 360)):
        context = browser.new_context(
            java_script_enabled=False,
            viewport={"width": width, "height": 740},
            locale="en-GB",
            base_url=site.address,
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE)
        pages[name] = context.new_page()
    yield pages
    for page in pages.values():
        page.context.close()


def answer(page: Page) -> None:
    """Consent, say the place, leave everything else open, and send."""
    page.check("input[name=consent][value=yes]")
    page.click("button[value=next]")
    page.select_option("select[name=D1]", "P1")
    while not page.locator("main[data-received]").count() and page.locator(NEXT).count():
        page.click(NEXT)


NEXT = "main button[value=next]"


def fill_round(database: Database, cohesion: Instrument) -> None:
    """Let the neighbours answer: sealed rows, as batches leave them."""
    with database.writing() as session:
        wave = find_wave(session, LINK)
        rows = []
        for number in range(NEIGHBOURS):
            place = f"P{number % 2 + 1}"
            said = {"D1": place, "D2": "woman" if number % 4 else "man", "D3": "25-29"}
            given = answers(cohesion, "short", **said, T1=str(number % 5 + 1))
            rows.append(
                {
                    "id": secrets.token_bytes(16), "wave_id": wave.id, "batch": 1000,
                    "language": "en", "mode": "self-web", "locality": place,
                    "stratum": wave_stratum(place), "weight": 1_000_000, "answers": given,
                }
            )  # fmt: skip
        session.execute(insert(Response), rows)
        session.commit()


def wave_stratum(place: str) -> str:
    return {"P1": "hills"}.get(place, "valley")


def files_of(settings: Settings, database: Database, ben: Page) -> dict[str, zipfile.ZipFile]:
    """Ask for a file of every format, let the worker make them, and fetch them."""
    for name in format_names():
        ben.goto(f"{ROUND}/exports")
        ben.check(f"input[name=kept][value='{KEPT}']")
        ben.select_option("#format", name)
        ben.click("button:text-is('Make the file')")
    while work_once(database, settings):
        pass  # the worker of the server may have taken some of them
    ben.goto(f"{ROUND}/exports")
    links = ben.locator("a:text-is('Fetch the file')")
    expect(links).to_have_count(len(format_names()))  # the page loads itself until they are made
    packs = {}
    for number in range(links.count()):
        with ben.expect_download() as begun:
            links.nth(number).click()
        name = begun.value.suggested_filename.removesuffix(".zip").removeprefix(f"{LINK}-")
        packs[name] = zipfile.ZipFile(BytesIO(begun.value.path().read_bytes()))
    return packs


def check_files(packs: dict[str, zipfile.ZipFile], folder: Path) -> None:
    """Read every file with the program it is for, or its library: all say the same."""
    table = list(csv.DictReader(StringIO(packs["csv"].read(f"{LINK}.csv").decode())))
    assert len(table) == NEIGHBOURS + 3
    said = Counter(row["T1"] for row in table)
    sheet = openpyxl.load_workbook(BytesIO(packs["xlsx"].read(f"{LINK}.xlsx")))["answers"]
    head, *lines = sheet.iter_rows(values_only=True)
    assert Counter(line[head.index("T1")] for line in lines) == said
    answered = {float(code): count for code, count in said.items() if code in {*"12345"}}
    for name, read in (("sav", pyreadstat.read_sav), ("dta", pyreadstat.read_dta)):
        packs[name].extract(f"{LINK}.{name}", folder)
        found, _ = read(str(folder / f"{LINK}.{name}"), output_format="dict", user_missing=True)
        assert Counter(each for each in found["T1"] if each and each > 0) == answered
    tagged = list(csv.reader(StringIO(packs["hxl"].read(f"{LINK}.hxl.csv").decode())))
    assert (len(tagged), tagged[1][tagged[0].index("D1")]) == (NEIGHBOURS + 5, "#loc+code")
    places = json.loads(packs["geojson"].read(f"{LINK}.geojson"))
    assert [each["properties"]["code"] for each in places["features"]] == ["P1", "P2", "P3"]
    instrument = thaw_instrument(packs["csv"].read("questionnaire.json").decode())
    form = folder / "form.xlsx"
    form.write_bytes(write_workbook(instrument, ("en", "ar")))
    assert "D2" in convert(xlsform=form, validate=False).xform


def test_a_team_goes_from_a_question_to_published_figures(
    team: dict[str, Page], settings: Settings, database: Database, tmp_path: Path
) -> None:
    ana, ben, neighbour = team[ANA], team[BEN], team["neighbour"]
    places = tmp_path / "places.csv"
    places.write_text(PLACES.replace("\nL", "\nP"), encoding="utf-8")
    plan_round(ana, ben, places, doors={"doors": ["codes", "kiosk", "paper"]})

    # Three people answer: with a code of their own, at the kiosk, and on paper.
    ben.goto(f"{ROUND}/codes")
    ben.fill("#count", "2")
    ben.select_option("#kind", "csv")
    with ben.expect_download() as begun:
        ben.click("text=Make the pack")
    pack = begun.value.path().read_text(encoding="utf-8-sig")
    codes = [row["code"] for row in csv.DictReader(StringIO(pack))]
    for start, code in (("", codes[0]), ("/kiosk", codes[1])):
        neighbour.goto(f"/s/{LINK}{start}")
        if start:
            neighbour.click("button[value='language:en']")
        neighbour.fill("#code", code)
        neighbour.click(NEXT)
        answer(neighbour)
        expect(neighbour.locator("h1")).to_have_text("Received. Thank you.")
    ben.goto(f"{ROUND}/paper/en")
    ben.fill("#q_D1", "1")
    ben.click("button[value=store]")
    expect(ben.locator("main")).to_contain_text("The sheet is stored")
    fill_round(database, read_instrument("social_cohesion"))

    # The researcher watches, closes, weighs, and gives the answers out.
    ben.goto(f"{ROUND}/watch")
    expect(ben.locator("main")).to_contain_text(str(NEIGHBOURS))
    ben.goto(ROUND)
    ben.click("text=Close the round now")
    expect(ben.locator("dl").first).to_contain_text(str(NEIGHBOURS + 3))
    ben.goto(f"{ROUND}/weights")
    margins = {"name": "m.csv", "mimeType": "text/csv", "buffer": MARGINS.encode()}
    ben.set_input_files("#file", margins)  # type: ignore[arg-type]
    ben.click("text=Look at the file")
    ben.click("button:text-is('Weigh the answers')")
    expect(ben.locator(".result")).to_contain_text("Weights cut off")
    check_files(files_of(settings, database, ben), tmp_path)

    # What he drafts, she signs off.
    ben.goto(f"{ROUND}/releases")
    ben.click("button:text-is('Make a draft')")
    ben.click("button:text-is('Check it')")
    draft = ben.url
    ana.goto(draft)
    ana.fill("#name", "Ana of the valley")
    ana.click("text=Sign off and publish")
    ana.click("text=Readers' page")
    expect(ana.locator("h1")).to_contain_text("Living together")
    neighbour.goto(f"/community/{LINK}")
    expect(neighbour.locator("h1")).to_be_visible()


MARGINS = """item,code,population
D2,woman,520
D2,man,480
"""
