from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from analysis.disclosure import DesignType, Outline, Release, release
from analysis.disclosure.tables import domains
from analysis.estimate import Domain
from analysis.report import (
    STYLE_HASH,
    STYLESHEET,
    render_community,
    render_explained,
    render_report,
)
from analysis.report.blocks import Chart, FigureKind
from analysis.report.charts import draw_chart, draw_figures
from analysis.report.compose import compose
from analysis.report.renderers.html import TINTS
from tests.analysis.report.conftest import estimates_for, facts

SMALL: Domain = (("D1", "P08"),)
LANGUAGES = ("en", "ar")
VOID = {"meta", "br", "hr", "img", "input", "link"}


class Reader(HTMLParser):
    """Reads a page: its elements, its text, its ids, and whether every element is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element and remember that it is open."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element that has no end."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Make sure that the last open element is closed first."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text.append(data)


@pytest.fixture(scope="module")
def pages(made: Release) -> dict[str, str]:
    written = {}
    for language in LANGUAGES:
        links = {"Elsewhere": f"/r/{language}?a=1&b=2"}
        figures = draw_figures(made, language)
        written[f"report.{language}"] = render_report(made, figures, language, links)
        written[f"community.{language}"] = render_community(made, language, links)
    return written


def test_a_page_says_its_language_and_direction(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        expected = 'lang="ar" dir="rtl"' if name.endswith("ar") else 'lang="en" dir="ltr"'
        assert f"<html {expected}>" in page


def test_a_page_needs_nothing_from_elsewhere(pages: dict[str, str]) -> None:
    for page in pages.values():
        reader = Reader(page)
        assert not {"script", "link", "iframe", "img", "object"} & {
            tag for tag, _ in reader.elements
        }
        for _, attributes in reader.elements:
            assert "style" not in attributes
            assert not any(name.startswith("on") for name in attributes)
            for name in ("href", "src", "action"):
                assert re.match(r"#|/|$", attributes.get(name) or "")
        assert "url(http" not in page
        assert "@import" not in page


def test_a_page_is_well_formed_and_every_id_is_its_own(pages: dict[str, str]) -> None:
    for page in pages.values():
        reader = Reader(page)
        assert reader.open == []
        ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
        assert len(ids) == len(set(ids))
        for _, attributes in reader.elements:
            for link in re.findall(r"(?<![\w&])#([\w-]+)", attributes.get("href") or ""):
                assert link in ids


def test_the_only_style_is_the_one_whose_hash_is_given(pages: dict[str, str]) -> None:
    digest = b64encode(sha256(STYLESHEET.encode()).digest()).decode()
    assert f"sha256-{digest}" == STYLE_HASH
    for page in pages.values():
        assert re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL) == [STYLESHEET]


def test_every_class_of_a_page_has_a_rule(pages: dict[str, str]) -> None:
    for page in pages.values():
        for _, attributes in Reader(page).elements:
            for name in (attributes.get("class") or "").split():
                assert f".{name}" in STYLESHEET or name == "plain"


def test_links_to_other_languages_are_escaped(pages: dict[str, str]) -> None:
    assert 'href="/r/en?a=1&amp;b=2"' in pages["report.en"]


def test_titles_are_escaped(make: Callable[..., Release], sizes: dict[Domain, int]) -> None:
    made = make(sizes)
    made.facts.title["en"] = "<script>"  # type: ignore[index]
    assert "<script>" not in render_community(made, "en", {})


def test_pages_are_light(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        limit = 60_000 if name.startswith("community") else 250_000
        assert len(page.encode()) < limit


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_byte_identical_whatever_a_withheld_cell_holds(
    make: Callable[..., Release], sizes: dict[Domain, int], language: str
) -> None:
    first, second = make(sizes), make(sizes | {SMALL: 3}, {SMALL: 21.0})
    assert first.programme.cell("TR", SMALL).withheld
    figures = [draw_figures(each, language) for each in (first, second)]
    assert figures[0] == figures[1]
    reports = [
        render_report(each, drawn, language, {})
        for each, drawn in zip((first, second), figures, strict=True)
    ]
    assert reports[0] == reports[1]
    assert render_community(first, language, {}) == render_community(second, language, {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_of_a_withheld_number_does_not_depend_on_it(
    make: Callable[..., Release], sizes: dict[Domain, int], language: str
) -> None:
    first, second = make(sizes), make(sizes | {SMALL: 3}, {SMALL: 21.0})
    hidden = [number for number, cell in enumerate(first.programme.cells) if cell.withheld]
    assert len(hidden) > 5
    for number in hidden:
        page, other = (render_explained(e, language, number, "/r", {}) for e in (first, second))
        assert page == other
        assert page is not None
        assert "<table" not in page
        assert first.facts.data_sha256 not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_a_page_leads_to_its_explanation(made: Release, language: str) -> None:
    page = render_report(made, {}, language, {}, explained="/why/")
    led = re.findall(r'<a href="/why/(\d+)">([^<]+)</a>', page)
    assert len(led) > 100
    for number, text in led:
        cell = made.programme.cells[int(number)]
        explained = render_explained(made, language, int(number), "/r", {})
        assert explained is not None
        assert f"<td>{text.rstrip('†')}" in explained or cell.withheld
        assert (made.facts.data_sha256 in explained) is (cell.withheld is None)
    told = {made.programme.cells[int(number)].key for number, _ in led}
    shown = [each for each in made.outline.dimensions if each.headline]
    assert {(each.name, ()) for each in shown} <= told
    rows = re.findall(r"<tr>.*?</tr>", page)
    assert all("/why/" in row for row in rows if '<td class="no">' in row)
    assert render_explained(made, language, len(made.programme.cells), "/r", {}) is None


def test_a_page_that_stands_for_itself_leads_nowhere(pages: dict[str, str]) -> None:
    assert "<td><a" not in pages["report.en"] + pages["community.ar"]


def test_places_stand_in_their_given_order(made: Release, pages: dict[str, str]) -> None:
    names = list(made.outline.labels["en"].codes["D1"].values())
    heat = pages["report.en"].split('<table class="heat">')[1].split("</table>")[0]
    rows = re.findall(r'<th scope="row"><bdi>([^<]*)</bdi></th>', heat)
    assert rows == ["Everyone", *names]


def test_civic_engagement_is_never_tinted(pages: dict[str, str]) -> None:
    heat = pages["report.en"].split('<table class="heat">')[1].split("</table>")[0]
    for row in re.findall(r'<th scope="row">.*?</tr>', heat, flags=re.DOTALL):
        fields = re.findall(r"<td( class=\"[^\"]*\")?>", row)
        assert len(fields) == 6
        assert "t1" not in fields[5]
        assert fields[5] in {"", ' class="no"'}


def test_there_is_no_number_for_all_dimensions_together(pages: dict[str, str]) -> None:
    for page in pages.values():
        text = " ".join(Reader(page).text).lower()
        for word in ("overall", "index of", "total score", "ranking", "cohesion score"):
            assert word not in text


def test_a_convenience_sample_speaks_for_nobody_else(
    make: Callable[..., Release], sizes: dict[Domain, int]
) -> None:
    made = make(sizes, design=DesignType.CONVENIENCE)
    page = render_report(made, draw_figures(made, "en"), "en", {})
    assert "Among the people who answered" in page
    assert "Likely range" not in page
    assert "most likely" not in page


def test_numbers_of_sentences_stand_in_a_table_or_beside(pages: dict[str, str]) -> None:
    page = pages["report.en"]
    cards = re.findall(r'<section class="key">.*?</dl>', page, flags=re.DOTALL)
    for card in cards:
        sentence = re.findall(r"<p>([^<]*)</p>", card)[0]
        shown = set(re.findall(r"\d+", " ".join(re.findall(r">([^<]+)</?(?:dd|small|p)", card))))
        beside = set(re.findall(r"\d+", re.sub(r"<p>[^<]*</p>", "", card)))
        assert set(re.findall(r"\d+", sentence)) - {"0", "100"} <= shown & beside


def _luminance(color: str) -> float:
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_numbers_can_be_read_on_every_tint() -> None:
    for tint in TINTS:
        light, dark = sorted(map(_luminance, tint.values()), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_crossings_are_for_programme_teams_only(
    make_outlined: Callable[[Outline], Release], crossing: Outline
) -> None:
    made = make_outlined(crossing)
    assert "Locality × Gender" in render_report(made, {}, "en", {})
    assert "Locality × Gender" not in render_community(made, "en", {})


def test_place_and_group_together_are_fields_and_what_is_withheld_has_no_colour(
    crossing: Outline, sizes: dict[Domain, int]
) -> None:
    known = {where: n for where, n in sizes.items() if {item for item, _ in where} <= {"D1", "D2"}}
    pairs = [d for d in domains(crossing, with_crossings=True) if len(d) == 2]
    known |= {pair: 70 for pair in pairs if dict(pair)["D2"] != "other_way"}
    made = release(estimates_for(crossing, known), facts(), crossing)
    charts = [b for b in compose(made, "en", "programme").blocks if isinstance(b, Chart)]
    fields = {each.name: each for each in charts if each.kind is FigureKind.HEAT}
    assert list(fields) == ["crossed.D1.D2.TR", "crossed.D1.D2.BE"]  # counted acts have no tint
    told = [value for mark in fields["crossed.D1.D2.BE"].marks for value in mark.values]
    assert told == [made.programme.cell("BE", pair).mean for pair in pairs]
    assert 0 < told.count(None) < len(told)
    drawn = draw_chart(fields["crossed.D1.D2.BE"], "ltr")
    assert drawn.count("url(#") >= told.count(None) > 0


def test_every_withheld_cell_is_listed_with_its_reason(
    made: Release, pages: dict[str, str]
) -> None:
    listed = (
        pages["report.en"]
        .split("<caption>Each withheld number and its reason")[1]
        .split("</table>")[0]
    )
    rows = re.findall(r"<td>([^<]+)</td>", listed)
    assert len(rows) == sum(cell.withheld is not None for cell in made.programme.cells)
    assert set(rows) == {
        "Too few people answered",
        "Without it, another withheld number could be worked out",
    }
