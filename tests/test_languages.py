"""Every word of the interface is there in every language, with its placeholders."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from babel.dates import format_date
from babel.messages.extract import extract_from_dir
from flask import Flask

from questionnaires.catalogue import read_catalogue
from survey.languages import LANGUAGES, choose_language, words

ROOT = Path(__file__).parents[1]
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def spoken() -> set[str]:
    found = extract_from_dir(ROOT / "survey", METHODS, keywords={"_": None})
    return {str(message) for _, _, message, _, _ in found}


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_a_language_says_everything_and_nothing_else(language: str) -> None:
    told = read_catalogue(ROOT / "survey" / "translations", language)
    catalogue = {str(each.id): str(each.string) for each in told if each.id}
    assert catalogue.keys() == spoken()
    for message, translation in catalogue.items():
        assert translation.strip()
        assert sorted(PLACEHOLDER.findall(message)) == sorted(PLACEHOLDER.findall(translation))


def test_no_sentence_goes_past_the_catalogues() -> None:
    # `extract_from_dir` sees `_("…")` alone: a sentence in another call would stay English.
    unseen = re.compile(r"""\w\.gettext\(\s*["']([^"']+)""")
    said = {
        text
        for _, kind in METHODS
        for path in (ROOT / "survey").rglob("*.py" if kind == "python" else "*.html")
        for text in unseen.findall(path.read_text(encoding="utf-8"))
    }
    assert said <= spoken()


def test_languages_run_as_they_are_written() -> None:
    assert {code: words(code).direction for code in ("en", "ar")} == {"en": "ltr", "ar": "rtl"}
    assert words("ar").name == "العربية"


def test_serbian_runs_in_both_its_alphabets() -> None:
    assert words("sr-Latn").gettext("Back to the first page") == "Nazad na prvu stranicu"
    assert words("sr-Cyrl").gettext("Back to the first page") == "Назад на прву страницу"
    assert words("sr-Cyrl").gettext("Part %(number)s of %(total)s", number=2, total=9) == (
        "Део 2 од 9"
    )


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("sr", "sr-Latn"),
        ("sr-RS,sr;q=0.9,en;q=0.8", "sr-Latn"),
        ("sr-Cyrl", "sr-Cyrl"),
        ("sr-cyrl-rs,sr;q=0.9", "sr-Cyrl"),
        ("sr-Latn-BA", "sr-Latn"),
        ("bs-Latn-BA", "bs"),
        ("ar-JO,en;q=0.5", "ar"),
        ("de,sr;q=0.4,bs;q=0.7", "bs"),
        ("de", "en"),
        ("", "en"),
        ("*", "en"),
    ],
)
def test_a_browser_gets_the_alphabet_it_asks_for(accepted: str, language: str) -> None:
    offered = ("en", "bs", "ar", "sr-Cyrl", "sr-Latn")
    with Flask("survey").test_request_context(headers={"Accept-Language": accepted}):
        assert choose_language(offered) == language


def test_serbian_in_one_alphabet_is_better_than_none() -> None:
    with Flask("survey").test_request_context(headers={"Accept-Language": "sr-RS"}):
        assert choose_language(("en", "sr-Cyrl")) == "sr-Cyrl"


@pytest.mark.parametrize("language", [*LANGUAGES, "rom"])
def test_a_language_knows_how_to_write_a_day(language: str) -> None:
    assert "2031" in format_date(date(2031, 4, 5), "long", locale=words(language).locale)
