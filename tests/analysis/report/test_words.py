from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

import analysis.report
from analysis.disclosure import Cell, Release
from analysis.report import render_community, render_report
from analysis.report.charts import draw_figures
from analysis.report.phrases import FOLDER, Phrases
from questionnaires import read_words
from questionnaires.catalogue import read_catalogue

HERE = Path(analysis.report.__file__).parent
KEYWORDS = {"gettext": None, "ngettext": (1, 2), "marked": None}
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")
#: Messages that may be the same in another language.
SAME = {
    "%(percent)s%%", "Alpha", "Dimension", "Omega", "Questionnaire", "Questions", "Respect",
    "Score", "Section", "Services", "Sources",
}  # fmt: skip

Message = str | tuple[str, ...]


@pytest.fixture(scope="module")
def messages() -> set[Message]:
    found = extract_from_dir(HERE, method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found}


@pytest.fixture(scope="module", params=sorted(path.stem for path in FOLDER.glob("*.po")))
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    """Return the catalogue of each language that reports are written in."""
    return read_catalogue(FOLDER, request.param)


def test_a_language_knows_every_message(messages: set[Message], catalogue: Catalog) -> None:
    assert len(messages) > 80
    for message in messages:
        entry = catalogue.get(message if isinstance(message, str) else message[0])
        assert entry is not None, message
        forms = [entry.string] if isinstance(entry.string, str) else list(entry.string or ())
        assert len(forms) == (1 if isinstance(message, str) else catalogue.num_plurals)
        assert all(forms), message
        assert message in SAME or all(form != message for form in forms)


def test_a_language_says_nothing_that_is_no_longer_asked(
    messages: set[Message], catalogue: Catalog
) -> None:
    assert {entry.id for entry in catalogue if entry.id} <= messages


def test_a_language_keeps_every_placeholder(messages: set[Message], catalogue: Catalog) -> None:
    for message in messages:
        if isinstance(message, str):
            entry = catalogue.get(message)
            assert entry is not None
            kept = sorted(PLACEHOLDER.findall(str(entry.string)))
            assert kept == sorted(PLACEHOLDER.findall(message)), message


@pytest.mark.parametrize(
    ("language", "people", "told"),
    [
        ("bs", 21, "Odgovorila je otprilike 21 osoba."),
        ("bs", 23, "Odgovorile su otprilike 23 osobe."),
        ("bs", 112, "Odgovorilo je otprilike 112 osoba."),
        ("sr-Latn", 23, "Odgovorile su otprilike 23 osobe."),
        ("sr-Cyrl", 1565, "Одговорило је отприлике 1565 особа."),
        ("sq", 1, "U përgjigj rreth 1 person."),
        ("sq", 2, "U përgjigjën rreth 2 persona."),
        ("mk", 21, "Одговори околу 21 лице."),
        ("mk", 11, "Одговорија околу 11 лица."),
        ("fr", 0, "Environ 0 personne a répondu."),
        ("fr", 2, "Environ 2 personnes ont répondu."),
    ],
)
def test_people_are_counted_as_the_language_counts(language: str, people: int, told: str) -> None:
    words = read_words(FOLDER, language)
    one, many = "About %(count)s person answered.", "About %(count)s people answered."
    assert words.ngettext(one, many, people, count=people) == told


@pytest.mark.parametrize(
    ("people", "told"),
    [
        (5, "أجاب نحو 5 أشخاص."),
        (50, "أجاب نحو 50 شخصًا."),
        (100, "أجاب نحو 100 شخص."),
        (105, "أجاب نحو 105 أشخاص."),
        (1565, "أجاب نحو 1565 شخصًا."),
    ],
)
def test_arabic_counts_people_in_the_right_form(people: int, told: str) -> None:
    words = read_words(FOLDER, "ar")
    one, many = "About %(count)s person answered.", "About %(count)s people answered."
    assert words.ngettext(one, many, people, count=people) == told


def test_what_cannot_be_told_is_a_dash(made: Release) -> None:
    phrases = Phrases(made, made.programme, "en")
    assert phrases.range(Cell("TR", (), n=20, mean=48)) == "–"
    assert phrases.share(None) == "–"


def test_shares_at_the_ends_are_told_in_words(made: Release) -> None:
    phrases = Phrases(made, made.programme, "en")
    shown = [phrases.share(share) for share in ("<5", "37", ">95")]
    assert shown == ["under 5%", "37%", "over 95%"]


def test_an_arabic_page_holds_no_latin_word_but_names_and_fingerprints(made: Release) -> None:
    figures = draw_figures(made, "ar")
    pages = render_report(made, figures, "ar", {}) + render_community(made, "ar", {})
    shown = re.sub(r"<style>.*?</style>|<[^>]*>", " ", pages, flags=re.DOTALL)
    facts = made.facts
    known = f"{facts.instrument} {facts.instrument_sha256} {facts.data_sha256} {facts.signed_by} "
    known += f"{facts.signed_role} {facts.contact}"
    assert set(re.findall(r"[A-Za-z]{2,}", shown)) <= set(re.findall(r"[A-Za-z]{2,}", known))


@pytest.mark.parametrize(
    ("language", "told"),
    [("bs", "5. april 2031."), ("sr-Latn", "5. april 2031."), ("sr-Cyrl", "5. април 2031.")],
)
def test_a_day_and_a_number_are_written_as_in_the_language(
    made: Release, language: str, told: str
) -> None:
    phrases = Phrases(made, made.programme, language)
    assert phrases.day(date(2031, 4, 5)) == told
    assert phrases.number(1565) == "1.565"
