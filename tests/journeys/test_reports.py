"""Report pages in a real browser: for every width, direction and way of reading, and on paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from analysis.disclosure import Release, outline_of, release
from analysis.report import (
    STYLE_HASH,
    Notice,
    render_community,
    render_explained,
    render_gone,
    render_report,
)
from analysis.report.charts import draw_figures
from questionnaires import read_instrument
from survey.security import content_policy
from tests.analysis.report.conftest import LOCALITIES, SIZES, estimates_for, facts
from tests.analysis.rounds import households, released
from tests.journeys.axe import violations
from tests.journeys.conftest import PATIENCE

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "ar")
WIDTHS = (320, 360, 1200)
ADDRESS = "http://reports.example/"


def made() -> Release:
    """Return a release of twelve places and two genders, also crossed; small ones are withheld."""
    asked = read_instrument("social_cohesion")
    outline = outline_of(asked, ["D2"], LOCALITIES, list(LANGUAGES), crossed_with=["D2"])
    sizes = {(): sum(SIZES), (("D2", "woman"),): 801, (("D2", "man"),): 712}
    sizes |= {(("D1", code),): n for code, n in zip(LOCALITIES, SIZES, strict=True)}
    return release(estimates_for(outline, {**sizes, (("D2", "other_way"),): 31}), facts(), outline)


def written() -> dict[str, str]:
    """Return every page that a reader can meet, by name."""
    found = {}
    shown, notice = made(), Notice("It was withdrawn.", ("Twice entered.",), ("New", "/next"))
    ring = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
    borders = {
        code: {"type": "Polygon", "coordinates": [[[x + n % 4, y + n // 4] for x, y in ring]]}
        for n, code in enumerate(LOCALITIES)
    }
    needs = released(households(48), checked=False)
    for language in LANGUAGES:
        drawn = draw_figures(needs, language)
        found[f"profile.{language}"] = render_report(needs, drawn, language, {})
        figures = draw_figures(shown, language, borders)
        links, files = {"Français": "/fr"}, {"PDF": "/en.pdf", "Excel": "/en.xlsx"}
        report = render_report(
            shown, figures, language, links, downloads=files, notice=notice, explained="explain/"
        )
        for name, hidden in (("number", False), ("withheld", True)):
            cells = enumerate(shown.programme.cells)
            number = next(n for n, cell in cells if bool(cell.withheld) is hidden)
            explained = render_explained(shown, language, number, "/report", links)
            found[f"{name}.{language}"] = explained or ""
        found[f"report.{language}"] = report
        found[f"community.{language}"] = render_community(shown, language, links)
        found[f"gone.{language}"] = render_gone(shown, language, links, notice, public=True)
    return found


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A browser that gets the pages as the server would send them, with their policy."""
    pages = written()
    policy = {"Content-Security-Policy": content_policy(f"'{STYLE_HASH}'")}

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(ADDRESS).partition("#")[0]
        if name in pages:
            route.fulfill(body=pages[name], content_type="text/html; charset=utf-8", headers=policy)
        else:
            route.abort()

    context = browser.new_context(locale="en-GB")
    context.route("**/*", answer)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def opened(page: Page, name: str, width: int) -> Page:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(ADDRESS + name)
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["report", "profile", "community", "gone", "number", "withheld"])
def test_axe_finds_nothing_wrong_with_folded_and_unfolded_pages(
    page: Page, kind: str, language: str
) -> None:
    opened(page, f"{kind}.{language}", 360)
    assert violations(page) == []
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    page.set_viewport_size({"width": 1200, "height": 800})
    assert violations(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_screen(page: Page, width: int, language: str) -> None:
    for kind in ("report", "community", "gone", "number"):
        opened(page, f"{kind}.{language}", width)
        page.evaluate(
            "document.querySelectorAll('details').forEach((each) => { each.open = true })"
        )
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, kind


def test_a_wide_table_scrolls_by_the_keyboard_in_a_region_with_a_name(page: Page) -> None:
    opened(page, "report.en", 360)
    region = page.get_by_role("group", name="Averages, 0 to 100").first
    region.focus()
    page.keyboard.press("ArrowRight")
    expect(region).to_be_focused()
    page.wait_for_timeout(300)
    assert region.evaluate("(each) => each.scrollLeft") > 0


def test_a_figure_is_an_image_with_a_name_and_its_numbers_open_under_it(page: Page) -> None:
    opened(page, "report.en", 1200)
    expect(page.get_by_role("img", name="Trust").first).to_be_visible()
    figure = page.locator("figure").first
    expect(figure.get_by_role("table")).to_be_hidden()
    figure.locator("summary").first.click()
    expect(figure.get_by_role("table")).to_be_visible()


def test_numbers_are_explained_on_request(page: Page) -> None:
    opened(page, "report.en", 360)
    told = page.locator("details.why").first
    expect(told.locator("dl")).to_be_hidden()
    told.locator("summary").click()
    expect(told.locator("dl")).to_be_visible()


def test_paper_unfolds_every_table_and_leaves_the_links_out(page: Page) -> None:
    opened(page, "report.en", 1200)
    page.emulate_media(media="print")
    expect(page.locator("nav.contents")).to_be_hidden()
    expect(page.locator("nav.downloads")).to_be_hidden()
    expect(page.locator("figure table").first).to_be_visible()
    page.emulate_media(media="screen")
