"""Numbers besides the scores go through the same door."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from analysis.disclosure import (
    Chapter,
    Direction,
    Facts,
    Outline,
    Release,
    Row,
    Statistic,
    Topic,
    Withheld,
    release,
)
from analysis.disclosure.tables import keys, topic_domains
from analysis.estimate import Domain, Estimate
from analysis.profile import Measured

Profile = Callable[[Mapping[Domain, int]], list[Measured]]
Maker = Callable[..., Measured]
L1, L2 = (("D1", "L1"),), (("D1", "L2"),)

ACTS = Topic("acts", Chapter.ACTS, Statistic.SHARE, (Row("C1", ("C1",)),), ("D1",))
WHOLE = Topic(
    "why",
    Chapter.NEEDS,
    Statistic.SHARE,
    (Row("a", ("q",), ("a",), sensitive=True), Row("b", ("q",), ("b",), sensitive=True)),
    parts=True,
)
OTHERS = Topic("differences", Chapter.GROUPS, Statistic.DIFFERENCE, (Row("BE", ("B1",)),), ("D1",))
CHANGE = Topic("change", Chapter.CHANGE, Statistic.CHANGE, (Row("BE", ("B1",)),), ("D1",))


@pytest.fixture(scope="module")
def share(measured: Maker) -> Maker:
    def make(name: str, domain: Domain, n: int, point: float, **changes: object) -> Measured:
        made = replace(measured(name, domain, n), mean=Estimate(point, 0.02, 40, 1.5, n))
        return replace(made, variance=None, **changes)  # type: ignore[arg-type]

    return make


def with_topics(outline: Outline, *topics: Topic) -> Outline:
    rows = {each.name: {row.code: row.code for row in each.rows} for each in topics}
    labels = {"en": replace(outline.labels["en"], rows=rows)}
    return replace(outline, topics=topics, labels=labels)


def acts(share: Maker, sizes: Mapping[Domain, int], point: float = 0.4) -> list[Measured]:
    everywhere: dict[Domain, int] = {(): 400} | {(("D1", f"L{i}"),): 100 for i in range(1, 5)}
    return [share("acts.C1", domain, n, point) for domain, n in (everywhere | dict(sizes)).items()]


def test_a_share_leaves_as_a_whole_percentage_with_its_range(
    outline: Outline, facts: Facts, profile_of: Profile, share: Maker
) -> None:
    made = release([*profile_of({}), *acts(share, {})], facts, with_topics(outline, ACTS))
    cell = made.programme.cell("acts.C1")
    assert (cell.n, cell.share, cell.low, cell.high, cell.mean) == (400, "40", 36, 44, None)


def test_a_share_beyond_the_edge_has_a_bound_and_no_range(
    outline: Outline, facts: Facts, profile_of: Profile, share: Maker
) -> None:
    given = [*profile_of({}), *acts(share, {}, 0.0)]
    cell = release(given, facts, with_topics(outline, ACTS)).programme.cell("acts.C1", L1)
    assert (cell.share, cell.low, cell.high) == ("<5", None, None)


def test_a_small_cell_of_a_topic_is_protected_by_another(
    outline: Outline, facts: Facts, profile_of: Profile, share: Maker
) -> None:
    given = [*profile_of({}), *acts(share, {L1: 9, L2: 60})]
    made = release(given, facts, with_topics(outline, ACTS)).programme
    assert made.cell("acts.C1", L1).withheld is Withheld.FEW
    assert made.cell("acts.C1", L1).share is None
    assert made.cell("acts.C1", L2).withheld is Withheld.PROTECTS


def test_parts_of_a_whole_are_withheld_together(
    outline: Outline, facts: Facts, profile_of: Profile, share: Maker
) -> None:
    parts = [share("why.a", (), 40, 1.0), share("why.b", (), 40, 0.0)]
    given = [replace(each, variance=0.0) for each in parts[:1]] + parts[1:]
    made = release([*profile_of({}), *given], facts, with_topics(outline, WHOLE)).programme
    assert made.cell("why.a").withheld is Withheld.SENSITIVE
    assert made.cell("why.b").withheld is Withheld.SENSITIVE


def contrasts(measured: Maker, name: str, p: float, point: float = 6.4) -> list[Measured]:
    domains: list[Domain] = [(), *((("D1", f"L{i}"),) for i in range(1, 5))]
    made = [measured(name, domain, 100) for domain in domains]
    return [replace(e, mean=Estimate(point, 2.0, 40, None, 100), p_adjusted=p) for e in made]


@pytest.mark.parametrize(
    "told",
    [
        (0.01, 6.4, Direction.HIGHER),
        (0.01, -6.4, Direction.LOWER),
        (0.06, 6.4, Direction.NOT_CLEAR),
        (None, 6.4, None),
    ],
    ids=["higher", "lower", "not clear", "unknown"],
)
def test_a_difference_has_a_direction_when_chance_hardly_explains_it(
    outline: Outline,
    facts: Facts,
    profile_of: Profile,
    measured: Maker,
    told: tuple[float, float, Direction | None],
) -> None:
    p, point, direction = told
    given = [*profile_of({}), *contrasts(measured, "differences.BE", p, point)]
    cell = release(given, facts, with_topics(outline, OTHERS)).programme.cell("differences.BE", L1)
    assert cell.direction is direction
    assert cell.mean == round(point)


def test_a_difference_is_withheld_with_its_average(
    outline: Outline, facts: Facts, profile_of: Profile, measured: Maker
) -> None:
    given = [*profile_of({L1: 9}), *contrasts(measured, "differences.BE", 0.01)]
    made = release(given, facts, with_topics(outline, OTHERS)).programme
    assert made.cell("BE", L1).withheld
    assert made.cell("differences.BE", L1).withheld
    assert made.cell("differences.BE", L1).mean is None


def test_a_convenience_sample_has_no_direction(
    outline: Outline, convenience: Facts, profile_of: Profile, measured: Maker
) -> None:
    given = [*profile_of({}), *contrasts(measured, "differences.BE", 0.01)]
    made = release(given, convenience, with_topics(outline, OTHERS)).programme
    assert made.cell("differences.BE", L1).direction is None
    assert made.cell("differences.BE", L1).low is None


def test_change_tells_where_it_began_and_is_withheld_where_that_is(
    outline: Outline, facts: Facts, profile_of: Profile, measured: Maker
) -> None:
    earlier = release(profile_of({L1: 9, L2: 60}), facts, outline)
    given = [*profile_of({}), *contrasts(measured, "change.BE", 0.01)]
    made = release(given, facts, with_topics(outline, CHANGE), earlier=earlier).programme
    assert made.cell("BE", L1).withheld is None
    assert made.cell("change.BE", L1).withheld
    assert made.cell("change.BE").before == earlier.programme.cell("BE").mean
    assert made.cell("change.BE", L1).before is None


def test_change_without_an_earlier_release_is_withheld(
    outline: Outline, facts: Facts, profile_of: Profile, measured: Maker
) -> None:
    given = [*profile_of({}), *contrasts(measured, "change.BE", 0.01)]
    made = release(given, facts, with_topics(outline, CHANGE)).programme
    assert made.cell("change.BE").withheld


def test_people_of_further_sources_are_not_people_who_answered(
    outline: Outline, facts: Facts, profile_of: Profile, share: Maker
) -> None:
    voted = Topic("focus_group", Chapter.SOURCES, Statistic.SHARE, (Row("a", ("v",), ("a",)),))
    given = [*profile_of({}), share("focus_group.a", (), 5000, 0.4)]
    made = release(given, facts, with_topics(outline, voted)).programme
    assert made.cell("focus_group.a").n == 5000
    assert made.people == 400


@pytest.mark.parametrize("point", [0.0, 1.0, 0.07])
def test_a_source_hides_what_a_few_said_of_a_sensitive_need(
    outline: Outline, facts: Facts, profile_of: Profile, share: Maker, point: float
) -> None:
    row = Row("a", ("v",), ("a",), sensitive=True)
    topic = Topic("key_informant", Chapter.SOURCES, Statistic.SHARE, (row,))
    told = replace(share("key_informant.a", (), 20, point), variance=point * (1 - point))
    made = release([*profile_of({}), told], facts, with_topics(outline, topic)).programme
    cell = made.cell("key_informant.a")
    assert (cell.withheld, cell.share) == (
        (None, "<10") if 0 < point < 1 else (Withheld.SENSITIVE, None)
    )


def test_everyone_differs_from_nobody(outline: Outline) -> None:
    assert () not in topic_domains(OTHERS, outline)
    assert topic_domains(ACTS, outline)[0] == ()
    named = keys(with_topics(outline, ACTS, OTHERS), with_crossings=False)
    assert len(named) == len(set(named))


def test_a_release_with_topics_comes_back_from_its_document(
    outline: Outline, facts: Facts, profile_of: Profile, share: Maker
) -> None:
    made = release([*profile_of({}), *acts(share, {L1: 9})], facts, with_topics(outline, ACTS))
    assert Release.from_json(made.to_json()) == made


def test_an_older_document_is_read_without_what_it_does_not_know(
    outline: Outline, facts: Facts, profile_of: Profile
) -> None:
    made = release(profile_of({}), facts, outline)
    document = json.loads(made.to_json())
    del document["checks"]
    del document["outline"]["topics"]
    del document["facts"]["weighting"]
    assert Release.from_json(json.dumps(document)) == made
