"""A real browser before a real server; without a browser the suite says what it left out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from questionnaires import Instrument
from survey.config import Settings
from survey.db import Database
from survey.operations.waves import open_wave
from tests.conftest import localities, plan, sqlite_url
from tests.databases import migrated
from tests.survey.server import Server
from tests.survey.staff import PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
#: Milliseconds that a page may take on a busy machine before a journey gives up.
PATIENCE = 120_000
QUIET = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Staffed(Protocol):
    """Starts a server of a new installation, into which a function has written what it needs."""

    def __call__(self, prepare: Callable[[Database], None], workers: int = 1) -> Server: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        missing = "no Chromium: the browser journeys were left out (apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    expect.set_options(timeout=PATIENCE / 4)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """Start servers that run until the last journey of the file is over."""
    with ExitStack() as afterwards:

        def start(prepare: Callable[[Database], None], workers: int = 1) -> Server:
            folder = tmp_path_factory.mktemp("staffed")
            settings = Settings(folder, sqlite_url(folder), "s" * 48)
            database = migrated(settings.database_url)
            prepare(database)
            database.dispose()  # the server opens the file itself
            server = Server(settings, workers).start()
            afterwards.callback(server.stop)
            return server

        yield start


@pytest.fixture(scope="module")
def server(staffed: Staffed, cohesion: Instrument) -> Server:
    """A server with an open round, for all journeys of a file."""

    def begun(database: Database) -> None:
        with database.writing() as session:
            open_wave(session, cohesion, plan(), localities())

    return staffed(begun, workers=2)


@contextmanager
def window(
    browser: Browser, address: str, width: int = 360, height: int = 800, *, scripts: bool = True
) -> Iterator[Page]:
    """Open a window of a browser of its own before the site at `address`."""
    context = browser.new_context(
        java_script_enabled=scripts,
        viewport={"width": width, "height": height},
        locale="en-GB",
        base_url=address or None,
    )
    context.set_default_timeout(PATIENCE)
    try:
        yield context.new_page()
    finally:
        context.close()


@pytest.fixture
def laptop(browser: Browser, site: Server) -> Iterator[Page]:
    """A narrow window before the `site` of a file; with scripts, as axe needs them to look."""
    with window(browser, site.address) as page:
        yield page


def sign_in(page: Page, email: str) -> None:
    """Sign in at the desk as somebody who was given an account by `tests.survey.staff.employ`."""
    page.goto("/account/sign-in")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main button.main")
    expect(page.locator("h1")).to_have_text("Projects")


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A small phone with JavaScript switched off."""
    with window(browser, "", height=640, scripts=False) as page:
        yield page
