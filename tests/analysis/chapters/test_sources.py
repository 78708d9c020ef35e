from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from analysis import Frame, Row
from analysis.chapters import Source, topics_of, triangulate
from analysis.profile import Measured
from questionnaires import read_instrument


def source(name: str, answers: Sequence[Mapping[str, str]]) -> Source:
    rows = [Row({"place": "P1", **each}, 1_000_000, "", None, "en", "staff") for each in answers]
    return Source(name, Frame.from_answers(read_instrument(name), rows))


def told(found: Source) -> dict[str, Measured]:
    instrument = read_instrument("community_profile")
    topics = topics_of(instrument, "long", ("D1",), sources=[found.instrument])
    return {each.dimension: each for each in triangulate([found], topics)}


def test_key_informants_are_counted_one_by_one() -> None:
    found = told(source("key_informant", [{"gaps": "water work"}] * 3 + [{"gaps": "work"}]))
    assert found["key_informant.water"].mean.point == pytest.approx(0.75)
    assert found["key_informant.work"].mean.point == 1
    assert found["key_informant.water"].people == 4


def test_groups_count_as_the_people_who_voted() -> None:
    votes = [
        {"voters": "8", "needs_vote": "water:40 work:40"},
        {"voters": "2", "needs_vote": "food:20"},
    ]
    found = told(source("focus_group", [*votes, {"voters": "9", "needs_vote": "skip"}]))
    assert found["focus_group.water"].mean.point == pytest.approx(0.4)
    assert found["focus_group.food"].mean.point == pytest.approx(0.2)
    assert found["focus_group.food"].people == 10


def test_a_walk_sees_few_needs_and_counts_what_is_missing() -> None:
    walks = [{"condition_water": code} for code in ("yes", "part", "no", "dk")]
    found = told(source("observation", walks))
    assert set(found) == {"observation.water", "observation.roads", "observation.waste"}
    assert found["observation.water"].mean.point == pytest.approx(2 / 3)
    assert found["observation.roads"].mean.point is None


def test_a_source_that_nobody_spoke_for_holds_nobody() -> None:
    found = told(source("key_informant", [{"gaps": "skip"}]))
    assert {each.people for each in found.values()} == {0}
    assert {each.mean.point for each in found.values()} == {None}
