"""Votes of groups and the answers of key informants, never pooled with a survey."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import EstimateError, Frame, Row, most_say, pooled_votes, vote_shares, votes_of
from questionnaires import read_instrument

GROUPS = read_instrument("focus_group")


def frame_of(*records: tuple[str, str]) -> Frame:
    rows = [
        Row({"voters": voters, "needs_vote": votes}, 1_000_000, "", None, "en", "")
        for voters, votes in records
    ]
    return Frame.from_answers(GROUPS, rows)


def test_a_share_is_votes_over_the_tokens_of_the_group() -> None:
    shares = vote_shares(frame_of(("4", "water:20 food:15")), "needs_vote")
    assert (shares["water"][0], shares["food"][0], shares["home"][0]) == (50, 37.5, 0)


def test_without_votes_or_voters_a_group_has_no_share() -> None:
    frame = frame_of(("4", "skip"), ("dk", "water:20"))
    assert np.isnan(vote_shares(frame, "needs_vote")["water"]).all()
    votes = votes_of(frame, "needs_vote")["water"]
    assert votes.tolist() == pytest.approx([np.nan, 20], nan_ok=True)


def test_groups_are_pooled_by_their_tokens_and_only_those_wanted() -> None:
    frame = frame_of(("4", "water:40"), ("1", "food:10"), ("9", "skip"), ("dk", "food:3"))
    pooled = pooled_votes(frame, "needs_vote")
    assert (pooled["water"], pooled["food"]) == (80, 20)
    assert pooled_votes(frame, "needs_vote", [False, True, True, True])["food"] == 100
    assert pooled_votes(frame, "needs_vote", [False, False, True, True])["food"] is None


def test_what_is_no_vote_is_named() -> None:
    with pytest.raises(EstimateError, match="voters is no vote"):
        votes_of(frame_of(("4", "skip")), "voters")


@pytest.mark.parametrize(
    ("answers", "modes", "share", "disagree"),
    [
        (["works", "works", "part"], ("works",), 2 / 3, False),
        (["works", "works", "part", "none"], ("works",), 1 / 2, True),
        (["works", "part"], ("part", "works"), 1 / 2, True),
        (["works", "dk", "", "pnta"], ("works",), 1, False),
        (["works"] * 5 + ["part"] * 3, ("works",), 5 / 8, True),
    ],
)
def test_informants_disagree_when_fewer_than_two_thirds_say_the_same(
    answers: list[str], modes: tuple[str, ...], share: float, disagree: bool
) -> None:
    found = most_say(answers)
    assert (found.answers, found.disagree) == (modes, disagree)
    assert found.share == pytest.approx(share)


def test_without_informants_nobody_says_anything() -> None:
    found = most_say(["dk", "skip"])
    assert (found.answers, found.share, found.informants, found.disagree) == ((), None, 0, False)
