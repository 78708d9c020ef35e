"""Choices put in order: no rank twice, none left out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires import fill_form, item_type
from questionnaires.forms import build_form
from questionnaires.model import Options
from tests.questionnaires.types.asking import item, label, read, refusal, send, takes, text

FIRST = item("first")
WHOLE = replace(FIRST, options=Options())


def ranks(*codes: str) -> dict[str, str]:
    return {f"first_{rank}": code for rank, code in enumerate(codes, start=1) if code}


@given(codes=st.permutations(FIRST.codes), length=st.integers(1, 3))
def test_the_best_come_first(codes: list[str], length: int) -> None:
    ranked = codes[:length]
    assert read(FIRST, None, **ranks(*ranked)) == " ".join(ranked)


def test_three_ranks_are_asked_or_all() -> None:
    assert [box.part for box in send(FIRST)["first"].boxes] == ["1", "2", "3"]
    assert [box.part for box in send(WHOLE)["first"].boxes] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    "ranked",
    [("water", "water"), ("", "water"), ("water", "", "work"), ("", "", "work"), ("gossip",)],
    ids=" ".join,
)
def test_a_repeated_a_skipped_and_an_unknown_rank_are_refused(ranked: tuple[str, ...]) -> None:
    assert refusal(FIRST, None, **ranks(*ranked)) == text()["answer.rank"]
    assert read(FIRST, None, **ranks(*ranked)) == ""


def test_a_rank_beside_a_way_out_is_refused() -> None:
    assert refusal(FIRST, None, first="dk", **ranks("water")) == text()["answer.exclusive"]


def test_a_rank_that_is_sent_twice_is_refused() -> None:
    assert refusal(FIRST, first_1=["water", "work"]) == text()["answer.unknown"]


@pytest.mark.parametrize(
    "answer", ["", "water water", "gossip", "water  work", "water work health school"]
)
def test_a_broken_ranking_is_not_stored(answer: str) -> None:
    assert not takes(FIRST, answer)


@pytest.mark.parametrize("answer", ["water water", "gossip", "water gossip"])
def test_a_broken_ranking_from_elsewhere_is_invalid_as_a_whole(answer: str) -> None:
    kept = item_type("ranking").kept
    assert kept(FIRST, answer) == "invalid"
    assert kept(FIRST, "work water") == "work water"
    assert kept(FIRST, "dk") == "dk"


def test_a_ranking_is_shown_again() -> None:
    form = fill_form(build_form([FIRST], text()), [FIRST], {"first": "work water"})
    assert form["first"].data == {"1": "work", "2": "water"}
    assert label(FIRST, "work water") == "1. Work · 2. Water"
