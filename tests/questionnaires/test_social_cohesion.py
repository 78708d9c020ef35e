"""The social cohesion questionnaire is the one that was designed."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from questionnaires import Instrument, Item, Role, Rule, item_type

with (Path(__file__).parent / "items.csv").open(encoding="utf-8", newline="") as _stream:
    DESIGN = {row["id"]: row for row in csv.DictReader(_stream)}

#: The dimension whose score an item enters, by its dimension and sub-dimension in the design.
DIMENSIONS: dict[str, Callable[[str], str]] = {
    "Trust": lambda sub: sub.split()[0],
    "Belonging": lambda sub: "BE",
    "Shared identity": lambda sub: "SI",
    "Attitudes to other groups": lambda sub: "AT",
    "Collective action norms": lambda sub: "CN",
    "Civic engagement": lambda sub: "CE",
}

#: The facet that a sub-dimension is reported as; the others are not reported.
FACETS = {
    ("SI", "self-ref"): ("SI_self",),
    ("SI", "community-ref"): ("SI_comm",),
    ("AT", "distance"): ("AT_dist",),
    ("CE", "community"): ("CE_community",),
    ("CE", "voice"): ("CE_voice",),
    ("CE", "bridging"): ("CE_bridging",),
}

SCALES = {
    "EXT5": "Not at all · A little · Partly · Mostly · Completely",
    "FRQ5": "Never · Rarely · Sometimes · Often · Always",
    "MANY5": "Almost none · A few · About half · Most · Almost all",
    "LIK5": "Very unlikely · Unlikely · It could go either way · Likely · Very likely",
    "COM5": "Very uncomfortable · Uncomfortable · Neither · Comfortable · Very comfortable",
    "WRM5": "Very cold · Cold · Neither · Warm · Very warm",
    "ACT4": "Not in the past 12 months · Once · 2 to 5 times · 6 times or more",
}

DEMOGRAPHICS = {
    "D1": "",
    "D2": "woman man other_way",
    "D3": "18-24 25-29 30-39 40-49 50-59 60-69 70+",
    "D4": "always moved displaced returned abroad other",
    "D5": "under1 1-4 5-14 15+ always",
    "D6": "none primary lower_secondary upper_secondary post_secondary bachelor master",
    "D7": "paid_work own_business family_work looking study care retired cannot_work other",
    "D8": "not_at_all basics basics_plus comfortably",
    "D9": "sq bs sr mk tr rom ar fr en other",
    "D10": "yes no",
    "D13": "yes no",
}


def scored(instrument: Instrument, form: str = "long") -> list[Item]:
    return [item for item in instrument.asked(form) if item.dimension]


def row(instrument: Instrument, name: str) -> dict[str, Any]:
    """Return the table of an item as its file has it."""
    rows: list[dict[str, Any]] = instrument.document["instrument"]["item"]
    return next(each for each in rows if each["name"] == name)


# What is scored


@pytest.mark.parametrize(("form", "count"), [("long", 42), ("short", 18)])
def test_a_form_has_as_many_scored_items_as_designed(
    cohesion: Instrument, form: str, count: int
) -> None:
    assert len(scored(cohesion, form)) == count


@pytest.mark.parametrize(("form", "count"), [("long", 55), ("short", 31)])
def test_a_form_asks_eleven_demographics_and_two_closing_questions_besides(
    cohesion: Instrument, form: str, count: int
) -> None:
    assert len(cohesion.asked(form)) == count


def test_the_scored_items_are_those_of_the_design(cohesion: Instrument) -> None:
    assert {item.name for item in scored(cohesion)} == DESIGN.keys()


@pytest.mark.parametrize("name", DESIGN)
def test_an_item_is_scored_as_designed(cohesion: Instrument, name: str) -> None:
    item, design = cohesion.item(name), DESIGN[name]
    dimension = DIMENSIONS[design["dimension"]](design["sub"])
    assert (item.type, item.scale, item.dimension) == ("likert", design["scale"], dimension)
    assert item.facets == FACETS.get((dimension, design["sub"]), ())


@pytest.mark.parametrize("name", DESIGN)
def test_an_item_is_in_the_forms_of_the_design(cohesion: Instrument, name: str) -> None:
    short = DESIGN[name]["short"] == "1"
    assert cohesion.item(name).forms == (("long", "short") if short else ("long",))


@pytest.mark.parametrize("name", DESIGN)
def test_an_item_is_worded_as_designed(cohesion: Instrument, name: str) -> None:
    wording = DESIGN[name]["text"]
    act = DESIGN[name]["dimension"] == "Civic engagement"
    assert cohesion.texts["en"][f"item.{name}"] == (f"… {wording}?" if act else wording)


def test_five_items_are_reversed_one_on_each_attitude_scale(cohesion: Instrument) -> None:
    reversed_items = [item.name for item in cohesion.items if item.reverse]
    assert sorted(reversed_items) == ["A6", "B5", "I6", "N7", "T4"]
    assert sorted(reversed_items) == sorted(
        name for name in DESIGN if DESIGN[name]["reverse"] == "1"
    )


def test_the_items_of_a_dimension_stand_in_the_order_of_the_design(cohesion: Instrument) -> None:
    for section in cohesion.sections:
        asked = [item.name for item in scored(cohesion) if item.section == section.name]
        assert asked == [name for name in DESIGN if name in asked]


def test_no_item_but_the_place_is_required(cohesion: Instrument) -> None:
    assert [item.name for item in cohesion.items if item.required] == ["D1"]


# The dimensions


def test_there_are_six_dimensions_in_the_order_of_the_scores(cohesion: Instrument) -> None:
    names = [each.name for each in cohesion.dimensions if each.role is Role.DIMENSION]
    assert names == ["TR", "BE", "SI", "AT", "CN", "CE"]


def test_no_dimension_stands_above_the_six(cohesion: Instrument) -> None:
    composites = {each.name: each.parts for each in cohesion.dimensions if each.parts}
    assert composites == {"TR": ("TRH", "TRV"), "CE_freq": ("CE",)}
    assert cohesion.dimension("CE_freq").role is Role.FACET


def test_three_dimensions_make_the_headline(cohesion: Instrument) -> None:
    headline = [each.name for each in cohesion.dimensions if each.headline]
    assert headline == ["TR", "BE", "CE"]


def test_civic_engagement_counts_acts_and_the_others_are_means(cohesion: Instrument) -> None:
    acts = {each.name for each in cohesion.dimensions if each.rule is Rule.ACTS}
    means = {each.name for each in cohesion.dimensions if each.rule is Rule.MEAN}
    assert acts == {"CE", "CE_community", "CE_voice", "CE_bridging"}
    assert means == {"TRH", "TRV", "BE", "SI", "SI_self", "SI_comm", "AT", "AT_dist", "CN"}


def test_every_score_of_the_interface_is_a_dimension(cohesion: Instrument) -> None:
    scores = (
        "TRH TRV TR BE SI SI_self SI_comm AT AT_dist CN "
        "CE CE_freq CE_community CE_voice CE_bridging"
    )
    assert {each.name for each in cohesion.dimensions} == set(scores.split())


# Layout


def test_the_sections_stand_in_the_order_of_the_layout(cohesion: Instrument) -> None:
    assert [section.name for section in cohesion.sections] == [
        "place",
        "belonging",
        "trust",
        "collective_action",
        "civic_engagement",
        "shared_identity",
        "attitudes",
        "about_you",
        "close",
    ]


@pytest.mark.parametrize(
    ("section", "names"),
    [
        ("place", "D1 D2 D3"),
        ("belonging", "B1 B2 B3 B4 B5 B6"),
        ("trust", "T1 T2 T3 T4 T5 T6 T7 T8"),
        ("collective_action", "N1 N2 N3 N4 N5 N6 N7"),
        ("civic_engagement", "C1 C2 C3 C4 C5 C6 C7 C8"),
        ("shared_identity", "I1 I2 I3 I4 I5 I6"),
        ("attitudes", "A1 A2 A3 A4 A5 A6 A7"),
        ("about_you", "D4 D5 D6 D7 D8 D9 D10 D13"),
        ("close", "Q1 Q2"),
    ],
)
def test_a_section_asks_its_items_in_order(cohesion: Instrument, section: str, names: str) -> None:
    asked = [item.name for item in cohesion.items if item.section == section]
    assert asked == names.split()


@pytest.mark.parametrize("name", DEMOGRAPHICS)
def test_a_demographic_offers_its_bands(cohesion: Instrument, name: str) -> None:
    assert list(cohesion.item(name).codes) == DEMOGRAPHICS[name].split()


def test_demographics_are_in_no_score(cohesion: Instrument) -> None:
    named = [item for item in cohesion.items if item.name in {*DEMOGRAPHICS, "Q1", "Q2"}]
    assert [(item.dimension, item.facets) for item in named] == [("", ())] * 13


@pytest.mark.parametrize("name", ["D11", "D12"])
def test_ethnicity_and_religion_are_off_with_a_reason(cohesion: Instrument, name: str) -> None:
    assert name not in {item.name for item in cohesion.items}
    assert row(cohesion, name)["enabled"] is False
    assert "expose people" in row(cohesion, name)["reason"]


def test_the_band_below_18_is_off_with_a_reason(cohesion: Instrument) -> None:
    band = next(each for each in row(cohesion, "D3")["choice"] if each["code"] == "15-17")
    assert "15-17" not in cohesion.item("D3").codes
    assert band["enabled"] is False
    assert "guardian" in band["reason"]


@pytest.mark.parametrize("name", ["D4", "D9", "D10"])
def test_what_could_expose_a_person_is_marked(cohesion: Instrument, name: str) -> None:
    assert cohesion.item(name).sensitive


def test_marking_no_unclear_part_excludes_marking_one(cohesion: Instrument) -> None:
    choices = cohesion.item("Q2").choices
    assert [choice.code for choice in choices if choice.exclusive] == ["none"]


def test_the_parts_that_can_be_unclear_are_the_sections(cohesion: Instrument) -> None:
    sections = [section.name for section in cohesion.sections]
    assert list(cohesion.item("Q2").codes) == ["none", *sections[:-1]]


def test_every_choice_code_is_unique_in_its_item(cohesion: Instrument) -> None:
    assert all(len(item.codes) == len(set(item.codes)) for item in cohesion.items)


@pytest.mark.parametrize("name", SCALES)
def test_a_scale_is_labelled_as_designed(cohesion: Instrument, name: str) -> None:
    codes = next(scale.codes for scale in cohesion.scales if scale.name == name)
    first = 0 if name == "ACT4" else 1
    assert codes == tuple(map(str, range(first, first + len(codes))))
    labels = [cohesion.texts["en"][f"scale.{name}.{code}"] for code in codes]
    assert " · ".join(labels) == SCALES[name]


# Words


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_a_language_runs_its_own_way(cohesion: Instrument, language: str, direction: str) -> None:
    assert cohesion.texts[language].direction == direction


def test_english_is_what_others_fall_back_to(cohesion: Instrument) -> None:
    assert cohesion.languages[0] == "en"


def test_no_language_is_more_than_a_draft(cohesion: Instrument) -> None:
    assert {text.status for text in cohesion.texts.values()} == {"draft"}


def test_every_language_has_the_same_words(cohesion: Instrument) -> None:
    english = cohesion.texts["en"].words.keys()
    assert {code: text.words.keys() ^ english for code, text in cohesion.texts.items()} == {
        code: set() for code in cohesion.languages
    }


def test_no_wording_was_left_in_english(cohesion: Instrument) -> None:
    english, arabic = cohesion.texts["en"].words, cohesion.texts["ar"].words
    assert [key for key in english if english[key] == arabic[key]] == []


def test_every_arabic_wording_has_arabic_letters(cohesion: Instrument) -> None:
    arabic = cohesion.texts["ar"].words
    assert [key for key in arabic if not re.search("[\u0621-\u064a]", arabic[key])] == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_numbers_are_the_same_in_every_language(cohesion: Instrument, language: str) -> None:
    text, english = cohesion.texts[language], cohesion.texts["en"]
    for key in ("choice.D3.25-29", "scale.ACT4.3", "consent.agree", "consent.use"):
        assert re.findall(r"\d+", text[key]) == re.findall(r"\d+", english[key])


def test_the_question_of_each_act_goes_on_from_the_stem(cohesion: Instrument) -> None:
    for text in cohesion.texts.values():
        acts = [text[f"item.C{number}"] for number in range(1, 9)]
        assert text["section.civic_engagement.intro"].endswith("…")
        assert all(act.startswith("…") for act in acts)


def test_the_stem_of_the_acts_is_the_one_of_the_design(cohesion: Instrument) -> None:
    stem = cohesion.texts["en"]["section.civic_engagement.intro"]
    assert stem == "In the past 12 months, how often have you …"


def test_no_scale_asks_to_agree(cohesion: Instrument) -> None:
    questions = ("item.", "scale.", "choice.", "section.")
    words = cohesion.texts["en"].words
    assert not [
        key
        for key in words
        if key.startswith(questions) and re.search(r"\b(dis)?agree\b", words[key], re.IGNORECASE)
    ]


def test_no_arabic_scale_asks_to_agree(cohesion: Instrument) -> None:
    words = cohesion.texts["ar"].words
    labels = [words[key] for key in words if key.startswith("scale.")]
    assert not [label for label in labels if "وافق" in label]


def test_no_name_is_ever_put_into_a_sentence(cohesion: Instrument) -> None:
    for text in cohesion.texts.values():
        assert [key for key, words in text.words.items() if re.search(r"[{}%$]", words)] == []


def test_no_question_is_longer_than_24_words(cohesion: Instrument) -> None:
    english = cohesion.texts["en"]
    asked = {item.name: english[f"item.{item.name}"] for item in cohesion.items}
    words = {name: len(re.findall(r"[\w'’-]+", wording)) for name, wording in asked.items()}
    assert {name: count for name, count in words.items() if count > 24} == {}


def test_no_question_speaks_of_the_community(cohesion: Instrument) -> None:
    english = cohesion.texts["en"]
    asked = {item.name: english[f"item.{item.name}"] for item in cohesion.items}
    assert [name for name, wording in asked.items() if "communit" in wording.lower()] == []


def test_the_block_begins_as_designed(cohesion: Instrument) -> None:
    assert cohesion.texts["en"]["section.belonging.intro"] == (
        "Please think about the place where you live and the people who live around you. "
        "There are no right or wrong answers. You can skip any question."
    )


def test_every_question_type_it_uses_is_known(cohesion: Instrument) -> None:
    used = {item.type for item in cohesion.items}
    assert {item_type(name).name for name in used} == {"likert", "multiple", "place", "single"}
