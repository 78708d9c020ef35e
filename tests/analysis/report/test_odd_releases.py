"""Releases that are odd, and still have to be read: each gives a sensible report."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.disclosure import Cell, Release, Withheld
from analysis.report import render_community, render_report
from analysis.report.blocks import Chart, FigureKind
from analysis.report.charts import draw_figures
from analysis.report.compose import compose
from analysis.report.publication import Publication
from questionnaires import Nonanswer
from tests.analysis.rounds import Round, cohesion, released


@pytest.fixture(scope="module")
def asked() -> Round:
    return cohesion(48)[1]


@pytest.fixture(scope="module")
def many() -> Round:
    return cohesion(240)[1]


def read(made: Release, language: str = "en") -> str:
    figures = draw_figures(made, language)
    return render_report(made, figures, language, {}) + render_community(made, language, {})


def test_a_release_with_nothing_to_publish_says_so(asked: Round) -> None:
    made = released(replace(asked, rows=asked.rows[:9]), checked=False)
    assert all(cell.withheld for cell in made.programme.cells)
    assert made.programme.people is None
    page = read(made)
    assert "Too few people answered" in page
    assert "people answered." not in page.replace("Too few people answered.", "")


def test_one_place_is_no_breakdown(asked: Round) -> None:
    code = next(iter(asked.places))
    rows = [each for each in asked.rows if each.answers["D1"] == code] * 8
    alone = replace(
        asked, rows=rows, places={code: asked.places[code]}, by=("D1", "D2"), groups=("D2",)
    )
    made = released(alone, checked=False)
    assert all(item != "D1" for cell in made.programme.cells for item, _ in cell.domain)
    assert "All dimensions by place" not in read(made)


def test_gaps_are_shown_when_another_dimension_than_the_first_has_any(many: Round) -> None:
    made = released(many, checked=False)
    first = made.outline.dimensions[0].name
    assert "Gaps between averages" in read(made)
    hidden = tuple(
        Cell(cell.dimension, cell.domain, withheld=Withheld.FEW)
        if cell.dimension == first and cell.domain
        else cell
        for cell in made.programme.cells
    )
    less = replace(made, programme=replace(made.programme, cells=hidden))
    assert "Gaps between averages" in read(less)


def test_a_release_without_groups_has_places_alone(asked: Round) -> None:
    made = released(replace(asked, by=("D1",), groups=()), checked=False)
    page = read(made)
    assert "All dimensions by place" in page
    assert "All dimensions by group" not in page


def test_one_group_alone_is_not_told_from_everyone(asked: Round) -> None:
    rows = [replace(each, answers={**each.answers, "D2": "woman"}) for each in asked.rows]
    made = released(replace(asked, rows=rows, by=("D2",), groups=("D2",)), checked=False)
    everyone = made.programme.cell("TR")
    alone = made.programme.cell("TR", (("D2", "woman"),))
    assert everyone.mean is not None
    assert alone.withheld or (alone.mean, alone.n) == (everyone.mean, everyone.n)
    assert made.programme.cell("TR", (("D2", "man"),)).withheld
    page = read(made)
    assert "All dimensions by group" in page
    assert "higher by" not in page


def test_equal_weights_count_everybody_once(many: Round) -> None:
    rows = [replace(each, weight=1_000_000) for each in many.rows]
    made = released(replace(many, rows=rows), checked=False)
    doubled = [replace(each, weight=2_000_000) for each in many.rows]
    again = released(replace(many, rows=doubled), checked=False)
    assert made.programme.cells == again.programme.cells  # how heavy all are says nothing
    assert made.programme.cell("TR").mean is not None
    assert "Average" in read(made)


def test_a_dimension_that_nobody_answered_is_withheld_and_the_others_are_not(many: Round) -> None:
    silent = {f"B{number}": str(Nonanswer.REFUSED) for number in range(1, 7)}
    rows = [replace(each, answers={**each.answers, **silent}) for each in many.rows]
    made = released(replace(many, rows=rows), checked=False)
    assert made.programme.cell("BE").withheld
    assert made.programme.cell("CN").mean is not None
    assert "withheld" in read(made)


def test_everybody_and_nobody_are_bounds(many: Round) -> None:
    done = {"C1": "1", "C2": "0"}
    rows = [replace(each, answers={**each.answers, **done}) for each in many.rows]
    made = released(replace(many, rows=rows), checked=False)
    assert made.programme.cell("acts.C1").share == ">95"
    assert made.programme.cell("acts.C2").share == "<5"
    assert "over 95%" in read(made)


def test_long_and_mixed_names_are_kept_whole(asked: Round) -> None:
    long = "Upper and Lower Saltmarsh by the Old Mill with Greater Reedwater and Ferry Landing"
    mixed = "Tarn تارن 12 (العليا)"
    names = [long, mixed, *(f"Place {number}" for number in range(10))]
    places = {
        code: {"en": name, "ar": name} for code, name in zip(asked.places, names, strict=True)
    }
    assert len(long) > 80
    made = released(replace(asked, places=places), checked=False)
    for language in ("en", "ar"):
        page = read(made, language)
        assert long in page
        assert mixed in page


def test_three_hundred_places_make_a_report(asked: Round) -> None:
    places = {f"Q{number:03}": {"en": f"Place {number}"} for number in range(300)}
    codes = list(places)
    rows = [
        replace(each, answers={**each.answers, "D1": codes[number]}, stratum=codes[number])
        for number, each in enumerate([*asked.rows] * 7)
        if number < 300
    ]
    made = released(replace(asked, rows=rows, places=places, by=("D1",), groups=()), checked=False)
    assert len(compose(made, "en", "programme").blocks) > 10
    assert made.programme.cell("TR").mean is not None
    page = read(made)
    # A frame of its own for what is longer than a screen by far, so that heads stay in sight.
    assert page.count('class="scroll tall"') > page.count('<div class="tall"') == 3
    assert 'class="tall" role="group" aria-label="Trust" tabindex="0"' in page


def test_places_without_borders_have_no_map_in_any_format(asked: Round) -> None:
    made = released(asked, checked=False)
    code = next(iter(asked.places))
    square = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]}
    for borders, maps in (({}, 0), ({code: square}, 2)):
        figures = draw_figures(made, "en", borders)
        assert (
            render_report(made, figures, "en", {}).count("<summary>The numbers of this map") == maps
        )
        blocks = Publication(made, "en", figures).report.blocks
        kinds = [each.kind for each in blocks if isinstance(each, Chart)]
        assert kinds.count(FigureKind.MAP) == maps
