"""An owner made by the command comes in with an app and a passkey and invites a colleague."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PATIENCE, window
from tests.survey.server import Server
from tests.survey.staff import PASSWORD
from tests.survey.test_accounts import Phone, command, link_in

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(browser: Browser, server: Server) -> Iterator[Page]:
    """A laptop; passkeys need a name, not an address."""
    with window(browser, f"http://localhost:{server.port}", width=1200) as page:
        yield page


def link_for(server: Server, email: str) -> str:
    """Make an owner by the command, and return the link by which they join."""
    return link_in(command(server.settings, "staff", "add", email, "--role", "owner"))


def join(page: Page, link: str) -> None:
    page.goto(link)
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.click("main button.main")


def sign_in(page: Page, email: str) -> None:
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main button.main")


def add_app(page: Page) -> Phone:
    page.click("text=Set up an app")
    phone = Phone(page.inner_text("#key"))
    page.fill("#code", phone.code())
    page.click("main button.main")
    expect(page.locator("h1")).to_have_text("Recovery codes")
    assert page.locator("ol.codes li").count() == 10
    page.click("text=I have kept them")
    return phone


def test_an_owner_invites_a_colleague_who_joins_and_leaves(
    desk: Page, browser: Browser, server: Server
) -> None:
    join(desk, link_for(server, "ana@example.org"))
    sign_in(desk, "ana@example.org")
    phone = add_app(desk)
    desk.click("text=Projects")
    desk.click("h2 >> text=First project")
    desk.fill("#email", "ben@example.org")
    desk.select_option("#role", "reader")
    desk.click("main button.main")
    link = link_in(desk.inner_text("#link"))
    desk.click("text=Sign out")
    expect(desk.locator("h1")).to_have_text("Sign in")
    sign_in(desk, "ana@example.org")
    desk.fill("#code", phone.code(30))  # the present one was spent on setting up
    desk.click("main button.main")
    expect(desk.locator("h1")).to_have_text("Projects")

    colleagues = browser.new_context(
        java_script_enabled=False, base_url=server.address, viewport={"width": 360, "height": 640}
    )
    colleagues.set_default_timeout(PATIENCE)
    theirs = colleagues.new_page()
    join(theirs, link)
    sign_in(theirs, "ben@example.org")
    add_app(theirs)
    theirs.click("text=Projects")
    expect(theirs.locator("h1")).to_have_text("Projects")
    assert theirs.evaluate("document.documentElement.scrollWidth") <= 360
    (cookie,) = colleagues.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    theirs.click("text=Sign out")
    theirs.goto("/desk/")
    expect(theirs.locator("h1")).to_have_text("Sign in")
    colleagues.close()


def test_a_passkey_opens_the_door(desk: Page, server: Server) -> None:
    refused: list[str] = []
    desk.on("console", lambda message: refused.append(message.text))
    chromium = desk.context.new_cdp_session(desk)
    chromium.send("WebAuthn.enable")
    authenticator = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})
    join(desk, link_for(server, "eva@example.org"))
    sign_in(desk, "eva@example.org")
    desk.click("text=Add a passkey")
    desk.fill("#name", "my laptop")
    desk.click("text=Make the passkey")
    expect(desk.locator("h1")).to_have_text("Recovery codes")
    desk.click("text=I have kept them")
    expect(desk.locator("main")).to_contain_text("my laptop")
    desk.click("text=Sign out")
    sign_in(desk, "eva@example.org")
    desk.click("text=Use a passkey")
    expect(desk.locator("h1")).to_have_text("Projects")
    assert [text for text in refused if re.search("Content.Security.Policy", text)] == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_of_the_desk_is_wider_than_the_screen(
    desk: Page, server: Server, language: str
) -> None:
    email = f"{language}@example.org"
    join(desk, link_for(server, email))
    if language == "ar":
        desk.click("summary")
        desk.click("button[value=ar]")
    sign_in(desk, email)
    desk.click("a[href='/account/authenticator']")
    phone = Phone(desk.inner_text("#key"))
    found = too_wide(desk)
    desk.fill("#code", phone.code())
    desk.click("main button.main")
    pages = ["/desk/", "/account/", "/account/passkey", "/desk/projects/1"]
    pages += ["/desk/projects/1/log", "/desk/projects/1/delete", "/desk/rounds/round-one"]
    for path in pages:
        desk.goto(path)
        assert desk.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        found += too_wide(desk)
    assert found == []


def too_wide(page: Page) -> list[str]:
    """Return the widths of a screen that a page does not fit."""
    found = []
    for width in (320, 360, 1200):
        page.set_viewport_size({"width": width, "height": 700})
        excess = page.evaluate("document.documentElement.scrollWidth") - width
        found += [f"{page.url} at {width}: {excess} px"] if excess > 0 else []
    return found
