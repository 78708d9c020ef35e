"""What holds for every type: what is read may be stored, is shown again, and reads again."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires import (
    Item,
    Nonanswer,
    arranged,
    bind_form,
    build_form,
    check_answers,
    field_names,
    fill_form,
    item_type,
    orders,
    read_answers,
    read_instrument,
    thaw_instrument,
    worded,
)
from questionnaires.errors import AnswerError, InstrumentError
from questionnaires.logic import complete_answers
from questionnaires.types import type_names
from questionnaires.types.boxes import Boxed
from tests.questionnaires.types.asking import FOLDER, PLACES, every_type, item, text

ASKED = [each for each in every_type().items if item_type(each.type).is_asked]
CODES = [code for code, _ in PLACES]
STRANGE = [
    "",
    " ",
    "secret",
    "skip",
    "na",
    "not_shown",
    "invalid",
    "0",
    "3",
    "٣",
    "2019",
    "13",
    "-1",
]
#: One item of each type.
NAMES = list({each.type: each.name for each in reversed(ASKED)}.values())


def test_the_instrument_asks_every_type() -> None:
    made = {"grid": "likert"}
    assert {made.get(name, name) for name in type_names()} <= {each.type for each in ASKED}


def sent(asked: Item) -> st.SearchStrategy[dict[str, list[str]]]:
    """Draw what a person, a careless script or an attacker may send for one item."""
    values = st.sampled_from([*STRANGE, *asked.codes, *CODES, "dk", "pnta"]) | st.text(max_size=3)
    return st.fixed_dictionaries(
        {name: st.lists(values, max_size=2) for name in field_names(asked)}
    )


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_whatever_is_read_may_be_stored_and_is_read_again(name: str, data: st.DataObject) -> None:
    asked = item(name)
    kind = build_form([asked], text(), PLACES)
    form = bind_form(kind, [asked], text(), data.draw(sent(asked)))
    answers = read_answers([asked], form)
    for answer in answers.values():
        codes = {*(asked.codes or CODES), *asked.ways_out, Nonanswer.SKIPPED}
        assert item_type(asked.type).takes(asked, answer, codes)
        assert item_type(asked.type).label(asked, answer, text("ar"), PLACES)
        assert read_answers([asked], fill_form(kind, [asked], answers)) == answers


@pytest.mark.parametrize("name", NAMES)
@given(answer=st.text(max_size=12) | st.sampled_from(["not_shown", "invalid", "na na", "dk dk"]))
def test_no_answer_from_outside_breaks_the_check(name: str, answer: str) -> None:
    asked = item(name)
    codes = {*(asked.codes or CODES), *asked.ways_out, Nonanswer.SKIPPED}
    if item_type(asked.type).takes(asked, answer, codes):
        assert answer not in {"not_shown", "invalid"}
        assert answer


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name not in {"lives", "story", "step_1"}]
)
def test_a_refusal_never_repeats_what_was_sent(name: str) -> None:
    asked = item(name)
    fields = {key: ["gossip"] for key in field_names(asked)}
    form = bind_form(build_form([asked], text(), PLACES), [asked], text(), fields)
    assert "gossip" not in str(form.errors)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_type_speaks_the_language_of_the_page(language: str) -> None:
    spoken = text(language)
    for asked in ASKED:
        field = build_form([asked], spoken, PLACES)()[asked.name]
        assert field.label.text in spoken.words.values()


# The whole instrument


def complete(given: Mapping[str, str]) -> dict[str, str]:
    """Return answers to the whole instrument: what is `given`, else a skip."""
    answers = {each.name: "skip" for each in every_type().items}
    answers |= {each.name: orders(item(each.words))[0] for each in ORDERS}
    answers |= {"did_arm": "control", "lives": "N1", **given}
    return complete_answers(every_type(), "long", answers)


ORDERS = [each for each in every_type().items if each.type == "order"]


def test_complete_answers_may_be_stored() -> None:
    answers = complete({"agrees": "yes", "did": "2", "size": "1", "age_1": "20"})
    check_answers(every_type(), "long", answers, CODES)
    assert answers["young"] == "yes"
    assert answers["age_2"] == "not_shown"


@pytest.mark.parametrize(
    "change",
    [
        {"needs_water": "invalid"},
        {"needs_water": "not_shown"},
        {"needs_water": "5"},
        {"did_arm": "neither"},
        {"first_order": "water water"},
        {"did": "4"},
        {"lives": "Z9"},
        {"lives": "not_shown"},
        {"age_2": "20"},
        {"first": "water water"},
        {"tokens": "water:11", "voters": "1"},
        {"size": "0"},
    ],
    ids=str,
)
def test_one_answer_that_no_page_gives_refuses_the_whole(change: dict[str, str]) -> None:
    answers = complete({"agrees": "yes", "did": "2", "size": "1", "age_1": "20"})
    with pytest.raises(AnswerError):
        check_answers(every_type(), "long", answers | change, CODES)


def test_a_frozen_copy_is_the_instrument() -> None:
    assert thaw_instrument(every_type().canonical) == every_type()


@pytest.mark.parametrize("name", type_names())
def test_a_type_with_boxes_needs_the_words_for_a_box_beside_a_way_out(name: str) -> None:
    kind = item_type(name)
    assert not isinstance(kind, Boxed) or "answer.exclusive" in kind.messages


def test_a_copy_frozen_without_the_words_for_a_box_beside_a_way_out_is_asked_on() -> None:
    document = json.loads(every_type().canonical)
    for words in document["text"].values():
        del words["answer"]["exclusive"]
    frozen = thaw_instrument(json.dumps(document))
    size, words = frozen.item("size"), frozen.texts["en"]
    form = bind_form(build_form([size], words), [size], words, {"size": ["5", "dk"]})
    assert form["size"].errors == [words["answer.unknown"]]


# Orders


def test_orders_are_rotations_and_put_each_choice_first_once() -> None:
    found = orders(item("first"))
    assert sorted(each.split()[0] for each in found) == sorted(item("first").codes)
    assert all(sorted(each.split()) == sorted(item("first").codes) for each in found)


def test_choices_are_read_in_the_order_of_the_item_whatever_order_was_shown() -> None:
    heard = item("heard")
    shown = arranged(heard, {"heard_order": "radio meeting poster none"})
    kind = build_form([shown], text())
    form = bind_form(kind, [heard], text(), {"heard": ["radio", "meeting"]})
    assert [choice.value for choice in form["heard"].choices][:2] == ["radio", "meeting"]
    assert read_answers([heard], form) == {"heard": "meeting radio"}


# Variants


def test_a_variant_replaces_whole_sentences_and_nothing_else() -> None:
    other = worded(every_type(), "displacement")
    assert "since you came" in other.texts["en"]["item.home"]
    assert other.texts["en"]["item.heard"] == text()["item.heard"]
    assert (other.wording, other.variants) == ("displacement", ())
    assert other.items == every_type().items
    assert thaw_instrument(other.canonical) == other


def test_the_plain_wording_is_frozen_without_the_others() -> None:
    plain = worded(every_type(), "")
    assert plain.texts["en"]["item.home"] == text()["item.home"]
    assert "since you came" not in plain.canonical


def test_an_unknown_variant_is_named_with_those_there_are() -> None:
    with pytest.raises(InstrumentError, match="displacement"):
        worded(read_instrument(FOLDER), "cleavage")
