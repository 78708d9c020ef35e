"""XLSForms from elsewhere: what becomes of them, and what is wrong with those that are broken."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from questionnaires import Instrument
from questionnaires.build import build_instrument
from questionnaires.formats.xlsform.reading import read_content
from tests.questionnaires.formats.forms import changed, rows, sheets, workbook

FLAWS = tomllib.loads((Path(__file__).parent / "broken.toml").read_text(encoding="utf-8"))


def read(content: bytes) -> tuple[Instrument, list[str]]:
    found = read_content(content)
    assert found["problems"] == []
    return build_instrument(found["document"]), found["notes"]


def problems(content: bytes) -> list[tuple[str, ...]]:
    return [tuple(each) for each in read_content(content)["problems"]]


def form(**tables: str) -> Instrument:
    return read(workbook(sheets(**tables)))[0]


@pytest.mark.parametrize("flaw", FLAWS.values(), ids=list(FLAWS))
def test_a_mistake_is_named_once_with_its_row_and_its_remedy(flaw: dict[str, Any]) -> None:
    found = problems(workbook(changed(flaw["cells"])))
    assert [(place, item, code) for place, item, code, _ in found] == [
        (flaw["place"], flaw["item"], flaw["code"])
    ]
    assert flaw["remedy"] in found[0][3]


def test_the_catalogue_of_mistakes_is_long() -> None:
    assert len(FLAWS) >= 25


def test_all_mistakes_are_named_at_once_in_the_order_of_the_rows() -> None:
    cells = {
        "survey 9 type": "geopoint",
        "survey 3 type": "select_one nothing",
        "survey 8 constraint": "regex(., 'a')",
        "choices 6 name": "",
    }
    found = problems(workbook(changed(cells)))
    assert [each[0] for each in found] == [
        "survey row 3",
        "survey row 8",
        "survey row 9",
        "choices row 6",
    ]


def test_a_formula_is_refused_at_its_cell() -> None:
    book = changed({"survey 9 label::English (en)": "=A1&A2"})
    found = problems(workbook(book, formulas=True))
    assert ("survey row 9", "no-text") in [(place, code) for place, _, code, _ in found]


def test_a_form_without_a_sheet_of_questions_says_which_sheets_it_has() -> None:
    book = {"Sheet1": rows("type | name\ntext | story")}
    place, _, code, remedy = problems(workbook(book))[0]
    assert (place, code) == ("survey", "no-sheet")
    assert "Sheet1" in remedy


def test_a_sheet_without_a_column_of_types_is_named() -> None:
    found = problems(workbook(sheets(survey="what | name\ntext | story")))
    assert ("survey", "no-column") in [(place, code) for place, _, code, _ in found]


def test_every_kind_of_question_becomes_one_of_ours() -> None:
    asked = form()
    assert [(item.name, item.type, item.ask_if) for item in asked.items if item.instance < 2] == [
        ("lives", "single", ""),
        ("size", "number", "${lives} = 'yes'"),
        ("age_1", "number", "(number(${size}) >= 1)"),
        ("wants", "multiple", ""),
        ("story", "text", "${young} = 'few'"),
    ]
    assert [section.name for section in asked.sections] == ["home"]
    assert (asked.groups[0].name, asked.groups[0].count) == ("person", "size")
    assert (asked.name, asked.version, asked.languages) == ("at_home", "3", ("en", "sq"))
    assert asked.texts["sq"]["choice.wants.water"] == "Ujë"
    assert asked.texts["sq"]["hint.size"] == "Me ju"


def test_plain_ends_of_a_number_are_its_ends() -> None:
    options = (
        form(
            survey="""
type | name | label | constraint
integer | size | How many? | . > 0 and . <= 30
"""
        )
        .item("size")
        .options
    )
    assert (options.minimum, options.maximum) == (1, 30)


def test_questions_outside_groups_stand_in_a_section_of_their_own() -> None:
    survey = """
type | name | label
integer | size | How many?
begin_group | last | The end
text | story | Tell us
end_group
integer | age | How old?
"""
    asked = form(survey=survey)
    assert [(item.name, item.section) for item in asked.items] == [
        ("size", "questions"),
        ("story", "last"),
        ("age", "questions_2"),
    ]
    assert asked.texts["en"]["section.questions.title"] == "At home"


def test_conditions_of_groups_hold_for_what_stands_in_them() -> None:
    survey = """
type | name | label | relevant
begin_group | outer | One
select_one yesno | lives | Here?
end_group
begin_group | second | Two | ${lives} = 'yes'
begin_group | inner | Three | ${lives} != 'no'
integer | size | How many? | ${lives} = 'yes'
end_group
end_group
"""
    asked = form(survey=survey)
    assert asked.section("second").ask_if == "${lives} = 'yes'"
    assert asked.item("size").ask_if == "(${lives} != 'no') and (${lives} = 'yes')"


def test_a_note_at_the_beginning_of_a_group_introduces_it() -> None:
    survey = """
type | name | label
begin_group | home | Your home
note | hello | Please think of where you sleep.
integer | size | How many?
end_group
"""
    assert form(survey=survey).texts["en"]["section.home.intro"].startswith("Please think")


def test_answers_that_are_none_become_ways_out() -> None:
    choices = """
list_name | name | label
yesno | yes | Yes
yesno | no | No
yesno | dk | No idea
yesno | na | Not for us
yesno | 99 | Other
"""
    asked = form(survey="type | name | label\nselect_one yesno | lives | Here?", choices=choices)
    item = asked.item("lives")
    assert (item.codes, item.na) == (("yes", "no", "99"), True)
    assert asked.texts["en"]["choice.lives.dk"] == "No idea"


@pytest.mark.parametrize(
    ("line", "kind", "option"),
    [
        ("date | since | When? | month-year", "date", ("precision", "month")),
        ("date | since | When? | year", "date", ("precision", "year")),
        ("text | since | Why? | multiline", "text", ("lines", 4)),
        ("rank yesno | since | Which first? |", "ranking", ("top", 0)),
        ("select_one numbers | since | How much? | likert", "likert", ("top", 0)),
        ("int | since | How many? |", "number", ("top", 0)),
        ("select one from yesno | since | Which? |", "single", ("top", 0)),
        ("select all that apply from yesno | since | Which? |", "multiple", ("top", 0)),
    ],
)
def test_types_and_appearances_are_understood(
    line: str, kind: str, option: tuple[str, object]
) -> None:
    choices = "list_name | name | label\nyesno | yes | Yes\nyesno | no | No\n"
    choices += "numbers | 1 | Little\nnumbers | 2 | Much"
    survey = f"type | name | label | appearance\n{line}"
    item = form(survey=survey, choices=choices).item("since")
    assert (item.type, getattr(item.options, option[0])) == (kind, option[1])


def test_what_is_left_out_is_said_with_its_rows() -> None:
    survey = """
type | name | label | required | appearance | colour
start | start
deviceid | deviceid
integer | size | How many? | yes | glitter | red
date | since | Since when?
"""
    notes = read(workbook(sheets(survey=survey)))[1]
    told = "\n".join(notes)
    assert "survey row 2, 3: left out" in told
    assert "survey row 4: 'required' is not kept" in told
    assert "survey row 4: the appearance glitter" in told
    assert "survey: the column 'colour' is not read" in told
    assert "survey row 5: asked as a month and a year" in told


def test_a_language_the_library_does_not_speak_gets_english_words_and_a_note() -> None:
    survey = "type | name | label::Kiswahili (sw)\ninteger | size | Ngapi?"
    choices = "list_name | name | label::Kiswahili (sw)\nyesno | yes | Ndiyo"
    settings = "form_title | form_id\nNyumba | home"
    asked, notes = read(workbook(sheets(survey=survey, choices=choices, settings=settings)))
    assert asked.languages == ("sw",)
    assert asked.texts["sw"]["answer.dk"] == "I don't know"
    assert any(note.startswith("text/sw.toml") for note in notes)


def test_languages_are_known_by_code_by_english_name_and_by_their_own() -> None:
    survey = "type | name | label::English | label::Shqip | label::العربية (ar) | label::fr\n"
    survey += "integer | size | How many? | Sa? | كم؟ | Combien ?"
    asked = form(survey=survey, choices="list_name | name", settings="form_title\nHome")
    assert asked.languages == ("en", "sq", "ar", "fr")
    assert asked.texts["ar"].direction == "rtl"


def test_ours_and_pyxform_agree_on_a_reference_that_is_not_there() -> None:
    cells = {"survey 9 relevant": "${nobody} = 'few'"}
    assert problems(workbook(changed(cells)))[0][2] == "unknown-name"


def test_500_questions_in_four_languages_are_read_in_three_seconds() -> None:
    languages = ("English (en)", "Shqip (sq)", "Bosanski (bs)", "العربية (ar)")
    labels = [f"label::{language}" for language in languages]
    kinds = ("select_one yesno", "select_multiple yesno", "integer", "text", "date")
    survey = [["type", "name", *labels, "relevant"]]
    for number in range(500):
        asked = [f"Question {number}, asked in {language}?" for language in languages]
        condition = "${q0} = 'yes'" if number % 7 == 1 else ""
        survey.append([kinds[number % 5], f"q{number}", *asked, condition])
    choices = [
        ["list_name", "name", *labels],
        ["yesno", "yes", *languages],
        ["yesno", "no", *kinds],
    ]
    content = workbook({"survey": survey, "choices": choices})
    started = time.process_time()
    asked_items = read(content)[0].items
    assert time.process_time() - started < 3
    assert len(asked_items) == 500
