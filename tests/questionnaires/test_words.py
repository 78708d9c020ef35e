"""The words of the interface: plurals, direction, own names, and English where there are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from questionnaires import Text, Words, read_words
from questionnaires.text import flatten

CATALOGUE = """
msgid ""
msgstr ""
"Language: ar\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
"n%100>=11 && n%100<=99 ? 4 : 5);\\n"

msgid "Form"
msgstr "نموذج"

msgid "Screen %(number)s of %(total)s"
msgstr "الشاشة %(number)s من %(total)s"

msgid "Not yet translated"
msgstr ""

#, fuzzy
msgid "Only guessed"
msgstr "تخمين"

msgid "%(num)s answer"
msgid_plural "%(num)s answers"
msgstr[0] "لا إجابات"
msgstr[1] "إجابة واحدة"
msgstr[2] "إجابتان"
msgstr[3] "%(num)s إجابات"
msgstr[4] "%(num)s إجابة"
msgstr[5] "%(num)s من الإجابات"

msgid "%(num)s place"
msgid_plural "%(num)s places"
msgstr[0] ""
msgstr[1] ""
msgstr[2] ""
msgstr[3] ""
msgstr[4] ""
msgstr[5] ""
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that holds the words of one language."""
    (tmp_path / "ar.po").write_text(CATALOGUE.lstrip(), encoding="utf-8")
    return tmp_path


@pytest.fixture
def arabic(folder: Path) -> Words:
    return read_words(folder, "ar")


@pytest.fixture
def english(folder: Path) -> Words:
    return read_words(folder, "en")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "لا إجابات"),
        (1, "إجابة واحدة"),
        (2, "إجابتان"),
        (3, "3 إجابات"),
        (10, "10 إجابات"),
        (11, "11 إجابة"),
        (99, "99 إجابة"),
        (100, "100 من الإجابات"),
        (102, "102 من الإجابات"),
        (103, "103 إجابات"),
        (2400, "2400 من الإجابات"),
    ],
)
def test_arabic_has_six_plural_forms(arabic: Words, number: int, expected: str) -> None:
    assert arabic.ngettext("%(num)s answer", "%(num)s answers", number) == expected


@pytest.mark.parametrize(
    ("number", "expected"), [(0, "0 answers"), (1, "1 answer"), (2, "2 answers")]
)
def test_english_has_two_plural_forms(english: Words, number: int, expected: str) -> None:
    assert english.ngettext("%(num)s answer", "%(num)s answers", number) == expected


def test_a_message_is_translated(arabic: Words) -> None:
    assert arabic.gettext("Form") == "نموذج"


def test_placeholders_are_filled_in_the_order_of_the_language(arabic: Words) -> None:
    shown = arabic.gettext("Screen %(number)s of %(total)s", number=2, total=14)
    assert shown == "الشاشة 2 من 14"


def test_a_plural_fills_its_other_placeholders_too(english: Words) -> None:
    shown = english.ngettext("%(num)s answer in %(place)s", "%(num)s in %(place)s", 3, place="P1")
    assert shown == "3 in P1"


@pytest.mark.parametrize("message", ["Not yet translated", "Only guessed", "Never heard of"])
def test_a_message_without_a_translation_is_english(arabic: Words, message: str) -> None:
    assert arabic.gettext(message) == message


@pytest.mark.parametrize(("number", "expected"), [(1, "1 place"), (5, "5 places")])
def test_a_plural_without_a_translation_is_english(
    arabic: Words, number: int, expected: str
) -> None:
    assert arabic.ngettext("%(num)s place", "%(num)s places", number) == expected


@pytest.mark.parametrize("language", ["en", "sq", "rom", "sr-Latn"])
def test_a_language_without_a_catalogue_speaks_english(folder: Path, language: str) -> None:
    assert read_words(folder, language).gettext("Form") == "Form"


def test_a_language_that_locales_do_not_know_may_have_a_catalogue(folder: Path) -> None:
    (folder / "rom.po").write_text('msgid "Form"\nmsgstr "Lil"\n', encoding="utf-8")
    assert read_words(folder, "rom").gettext("Form") == "Lil"


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        ("en", "ltr"),
        ("mk", "ltr"),
        ("ar", "rtl"),
        ("ur", "rtl"),
        ("sr-Latn", "ltr"),
        ("az-Arab", "rtl"),
        ("rom", "ltr"),
    ],
)
def test_a_language_runs_the_way_it_is_written(folder: Path, language: str, direction: str) -> None:
    assert read_words(folder, language).direction == direction


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en", "English"),
        ("sq", "Shqip"),
        ("bs", "Bosanski"),
        ("mk", "Македонски"),
        ("ar", "العربية"),
        ("fr", "Français"),
        ("rom", "rom"),
    ],
)
def test_a_language_is_named_in_itself(folder: Path, language: str, name: str) -> None:
    assert read_words(folder, language).name == name


def test_a_catalogue_is_read_once(folder: Path) -> None:
    assert read_words(folder, "ar") is read_words(folder, "ar")


# The words of an instrument


def test_nested_words_lie_under_dotted_keys() -> None:
    nested = {"title": "T", "scale": {"HOW3": {"1": "Little"}}, "hint": {}}
    assert dict(flatten(nested)) == {"title": "T", "scale.HOW3.1": "Little"}


def test_a_missing_wording_is_an_error_unless_a_default_is_given() -> None:
    text = Text("en", "English", "ltr", "draft", {"title": "T"})
    assert (text["title"], text.get("hint.Q2"), text.get("hint.Q2", "-")) == ("T", "", "-")
    with pytest.raises(KeyError):
        text["hint.Q2"]
