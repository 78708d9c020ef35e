"""A language that is like another: its own words, the other's for the rest, and frozen whole."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from questionnaires import (
    InstrumentError,
    Text,
    library_names,
    read_instrument,
    read_words,
    thaw_instrument,
    worded,
)
from questionnaires.catalogue import read_catalogue
from questionnaires.cyrillic import cyrillic
from questionnaires.text import flatten

HERE = Path(__file__).parent

LATIN = """
name = "Srpski"
like = "bs"

[item]
T1 = "Koliko verujete ljudima?"
"""
CYRILLIC = """
name = "Српски"
like = "sr-Latn"
script = "Cyrl"

[hint]
D2 = "По Вашем мишљењу."
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Return the folder of a small instrument in four languages, two of them like a third."""
    folder = shutil.copytree(HERE / "tiny", tmp_path / "tiny")
    structure = (folder / "instrument.toml").read_text(encoding="utf-8")
    listed = structure.replace('["fr", "en"]', '["en", "bs", "sr-Latn", "sr-Cyrl"]')
    (folder / "instrument.toml").write_text(listed, encoding="utf-8")
    english = (folder / "text/en.toml").read_text(encoding="utf-8")
    bosnian = english.replace('"English"', '"Bosanski"').replace(
        "How much do you trust people?", "Koliko vjerujete ljudima?"
    )
    bosnian = bosnian.replace("Where do you live?", "Koje je ovo naselje?")
    write(folder, "bs", bosnian)
    write(folder, "sr-Latn", LATIN)
    write(folder, "sr-Cyrl", CYRILLIC)
    return folder


def write(folder: Path, language: str, words: str) -> None:
    (folder / f"text/{language}.toml").write_text(words, encoding="utf-8")


def text(folder: Path, language: str) -> Text:
    return read_instrument(folder).texts[language]


def places(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(InstrumentError) as caught:
        read_instrument(folder)
    return [(problem.file, problem.code) for problem in caught.value.problems]


def test_its_own_words_come_first_and_the_others_from_the_one_it_is_like(tiny: Path) -> None:
    serbian = text(tiny, "sr-Latn")
    assert serbian["item.T1"] == "Koliko verujete ljudima?"
    assert serbian["item.D1"] == "Koje je ovo naselje?"
    assert (serbian.name, serbian.direction, serbian.status) == ("Srpski", "ltr", "draft")


def test_another_script_writes_all_but_its_own_words(tiny: Path) -> None:
    serbian = text(tiny, "sr-Cyrl")
    assert serbian["item.T1"] == "Колико верујете људима?"
    assert serbian["item.D1"] == "Које је ово насеље?"
    assert serbian["hint.D2"] == "По Вашем мишљењу."
    assert (serbian.name, serbian.direction, serbian.status) == ("Српски", "ltr", "draft")


def test_a_frozen_wave_holds_every_word_and_leans_on_no_other_language(tiny: Path) -> None:
    instrument = read_instrument(tiny)
    document = json.loads(instrument.canonical)
    assert not {"like", "script"} & {key for words in document["text"].values() for key in words}
    assert thaw_instrument(instrument.canonical).texts == instrument.texts
    for code in ("en", "bs", "sr-Latn"):
        del document["text"][code]
    document["instrument"]["languages"] = ["sr-Cyrl"]
    alone = thaw_instrument(json.dumps(document))
    assert alone.texts["sr-Cyrl"] == instrument.texts["sr-Cyrl"]


def test_the_language_it_is_like_need_not_be_offered(tiny: Path) -> None:
    structure = (tiny / "instrument.toml").read_text(encoding="utf-8")
    only = structure.replace('["en", "bs", "sr-Latn", "sr-Cyrl"]', '["sr-Cyrl"]')
    (tiny / "instrument.toml").write_text(only, encoding="utf-8")
    assert read_instrument(tiny).languages == ("sr-Cyrl",)


def test_it_has_a_name_of_its_own(tiny: Path) -> None:
    write(tiny, "sr-Latn", LATIN.replace('name = "Srpski"', ""))
    assert ("text/sr-Latn.toml", "missing-key") in places(tiny)


def test_a_word_for_nothing_is_still_named(tiny: Path) -> None:
    write(tiny, "sr-Latn", LATIN + 'T9 = "Nema ga."\n')
    assert ("text/sr-Latn.toml", "unknown-words") in places(tiny)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('like = "bs"', 'like = "sr-Latn"'),
        ('like = "bs"', 'like = "sr-Cyrl"'),
        ('like = "bs"', 'like = "../bs"'),
        ('like = "bs"', "like = 7"),
        ('like = "bs"', 'like = "bs"\nscript = "Runr"'),
        ('like = "bs"', 'like = "bs"\nscript = 7'),
    ],
)
def test_a_likeness_that_leads_nowhere_is_named_once_for_each_file(
    tiny: Path, old: str, new: str
) -> None:
    write(tiny, "sr-Latn", LATIN.replace(old, new))
    assert places(tiny) == [
        ("text/sr-Cyrl.toml", "bad-likeness"),
        ("text/sr-Latn.toml", "bad-likeness"),
    ]


def test_the_missing_file_of_the_one_it_is_like_is_named(tiny: Path) -> None:
    (tiny / "text/bs.toml").unlink()
    assert places(tiny) == [
        ("text/bs.toml", "missing-file"),
        ("text/sr-Cyrl.toml", "bad-likeness"),
        ("text/sr-Latn.toml", "bad-likeness"),
    ]


def test_a_script_without_a_likeness_is_no_key(tiny: Path) -> None:
    write(tiny, "bs", 'script = "Cyrl"\n' + (tiny / "text/bs.toml").read_text(encoding="utf-8"))
    assert ("text/bs.toml", "unknown-key") in places(tiny)


# The library


def spoken(name: str) -> dict[str, Text]:
    return dict(read_instrument(name).texts)


@pytest.mark.parametrize("name", library_names())
def test_serbian_in_cyrillic_is_serbian_in_other_letters(name: str) -> None:
    texts = spoken(name)
    in_latin, in_cyrillic = texts["sr-Latn"].words, texts["sr-Cyrl"].words
    assert {key: cyrillic(words) for key, words in in_latin.items()} == in_cyrillic


@pytest.mark.parametrize("name", library_names())
def test_a_serbian_file_holds_only_what_serbian_says_otherwise(name: str) -> None:
    folder = HERE.parents[1] / "questionnaires" / "library" / name
    instrument = read_instrument(folder)
    own = own_words(folder / "text/sr-Latn.toml")
    assert [key for key in own if instrument.texts["bs"].get(key) == own[key]] == []


def own_words(file: Path) -> dict[str, str]:
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return {key: words for key, words in flatten(table) if key not in {"name", "like"}}


def test_variants_are_like_too() -> None:
    serbian = worded(read_instrument("social_cohesion"), "displacement").texts["sr-Cyrl"]
    assert serbian["item.I5"].startswith("Колико је овдашњих празника")
    assert "расељене" in serbian["item.I5"]


# The catalogues of the interface

BOSNIAN = """
msgid ""
msgstr ""
"Language: bs\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || "
"n%100>=20) ? 1 : 2);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Answers"
msgstr "Odgovori"

msgid "Place %(name)s"
msgstr "Mjesto %(name)s"

#, fuzzy
msgid "Only guessed"
msgstr "Nagađanje"

msgid "%(num)s person"
msgid_plural "%(num)s people"
msgstr[0] "%(num)s osoba ovdje"
msgstr[1] "%(num)s osobe ovdje"
msgstr[2] "%(num)s osoba ovdje ukupno"
"""
SERBIAN = """
msgid ""
msgstr ""
"Language: %s\\n"
"X-Like: %s\\n"
"Plural-Forms: nplurals=3; plural=(n%%10==1 && n%%100!=11 ? 0 : n%%10>=2 && n%%10<=4 && "
"(n%%100<10 || n%%100>=20) ? 1 : 2);\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"""


@pytest.fixture
def catalogues(tmp_path: Path) -> Path:
    """Return a folder with a catalogue and two that are like it."""
    latin = SERBIAN % ("sr-Latn", "bs") + '\nmsgid "Place %(name)s"\nmsgstr "Mesto %(name)s"\n'
    cyrillic_one = (SERBIAN % ("sr-Cyrl", "sr-Latn")).replace(
        '"X-Like', '"X-Script: Cyrl\\n"\n"X-Like'
    )
    for language, words in {"bs": BOSNIAN, "sr-Latn": latin, "sr-Cyrl": cyrillic_one}.items():
        (tmp_path / f"{language}.po").write_text(words.lstrip(), encoding="utf-8")
    return tmp_path


def test_a_catalogue_takes_what_it_lacks_from_the_one_it_is_like(catalogues: Path) -> None:
    serbian = read_words(catalogues, "sr-Latn")
    assert serbian.gettext("Place %(name)s", name="A1") == "Mesto A1"
    assert serbian.gettext("Answers") == "Odgovori"
    assert serbian.gettext("Only guessed") == "Only guessed"


@pytest.mark.parametrize(
    ("number", "told"),
    [(1, "1 особа овдје"), (22, "22 особе овдје"), (11, "11 особа овдје укупно")],
)
def test_a_catalogue_in_another_script_keeps_placeholders_and_plurals(
    catalogues: Path, number: int, told: str
) -> None:
    serbian = read_words(catalogues, "sr-Cyrl")
    assert serbian.gettext("Place %(name)s", name="A1") == "Место A1"
    assert serbian.ngettext("%(num)s person", "%(num)s people", number) == told


def test_serbian_is_named_in_its_own_letters(catalogues: Path) -> None:
    names = [read_words(catalogues, code).name for code in ("sr-Latn", "sr-Cyrl")]
    assert names == ["Srpski (latinica)", "Српски (ћирилица)"]


def test_a_catalogue_has_every_message_once(catalogues: Path) -> None:
    found = [message.id for message in read_catalogue(catalogues, "sr-Cyrl") if message.id]
    plural = ("%(num)s person", "%(num)s people")
    assert sorted(map(str, found)) == sorted(map(str, ["Answers", "Place %(name)s", plural]))
