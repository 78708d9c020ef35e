"""A real browser before a real server; without a browser the suite says what it left out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from survey.config import Settings
from survey.db import Database
from survey.models import Wave
from tests.survey.server import Server

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


@pytest.fixture
def server(settings: Settings, database: Database, wave: Wave) -> Iterator[Server]:
    database.dispose()  # the server opens the file itself
    assert wave.link == "round-one"
    server = Server(settings).start()
    yield server
    server.stop()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A small phone with JavaScript switched off."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 640}, locale="en-GB"
    )
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()
