from __future__ import annotations

import numpy as np
import pytest

from analysis import needs, shares
from analysis.chapters import measure_topics, topics_of
from analysis.disclosure import Chapter, Row, Statistic, Topic
from analysis.profile import Measured
from questionnaires import Nonanswer, read_instrument
from tests.analysis.rounds import BY, Round


def measured(
    asked: Round, topics: list[Topic]
) -> dict[tuple[str, tuple[tuple[str, str], ...]], Measured]:
    found = measure_topics(asked.frame, asked.design, topics)
    return {(each.dimension, each.domain): each for each in found}


def topic(asked: Round, name: str) -> Topic:
    found = topics_of(asked.instrument, "long", BY)
    return next(each for each in found if each.name == name)


def test_a_cohesion_release_has_acts_and_differences_and_no_needs() -> None:
    found = {t.name: t for t in topics_of(read_instrument("social_cohesion"), "long", BY)}
    assert set(found) == {"acts", "unsure", "unsure_items", "differences"}
    assert [row.code for row in found["acts"].rows] == [f"C{number}" for number in range(1, 9)]
    assert [row.code for row in found["differences"].rows] == ["TR", "BE", "SI", "AT", "CN"]


def test_the_short_form_has_the_acts_that_it_asks() -> None:
    found = {t.name: t for t in topics_of(read_instrument("social_cohesion"), "short", BY)}
    assert [row.code for row in found["acts"].rows] == ["C1", "C2", "C5"]


def test_drivers_are_published_only_where_they_were_asked() -> None:
    names = {t.name for t in topics_of(read_instrument("community_profile"), "long", BY)}
    assert "drivers" not in names
    assert {"in_need", "assets", "service_got_partly", "why_health", "walking", "bring"} <= names


def test_change_is_a_topic_only_after_a_round_before() -> None:
    instrument = read_instrument("social_cohesion")
    found = topics_of(instrument, "long", BY, "round-2", "round-1")
    assert found[-1].name == "change"
    assert found[-1].waves == ("round-1", "round-2")
    compared = topics_of(instrument, "long", BY, "round-2", "round-1", compared=True)
    assert compared[-1].statistic is Statistic.EXTRA_CHANGE


def test_other_places_leave_a_change_to_single_places_alone() -> None:
    instrument = read_instrument("social_cohesion")
    found = topics_of(
        instrument, "long", BY, "round-2", "round-1", compared=True, same_places=False
    )
    changes = [each for each in found if each.chapter is Chapter.CHANGE]
    assert [(each.name, each.by) for each in changes] == [("change", ("D1",))]
    assert not changes[0].statistic.has_everyone


def test_no_row_of_a_release_stands_twice(needs_round: Round) -> None:
    topics = needs_round.outline().topics
    names = [name for each in topics for name in each.measures]
    assert len(names) == len(set(names))


def test_needs_are_those_of_the_needs_analysis(needs_round: Round) -> None:
    found = measured(needs_round, topics_of(needs_round.instrument, "long", ("D1",)))
    expected = needs(needs_round.frame, needs_round.design)
    for each in expected.sectors:
        in_need = found[f"in_need.{each.sector}", ()].mean
        assert in_need.point == pytest.approx((each.in_need.point or 0) / 100)
        assert in_need.n == each.in_need.n
        assert found[f"severity.{each.sector}", ()].mean == each.severity
    for need in expected.priorities.needs if expected.priorities else ():
        assert found[f"priority.{need.need}", ()].mean.point == pytest.approx(need.score.point)
        assert found[f"priority.{need.need}", ()].ranks == need.rank_interval
        first = found[f"put_first.{need.need}", ()].mean.point
        assert first == pytest.approx((need.first.point or 0) / 100)


def test_shares_are_those_of_the_people_who_gave_any_answer(needs_round: Round) -> None:
    found = measured(needs_round, [topic(needs_round, "quarrels")])
    expected = shares(needs_round.frame, "quarrels", needs_round.design)
    for code, each in expected.items():
        assert found[f"quarrels.{code}", ()].mean.point == pytest.approx((each.point or 0) / 100)


def test_parts_of_a_whole_add_up_to_all(needs_round: Round) -> None:
    wanted = topic(needs_round, "priority_reason")
    assert wanted.parts
    found = measured(needs_round, [wanted])
    total = sum(found[name, ()].mean.point or 0 for name in wanted.measures)
    assert total == pytest.approx(1)


def test_an_act_counts_from_the_first_time_on(two_rounds: tuple[Round, Round]) -> None:
    asked = two_rounds[1]
    found = measured(asked, [topic(asked, "acts")])
    codes = asked.frame.codes("C1")
    answered = ~np.isin(codes, list(map(str, Nonanswer)))
    did = answered & (codes != "0")
    weight = asked.design.weight
    expected = weight[did].sum() / weight[answered].sum()
    assert found["acts.C1", ()].mean.point == pytest.approx(expected)
    assert found["acts.C1", ()].mean.n == answered.sum()


def test_who_was_not_asked_is_not_unsure(two_rounds: tuple[Round, Round]) -> None:
    asked = two_rounds[1]
    one = Topic("one", topic(asked, "unsure").chapter, Statistic.UNSURE, (Row("T1", ("T1",)),))
    codes = asked.frame.codes("T1")
    weight = asked.design.weight
    shown = ~np.isin(codes, ["not_shown", "na"])
    expected = weight[codes == "dk"].sum() / weight[shown].sum()
    assert measured(asked, [one])["one.T1", ()].mean.point == pytest.approx(expected)
