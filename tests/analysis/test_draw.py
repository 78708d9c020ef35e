"""Draws of clusters: right in their chances, the same for the same seed, clear when impossible."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import Cluster, Draw, EstimateError, draw_clusters
from analysis.planning import draw as own

SIZES = [120, 40, 75, 300, 15, 60, 90, 220, 35, 45]
FRAME = [Cluster(f"v{number}", size) for number, size in enumerate(SIZES)]


def names(draw: Draw) -> list[str]:
    return [each.cluster.name for each in draw.clusters]


def test_the_same_seed_draws_the_same_clusters_for_ever() -> None:
    draw = draw_clusters(FRAME, 4, 7)
    assert draw == draw_clusters(FRAME, 4, 7)
    assert (draw.seed, draw.method) == (7, "pps")
    # The seed gives u = 0.6251. v3 is certain; steps of 700/3 from 145.9 meet v1, v6 and v7.
    assert names(draw) == ["v1", "v3", "v6", "v7"]
    assert names(draw_clusters(FRAME, 4, 7, "systematic")) == ["v1", "v4", "v6", "v9"]
    assert len({tuple(names(draw_clusters(FRAME, 4, seed))) for seed in range(30)}) > 3


def test_a_draw_records_the_frame_and_its_order() -> None:
    draw = draw_clusters(FRAME, 4, 7)
    assert draw.frame_sha256 == draw_clusters(FRAME, 4, 9).frame_sha256
    assert draw.frame_sha256 != draw_clusters(FRAME[::-1], 4, 7).frame_sha256
    other = [Cluster("v0", 121), *FRAME[1:]]
    assert draw.frame_sha256 != draw_clusters(other, 4, 7).frame_sha256


@pytest.mark.parametrize("n", [1, 2, 3, 4, 6, 9])
@pytest.mark.parametrize("method", ["pps", "systematic"])
def test_clusters_are_drawn_as_often_as_their_probability_says(n: int, method: str) -> None:
    runs = 2000
    times = dict.fromkeys((each.name for each in FRAME), 0)
    probability: dict[str, float] = {}
    for seed in range(runs):
        for each in draw_clusters(FRAME, n, seed, method).clusters:
            times[each.cluster.name] += 1
            probability[each.cluster.name] = each.probability
    assert sum(probability.values()) == pytest.approx(n)
    for name, p in probability.items():
        error = np.sqrt(p * (1 - p) / runs)
        assert times[name] / runs == pytest.approx(p, abs=4.5 * error + 1e-12)


def test_probabilities_follow_size_and_weights_undo_them() -> None:
    for seed in range(20):
        for each in draw_clusters(FRAME, 3, seed).clusters:
            assert each.probability == pytest.approx(3 * each.cluster.size / 1000)
            assert each.weight == pytest.approx(1 / each.probability)
            assert not each.is_certain


def test_large_clusters_are_certain_and_the_rest_is_drawn_among_the_rest() -> None:
    for seed in range(50):
        found = {each.cluster.name: each for each in draw_clusters(FRAME, 5, seed).clusters}
        assert len(found) == 5
        # 300 and 220 exceed 1000/5; then 480/3 = 160 is above the other sizes.
        assert [name for name, each in found.items() if each.is_certain] == ["v3", "v7"]
        assert found["v3"].probability == found["v7"].weight == 1
        for name, each in found.items():
            if name not in ("v3", "v7"):
                assert each.probability == pytest.approx(3 * each.cluster.size / 480)


def test_certainty_is_looked_for_again_among_the_rest() -> None:
    frame = [Cluster(str(size), size) for size in (1000, 100, 30, 20, 10)]
    draw = draw_clusters(frame, 3, 1)  # 1160/3 takes 1000, then 160/2 takes 100
    assert [each.cluster.name for each in draw.clusters if each.is_certain] == ["1000", "100"]


def test_a_frame_drawn_whole_is_certain_throughout() -> None:
    for method in ("pps", "systematic"):
        draw = draw_clusters(FRAME, 10, 3, method)
        assert names(draw) == [each.name for each in FRAME]
        assert {each.probability for each in draw.clusters} == {1.0}


def test_a_size_equal_to_the_interval_is_certain() -> None:
    draw = draw_clusters([Cluster("a", 5), Cluster("b", 3), Cluster("c", 2)], 2, 4)
    assert {each.cluster.name: each.is_certain for each in draw.clusters}["a"]


frames = st.lists(st.floats(0.01, 1e6), min_size=1, max_size=30).map(
    lambda sizes: [Cluster(str(number), size) for number, size in enumerate(sizes)]
)


@given(frame=frames, share=st.floats(0, 1), seed=st.integers(0, 2**32), scale=st.floats(0.01, 100))
def test_a_draw_has_as_many_different_clusters_as_asked_for(
    frame: list[Cluster], share: float, seed: int, scale: float
) -> None:
    n = max(1, round(share * len(frame)))
    draw = draw_clusters(frame, n, seed)
    assert len(set(names(draw))) == n
    assert all(0 < each.probability <= 1 for each in draw.clusters)
    position = [int(name) for name in names(draw)]
    assert position == sorted(position)
    even = draw_clusters(frame, n, seed, "systematic")
    assert len(set(names(even))) == n
    gaps = np.diff([int(name) for name in names(even)])
    assert not len(gaps) or gaps.max() - gaps.min() <= 1
    scaled = [Cluster(each.name, each.size * scale) for each in frame]
    assert len(names(draw_clusters(scaled, n, seed))) == n


def test_weights_add_up_to_the_clusters_of_the_frame_on_average() -> None:
    totals = [
        sum(each.weight for each in draw_clusters(FRAME, 3, seed).clusters) for seed in range(4000)
    ]
    assert np.mean(totals) == pytest.approx(len(FRAME), abs=4 * np.std(totals) / np.sqrt(4000))


# --- strata

TWO = [Cluster(f"v{number}", size, "ab"[number % 2]) for number, size in enumerate(SIZES)]


def test_each_stratum_is_drawn_by_itself() -> None:
    draw = draw_clusters(TWO, {"a": 2, "b": 3}, 5)
    strata = [each.cluster.stratum for each in draw.clusters]
    assert strata == ["a", "a", "b", "b", "b"]
    more = draw_clusters(TWO, {"a": 4, "b": 3}, 5)
    assert names(draw)[2:] == names(more)[4:]
    assert draw_clusters(TWO, {"b": 3, "a": 2}, 5) == draw


def test_one_stratum_may_be_named_or_not() -> None:
    assert names(draw_clusters(FRAME, {"": 4}, 7)) == names(draw_clusters(FRAME, 4, 7))


# --- errors say what to do


@pytest.mark.parametrize(
    ("frame", "n", "options", "said"),
    [
        ([], 1, {}, "no clusters"),
        ([Cluster("a", 1), Cluster("a", 2)], 1, {}, "cluster 'a' is there twice"),
        ([Cluster("", 1)], 1, {}, "has no name"),
        ([Cluster("a", 0)], 1, {}, "cluster a has size 0"),
        ([Cluster("a", float("inf"))], 1, {}, "cluster a has size inf"),
        (FRAME, 11, {}, "11 clusters were asked for and there are 10; draw 1 to 10"),
        (FRAME, 0, {}, "0 clusters were asked for"),
        (FRAME, 3, {"method": "random"}, "unknown method 'random'"),
        (FRAME, 3, {"seed": -1}, "seed is -1"),
        (TWO, 3, {}, "the frame has strata"),
        (TWO, {"a": 2}, {}, "differ in strata: b"),
        (TWO, {"a": 2, "b": 1, "c": 1}, {}, "differ in strata: c"),
        (TWO, {"a": 2, "b": 6}, {}, "6 clusters of stratum b"),
    ],
)
def test_a_draw_that_cannot_be_made_is_named(
    frame: list[Cluster], n: int | dict[str, int], options: dict[str, object], said: str
) -> None:
    with pytest.raises(EstimateError, match=said):
        draw_clusters(frame, n, **{"seed": 1, **options})  # type: ignore[arg-type]  # meant


def test_a_point_on_the_border_of_two_clusters_draws_the_second() -> None:
    assert own._systematic(np.ones(6), 3, 0.0).tolist() == [0, 2, 4]
