"""What each question type asks, reads and measures, and which answers may be stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wtforms import Form

from questionnaires import (
    AnswerError,
    Choice,
    Instrument,
    Item,
    Level,
    Nonanswer,
    QuestionnaireError,
    Text,
    bind_form,
    build_form,
    check_answers,
    fill_form,
    item_type,
    read_answers,
)
from questionnaires.types import type_names

PLACES = [("P1", "North"), ("P2", "South")]
RADIOS = ["likert", "single"]
STRANGE = ["9", " ", "1 ", "\x00", "skip", "na", "not_shown", "invalid", "<b>", "%(value)s", "١"]


class Spoken(dict[str, str]):
    """Words in which everything is called by its key."""

    def __missing__(self, key: str) -> str:
        """Return the key."""
        return key


TEXT = Text("en", "English", "ltr", "draft", Spoken())


def item(
    kind: str = "likert",
    codes: str = "1 2 3 4 5",
    *,
    reverse: bool = False,
    required: bool = False,
) -> Item:
    """Return an item called X; its last choice is exclusive when it is called none."""
    choices = tuple(Choice(code, code == "none") for code in codes.split())
    return Item(
        name="X",
        section="s",
        type=kind,
        scale="S" if kind == "likert" else "",
        choices=() if kind == "place" else choices,
        dimension="",
        facets=(),
        reverse=reverse,
        forms=("long",),
        required=required,
        sensitive=False,
    )


MULTIPLE = item("multiple", "a b c none")
PLACE = item("place", required=True)


def send(asked: Item, *values: str, text: Text = TEXT) -> Form:
    """Return the form that comes back when `values` are sent for one item."""
    kind = build_form([asked], text, PLACES)
    return bind_form(kind, [asked], text, {"X": values} if values else {})


def read(asked: Item, *values: str) -> dict[str, str]:
    return read_answers([asked], send(asked, *values))


def errors(asked: Item, *values: str) -> list[str]:
    found: list[str] = list(send(asked, *values)["X"].errors)
    return found


def instrument(*items: Item) -> Instrument:
    return Instrument("x", "1.0", ("long",), (), (), items, (), {}, {})


def test_an_instrument_may_use_twelve_question_types() -> None:
    assert " ".join(type_names()) == (
        "best_worst crosswise date grid likert list_experiment multiple number place ranking "
        "single text votes"
    )


def test_an_unknown_type_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        item_type("slider")


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("likert", Level.ORDINAL),
        ("single", Level.NOMINAL),
        ("multiple", Level.MULTIPLE),
        ("place", Level.NOMINAL),
    ],
)
def test_a_type_declares_its_level(kind: str, level: Level) -> None:
    assert item_type(kind).level is level


# Asking


@pytest.mark.parametrize("kind", [*RADIOS, "multiple"])
def test_not_knowing_and_not_saying_are_always_offered(kind: str) -> None:
    field = build_form([item(kind)], TEXT)()["X"]
    assert [choice.value for choice in field.choices] == ["1", "2", "3", "4", "5", "dk", "pnta"]


@pytest.mark.parametrize("kind", ["likert", "single", "multiple", "place"])
def test_an_item_is_asked_in_its_own_words(kind: str) -> None:
    assert build_form([item(kind)], TEXT, PLACES)()["X"].label.text == "item.X"


@pytest.mark.parametrize(("kind", "key"), [("likert", "scale.S.1"), ("single", "choice.X.1")])
def test_a_choice_is_labelled_by_its_scale_or_by_its_item(kind: str, key: str) -> None:
    field = build_form([item(kind)], TEXT)()["X"]
    assert [choice.label for choice in field.choices][::6] == [key, "answer.pnta"]


def test_an_item_may_have_its_own_word_for_not_knowing() -> None:
    text = replace(TEXT, words=Spoken({"choice.X.dk": "Not sure"}))
    field = build_form([item("single")], text)()["X"]
    assert [choice.label for choice in field.choices][-2:] == ["Not sure", "answer.pnta"]


def test_places_are_offered_in_their_order_after_an_empty_line() -> None:
    field = build_form([PLACE], TEXT, PLACES)()["X"]
    assert [(choice.value, choice.label) for choice in field.choices] == [
        ("", "answer.choose"),
        *PLACES,
    ]


# Reading


@pytest.mark.parametrize("code", ["1", "5", "dk", "pnta"])
@pytest.mark.parametrize("kind", [*RADIOS, "multiple"])
def test_an_offered_code_is_read(kind: str, code: str) -> None:
    assert read(item(kind), code) == {"X": code}


@pytest.mark.parametrize("values", [(), ("",)], ids=["absent", "empty"])
@pytest.mark.parametrize("kind", ["likert", "single", "multiple", "place"])
def test_nothing_chosen_is_a_skip(kind: str, values: tuple[str, ...]) -> None:
    assert read(item(kind), *values) == {"X": "skip"}


@pytest.mark.parametrize("value", STRANGE)
@pytest.mark.parametrize("kind", ["likert", "single", "multiple", "place"])
def test_an_unknown_code_is_refused(kind: str, value: str) -> None:
    assert errors(item(kind), value) == ["answer.unknown"]
    assert read(item(kind), value) == {}


@pytest.mark.parametrize("kind", ["likert", "single", "multiple", "place"])
def test_a_refusal_never_repeats_what_was_sent(kind: str) -> None:
    assert "secret" not in str(send(item(kind), "secret").errors)


@pytest.mark.parametrize("kind", ["likert", "single", "multiple", "place"])
def test_a_refusal_may_be_worded_with_a_percent_sign(kind: str) -> None:
    text = replace(TEXT, words=Spoken({"answer.unknown": "100 % of %(value)s %s"}))
    assert send(item(kind), "secret", text=text)["X"].errors == ["100 % of %(value)s %s"]


@pytest.mark.parametrize("values", [("1", "2"), ("1", "1"), ("1", "")])
@pytest.mark.parametrize("kind", RADIOS)
def test_one_choice_sent_twice_is_refused(kind: str, values: tuple[str, str]) -> None:
    assert errors(item(kind), *values) == ["answer.unknown"]


def test_a_place_sent_twice_is_refused() -> None:
    assert errors(PLACE, "P1", "P2") == ["answer.unknown"]


def test_several_choices_are_read_in_the_order_of_the_item() -> None:
    assert read(MULTIPLE, "c", "a") == {"X": "a c"}


def test_a_choice_ticked_twice_counts_once() -> None:
    assert read(MULTIPLE, "a", "a") == {"X": "a"}


@pytest.mark.parametrize("alone", ["none", "dk", "pnta"])
def test_an_exclusive_choice_stands_alone(alone: str) -> None:
    assert read(MULTIPLE, alone) == {"X": alone}
    assert errors(MULTIPLE, "a", alone) == ["answer.exclusive"]
    assert read(MULTIPLE, "a", alone) == {}


def test_an_empty_value_does_not_let_an_exclusive_choice_pass() -> None:
    assert errors(MULTIPLE, "", "a", "none") == ["answer.exclusive"]


def test_an_empty_value_does_not_let_an_unknown_choice_pass() -> None:
    assert errors(MULTIPLE, "", "secret") == ["answer.unknown"]


def test_an_unknown_choice_beside_a_known_one_is_refused() -> None:
    assert errors(MULTIPLE, "a", "secret") == ["answer.unknown"]


@pytest.mark.parametrize("values", [(), ("",)], ids=["absent", "empty"])
def test_a_required_place_is_asked_for(values: tuple[str, ...]) -> None:
    assert errors(PLACE, *values) == ["answer.required"]


@pytest.mark.parametrize("value", ["P3", "dk", "pnta", "skip", " "])
def test_a_place_must_be_one_of_the_round(value: str) -> None:
    assert errors(PLACE, value) == ["answer.unknown"]


def test_a_place_of_the_round_is_read() -> None:
    assert read(PLACE, "P2") == {"X": "P2"}


def test_one_wrong_answer_leaves_the_others_valid() -> None:
    asked = [replace(item(), name="X1"), replace(item(), name="X2")]
    form = bind_form(build_form(asked, TEXT), asked, TEXT, {"X1": ["4"], "X2": ["9"]})
    assert read_answers(asked, form) == {"X1": "4"}


# Showing again


@pytest.mark.parametrize(
    ("asked", "answer", "data"),
    [
        (item(), "4", "4"),
        (item(), "dk", "dk"),
        (item(), "skip", None),
        (MULTIPLE, "a c", ["a", "c"]),
        (MULTIPLE, "skip", []),
        (PLACE, "P2", "P2"),
    ],
)
def test_a_form_shows_the_answer_given_before(asked: Item, answer: str, data: object) -> None:
    form = fill_form(build_form([asked], TEXT, PLACES), [asked], {"X": answer})
    assert form["X"].data == data


def test_a_form_shows_nothing_for_an_item_without_an_answer() -> None:
    assert fill_form(build_form([item()], TEXT), [item()], {})["X"].data is None


@pytest.mark.parametrize(
    ("asked", "answer", "words"),
    [
        (item(), "4", "scale.S.4"),
        (item(), "dk", "answer.dk"),
        (item("single"), "2", "choice.X.2"),
        (item("single"), "skip", "answer.skip"),
        (MULTIPLE, "a c", "choice.X.a · choice.X.c"),
        (MULTIPLE, "skip", "answer.skip"),
        (PLACE, "P2", "South"),
        (PLACE, "skip", "answer.skip"),
    ],
)
def test_a_stored_answer_has_words(asked: Item, answer: str, words: str) -> None:
    assert item_type(asked.type).label(asked, answer, TEXT, PLACES) == words


# Measuring


def measure(asked: Item, answer: str) -> float:
    return item_type(asked.type).measure(asked, answer)


scales = st.lists(st.integers(0, 20), min_size=2, max_size=11, unique=True).map(sorted)


@st.composite
def points(draw: st.DrawFn) -> tuple[Item, str]:
    """Return an item on some scale, and a point of it."""
    codes = [str(number) for number in draw(scales)]
    return item(codes=" ".join(codes)), draw(st.sampled_from(codes))


@pytest.mark.parametrize(
    ("codes", "answer", "expected"),
    [
        ("1 2 3 4 5", "1", 0),
        ("1 2 3 4 5", "2", 25),
        ("1 2 3 4 5", "3", 50),
        ("1 2 3 4 5", "5", 100),
        ("0 1 2 3", "0", 0),
        ("0 1 2 3", "1", 100 / 3),
        ("0 1 2 3", "3", 100),
        ("0 10", "10", 100),
    ],
)
def test_a_point_is_a_percentage_of_the_scale(codes: str, answer: str, expected: float) -> None:
    assert measure(item(codes=codes), answer) == pytest.approx(expected)


def test_a_reversed_item_counts_from_the_other_end() -> None:
    turned = [measure(item(reverse=True), code) for code in "12345"]
    assert turned == [100, 75, 50, 25, 0]


@given(codes=scales)
def test_the_ends_of_a_scale_are_0_and_100(codes: list[int]) -> None:
    asked = item(codes=" ".join(map(str, codes)))
    assert [measure(asked, asked.codes[0]), measure(asked, asked.codes[-1])] == [0, 100]


@given(codes=scales)
def test_a_higher_point_measures_more(codes: list[int]) -> None:
    asked = item(codes=" ".join(map(str, codes)))
    measured = [measure(asked, code) for code in asked.codes]
    assert measured == sorted(set(measured))


@given(point=points())
def test_reversing_twice_is_the_identity(point: tuple[Item, str]) -> None:
    asked, answer = point
    once = measure(replace(asked, reverse=True), answer)
    assert 100 - once == pytest.approx(measure(asked, answer), abs=1e-9)


@given(point=points(), reverse=st.booleans(), nonanswer=st.sampled_from(Nonanswer))
def test_a_nonanswer_is_never_a_number(
    point: tuple[Item, str], *, reverse: bool, nonanswer: Nonanswer
) -> None:
    assert isnan(measure(replace(point[0], reverse=reverse), nonanswer))


@pytest.mark.parametrize("answer", ["0", "6", "1.0", "01", "", "nan", "٣"])
def test_what_is_not_a_point_of_the_scale_has_no_value(answer: str) -> None:
    assert isnan(measure(item(), answer))


@pytest.mark.parametrize("kind", ["single", "multiple", "place"])
def test_what_has_no_order_has_no_value(kind: str) -> None:
    assert isnan(measure(item(kind), "1"))


# What may be stored


def check(asked: Item, answer: str) -> None:
    check_answers(instrument(asked), "long", {"X": answer}, ["P1", "P2"])


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (item(), "9"),
        (item(), ""),
        (item(), "na"),
        (item(), "1 2"),
        (item("single"), "a"),
        (MULTIPLE, ""),
        (MULTIPLE, "z"),
        (MULTIPLE, "a z"),
        (MULTIPLE, "c a"),
        (MULTIPLE, "a a"),
        (MULTIPLE, "a  c"),
        (MULTIPLE, "a none"),
        (MULTIPLE, "a dk"),
        (MULTIPLE, "a skip"),
        (PLACE, "P3"),
        (PLACE, "skip"),
        (PLACE, "dk"),
        (PLACE, ""),
    ],
)
def test_an_answer_that_no_form_gives_is_not_stored(asked: Item, answer: str) -> None:
    with pytest.raises(AnswerError):
        check(asked, answer)


def test_a_refused_answer_is_not_repeated() -> None:
    with pytest.raises(QuestionnaireError, match="item X") as caught:
        check(item(), "secret")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("answers", [{}, {"X": "1", "Y": "1"}], ids=["missing", "extra"])
def test_a_missing_and_an_extra_item_are_refused(answers: Mapping[str, str]) -> None:
    with pytest.raises(AnswerError) as caught:
        check_answers(instrument(item()), "long", answers, [])
    assert caught.value.item == ("Y" if answers else "X")


def test_an_item_of_another_form_is_refused(cohesion: Instrument) -> None:
    answers = {each.name: "skip" for each in cohesion.asked("long")} | {"D1": "P1"}
    check_answers(cohesion, "long", answers, ["P1"])
    with pytest.raises(AnswerError):
        check_answers(cohesion, "short", answers, ["P1"])


def fields_for(cohesion: Instrument) -> st.SearchStrategy[dict[str, Sequence[str]]]:
    """Draw what a person, a careless script or an attacker may send for every item."""
    return st.fixed_dictionaries(
        {each.name: st.lists(st.sampled_from(offers(each)), max_size=3) for each in cohesion.items}
    )


def offers(asked: Item) -> list[str]:
    return [*asked.codes, "dk", "pnta", "P1", "P2", "", "skip", "secret"]


@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_whatever_is_read_may_be_stored(cohesion: Instrument, data: st.DataObject) -> None:
    items, text = cohesion.asked("long"), cohesion.texts["ar"]
    kind = build_form(items, text, PLACES)
    read_back = read_answers(items, bind_form(kind, items, text, data.draw(fields_for(cohesion))))
    answers = {each.name: "skip" for each in items} | {"D1": "P1"} | read_back
    check_answers(cohesion, "long", answers, ["P1", "P2"])


@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_an_answer_shown_again_is_read_again(cohesion: Instrument, data: st.DataObject) -> None:
    items, text = cohesion.asked("long"), cohesion.texts["en"]
    kind = build_form(items, text, PLACES)
    answers = read_answers(items, bind_form(kind, items, text, data.draw(fields_for(cohesion))))
    answered = [each for each in items if each.name in answers]
    assert read_answers(answered, fill_form(kind, items, answers)) == answers
