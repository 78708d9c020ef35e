"""A paper form asks what the pages ask, and is a document that everybody can read."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from questionnaires import Instrument, item_type, library_names, read_instrument, screens
from questionnaires.formats import FormatError
from questionnaires.formats.paper import Facts, write
from questionnaires.formats.paper.conditions import Speaker
from questionnaires.formats.paper.pages import paper_form
from questionnaires.formats.paper.press import typeset
from questionnaires.formats.paper.wording import form_words
from questionnaires.logic import parse
from questionnaires.model import Audience
from questionnaires.read import LIBRARY
from questionnaires.types.base import choice_label
from tests.questionnaires.formats.printed import at_left_edge, printed, unspaced
from tests.questionnaires.types.asking import PLACES, every_type

ROOT = Path(__file__).parents[3]
WORDS = ROOT / "questionnaires" / "formats" / "paper" / "words"
CASES = [
    (path.parent.name, language)
    for path in sorted(LIBRARY.glob("*/instrument.toml"))
    for language in tomllib.loads(path.read_text(encoding="utf-8"))["languages"]
]
FACTS = Facts(
    link="https://example.org/s/spring-2026",
    organisation="The office that asks",
    contact="+000 11 222",
    help=("Health centre, 000", "Helpline, 111"),
    keep_until=date(2027, 3, 31),
    places=PLACES,
)

read = cache(read_instrument)


def pieces(value: Any, key: str) -> Iterator[Any]:
    """Yield everything that stands under `key`, at any depth."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name == key:
                yield each
            yield from pieces(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from pieces(each, key)


def words_of(instrument: Instrument, language: str) -> Iterator[str]:
    """Yield the words that the fullest form must show in one language."""
    text = instrument.texts[language]
    for screen in screens(instrument, instrument.forms[0]):
        for item in screen:
            yield item_type(item.type).question(item, text)
            if item.row:
                yield text[f"item.{item.words}"]
            codes = (*item.codes, *([] if item.required else item.ways_out))
            if item.type not in {"another", "place", "list_experiment"}:
                yield from (choice_label(item, code, text) for code in codes)


def beginnings(form: dict[str, Any]) -> Iterator[str]:
    """Yield how each question begins: its number, when it is asked, its words."""
    for question in [each for found in pieces(form, "questions") for each in found]:
        said = f"{form['only_if']} {question['condition']}" if question["condition"] else ""
        yield unspaced(f"{question['number']} {said} {question['words']}")
        for row in question["rows"]:
            yield unspaced(f"{row['number']} {row['words']}")


@pytest.mark.slow
@pytest.mark.parametrize(("name", "language"), CASES)
def test_every_form_of_the_library_can_be_printed_and_read_aloud(name: str, language: str) -> None:
    pdf = write(read(name), language)
    assert pdf.startswith(b"%PDF-1.7")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"/Marked true" in pdf
    assert f"/Lang({language.split('-', maxsplit=1)[0]}".encode() in pdf
    assert b"CreationDate" not in pdf
    assert b"CreateDate" not in pdf
    if language != "ar":  # Arabic is drawn in joined forms, from the end of a line
        paper = printed(pdf)
        words = {unspaced(each) for each in words_of(read(name), language)}
        words |= {*beginnings(paper_form(read(name), language, None, Facts()))}
        assert {each for each in words if each not in paper} == set()


def test_every_question_of_the_arabic_form_is_there() -> None:
    instrument = read("social_cohesion")
    form = paper_form(instrument, "ar", None, FACTS)
    said = {*pieces(form, "words"), *pieces(form, "label")}
    assert {*words_of(instrument, "ar")} <= said
    drawn = {*printed(typeset(form))}
    assert all(letter in drawn for letter in "كيفيعيشالناسمعا")


@pytest.mark.parametrize("name", library_names())
def test_every_question_has_its_number(name: str) -> None:
    form = paper_form(read(name), "en", None, FACTS)
    questions = [each for found in pieces(form, "questions") for each in found]
    assert [each["number"].partition(".")[0] for each in questions] == [
        each["number"].partition(".")[0] for each in sorted(questions, key=_place)
    ]
    numbers = [each["number"] for each in questions if not each["columns"]]
    numbers += [row["number"] for each in questions if each["columns"] for row in each["rows"]]
    items = [item for screen in screens(read(name), read(name).forms[0]) for item in screen]
    assert len(set(numbers)) == len(numbers) == len(items)


def _place(question: Any) -> tuple[int, ...]:
    return tuple(map(int, question["number"].split(".")))


@pytest.mark.parametrize("form", ["long", "short"])
def test_every_page_says_what_it_is_a_page_of(form: str) -> None:
    instrument = read("social_cohesion")
    pdf = write(instrument, "sq", form)
    mark = unspaced(f"social_cohesion {instrument.version} · {form} · sq · {instrument.sha256[:8]}")
    paper, pages = printed(pdf), pdf.count(b"/Type/Page/")
    assert pages > 3
    assert paper.count(mark) == pages
    assert all(f"{mark}Faqja{page}nga{pages}" in paper for page in range(1, pages + 1))


def test_the_short_form_asks_less() -> None:
    short = printed(write(read("social_cohesion"), "en", "short"))
    assert unspaced("How much do you feel at home here?") in short
    assert unspaced("how proud are you of this place?") not in short


def test_arabic_pages_run_from_right_to_left() -> None:
    assert b"/Direction/R2L" in write(read("social_cohesion"), "ar")
    assert b"/Direction/L2R" in write(read("social_cohesion"), "en")
    arabic, english = (
        typeset(paper_form(every_type(), each, None, FACTS)) for each in ("ar", "en")
    )
    # Of what stands at the left edge, Arabic has little more than the numbers of the pages.
    assert at_left_edge(english) > 30
    assert at_left_edge(arabic) < 15


def test_consent_comes_first_and_says_what_holds_on_paper() -> None:
    instrument = read("social_cohesion")
    opening = paper_form(instrument, "en", "short", FACTS)["opening"]
    text = instrument.texts["en"]
    assert text["consent.final"] not in opening["points"]  # there is no red button on paper
    for part in ("voluntary", "anonymous", "use", "care"):
        assert text[f"consent.{part}"] in opening["points"]
    paper = printed(write(instrument, "en", "short", FACTS))
    first = unspaced(text["item.D1"])
    told = [
        *opening["lead"],
        *opening["points"],
        text["consent.agree"],
        "The office that asks",
        "31 March 2027",
        "+000 11 222",
        "Helpline, 111",
        "spring-2026",
    ]
    for each in told:
        assert paper.index(unspaced(each)) < paper.index(first)


def test_what_the_round_has_not_said_can_be_written_by_hand() -> None:
    form = paper_form(read("social_cohesion"), "en", None, Facts())
    assert [each["value"] for each in form["opening"]["facts"]] == ["", "", ""]
    assert "https" not in printed(typeset(form))


def test_staff_are_told_what_to_leave_out_before_they_write() -> None:
    instrument = read("observation")
    assert instrument.audience is Audience.STAFF
    opening = paper_form(instrument, "bs", None, FACTS)["opening"]
    assert instrument.texts["bs"]["record.care"] in opening["lead"]
    assert opening["agree"] == {}


def test_help_stands_under_the_questions_that_may_hurt() -> None:
    instrument = read("beneficiary_monitoring")
    form = paper_form(instrument, "en", None, FACTS)
    helped = [each for found in pieces(form, "questions") for each in found if each["help"]]
    assert len(helped) == len({item.words for item in instrument.items if item.help})


def test_a_condition_is_said_in_words() -> None:
    conditions = [*pieces(paper_form(read("community_profile"), "en", None, FACTS), "condition")]
    assert "question 4: not “1”" in conditions
    assert "question 7 is answered" in conditions
    assert "question 12.1: “No” or “Partly”" in conditions
    assert not [each for each in conditions if "$" in each or "=" in each]


def test_a_condition_of_a_whole_section_is_said_once() -> None:
    form = paper_form(every_type(), "en", None, FACTS)
    (private,) = [each for each in form["sections"] if each["title"] == "In private"]
    assert private["condition"] == "question 2: “Yes”"
    assert not any(each["condition"] for each in private["stretches"][0]["questions"])


def test_a_turn_says_when_it_is_filled_in() -> None:
    stretches = [*pieces(paper_form(every_type(), "en", None, FACTS), "stretches")]
    turns = [each for found in stretches for each in found if each["turn"]]
    assert [(each["title"], each["turn"], each["condition"]) for each in turns[:3]] == [
        ("Person", "1", "question 9: 1 or more"),
        ("Person", "2", "question 9: 2 or more"),
        ("Person", "3", "question 9: 3 or more"),
    ]
    assert turns[4]["condition"] == "question 24: ✓"
    assert turns[0]["questions"][1]["condition"] == "question 11: 29 or less"


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("${agrees} = 'yes'", "question 1: “Yes”"),
        ("${agrees} != 'yes'", "question 1: not “Yes”"),
        ("not(${agrees} = 'yes')", "question 1: not “Yes”"),
        ("${agrees} = ''", "question 1 is not answered"),
        ("${agrees} = 'yes' or ${agrees} = 'no'", "question 1: “Yes” or “No”"),
        ("selected(${heard}, 'radio')", "question 2: “On the radio”"),
        ("count-selected(${heard}) >= 2", "answers marked in question 2: 2 or more"),
        ("${size} > 2", "question 3: 3 or more"),
        ("${size} < 2.5", "question 3: 2 or less"),
        (
            "number(${home}) >= 3",
            "question 4: “Very hard: health, safety or dignity suffered” or "
            "“We could not get it at all”",
        ),
        ("${young} = 'yes'", "question 5: 29 or less"),
        ("${young} = 'no'", "not (question 5: 29 or less)"),
        ("${size} + 1 = ${age_1}", "question 3 + 1 = question 5"),
        (
            "${size} > 1 and (${agrees} = 'yes' or ${home} = '0')",
            "question 3: 2 or more and (question 1: “Yes”; or question 4: “No difficulty”)",
        ),
    ],
)
def test_conditions_of_every_kind_have_words(expression: str, said: str) -> None:
    instrument = every_type()
    names = ("agrees", "heard", "size", "home", "age_1")
    numbers = {name: str(number) for number, name in enumerate(names, start=1)}
    calculations = {each.name: parse(each.expression) for each in instrument.calculations}
    text = instrument.texts["en"]
    speaker = Speaker(instrument, text, form_words("en"), numbers, calculations)
    assert speaker.say([parse(expression)]) == said


def test_each_arm_of_a_list_experiment_has_a_form_of_its_own() -> None:
    hidden = unspaced("Paid someone to get a service that is free")
    control = printed(write(every_type(), "en", facts=Facts(arm="control")))
    treatment = printed(write(every_type(), "en", facts=Facts(arm="treatment")))
    assert hidden not in control
    assert hidden in treatment
    assert f"{every_type().sha256[:8]}·B" in treatment


def test_every_kind_of_answer_has_its_place() -> None:
    form = paper_form(every_type(), "en", None, FACTS)
    questions = [each for found in pieces(form, "questions") for each in found]
    by_words = {each["words"]: each for each in questions}
    assert [each["count"] for each in by_words["Since when have you lived here?"]["cells"]] == [
        2,
        4,
    ]
    assert [each["label"] for each in by_words["Where do you live?"]["marks"]] == ["North", "South"]
    assert len(by_words["How many tokens did each problem receive?"]["cells"]) == 3
    ranking = by_words[
        "Choose the three problems that should be solved first. Put the most urgent one first."
    ]
    assert ranking["options"] == ["Water", "Work", "Health care", "School"]
    assert [each["label"] for each in ranking["lines"]] == ["1", "2", "3"]
    asked = [each for each in questions if each["number"] != "1" and each["words"]]
    assert all(each["outs"] or each["rows"] for each in asked)


def test_same_form_same_bytes_wherever_it_is_printed() -> None:
    program = (
        "import hashlib; from questionnaires import read_instrument; "
        "from questionnaires.formats.paper import write; "
        "print(hashlib.sha256(write(read_instrument('observation'), 'sq')).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "TZ": zone, "HOME": str(ROOT)},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    ]
    assert runs[0] == runs[1]


def test_loading_the_formats_loads_nothing_heavy() -> None:
    program = (
        "import sys, questionnaires.formats as formats; formats.find_format('paper'); "
        "assert not {'typst', 'segno', 'matplotlib', 'openpyxl', 'pyxform'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


def test_a_language_or_form_that_is_not_there_is_named() -> None:
    with pytest.raises(FormatError, match="no language 'xx'; choose from: en"):
        write(read("observation"), "xx")
    with pytest.raises(FormatError, match="no form 'tiny'; choose from: long, short"):
        write(read("social_cohesion"), "en", "tiny")


@pytest.mark.parametrize("language", sorted(path.stem for path in WORDS.glob("*.po")))
def test_every_language_words_every_instruction(language: str) -> None:
    source = "".join(path.read_text() for path in WORDS.parent.glob("*.py"))
    words = form_words(language)
    known = [message for message in form_words("ar").catalogue._catalog if message]  # type: ignore[attr-defined]
    assert len(known) >= 24
    for message in known:
        assert message[:20] in source, message
        told = words.catalogue.gettext(message)
        assert told != message or language == "fr"
        assert [
            part
            for part in ("%(number)s", "%(answer)s", "%(page)s", "%(pages)s")
            if (part in message) != (part in told)
        ] == []
