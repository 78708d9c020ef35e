"""Every instrument of the library: complete, checked, worded plainly, and off with a reason."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from questionnaires import Instrument, Item, library_names, read_instrument
from questionnaires.build import build_instrument
from questionnaires.read import LIBRARY

HERE = Path(__file__).parent
Row = dict[str, Any]

with (HERE / "library.csv").open(encoding="utf-8", newline="") as _stream:
    DESIGN = list(csv.DictReader(_stream))

with (HERE / "library_codes.csv").open(encoding="utf-8", newline="") as _stream:
    CODES = list(csv.DictReader(_stream))

LIBRARY_NAMES = library_names()
PARTICIPANTS = ("beneficiary_monitoring", "community_profile", "social_cohesion")
DEMOGRAPHICS = ("D1", "D2", "D3", "D4", "D6", "D7", "D8", "D10", "D13", "Q1")

#: Words of a question, as against titles, consent and what a page says of its own accord.
ASKED = ("item.", "row.", "scale.", "choice.", "hint.", "variant.")


@cache
def library(name: str) -> Instrument:
    """Return an instrument of the library, read once."""
    return read_instrument(name)


def structure(name: str) -> Row:
    """Return the table of instrument.toml as the file has it."""
    table: Row = library(name).document["instrument"]
    return table


def written(name: str, item: str) -> Row:
    return next(row for row in structure(name)["item"] if row["name"] == item)


def parts(table: Row) -> Iterator[Row]:
    """Yield every item, and every row and choice of one, as the file has it."""
    for row in table["item"]:
        yield row
        yield from row.get("row", ())
        yield from row.get("choice", ())


def english(name: str) -> dict[str, str]:
    return dict(library(name).texts["en"].words)


def asked_words(name: str) -> dict[str, str]:
    return {key: words for key, words in english(name).items() if key.startswith(ASKED)}


def stems(name: str) -> dict[str, str]:
    """Return the questions, those of variants among them."""
    return {
        key: text for key, text in english(name).items() if re.match(r"(variant\.\w+\.)?item", key)
    }


def design_of(row: dict[str, str]) -> str:
    return f"{row['instrument']}-{row['item']}"


def with_everything_on(name: str) -> Instrument:
    document = json.loads(library(name).canonical)
    for row in parts(document["instrument"]):
        row.pop("enabled", None)
    return build_instrument(document)


# Complete


def test_the_instruments_for_participants_are_there() -> None:
    assert set(PARTICIPANTS) <= set(LIBRARY_NAMES)


@pytest.mark.parametrize("row", DESIGN, ids=design_of)
def test_an_item_of_the_design_is_there_as_designed(row: dict[str, str]) -> None:
    item = written(row["instrument"], row["item"])
    assert item["type"] == row["type"]
    assert item.get("scale", "") == row["scale"]
    assert item.get("dimension", "") == row["dimension"]
    assert item.get("reverse", False) == (row["reverse"] == "1")


@pytest.mark.parametrize("row", DESIGN, ids=design_of)
def test_an_item_of_the_design_is_worded_as_designed(row: dict[str, str]) -> None:
    assert english(row["instrument"])[f"item.{row['item']}"] == row["wording"]


@pytest.mark.parametrize("row", DESIGN, ids=design_of)
def test_an_item_is_on_or_off_as_designed(row: dict[str, str]) -> None:
    item = written(row["instrument"], row["item"])
    assert item.get("enabled", True) == (row["enabled"] == "1")


@pytest.mark.parametrize("row", CODES, ids=design_of)
def test_a_list_offers_what_was_designed(row: dict[str, str]) -> None:
    item = written(row["instrument"], row["item"])
    listed = item.get("row") if row["list"] == "row" else item.get("choice")
    assert [each["code"] for each in listed or ()] == row["codes"].split()


@pytest.mark.parametrize("name", PARTICIPANTS)
def test_every_item_of_a_questionnaire_is_one_of_the_design(name: str) -> None:
    designed = {row["item"] for row in DESIGN if row["instrument"] == name}
    with (HERE / "items.csv").open(encoding="utf-8", newline="") as stream:
        scored = (
            {row["id"] for row in csv.DictReader(stream)} if name == "social_cohesion" else set()
        )
    others = {row["name"] for row in structure(name)["item"]} - designed - scored
    assert [item for item in others if not re.fullmatch(r"D\d+|Q[12]|why_\w+", item)] == []


# Checked


@pytest.mark.parametrize("name", LIBRARY_NAMES)
def test_an_instrument_has_no_problem(name: str) -> None:
    assert read_instrument(name).items


@pytest.mark.parametrize("name", LIBRARY_NAMES)
def test_what_is_off_can_be_switched_on_without_another_change(name: str) -> None:
    everything = with_everything_on(name)
    assert len(everything.items) >= len(library(name).items)


@pytest.mark.parametrize("name", LIBRARY_NAMES)
def test_what_is_off_says_why(name: str) -> None:
    off = [part for part in parts(structure(name)) if not part.get("enabled", True)]
    assert [part for part in off if len(part.get("reason", "")) < 20] == []


@pytest.mark.parametrize("name", LIBRARY_NAMES)
def test_an_instrument_says_where_its_ideas_come_from(name: str) -> None:
    sources = (LIBRARY / name / "SOURCES.md").read_text(encoding="utf-8")
    assert "All wording is original to this project" in sources
    assert re.search(r"nothing (here )?has been tested", sources, re.IGNORECASE)
    assert "## Notes for translators" in sources


@pytest.mark.parametrize("name", LIBRARY_NAMES)
def test_english_is_the_language_that_others_follow(name: str) -> None:
    assert library(name).languages[0] == "en"


@pytest.mark.parametrize("name", LIBRARY_NAMES)
def test_no_language_claims_more_than_a_draft(name: str) -> None:
    assert {text.status for text in library(name).texts.values()} == {"draft"}


@pytest.mark.parametrize("name", LIBRARY_NAMES)
def test_every_language_has_the_words_that_english_has(name: str) -> None:
    texts = library(name).texts
    differing = {code: text.words.keys() ^ texts["en"].words.keys() for code, text in texts.items()}
    assert differing == {code: set() for code in texts}


@pytest.mark.parametrize("name", LIBRARY_NAMES)
def test_a_way_out_is_never_left_out(name: str) -> None:
    words = english(name)
    assert words["answer.dk"]
    assert words["answer.pnta"]


# Worded plainly


@pytest.mark.parametrize("name", LIBRARY_NAMES)
def test_no_question_is_longer_than_24_words(name: str) -> None:
    words = {key: len(re.findall(r"[\w'’-]+", stem)) for key, stem in stems(name).items()}
    assert {key: count for key, count in words.items() if count > 24} == {}


@pytest.mark.parametrize("name", LIBRARY_NAMES)
def test_nobody_is_asked_to_agree(name: str) -> None:
    pattern = re.compile(r"\b(dis)?agree\b", re.IGNORECASE)
    assert [key for key, words in asked_words(name).items() if pattern.search(words)] == []


@pytest.mark.parametrize("name", LIBRARY_NAMES)
def test_nothing_is_ever_put_into_a_sentence(name: str) -> None:
    for text in library(name).texts.values():
        assert [key for key, words in text.words.items() if re.search(r"[{}%$]", words)] == []


@pytest.mark.parametrize("name", PARTICIPANTS)
def test_no_question_to_participants_speaks_of_the_community(name: str) -> None:
    assert [key for key, stem in stems(name).items() if "communit" in stem.lower()] == []


@pytest.mark.parametrize("name", PARTICIPANTS)
def test_no_question_names_a_people_a_faith_or_a_cause(name: str) -> None:
    named = re.compile(
        r"\b(isis|daesh|extremis\w*|terroris\w*|radicali\w*|fighters?|muslims?|christians?|orthodox"
        r"|albanians?|serbs?|bosniaks?|croats?|roma|kosov\w*|bosnia\w*|macedonia\w*)\b",
        re.IGNORECASE,
    )
    asked = {key: words for key, words in asked_words(name).items() if "choice.D9." not in key}
    assert [key for key, words in asked.items() if named.search(words)] == []


@pytest.mark.parametrize("name", PARTICIPANTS)
def test_the_consent_says_what_it_must(name: str) -> None:
    words = english(name)
    assert "skip any question and stop at any time" in words["consent.voluntary"]
    assert "does not affect any help" in words["consent.voluntary"]
    assert "do not ask your name" in words["consent.anonymous"]
    assert "never for fewer than 10 people" in words["consent.use"]
    assert "cannot find or delete your answers" in words["consent.final"]
    assert "do this later" in words["consent.care"]
    assert "18 or older" in words["consent.agree"]


# The same in all


@pytest.mark.parametrize("name", PARTICIPANTS)
def test_groups_of_people_are_asked_alike_everywhere(name: str) -> None:
    model, own = library("social_cohesion"), library(name)
    shared = [item for item in own.items if item.name in DEMOGRAPHICS]
    assert shared
    for item in shared:
        assert item.codes == model.item(item.name).codes
        assert item.sensitive == model.item(item.name).sensitive
        assert labels(own, item) == labels(model, item)


def labels(instrument: Instrument, item: Item) -> list[str]:
    text = instrument.texts["en"]
    keys = [f"item.{item.name}", *(f"choice.{item.name}.{code}" for code in item.codes)]
    return [text[key] for key in keys]


@pytest.mark.parametrize("name", PARTICIPANTS)
def test_a_scale_has_the_same_labels_everywhere(name: str) -> None:
    model = library("social_cohesion").texts
    for language, text in library(name).texts.items():
        scales = [key for key in text.words if key.startswith("scale.")]
        known = model[language].words if language in model else {}
        assert [key for key in scales if known.get(key, text[key]) != text[key]] == []


@pytest.mark.parametrize("name", PARTICIPANTS)
def test_adults_only_unless_a_protocol_allows_more(name: str) -> None:
    assert "15-17" not in library(name).item("D3").codes


@pytest.mark.parametrize("name", PARTICIPANTS)
def test_nothing_but_the_place_is_required(name: str) -> None:
    assert [item.name for item in library(name).items if item.required] == ["D1"]


@pytest.mark.parametrize("name", PARTICIPANTS)
def test_the_washington_group_has_an_empty_place_near_the_start(name: str) -> None:
    file = (LIBRARY / name / "instrument.toml").read_text(encoding="utf-8")
    slot = file.index("# Slot for the Washington Group Short Set")
    assert file.index('name = "D3"') < slot
    assert len(re.findall(r"^\[\[item\]\]$", file[:slot], re.MULTILINE)) == 3
    assert "verbatim" in file[slot : slot + 200]
    assert "## The Washington Group slot" in (LIBRARY / name / "SOURCES.md").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("name", LIBRARY_NAMES)
def test_the_words_of_the_washington_group_were_not_invented(name: str) -> None:
    borrowed = re.compile(
        r"difficulty (seeing|hearing|walking|remembering)|self-care", re.IGNORECASE
    )
    assert [key for key, words in english(name).items() if borrowed.search(words)] == []


@pytest.mark.parametrize("name", LIBRARY_NAMES)
def test_no_score_stands_above_the_others(name: str) -> None:
    composites = [each for each in library(name).dimensions if each.rule == "composite"]
    assert [each.name for each in composites] == (["TR"] if name == "social_cohesion" else [])


@pytest.mark.parametrize("name", PARTICIPANTS)
def test_no_questionnaire_asks_participants_for_free_text_by_itself(name: str) -> None:
    texts = [item for item in structure(name)["item"] if item["type"] == "text"]
    assert [item["name"] for item in texts if item.get("enabled", True)] == []
    assert "text" not in {item.type for item in library(name).items}
