"""The Washington Group Short Set, by the cut-off of scoring.md C.9."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import EstimateError, disability

LESSER, SEVERE = ("no", "some"), ("a lot", "cannot")
MISSING = float("nan")


def told(*answers: str) -> float:
    columns = [[each] for each in answers]
    return float(disability(columns, lesser=LESSER, severe=SEVERE)[0])


@pytest.mark.parametrize(
    ("answers", "want"),
    [
        (("no", "some", "some", "no", "no", "no"), 0),
        (("no", "no", "no", "no", "a lot", "dk"), 1),
        (("no", "no", "no", "no", "no", "dk"), MISSING),
        (("no", "no", "no", "no", "no", "cannot"), 1),
        (("pnta", "skip", "na", "", "dk", "not_shown"), MISSING),
        (("some",) * 6, 0),
    ],
)
def test_one_severe_domain_is_enough_and_a_gap_without_one_is_missing(
    answers: tuple[str, ...], want: float
) -> None:
    assert told(*answers) == pytest.approx(want, nan_ok=True)


@given(
    st.lists(st.sampled_from([*LESSER, *SEVERE, "dk"]), min_size=6, max_size=6),
    st.permutations(range(6)),
)
def test_the_order_of_the_domains_changes_nothing(answers: list[str], order: list[int]) -> None:
    shuffled = told(*(answers[position] for position in order))
    assert shuffled == pytest.approx(told(*answers), nan_ok=True)


def test_what_cannot_be_meant_is_refused_without_repeating_the_answer() -> None:
    with pytest.raises(EstimateError, match="domain 2, row 0") as refused:
        told("no", "sometimes", "no", "no", "no", "no")
    assert "sometimes" not in str(refused.value)
    with pytest.raises(EstimateError, match="give 6 domains"):
        disability([["no"]] * 5, lesser=LESSER, severe=SEVERE)
    with pytest.raises(EstimateError, match="keep it in one"):
        disability([["no"]] * 6, lesser=LESSER, severe=("no",))


def test_every_person_is_told_apart() -> None:
    columns = [np.array(["no", "cannot", "dk"])] + [np.array(["no"] * 3)] * 5
    found = disability(columns, lesser=LESSER, severe=SEVERE)
    assert found.tolist() == pytest.approx([0, 1, MISSING], nan_ok=True)
