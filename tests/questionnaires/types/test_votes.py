"""Tokens given away in a meeting: never more than there were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.questionnaires.types.asking import item, label, read, refusal, takes, text

TOKENS = item("tokens")
CODES = TOKENS.codes


@given(counts=st.lists(st.integers(0, 99), min_size=3, max_size=3))
def test_counts_are_stored_in_the_order_of_the_item_without_zeros(counts: list[int]) -> None:
    sent = {f"tokens_{code}": str(n) for code, n in zip(CODES, counts, strict=True)}
    expected = " ".join(f"{code}:{n}" for code, n in zip(CODES, counts, strict=True) if n)
    assert read(TOKENS, None, **sent) == (expected or "skip")


@pytest.mark.parametrize(("voters", "is_taken"), [("3", True), ("2", False), ("dk", True)])
def test_no_more_tokens_are_taken_than_the_voters_had(voters: str, *, is_taken: bool) -> None:
    known = {"voters": voters}
    assert (read(TOKENS, known, tokens_water="25", tokens_work="5") != "") is is_taken
    expected = "" if is_taken else text()["answer.votes"]
    assert refusal(TOKENS, known, tokens_water="25", tokens_work="5") == expected


def test_arabic_digits_count() -> None:
    assert read(TOKENS, tokens_water="١٢") == "water:12"


@pytest.mark.parametrize("count", ["-1", "1.5", "many", "9" * 6])
def test_what_is_no_count_is_refused(count: str) -> None:
    assert refusal(TOKENS, tokens_water=count) == text()["answer.votes"]


@pytest.mark.parametrize(
    "answer",
    [
        "water",
        "water:",
        "water:0",
        "water:03",
        "work:1 water:2",
        "water:1 water:2",
        "gossip:1",
        ":1",
        "water:1:2",
    ],
)
def test_votes_in_another_shape_are_not_stored(answer: str) -> None:
    assert not takes(TOKENS, answer)


def test_votes_have_words() -> None:
    assert label(TOKENS, "water:12 school:3") == "Water: 12 · School: 3"
