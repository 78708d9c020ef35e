from __future__ import annotations

import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from analysis.disclosure import Release
from analysis.report.charts import LEADING, draw_figures

SVG = "{http://www.w3.org/2000/svg}"
NAMES = [f"{kind}.{dimension}" for kind in ("places", "groups") for dimension in ("TR", "BE", "CE")]


@pytest.fixture(scope="module", params=["en", "ar"])
def figures(made: Release, request: pytest.FixtureRequest) -> dict[str, str]:
    return draw_figures(made, request.param)


def read(figure: str) -> ET.Element:
    return ET.fromstring(figure)  # noqa: S314 - drawn a moment ago


def texts(figure: str) -> list[ET.Element]:
    return list(read(figure).iter(f"{SVG}text"))


def test_each_headline_dimension_is_drawn_by_place_and_by_group(figures: dict[str, str]) -> None:
    assert list(figures) == NAMES


def test_the_same_release_is_drawn_in_the_same_bytes(made: Release) -> None:
    again = Release.from_json(made.to_json())
    assert draw_figures(again, "ar") == draw_figures(made, "ar")


def test_every_figure_has_a_role_a_title_and_a_description(figures: dict[str, str]) -> None:
    for figure in figures.values():
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


def test_no_two_names_of_a_figure_meet(figures: dict[str, str]) -> None:
    for figure in figures.values():
        rows: dict[str, list[float]] = {}
        for text in texts(figure):
            rows.setdefault(text.attrib["x"], []).append(float(text.attrib["y"]))
        for heights in rows.values():
            steps = [b - a for a, b in zip(sorted(heights), sorted(heights)[1:], strict=False)]
            assert all(step >= LEADING - 0.5 for step in steps)


def test_withheld_places_are_named_without_a_point(made: Release) -> None:
    figure = draw_figures(made, "en")["places.TR"]
    words = [text.text for text in texts(figure)]
    shown = [cell for cell in made.programme.cells if cell.dimension == "TR" and not cell.withheld]
    points = [cell for cell in shown if all(item == "D1" for item, _ in cell.domain)]
    assert "Bramble End" in words
    assert words.count("withheld") == 2
    assert figure.count("<use ") == len(points)


def test_arabic_runs_from_right_to_left(made: Release) -> None:
    english, arabic = (
        {text.text: text for text in texts(draw_figures(made, language)["places.TR"])}
        for language in ("en", "ar")
    )
    assert float(english["0"].attrib["x"]) < float(english["100"].attrib["x"])
    assert float(arabic["0"].attrib["x"]) > float(arabic["100"].attrib["x"])
    name = arabic["\u2067تارن\u2069"]
    assert name.attrib["text-anchor"] == "end"


def test_reading_a_report_does_not_load_matplotlib() -> None:
    lines = "import sys, analysis.report; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", lines], check=False).returncode == 0
