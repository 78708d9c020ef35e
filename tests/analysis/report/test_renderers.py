"""Every format says the same: one release, read back from each file that was made of it."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from openpyxl import load_workbook

from analysis.disclosure import Release
from analysis.report.blocks import Chart, Entry, KeyFigure, Report, RowGroup, Table, TableRow
from analysis.report.charts import draw_figures
from analysis.report.numbers import COLUMNS, numbers
from analysis.report.parts import parts
from analysis.report.publication import Publication
from analysis.report.renderers import docx, formats, pdf, render, renderer_names
from tests.questionnaires.formats.printed import printed, unspaced

LANGUAGES = ("en", "ar")
NUMBERED = ("n", "mean", "low", "high", "rank_from", "rank_to")


@pytest.fixture(scope="module")
def published(made: Release) -> dict[str, Publication]:
    return {code: Publication(made, code, draw_figures(made, code)) for code in LANGUAGES}


@pytest.fixture(scope="module")
def files(published: dict[str, Publication]) -> dict[tuple[str, str], bytes]:
    return {
        (language, name): render(published[language], name)
        for language in LANGUAGES
        for name in renderer_names()
    }


def tables_of(publication: Publication) -> Iterator[Table]:
    for block in publication.report.blocks:
        if isinstance(block, Table | Chart):
            yield block if isinstance(block, Table) else block.table


def rows_of(publication: Publication) -> list[list[str]]:
    """Return every row of every table: its name and its entries."""
    return [
        [row.label, *(entry.text for entry in row.entries)]
        for table in tables_of(publication)
        for group in table.groups
        for row in group.rows
    ]


def figures_of(publication: Publication) -> list[KeyFigure]:
    return [each for each in publication.report.blocks if isinstance(each, KeyFigure)]


def as_text(row: dict[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in row.items()}


def test_every_format_is_in_the_menu_with_an_ending_of_its_own() -> None:
    assert {each.name for each in formats()} == set(renderer_names())
    assert len({each.suffix for each in formats()}) == len(renderer_names())
    assert [each.title for each in formats()] == sorted(each.title for each in formats())


def test_the_table_of_numbers_holds_every_published_cell_and_nothing_else(made: Release) -> None:
    found = list(numbers(made, "en"))
    assert [each.measure for each in found] == [cell.dimension for cell in made.programme.cells]
    for number, cell in zip(found, made.programme.cells, strict=True):
        assert (number.n, number.mean, number.low, number.high) == (
            *(cell.n, cell.mean),
            *(cell.low, cell.high),
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_csv_json_and_excel_hold_the_same_numbers(
    files: dict[tuple[str, str], bytes], made: Release, language: str
) -> None:
    expected = [
        as_text(dict(zip(COLUMNS, each.values, strict=True))) for each in numbers(made, language)
    ]
    text = files[language, "csv"].decode("utf-8-sig")
    assert list(csv.DictReader(io.StringIO(text))) == expected
    sheet = load_workbook(io.BytesIO(files[language, "xlsx"]), read_only=True)["numbers"]
    head, *rows = sheet.iter_rows(values_only=True)
    width = len(COLUMNS)
    padded = [(*row, *[None] * width)[:width] for row in rows]
    assert [as_text(dict(zip(head, row, strict=False))) for row in padded] == expected
    document = json.loads(files[language, "json"])
    cells = document["programme"]["cells"]
    assert [str(cell.get("mean", "")) for cell in cells] == [row["mean"] for row in expected]
    assert Release.from_json(files[language, "json"].decode()) == made


def test_numbers_are_numbers_in_excel_and_nothing_is_a_formula(
    files: dict[tuple[str, str], bytes],
) -> None:
    book = load_workbook(io.BytesIO(files["en", "xlsx"]))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"n", "s"}
    places = {name: column for column, name in enumerate(COLUMNS)}
    for row in book["numbers"].iter_rows(min_row=2, values_only=True):
        for name in NUMBERED:
            value: object = row[places[name]] if places[name] < len(row) else None
            assert value is None or isinstance(value, int)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hxl_has_its_tags_and_the_values_of_the_release(
    files: dict[tuple[str, str], bytes], made: Release, language: str
) -> None:
    _, tags, *rows = csv.reader(io.StringIO(files[language, "hxl"].decode()))
    assert all(re.fullmatch(r"#[a-z]+[0-9]?(\+[a-z]+)*", tag) for tag in tags)
    assert tags[0] == "#date+collected"
    value, people = tags.index("#indicator+value+num"), tags.index("#meta+n")
    assert len(rows) == len(made.programme.cells)
    for row, cell in zip(rows, made.programme.cells, strict=True):
        shown = (cell.share or "") if cell.mean is None else str(cell.mean)
        assert row[value] == ("" if shown.startswith(("<", ">")) else shown)
        assert row[people] == ("" if cell.n is None else str(cell.n))
        assert bool(row[tags.index("#meta+withheld")]) == bool(cell.withheld)


@pytest.mark.parametrize("language", LANGUAGES)
def test_word_says_what_the_report_says(
    files: dict[tuple[str, str], bytes], published: dict[str, Publication], language: str
) -> None:
    document = Document(io.BytesIO(files[language, "docx"]))
    written = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    for row in rows_of(published[language]):
        assert row in written
    said = "\n".join(each.text for each in document.paragraphs)
    for figure in figures_of(published[language]):
        assert figure.sentence in said
        assert f"{figure.value} {figure.scale}" in said


def test_word_opens_in_the_direction_of_its_language_with_headings_and_alternatives(
    files: dict[tuple[str, str], bytes],
) -> None:
    for language in LANGUAGES:
        with ZipFile(io.BytesIO(files[language, "docx"])) as parts_of_file:
            body = parts_of_file.read("word/document.xml").decode()
            days = {each.date_time[0] for each in parts_of_file.infolist()}
        assert days == {1980}
        assert ("<w:bidi/>" in body) == (language == "ar")
        assert ("<w:bidiVisual/>" in body) == (language == "ar")
        assert 'w:val="Heading1"' in body
        assert "<w:tblHeader/>" in body
        pictures = re.findall(r"<wp:docPr [^>]*>", body)
        assert all(" descr=" in each for each in pictures)


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_shows_every_row_of_every_table(
    files: dict[tuple[str, str], bytes], published: dict[str, Publication], language: str
) -> None:
    letters = printed(files[language, "pdf"])
    told = [figure.sentence for figure in figures_of(published[language])]
    if language == "en":
        told += ["".join(row) for row in rows_of(published[language])]
        for words in told:
            assert unspaced(words) in letters
    else:  # letters of Arabic are drawn from right to left and joined: its numbers are compared
        for row in rows_of(published[language]):
            for number in re.findall(r"\d+", " ".join(row[1:])):
                assert number in letters


@dataclass(frozen=True)
class Pages:
    """A report of one table, as a printer wants it."""

    report: Report
    figures: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    title: str = "T"
    made_on: date = date(2026, 4, 20)


def test_a_table_wider_than_paper_comes_in_pieces_and_a_long_name_in_lines() -> None:
    names = [f"Place{number}." for number in range(30)]
    long = "Unterlindenfelderobersaltmarshreedwaterbezirk"
    row = TableRow(long, tuple(Entry(f"E{number}.") for number in range(30)))
    table = Table("Everything", ("What", *names), (RowGroup("", (row,)),))
    letters = printed(pdf.render(Pages(Report("T", "K", "en", "ltr", (table,)))))
    for number, name in enumerate(names):
        assert letters.count(name) == 1
        assert letters.count(f"E{number}.") == 1
    assert long not in letters  # it may be broken anywhere
    assert letters.replace("\u200b", "").count(long) == letters.count("What") == 3
    word = Document(io.BytesIO(docx.render(Pages(Report("T", "K", "en", "ltr", (table,))))))
    heads = [[cell.text for cell in each.rows[0].cells] for each in word.tables]
    assert [len(head) for head in heads] == [11, 11, 11]
    assert [name for _, *some in heads for name in some] == names


def test_the_pdf_says_that_it_is_tagged_and_what_it_is(
    files: dict[tuple[str, str], bytes],
) -> None:
    for language in LANGUAGES:
        pdf = files[language, "pdf"]
        assert pdf.startswith(b"%PDF-")
        assert b"/MarkInfo" in pdf
        assert f"/Lang({language})".encode() in pdf.replace(b" ", b"")
        assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
        assert b"/CreationDate" not in pdf


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_every_row_of_every_table(
    files: dict[tuple[str, str], bytes], published: dict[str, Publication], language: str
) -> None:
    page = re.sub(r"<span class=\"bar\">.*?</span>", "", files[language, "html"].decode())
    rows = {
        tuple(re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row))
        for row in re.findall(r"<tr>(.*?)</tr>", page, flags=re.DOTALL)
    }
    for row in rows_of(published[language]):
        assert tuple(each.replace("&", "&amp;").replace("'", "&#39;") for each in row) in rows


def test_the_same_release_is_written_in_the_same_bytes(
    files: dict[tuple[str, str], bytes], published: dict[str, Publication]
) -> None:
    again = Publication(
        Release.from_json(files["ar", "json"].decode()), "ar", published["ar"].figures
    )
    for name in renderer_names():
        assert render(again, name) == files["ar", name], name


def test_key_figures_and_figures_that_are_neighbours_stand_side_by_side(
    published: dict[str, Publication],
) -> None:
    found = list(parts(published["en"].report.blocks))
    kinds = [kind for kind, _ in found]
    assert kinds.count("Contents") == 1
    assert all(
        kind not in {"KeyFigure", "Chart"} or kind != following
        for kind, following in pairwise(kinds)
    )


def test_showing_pages_and_tables_loads_nothing_that_draws_or_prints() -> None:
    heavy = "{'matplotlib', 'typst', 'docx', 'xlsxwriter'}"
    lines = (
        "import sys, analysis.report\nfrom analysis.report.renderers import formats\n"
        f"formats()\nsys.exit(bool({heavy} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", lines], check=False).returncode == 0
