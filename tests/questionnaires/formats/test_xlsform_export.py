"""XLSForms of ours: other programs take them, and they come back as they were."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from openpyxl import load_workbook
from pyxform.xls2xform import convert

from questionnaires import Instrument, library_names, read_instrument
from questionnaires.build import build_instrument
from questionnaires.formats import FormatError, find_format, format_names, xlsform
from questionnaires.formats.xlsform.columns import KIND
from questionnaires.formats.xlsform.reading import read_content
from tests.questionnaires.generated import documents

HERE = Path(__file__).parents[1]
SAMPLES = (*library_names(), HERE / "every_type", HERE / "tiny")

Cells = dict[tuple[str, str], str]


@cache
def instrument(source: str | Path) -> Instrument:
    return read_instrument(source)


@cache
def exported(source: str | Path) -> bytes:
    return xlsform.write(instrument(source))


def back(content: bytes) -> Instrument:
    found = read_content(content)
    assert found["problems"] == []
    assert found["notes"] == []
    return build_instrument(found["document"])


def line(content: bytes, name: str) -> dict[str, Any]:
    """Return the cells of the line of the survey sheet with this name."""
    header, *lines = load_workbook(BytesIO(content))["survey"].iter_rows(values_only=True)
    where = header.index("name")
    return next(dict(zip(header, each, strict=True)) for each in lines if each[where] == name)


def edited(content: bytes, name: str, changes: Mapping[str, str | None]) -> bytes:
    """Return a form in which somebody wrote other text on the line called `name`."""
    book: Any = load_workbook(BytesIO(content))
    sheet = book["survey"]
    header = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        if row[header.index("name")].value == name:
            for column, text in changes.items():
                row[header.index(column)].value = text
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def problems(content: bytes) -> list[tuple[str, str]]:
    return [(item, code) for _, item, code, _ in read_content(content)["problems"]]


@pytest.mark.parametrize("source", SAMPLES, ids=str)
def test_pyxform_takes_an_export_without_a_warning(source: str | Path) -> None:
    assert convert(exported(source), file_type=".xlsx").warnings == []


@pytest.mark.parametrize("source", SAMPLES, ids=str)
def test_an_export_comes_back_as_it_was_in_every_language(source: str | Path) -> None:
    returned = back(exported(source))
    assert returned == instrument(source)
    assert returned.texts == instrument(source).texts
    assert returned.sha256 == instrument(source).sha256


@pytest.mark.parametrize("source", ["observation", "focus_group"])
def test_each_language_can_be_exported_alone(source: str) -> None:
    for language in instrument(source).languages:
        alone = back(xlsform.write(instrument(source), language))
        assert alone.texts == {language: instrument(source).texts[language]}
        assert alone.items == instrument(source).items


@settings(max_examples=15, deadline=None)
@given(documents())
def test_any_instrument_comes_back_as_it_was(document: dict[str, Any]) -> None:
    made = build_instrument(document)
    content = xlsform.write(made)
    assert convert(content, file_type=".xlsx").warnings == []
    assert json.loads(back(content).canonical) == document


def test_what_begins_like_a_formula_stays_text() -> None:
    document = json.loads(instrument(HERE / "tiny").canonical)
    document["text"]["en"]["item"]["D2"] = '=HYPERLINK("http://x")'
    document["text"]["fr"]["item"]["D2"] = "@SUM(1)"
    content = xlsform.write(build_instrument(document))
    cells = [
        cell
        for sheet in load_workbook(BytesIO(content)).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert {cell.data_type for cell in cells} == {"s"}
    assert json.loads(back(content).canonical) == document


def test_conditions_know_that_other_programs_store_the_ways_out() -> None:
    content = exported("key_informant")
    written = line(content, "groups_sure_minority")["relevant"]
    assert written == "if(selected('dk pnta', ${groups_minority}), '', ${groups_minority}) != ''"
    assert line(exported(HERE / "every_type"), "needs_power")["relevant"] == "${agrees} = 'yes'"


def test_what_our_types_know_is_written_as_a_constraint() -> None:
    content = exported(HERE / "every_type")
    assert line(content, "size")["constraint"] == "(. >= 0 and . <= 30) and (. >= 1)"
    assert line(content, "story")["constraint"] == "string-length(.) <= 60"
    assert (
        "not(selected(., 'none') and count-selected(.) > 1)" in line(content, "heard")["constraint"]
    )
    assert line(content, "needs_water")["type"] == "select_one scale_SEV5-na"


def test_the_ranks_of_a_ranking_give_its_answer_together() -> None:
    content = exported(HERE / "every_type")
    assert line(content, "first_2")["constraint"] == ". != ${first_1}"
    assert line(content, "first")["type"] == "calculate"


def test_nobody_is_asked_before_they_agreed() -> None:
    content = exported(HERE / "tiny")
    assert line(content, "consent")["required"] == "yes"
    assert line(content, "consent-given")["relevant"] == "${consent} = 'yes'"


def test_a_changed_label_changes_the_words() -> None:
    changes = {"label::English (en)": "Where is your home?"}
    returned = read_content(edited(exported(HERE / "every_type"), "lives", changes))
    assert returned["problems"] == []
    assert returned["document"]["text"]["en"]["item"]["lives"] == "Where is your home?"


def test_a_changed_condition_changes_the_logic() -> None:
    changes = {"relevant": "if(selected('dk pnta', ${agrees}), '', ${agrees}) != ''"}
    returned = read_content(edited(exported(HERE / "every_type"), "needs_power", changes))
    rows = next(i for i in returned["document"]["instrument"]["item"] if i["name"] == "needs")[
        "row"
    ]
    assert next(row for row in rows if row["code"] == "power")["ask_if"] == "${agrees} != ''"


def test_a_mark_can_be_set_in_the_sheet() -> None:
    before = instrument("social_cohesion")
    name = next(item.name for item in before.items if item.dimension and not item.reverse)
    changes = {"sixfold::reverse": "yes"}
    returned = read_content(edited(exported("social_cohesion"), name, changes))
    assert returned["problems"] == []
    assert build_instrument(returned["document"]).item(name).reverse


def test_a_line_that_follows_from_others_cannot_be_changed_in_silence() -> None:
    content = exported(HERE / "every_type")
    changed: dict[str, dict[str, str | None]] = {
        "first_2": {"constraint": None},
        "weighs_1_worst": {"label::English (en)": "The one that can wait"},
        "story-warning": {"label::English (en)": "Write names"},
    }
    for name, changes in changed.items():
        assert problems(edited(content, name, changes)) == [(name, "follows")]


def test_words_that_stand_twice_must_agree() -> None:
    content = exported(HERE / "every_type")
    changes = {"label::English (en)": "How many?"}
    assert ("", "two-wordings") in problems(edited(content, "item-did", changes))


def test_our_columns_with_nonsense_are_named() -> None:
    content = exported(HERE / "every_type")
    unsure = problems(edited(content, "home", {"sixfold::na": "perhaps"}))
    assert ("home", "wrong-type") in unsure
    unknown = problems(edited(content, "home", {"sixfold::type": "scale"}))
    assert ("home", "unknown-type") in unknown


def test_a_question_can_be_added_among_ours() -> None:
    book: Any = load_workbook(BytesIO(exported(HERE / "tiny")))
    sheet = book["survey"]
    header = [cell.value for cell in sheet[1]]
    where = next(row[0].row for row in sheet.iter_rows() if row[header.index("name")].value == "T2")
    sheet.insert_rows(where)
    told = {"type": "integer", "name": "size"} | {
        column: "How many?" for column in header if str(column).startswith("label::")
    }
    for column, text in told.items():
        sheet.cell(where, header.index(column) + 1, text)
    lines = next(book["sixfold_words"].iter_rows(max_row=1, values_only=True))
    book["sixfold_words"].append(["answer.number", *["A whole number."] * (len(lines) - 1)])
    out = BytesIO()
    book.save(out)
    names = [item.name for item in back(out.getvalue()).items]
    assert names.index("size") == names.index("T2") - 1


def test_what_xlsform_cannot_say_is_refused_by_name() -> None:
    with pytest.raises(FormatError, match=r"people: XLSForm has no sum\(\) of several"):
        xlsform.write(instrument(HERE / "branching"))


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(FormatError, match="choose from: fr, en"):
        xlsform.write(instrument(HERE / "tiny"), "de")


def test_the_format_is_found_by_its_name() -> None:
    assert "xlsform" in format_names()
    assert find_format("xlsform").suffix == ".xlsx"
    assert KIND in line(exported(HERE / "tiny"), "T1")
