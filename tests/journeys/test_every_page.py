"""Every page of the desk, filled, as the table of who may use it lists them: axe and widths."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from questionnaires import read_instrument
from survey.app import create_app
from survey.config import Settings
from survey.models import Complaint, Project, Role, Staff
from survey.operations.members import enlist
from survey.operations.monitoring.entries import add_entry
from survey.operations.monitoring.registers import ACTIVITIES, INDICATORS, RISKS
from survey.operations.records.store import Origin, add_record
from survey.operations.release_material import SignOff
from survey.operations.releases import publish
from survey.operations.waves import find_wave, open_wave
from survey.operations.workshop.drafts import Act, begin_from, drafts_in, keep_parts
from survey.site import today
from survey.staff_door import STAFF_PATHS
from tests.conftest import localities, plan, sqlite_url
from tests.databases import migrated
from tests.journeys.axe import violations
from tests.journeys.conftest import PATIENCE
from tests.survey.mapped import document
from tests.survey.monitored import ACTIVITY, INDICATOR, RISK
from tests.survey.recorded import WALK, give_places
from tests.survey.staff import Colleague, employ
from tests.survey.test_policy import ALLOWED, VALUES
from tests.survey.test_weights import fill

pytestmark = pytest.mark.browser

OWNER = "owner@example.org"
#: The long proof looks at every page in both languages; the suite at each page in one of them.
EVERY = "SIXFOLD_SOAK" in os.environ
#: What is no page of its own: files, and forms that come by a link of one use.
FILES = {"complaints.fetch", "exports.fetch", "account.join", "services.paper", "material.paper"}
#: Speaks the language of its questionnaire, not that of the desk.
PREVIEWS = {"workshop_preview.screen", "workshop_preview.one"}
#: What would take the browser from the page that is looked at.
_STIRRING = re.compile(r"<script.*?</script>|<meta http-equiv=\"refresh\"[^>]*>", re.DOTALL)


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Colleague]]:
    """An owner of a project that has something on every page."""
    folder = tmp_path_factory.mktemp("every-page")
    settings = Settings(folder, sqlite_url(folder), "s" * 48)
    database = migrated(settings.database_url)
    employ(database, OWNER, Role.OWNER, "Ours")
    employ(database, "rita@example.org", Role.RESEARCHER, "Ours")
    cohesion = read_instrument("social_cohesion")
    number = VALUES["project_id"]
    with database.writing() as session:
        doors = ("codes", "kiosk", "enumerator", "paper")
        wave = open_wave(session, cohesion, plan(doors=doors), localities())
        project = session.get_one(Project, number)
        enlist(session, wave, project)
        give_places(session, project)
        session.commit()
        staff = session.scalars(select(Staff.id).filter_by(email=OWNER)).one()
        origin, day = Origin(number, None, staff), date(2026, 3, 1)
        add_record(session, origin, "observation", WALK, day)
        add_record(session, origin, "service_map", document(), day)
        for register, typed in ((INDICATORS, INDICATOR), (ACTIVITIES, ACTIVITY), (RISKS, RISK)):
            add_entry(session, register, number, typed, today())
        begin_from(session, number, "our_town", cohesion)
        came = {"id": bytes(16), "day": wave.opens_on, "text": "Words", "body_hash": bytes(16)}
        session.add(Complaint(wave_id=wave.id, **came))
        session.commit()
    fill(database, "round-one", cohesion)
    with database.writing() as session:
        signed = SignOff("Ana", "owner", today())
        publish(session, find_wave(session, "round-one"), signed)
    database.dispose()
    app = create_app(settings)
    browser = Colleague(app)
    assert browser.sign_in(OWNER).status_code == 303
    yield app, browser
    app.extensions["sixfold"].database.dispose()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 700})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def pages_of(app: Flask) -> dict[str, str]:
    """Return the address of every page of the desk that an owner may read, by endpoint."""
    staff: Flask = app.wsgi_app.staff  # type: ignore[attr-defined]
    values = VALUES | {"number": 1}
    found = {}
    for rule in staff.url_map.iter_rules():
        is_read = "GET" in (rule.methods or ()) and rule.endpoint not in FILES
        if is_read and "owner" in ALLOWED[rule.endpoint]:
            with app.test_request_context():
                built = rule.build({name: values[name] for name in rule.arguments})
            assert built is not None
            if built[1].startswith(STAFF_PATHS):
                found[rule.endpoint] = built[1]
    return found


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_of_the_desk_keeps_anybody_out(
    owner: tuple[Flask, Colleague], tab: Page, language: str
) -> None:
    app, browser = owner
    browser.post("/account/language", language=language, back="/desk/")
    wrong, looked_at = {}, 0
    for endpoint, path in pages_of(app).items():
        if not EVERY and zlib.crc32(endpoint.encode()) % 2 != (language == "ar"):
            continue
        reply = browser.get(path)
        if reply.mimetype != "text/html" or reply.status_code in {303, 308}:
            continue
        tab.set_content(_STIRRING.sub("", reply.text))
        looked_at += 1
        found = [] if reply.status_code == 200 else [f"answered {reply.status_code}"]
        told = tab.get_attribute("html", "dir")
        if endpoint not in PREVIEWS and told != ("rtl" if language == "ar" else "ltr"):
            found.append("written in the other direction")
        found += violations(tab)
        for width in (1200, 360):
            tab.set_viewport_size({"width": width, "height": 700})
            if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"wider than {width}")
        if found:
            wrong[endpoint] = found
    assert wrong == {}
    assert looked_at > 25
    assert looked_at > 25, looked_at


def test_a_word_without_end_makes_no_page_wider(owner: tuple[Flask, Colleague], tab: Page) -> None:
    app, browser = owner
    word, number = "word" * 750, VALUES["project_id"]
    browser.post("/desk/rounds/round-one/releases/1/comments", text=word)
    with app.extensions["sixfold"].database.writing() as session:
        draft = drafts_in(session, number)[0]
        words = dict(draft.document["text/en"])
        words["item"] = {**words["item"], "T1": word}
        keep_parts(session, draft, {"text/en": words}, (Act.EDITED, "T1"), today())
    shop = f"/desk/projects/{number}/workshop/{VALUES['draft_id']}"
    tab.set_viewport_size({"width": 360, "height": 700})
    for path in ("/desk/rounds/round-one/releases/1", f"{shop}/compare"):
        reply = browser.get(path)
        assert word in reply.text
        tab.set_content(_STIRRING.sub("", reply.text))
        assert tab.evaluate("document.documentElement.scrollWidth") == 360, path
