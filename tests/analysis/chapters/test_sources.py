from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from analysis import Frame
from analysis import Row as Answered
from analysis.chapters import Source, topics_of, triangulate
from analysis.chapters.sources import source_topics
from analysis.disclosure import Chapter, Row, Statistic, Topic
from analysis.profile import Measured
from questionnaires import read_instrument


def source(name: str, answers: Sequence[Mapping[str, str]]) -> Source:
    rows = [
        Answered({"place": "P1", **each}, 1_000_000, "", None, "en", "staff") for each in answers
    ]
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


def test_what_is_said_of_a_sensitive_need_keeps_its_variance() -> None:
    instrument = read_instrument("community_profile")
    topics = topics_of(instrument, "long", ("D1",), sources=["key_informant"])
    needs = next(each for each in topics if each.name == "in_need")
    [topic] = [each for each in topics if each.chapter is Chapter.SOURCES]
    assert [row.sensitive for row in topic.rows] == [row.sensitive for row in needs.rows]
    guarded = replace(topic, rows=tuple(replace(row, sensitive=True) for row in topic.rows))
    given = source("key_informant", [{"gaps": "water work"}] * 3 + [{"gaps": "work"}])
    found = {each.dimension: each.variance for each in triangulate([given], [guarded])}
    assert found["key_informant.water"] == pytest.approx(0.75 * 0.25)
    assert found["key_informant.work"] == 0
    assert {each.variance for each in triangulate([given], [topic])} >= {None}


def test_a_source_keeps_what_its_need_is() -> None:
    row = Row("water", ("W1",), ("water",), sensitive=True)
    needs = Topic("in_need", Chapter.NEEDS, Statistic.IN_NEED, (row,))
    [topic] = source_topics(["key_informant"], needs)
    assert [each.sensitive for each in topic.rows] == [True]
