"""What a report says beyond the scores, from real answers of a fictional municipality."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from analysis import Frame, Row
from analysis.chapters import Source
from analysis.disclosure import Cell, Chapter, DesignType, Direction, Release
from analysis.report.blocks import (
    Block,
    Chart,
    Entry,
    FigureKind,
    Heading,
    KeyFigure,
    Note,
    Report,
    Sentence,
    Table,
)
from analysis.report.chapters.change import sentence
from analysis.report.chapters.needs import ties
from analysis.report.chapters.sources import verdict
from analysis.report.compose import compose, phrases_for
from analysis.report.single import explain
from questionnaires import read_instrument
from tests.analysis.rounds import Round, cohesion, households, released

NUMBER = re.compile(r"\d+")


@pytest.fixture(scope="module")
def rounds() -> tuple[Round, Round]:
    return cohesion()[1:]


@pytest.fixture(scope="module")
def second(rounds: tuple[Round, Round]) -> Release:
    first = released(rounds[0], checked=False)
    return released(rounds[1], rounds[0], first)


@pytest.fixture(scope="module")
def profile_release() -> Release:
    told = [{"gaps": "water work"}] * 8 + [{"gaps": "food work"}] * 4
    rows = [Row({"place": "P1", **each}, 1_000_000, "", None, "en", "staff") for each in told]
    informants = Source("key_informant", Frame.from_answers(read_instrument("key_informant"), rows))
    return released(replace(households(), sources=(informants,)))


@pytest.fixture(scope="module")
def reports(second: Release, profile_release: Release) -> list[Report]:
    return [compose(each, "en", "programme") for each in (second, profile_release)]


def tables(report: Report) -> Iterator[Table]:
    for block in report.blocks:
        if isinstance(block, Table):
            yield block
        if isinstance(block, Chart):
            yield block.table


def entries(report: Report) -> Iterator[Entry]:
    for table in tables(report):
        for group in table.groups:
            for row in group.rows:
                yield from row.entries


def figures(blocks: tuple[Block, ...]) -> Iterator[KeyFigure]:
    for block in blocks:
        if isinstance(block, KeyFigure):
            yield block
            yield from block.parts


def headings(report: Report) -> list[str]:
    return [block.text for block in report.blocks if isinstance(block, Heading) and block.anchor]


def test_the_numbers_of_a_sentence_stand_in_a_table(reports: list[Report]) -> None:
    fixed = {"0", "100", "12"}  # ends of a scale, and months of the question
    for report in reports:
        known = {number for each in entries(report) for number in NUMBER.findall(each.text)}
        said = [b.text for b in report.blocks if isinstance(b, Sentence | Note)]
        said += [figure.sentence for figure in figures(report.blocks)]
        told = {number for text in said for number in NUMBER.findall(text)}
        assert told - known - fixed == set()
        assert len(told) > 3 or report is reports[1]


def test_no_sentence_names_a_place_or_a_group(
    reports: list[Report], second: Release, profile_release: Release
) -> None:
    for report, release in zip(reports, (second, profile_release), strict=True):
        names = [n for each in release.outline.labels["en"].codes.values() for n in each.values()]
        said = [b.text for b in report.blocks if isinstance(b, Sentence | Note)]
        said += [figure.sentence for figure in figures(report.blocks)]
        assert not [name for name in names if len(name) > 3 and any(name in s for s in said)]


def test_a_cohesion_report_has_its_chapters_and_a_profile_leads_with_needs(
    reports: list[Report],
) -> None:
    cohesive, profile = map(headings, reports)
    assert "What people did" in cohesive
    assert "What changed since the round before" in cohesive
    assert "What households need" not in cohesive
    assert profile[1] == "What households need"
    assert "What different sources say" in profile
    assert "What can push people to support violence" not in profile


def test_every_chart_says_how_it_is_read_and_names_its_rows(reports: list[Report]) -> None:
    kinds = set()
    for report in reports:
        charts = [block for block in report.blocks if isinstance(block, Chart)]
        names = [chart.name for chart in charts]
        assert len(names) == len(set(names))
        for chart in charts:
            assert chart.description
            assert chart.marks
            kinds.add(chart.kind)
    # These rounds cross nothing: see test_pages.
    assert kinds >= set(FigureKind) - {FigureKind.HEAT}


def test_a_withheld_number_is_nowhere_in_a_figure(reports: list[Report]) -> None:
    hidden = 0
    for report in reports:
        for chart in (block for block in report.blocks if isinstance(block, Chart)):
            for mark in chart.marks:
                if mark.withheld:
                    hidden += 1
                    assert (mark.value, mark.low, mark.high, mark.values) == (None, None, None, ())
                    assert mark.text == "withheld"
    assert hidden


def test_every_table_of_numbers_can_be_explained(reports: list[Report]) -> None:
    for report in reports:
        for table in tables(report):
            if table.explanation is None:
                continue
            told = dict(table.explanation.lines)
            assert {"Round", "Weights", "About whom", "Fingerprint of the answers"} <= told.keys()
            assert {"How it is computed", "Smallest number of people"} <= told.keys()
        explained = [table for table in tables(report) if table.explanation]
        assert len(explained) > 10


def test_each_number_is_explained_by_the_words_of_its_own_questions(
    second: Release, profile_release: Release
) -> None:
    informants = 0
    for release in (second, profile_release):
        questions = release.outline.labels["en"].questions
        shown = {cell.dimension for cell in release.programme.cells if not cell.withheld}
        rows = [(t, row) for t in release.outline.topics for row in t.rows]
        for topic, row in [(t, row) for t, row in rows if t.measure(row) in shown][::5]:
            told = lines_about(release, topic.measure(row))
            if topic.chapter is Chapter.SOURCES:  # those are questions of another instrument
                informants += 1
                assert told["Questions"] == ", ".join(row.items)
            else:
                assert {item: told.get(item) for item in row.items} == {
                    item: questions[item] for item in row.items
                }
    assert informants
    trust = second.outline.labels["en"].questions
    assert lines_about(second, "TR")["T1"] == trust["T1"]
    assert "T1" not in lines_about(second, "BE")


def test_a_question_of_a_grid_says_what_is_asked_of_each_row(profile_release: Release) -> None:
    topic = profile_release.outline.topic("severity")
    assert topic is not None
    questions = profile_release.outline.labels["en"].questions
    asked = [questions[row.items[0]] for row in topic.rows]
    rows = profile_release.outline.labels["en"].rows["severity"]
    for row, words in zip(topic.rows, asked, strict=True):
        assert words.endswith(rows[row.code])
        assert len(words) > len(rows[row.code])


def lines_about(release: Release, measure: str) -> dict[str, str]:
    """Return what the explanation of a published number of a measure tells, by its names."""
    cells = release.programme.cells
    number = next(n for n, c in enumerate(cells) if c.dimension == measure and not c.withheld)
    found = explain(release, "en", number)
    assert found is not None
    (table,) = tables(found)
    return {row.label: row.entries[0].text for row in table.groups[0].rows}


@pytest.mark.parametrize(
    ("direction", "points", "expected"),
    [
        (Direction.HIGHER, 1, "higher than in the round before by 1 point:"),
        (Direction.HIGHER, 4, "higher than in the round before by 4 points:"),
        (Direction.LOWER, -3, "lower than in the round before by 3 points:"),
        (Direction.NOT_CLEAR, 2, "No clear difference from the round before"),
        (None, 2, "this does not say that anything changed"),
    ],
    ids=["one up", "up", "down", "unclear", "unknown"],
)
def test_a_change_is_said_with_its_direction(
    second: Release, direction: Direction | None, points: int, expected: str
) -> None:
    phrases = phrases_for(second, "en", "programme")
    cell = Cell("change.TR", (), n=100, mean=points, direction=direction, before=50)
    now = Cell("TR", (), n=100, mean=50 + points)
    assert expected in sentence(phrases, cell, now)


def test_nothing_is_said_of_a_withheld_change(second: Release) -> None:
    phrases = phrases_for(second, "en", "programme")
    cell = next(
        each
        for each in second.programme.cells
        if each.dimension.startswith("change.") and each.withheld
    )
    said = sentence(phrases, cell, Cell("TR", cell.domain, n=100, mean=52))
    assert not NUMBER.findall(said)


def test_needs_that_cannot_be_told_apart_are_one_group(profile_release: Release) -> None:
    phrases = phrases_for(profile_release, "en", "programme")
    topic = profile_release.outline.topic("priority")
    assert topic is not None
    groups = ties(phrases, topic)
    assert sorted(code for group in groups for code in group) == sorted(r.code for r in topic.rows)
    for group in groups:
        ranks = [profile_release.programme.cell(f"priority.{code}").ranks for code in group]
        bounds = sorted(each for each in ranks if each)
        assert all(a[1] >= b[0] for a, b in pairwise(bounds)) or len(group) < 3


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ((True, True), "agree"),
        ((False, False, None), "agree"),
        ((True, False), "differ"),
        ((True, None), "one"),
        ((None, None), None),
    ],
)
def test_sources_agree_differ_or_stand_alone(
    named: tuple[bool | None, ...], expected: str | None
) -> None:
    assert verdict(named) == expected


def test_a_source_with_few_informants_is_withheld() -> None:
    rows = [Row({"place": "P1", "gaps": "water"}, 1_000_000, "", None, "en", "staff")] * 9
    informants = Source("key_informant", Frame.from_answers(read_instrument("key_informant"), rows))
    made = released(replace(households(), sources=(informants,)), checked=False)
    assert made.programme.cell("key_informant.water").withheld
    assert made.programme.cell("key_informant.water").share is None


def test_a_convenience_sample_compares_nobody(rounds: tuple[Round, Round]) -> None:
    asked = [replace(each, design_type=DesignType.CONVENIENCE) for each in rounds]
    first = released(asked[0], checked=False)
    made = released(asked[1], asked[0], first, checked=False)
    report = compose(made, "en", "programme")
    words = " ".join(each.text for each in entries(report))
    assert "higher by" not in words
    assert "no clear difference" not in words
    said = " ".join(figure.sentence for figure in figures(report.blocks))
    assert "this does not say that anything changed" in said
