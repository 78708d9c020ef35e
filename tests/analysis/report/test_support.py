"""Beneficiary monitoring: the numbers of its chapter, held against counts made by hand."""

from __future__ import annotations

import json

import pytest

from analysis import Row
from analysis.disclosure import DesignType, Release, Withheld
from analysis.report.blocks import Heading, KeyFigure, Note, Report
from analysis.report.compose import compose
from analysis.report.publication import Publication
from analysis.report.renderers import render, renderer_names
from questionnaires import read_instrument
from tests.analysis.rounds import Round, released

INSTRUMENT = read_instrument("beneficiary_monitoring")
PLACES = {code: {"en": code, "ar": code} for code in ("P1", "P2", "P3")}
PEOPLE = 120


def person(number: int) -> dict[str, str]:
    """Return answers that can be counted by hand: whoever has one remainder says one thing."""
    five = str(1 + number % 5)
    said = {
        "D1": f"P{1 + number % 3}",
        "D2": ("woman", "man")[number // 3 % 2],
        "BM2": "4-6",
        "BM13": "yes" if number % 4 else "no",
        "BM14": "na" if number % 2 else ("yes" if number % 8 else "no"),
        "BM15": "yes" if number % 10 == 0 else "no",
        "BM18": "debts jealousy" if number % 6 == 0 else "none",
        **{f"BM{item}": five for item in range(4, 13)},
        **{f"RS{item}": "2" if number % 2 else "4" for item in (1, 2)},
        "RS3": "5" if number % 2 else "1",  # turned round
        **{f"RS{item}": five for item in (4, 5, 6, 7, 9, 10)},
        "RS8": str(6 - int(five)),
    }
    kinds = ("income", "housing", "health", "peace", "family", "neighbours", "safety", "hope")
    return said | {f"BM16_{kind}": five for kind in kinds} | {"BM17": five}


@pytest.fixture(scope="module")
def made() -> Release:
    rows = [Row(person(each), 1_000_000, "", None, "en", "self-web") for each in range(PEOPLE)]
    by = ("D1", "D2")
    asked = Round(
        INSTRUMENT, rows, PLACES, by, DesignType.CONVENIENCE, link="support", groups=by[1:]
    )
    return released(asked, checked=False)


@pytest.fixture(scope="module")
def report(made: Release) -> Report:
    return compose(made, "en", "programme")


def test_complaints_and_harm_are_the_shares_that_a_count_by_hand_gives(made: Release) -> None:
    told = {cell.dimension: cell.share for cell in made.programme.cells if not cell.domain}
    assert told["support_complaints.BM13"] == "75"  # all but every fourth
    assert told["support_complaints.BM14"] == "75"  # of the 60 who complained, all but 15
    assert told["support_asked.BM15"] == "10"
    assert told["support_effects.debts"] == "17"  # 20 of 120
    assert told["support_effects.none"] == "83"
    # That nobody told of it would be what each of them said.
    assert made.programme.cell("support_effects.tension").withheld is Withheld.SENSITIVE


def test_access_quality_and_inclusion_are_scores_and_reintegration_is_three(made: Release) -> None:
    means = {cell.dimension: cell.mean for cell in made.programme.cells if not cell.domain}
    assert {name: means[name] for name in ("access", "quality", "inclusion")} == {
        "access": 50, "quality": 50, "inclusion": 50,
    }  # fmt: skip
    # 25, 25 and turned 0 for one half; 75, 75 and turned 100 for the other.
    assert means["RS_economic"] == 50
    assert {name for name in means if name.startswith("RS")} == {
        "RS_economic", "RS_social", "RS_psychosocial",
    }  # fmt: skip
    assert [each.name for each in made.outline.dimensions if each.headline] == [
        "access", "quality", "inclusion",
    ]  # fmt: skip


def test_harm_stands_for_everyone_only(made: Release) -> None:
    crossed = {cell.dimension for cell in made.programme.cells if cell.domain}
    assert "support_complaints.BM13" in crossed
    assert not {name for name in crossed if name.startswith(("support_asked", "support_effects"))}


def test_harm_that_all_or_few_told_of_is_not_shown(made: Release) -> None:
    rows = [Row(person(each), 1_000_000, "", None, "en", "self-web") for each in range(9)]
    few = Round(INSTRUMENT, rows, PLACES, ("D1",), DesignType.CONVENIENCE, groups=())
    cell = released(few, checked=False).programme.cell("support_asked.BM15")
    assert (cell.withheld, cell.share) == (Withheld.FEW, None)
    all_of_them = [
        Row(person(each) | {"BM15": "yes"}, 1_000_000, "", None, "en", "self-web")
        for each in range(40)
    ]
    same = Round(INSTRUMENT, all_of_them, PLACES, ("D1",), DesignType.CONVENIENCE, groups=())
    cell = released(same, checked=False).programme.cell("support_asked.BM15")
    assert (cell.withheld, cell.share) == (Withheld.SENSITIVE, None)
    assert made.programme.cell("support_asked.BM15").share == "10"


def test_the_chapter_says_three_scores_and_whose_scale_it_is_not(report: Report) -> None:
    headings = [each.text for each in report.blocks if isinstance(each, Heading)]
    assert "Beneficiary monitoring" in headings
    assert "Reintegration: three scores, never one" in headings
    figures = [each.label for each in report.blocks if isinstance(each, KeyFigure)]
    assert figures == [
        "Access", "Quality", "Inclusion",
        "Reintegration: economic", "Reintegration: social", "Reintegration: psychosocial",
    ]  # fmt: skip
    notes = " ".join(each.text for each in report.blocks if isinstance(each, Note))
    assert "cannot be compared with it" in notes


@pytest.mark.parametrize("name", [each for each in renderer_names() if each != "pdf"])
def test_every_format_has_the_shares(made: Release, name: str) -> None:
    publication = Publication(made, "en", {})
    written = render(publication, name)
    assert written
    if name == "csv":
        (line,) = (each for each in written.decode().splitlines() if "support_asked" in each)
        assert ",10," in line
    if name == "json":
        assert Release.from_json(written.decode()) == made
        json.loads(written)
    if name == "html":
        assert b"Beneficiary monitoring" in written
