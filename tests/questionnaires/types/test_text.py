"""Words of one's own: short, clean, and after a warning."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires import Nonanswer
from questionnaires.model import Options
from tests.questionnaires.types.asking import item, read, refusal, send, takes, text

STORY = item("story")
LINE = item("step_1")


def test_the_warning_stands_before_the_box() -> None:
    assert send(STORY)["story"].note == text()["answer.no_names"]


@given(written=st.text(max_size=80))
def test_whatever_is_read_may_be_stored_and_is_short_and_clean(written: str) -> None:
    answer = read(STORY, story=written)
    if answer and answer not in set(Nonanswer):
        assert takes(STORY, answer)
        assert len(answer) <= 60
        assert unicodedata.is_normalized("NFC", answer)
        assert not any(
            unicodedata.category(each) in {"Cc", "Cs"} and each != "\n" for each in answer
        )


def test_letters_that_look_the_same_are_stored_the_same() -> None:
    assert read(STORY, story="cafe\u0301") == read(STORY, story="caf\u00e9") == "caf\u00e9"


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\x00", "\x1b", "\x85"])
def test_signs_that_override_the_direction_and_controls_are_refused(mark: str) -> None:
    assert refusal(STORY, story=f"a{mark}b") == text()["answer.text"]
    assert not takes(STORY, f"a{mark}b")


def test_a_box_of_one_line_holds_one_line() -> None:
    assert read(STORY, story="one\r\ntwo") == "one\ntwo"
    assert refusal(LINE, step_1="one\r\ntwo") == text()["answer.text"]


def test_a_text_of_exactly_the_limit_is_taken() -> None:
    assert read(STORY, story="x" * 60) == "x" * 60
    assert refusal(STORY, story="x" * 61) == text()["answer.text"]


@pytest.mark.parametrize("word", ["skip", "na", "not_shown", "invalid"])
def test_a_word_that_means_no_answer_cannot_be_one(word: str) -> None:
    assert read(STORY, story=word) == ""


def test_white_space_around_is_not_stored() -> None:
    assert read(STORY, story="  It rained \n") == "It rained"
    assert not takes(replace(STORY, options=Options()), " It rained")
