"""Figures: what is drawn, that nothing withheld is, and that no two words meet."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from analysis.disclosure import Release
from analysis.report.blocks import Chart, FigureKind, Mark, Table
from analysis.report.charts import draw_chart, draw_figures
from analysis.report.charts.canvas import LEADING, TEXT, WIDTH, width_of, wrapped
from analysis.report.charts.slope import spread
from analysis.report.palette import SEQUENTIAL, ink_on

SVG = "{http://www.w3.org/2000/svg}"
FORESTS = [f"{kind}.{name}" for kind in ("places", "groups") for name in ("TR", "BE", "CE")]
NO_TABLE = Table("", (), ())
LONG = "Saltmarsh and Greater Reedwater District of the Northern Uplands by the Old Lake"
MIXED = "Veska Hill تل فيسكا والقرى المجاورة له Upper Lindenfeld and the mill"
NAMES = (LONG, MIXED, "ماروبروك عند جسر الطاحونة الحجرية القديمة", "Tarn", "Unbreakable" * 8)


def read(figure: str) -> ET.Element:
    return ET.fromstring(figure)  # noqa: S314 - drawn a moment ago


def texts(figure: str) -> list[ET.Element]:
    return list(read(figure).iter(f"{SVG}text"))


def plain(text: ET.Element) -> str:
    return re.sub("[\u2066-\u2069]", "", text.text or "")


def boxes(figure: str) -> Iterator[tuple[float, float, float, float, str]]:
    """Yield where each text stands: its sides, its middle, and its words."""
    for text in texts(figure):
        words, size = plain(text), float(text.attrib["font-size"].removesuffix("px"))
        wide = width_of(words, size, bold="font-weight" in text.attrib)
        start = float(text.attrib["x"])
        start -= {"middle": wide / 2, "end": wide}.get(text.attrib.get("text-anchor", ""), 0)
        yield start, start + wide, float(text.attrib["y"]), size, words


def square(west: float, south: float) -> dict[str, Any]:
    ring = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def chart(kind: FigureKind, names: tuple[str, ...] = NAMES) -> Chart:
    """Return a figure of `kind`, every row of it full but the second, which is withheld."""
    parts = (12, 20, 31, 22, 15)
    told: dict[FigureKind, dict[str, Any]] = {
        FigureKind.DISTRIBUTION: {"values": parts, "texts": tuple(f"{each}%" for each in parts)},
        FigureKind.HEAT: {"values": parts, "texts": tuple(map(str, parts))},
        FigureKind.TRIANGULATION: {"values": (40, None, 70), "texts": ("40", "–", "70")},
        FigureKind.SLOPE: {"values": (51, 57), "texts": ("51", "57")},
    }
    mark = told.get(kind, {"value": 55, "low": 48, "high": 61, "text": "55"})
    marks = [
        Mark(name, code=f"P{n}", group=f"Group {n // 3}", **mark) for n, name in enumerate(names)
    ]
    marks[1] = Mark(names[1], code="P1", group="Group 0", text="withheld", withheld=True)
    steps = {
        FigureKind.SLOPE: ("March 2025", "April 2026"),
        FigureKind.TRIANGULATION: ("Households", "Key informants", "Focus groups and observation"),
        FigureKind.MAP: ("0 to 19", "20 to 39", "40 to 59", "60 to 79", "80 to 100", "withheld"),
    }.get(kind, ("Not at all", "A little", "Neither", "Rather", "Completely"))
    return Chart(
        f"a.{kind}", "What it shows", NO_TABLE, kind, "How to read it", tuple(marks), steps, 2
    )


def drawn(kind: FigureKind, direction: str = "ltr", names: tuple[str, ...] = NAMES) -> str:
    borders = {f"P{n}": square(n % 4, n // 4) for n in range(len(names))}
    return draw_chart(chart(kind, names), direction, borders)


@pytest.fixture(scope="module", params=["en", "ar"])
def figures(made: Release, request: pytest.FixtureRequest) -> dict[str, str]:
    return draw_figures(made, request.param)


def test_each_headline_dimension_is_drawn_by_place_and_by_group(figures: dict[str, str]) -> None:
    assert [name for name in figures if name in FORESTS] == FORESTS


def test_the_same_release_is_drawn_in_the_same_bytes(made: Release) -> None:
    again = Release.from_json(made.to_json())
    assert draw_figures(again, "ar") == draw_figures(made, "ar")


def test_every_figure_has_a_role_a_title_and_a_description(figures: dict[str, str]) -> None:
    for figure in [*figures.values(), *map(drawn, FigureKind)]:
        root = read(figure)
        assert root.attrib["role"] == "img"
        assert root.attrib["direction"] == "ltr"
        title, description = root[0], root[1]
        assert (title.tag, description.tag) == (f"{SVG}title", f"{SVG}desc")
        assert title.text
        assert description.text
        assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {description.attrib['id']}"


def test_a_figure_is_small_and_keeps_its_text(figures: dict[str, str]) -> None:
    for figure in figures.values():
        assert len(figure.encode()) < 60_000
        assert texts(figure)
        assert "style" not in figure
        assert "<metadata" not in figure
        assert "purl.org" not in figure


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("kind", list(FigureKind), ids=str)
def test_no_two_words_of_a_figure_meet_and_none_leaves_it(kind: FigureKind, direction: str) -> None:
    figure = drawn(kind, direction)
    height = float(read(figure).attrib["height"])
    placed = list(boxes(figure))
    for left, right, middle, size, _ in placed:
        assert left >= -0.5
        assert right <= WIDTH * 1.02
        assert size / 2 <= middle + LEADING / 2 <= height + LEADING
    for one, other in combinations(placed, 2):
        beside = one[1] <= other[0] + 1 or other[1] <= one[0] + 1
        apart = abs(one[2] - other[2]) >= min(one[3], other[3]) - 0.5
        assert beside or apart, (one[4], other[4])


@pytest.mark.parametrize("kind", list(FigureKind), ids=str)
def test_a_withheld_row_is_named_and_nothing_of_it_is_drawn(kind: FigureKind) -> None:
    names = ("Upper", "Lower", "Tarn", "Orlin")
    figure = drawn(kind, names=names)
    words = " ".join(plain(each) for each in texts(figure))
    assert "Lower" in words
    shown = chart(kind, names)
    others = Chart(
        *(shown.name, shown.caption, NO_TABLE, kind, shown.description),
        marks=(shown.marks[0], *shown.marks[2:]),
        steps=shown.steps,
        neutral=2,
    )
    borders = {each.code: square(n % 4, 0) for n, each in enumerate(shown.marks)}
    without = draw_chart(others, "ltr", borders)
    for color in ("#0b5563", "#a6611a", "#018571", SEQUENTIAL[2]):
        assert draw_chart(shown, "ltr", borders).count(color) == without.count(color)


@pytest.mark.parametrize("kind", list(FigureKind), ids=str)
def test_right_to_left_figures_begin_on_the_right(kind: FigureKind) -> None:
    names = ("Upper", "Lower", "Tarn", "Orlin")
    english, arabic = (
        {words: (left, right) for left, right, _, _, words in boxes(drawn(kind, side, names))}
        for side in ("ltr", "rtl")
    )
    assert english["Tarn"][0] + arabic["Tarn"][1] == pytest.approx(WIDTH, abs=2)


def test_withheld_places_are_named_without_a_point(made: Release) -> None:
    figure = draw_figures(made, "en")["places.TR"]
    words = [text.text for text in texts(figure)]
    shown = [cell for cell in made.programme.cells if cell.dimension == "TR" and not cell.withheld]
    points = [cell for cell in shown if all(item == "D1" for item, _ in cell.domain)]
    assert "Bramble End" in words
    assert words.count("withheld") == 2
    assert figure.count("<use ") == len(points)


def test_arabic_runs_from_right_to_left_and_numbers_do_not(made: Release) -> None:
    arabic = {text.text: text for text in texts(draw_figures(made, "ar")["places.TR"])}
    assert float(arabic["\u20660\u2069"].attrib["x"]) > float(arabic["\u2066100\u2069"].attrib["x"])
    assert arabic["\u2067تارن\u2069"].attrib["text-anchor"] == "end"


def test_a_map_keeps_the_east_on_the_right_in_every_language() -> None:
    first, last = (
        {words: (left + right) / 2 for left, right, _, _, words in boxes(figure)}
        for figure in (drawn(FigureKind.MAP, "ltr"), drawn(FigureKind.MAP, "rtl"))
    )
    assert first["1"] != last["1"]  # in the key
    shapes = [re.findall(r'<path d="M ([\d.]+)', drawn(FigureKind.MAP, d)) for d in ("ltr", "rtl")]
    assert shapes[0][: len(NAMES)] == shapes[1][: len(NAMES)]


def test_a_place_without_an_average_is_hatched_and_one_without_a_border_is_in_the_key() -> None:
    figure = draw_chart(chart(FigureKind.MAP), "ltr", {"P0": square(0, 0), "P1": square(1, 0)})
    assert "<pattern" in figure
    assert "Tarn" in {plain(each) for each in texts(figure)}


def test_there_is_no_map_without_borders(made: Release) -> None:
    borders = {f"P{n:02}": square(n % 4, n // 4) for n in range(1, 13)}
    assert not [name for name in draw_figures(made, "en") if name.startswith("map")]
    assert [name for name in draw_figures(made, "en", borders) if name.startswith("map")] == [
        "map.TR",
        "map.BE",
    ]


@pytest.mark.parametrize(("kind", "count"), [(FigureKind.FOREST, 300), (FigureKind.MAP, 90)])
def test_hundreds_of_places_are_all_named(kind: FigureKind, count: int) -> None:
    names = tuple(f"Place {n} of a long list" for n in range(count))
    words = " ".join(plain(each) for each in texts(drawn(kind, names=names)))
    assert all(f"Place {n} of" in words for n in range(count))


def test_labels_that_want_the_same_place_are_spread_and_stay_inside() -> None:
    placed = sorted(spread([50, 50, 52, 98, 99], [10] * 5, 0, 100))
    assert all(b - a >= 10 for a, b in pairwise(placed))
    assert placed[0] >= 5
    assert placed[-1] <= 95


def test_lines_are_no_wider_than_they_may_be_and_lose_no_letter() -> None:
    for name in NAMES:
        lines = wrapped(name, 130)
        assert all(width_of(line) <= 130 for line in lines)
        assert "".join(lines).replace(" ", "") == name.replace(" ", "")
    assert wrapped("", 130) == ("",)
    assert wrapped("Saltmarsh-and-Greater-Reedwater", 130)[0] == "Saltmarsh-and-"
    assert width_of("Tarn", TEXT, bold=True) > width_of("Tarn", TEXT)


def test_what_is_written_on_a_shade_can_be_read() -> None:
    assert [ink_on(each) for each in SEQUENTIAL] == [
        *["#1f2a2e"] * 3,
        *("#000000", "#ffffff"),
    ]


def test_reading_a_report_does_not_load_matplotlib() -> None:
    lines = "import sys, analysis.report; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", lines], check=False).returncode == 0
