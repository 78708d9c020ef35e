"""Every word of the interface is there in every language, with its placeholders."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from survey.languages import LANGUAGES, words

ROOT = Path(__file__).parents[1]
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def spoken() -> set[str]:
    found = extract_from_dir(ROOT / "survey", METHODS, keywords={"_": None})
    return {str(message) for _, _, message, _, _ in found}


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_a_language_says_everything_and_nothing_else(language: str) -> None:
    path = ROOT / "survey" / "translations" / f"{language}.po"
    with path.open("rb") as stream:
        catalogue = {str(each.id): str(each.string) for each in read_po(stream) if each.id}
    assert catalogue.keys() == spoken()
    for message, translation in catalogue.items():
        assert translation.strip()
        assert sorted(PLACEHOLDER.findall(message)) == sorted(PLACEHOLDER.findall(translation))


def test_languages_run_as_they_are_written() -> None:
    assert {code: words(code).direction for code in ("en", "ar")} == {"en": "ltr", "ar": "rtl"}
    assert words("ar").name == "العربية"
