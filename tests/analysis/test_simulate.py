"""The fictional municipality keeps its promises, and intervals cover its truth as they say."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from analysis import EstimateError, Frame, design_of, needs_scores, profile, score
from analysis.simulate import Simulation, simulate
from questionnaires import check_answers, read_instrument

INSTRUMENT = read_instrument("social_cohesion")
ASKED = [item.name for item in INSTRUMENT.asked("long")]


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    return simulate(INSTRUMENT, seed=1, responses=2400)


def test_the_same_seed_gives_the_same_people_and_places(simulation: Simulation) -> None:
    again = simulate(INSTRUMENT, seed=1, responses=2400)
    assert again.sample_rows == simulation.sample_rows
    assert again.localities == simulation.localities
    assert again.truth(2) == simulation.truth(2)
    assert simulate(INSTRUMENT, seed=2, responses=2400).sample_rows != simulation.sample_rows


def test_the_truth_does_not_depend_on_how_many_are_asked(simulation: Simulation) -> None:
    assert simulate(INSTRUMENT, seed=1, responses=24).truth(1) == simulation.truth(1)


@pytest.mark.parametrize("responses", [24, 25, 119, 2400, 9000])
def test_responses_are_spread_over_localities_as_evenly_as_can_be(responses: int) -> None:
    rows = simulate(INSTRUMENT, seed=4, responses=responses, waves=1).rows(1)
    counts = Counter(each.stratum for each in rows)
    assert len(rows) == responses
    assert len(counts) == 12
    assert max(counts.values()) - min(counts.values()) <= 1
    psus = Counter(psu[:4] for psu in {str(each.psu) for each in rows})
    assert min(psus.values()) >= 2


def test_fewer_than_two_in_a_locality_is_an_error() -> None:
    with pytest.raises(EstimateError, match="at least 24"):
        simulate(INSTRUMENT, seed=1, responses=23)


def test_every_row_answers_the_whole_long_form(simulation: Simulation) -> None:
    for wave in (1, 2):
        for each in simulation.rows(wave):
            assert list(each.answers) == ASKED
            assert each.answers["D1"] == each.stratum
        Frame.from_answers(INSTRUMENT, simulation.rows(wave))  # every code is known


def test_both_waves_ask_the_same_clusters(simulation: Simulation) -> None:
    first, second = ({each.psu for each in simulation.rows(wave)} for wave in (1, 2))
    assert first == second
    assert Counter(str(psu)[:4] for psu in first) == Counter(
        {f"TV{n:02}": 4 if n > 10 else 10 for n in range(1, 13)}
    )


def test_nobody_is_asked_twice_in_a_wave(simulation: Simulation) -> None:
    for sample in simulation.samples:
        assert len(np.unique(sample)) == len(sample)


def test_weights_add_up_to_the_population(simulation: Simulation) -> None:
    people = sum(each.population for each in simulation.localities)
    total = sum(each.weight for each in simulation.rows(1)) / 1e6
    assert total == pytest.approx(people, rel=1e-6)
    assert all(1_200 <= each.population <= 6_500 for each in simulation.localities)


def test_a_few_answers_are_missing_and_more_in_one_place(simulation: Simulation) -> None:
    frame = simulation.populations[0]
    items = [name for name in frame.items if INSTRUMENT.item(name).dimension]
    missing = np.array([frame.answers(name) < 0 for name in items])
    rates = {code: missing[:, frame.locality == code].mean() for code in np.unique(frame.locality)}
    assert 0.02 < missing.mean() < 0.04
    assert max(rates, key=lambda code: rates[code]) == "TV09"
    assert rates["TV09"] > 1.5 * missing.mean()


def test_dimensions_are_only_weakly_correlated(simulation: Simulation) -> None:
    scored = score(simulation.populations[0])
    y = np.array([scored[name] for name in ("TRH", "TRV", "BE", "SI", "AT", "CN", "CE")])
    r = np.corrcoef(y[:, ~np.isnan(y).any(axis=0)])
    apart = r[np.triu_indices(len(r), 1)]
    assert 0.02 < apart.mean() < 0.3
    assert apart.max() < 0.4


def test_the_second_wave_is_shifted(simulation: Simulation) -> None:
    before, after = simulation.truth(1), simulation.truth(2)
    assert after["TRH", ()] > before["TRH", ()] + 4
    assert after["AT", ()] < before["AT", ()] - 2
    assert abs(after["SI", ()] - before["SI", ()]) < 0.5


def test_the_truth_is_the_mean_of_the_population(simulation: Simulation) -> None:
    frame = simulation.populations[1]
    y = score(frame)["BE"]
    rows = (frame.codes("D10") == "yes") & ~np.isnan(y)
    assert simulation.truth(2)["BE", (("D10", "yes"),)] == pytest.approx(y[rows].mean())


def test_neighbours_share_their_border(simulation: Simulation) -> None:
    rings = [
        [tuple(point) for point in each.polygon["coordinates"][0]] for each in simulation.localities
    ]
    assert all(len(ring) == 9 and ring[0] == ring[-1] for ring in rings)
    for left in (0, 1, 2, 4, 5, 6, 8, 9, 10):
        assert len(set(rings[left]) & set(rings[left + 1])) == 3
    for upper in range(8):
        assert len(set(rings[upper]) & set(rings[upper + 4])) == 3


def test_polygons_run_counter_clockwise_as_geojson_asks(simulation: Simulation) -> None:
    for each in simulation.localities:
        x, y = np.array(each.polygon["coordinates"][0]).T
        assert np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) > 0


def test_every_locality_has_a_name_in_english_and_arabic(simulation: Simulation) -> None:
    for language in ("en", "ar"):
        assert len({each.names[language] for each in simulation.localities}) == 12


@pytest.mark.slow
def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    covered = []
    for seed in range(6):
        simulation = simulate(INSTRUMENT, seed=seed, responses=2400)
        for wave in (1, 2):
            truth = simulation.truth(wave)
            frame = Frame.from_answers(INSTRUMENT, simulation.rows(wave))
            for each in profile(frame, score(frame), design_of(frame), ["D1"]):
                low, high = each.mean.interval()
                assert low is not None
                assert high is not None
                covered.append(low <= truth[each.dimension, each.domain] <= high)
    assert len(covered) == 6 * 2 * 8 * 13
    assert 0.90 <= np.mean(covered) <= 0.99


def test_people_answer_in_the_languages_told() -> None:
    rows = simulate(INSTRUMENT, seed=1, responses=48, waves=1, languages=("en", "ar")).rows(1)
    assert {each.language for each in rows} == {"en", "ar"}


@pytest.fixture(scope="module")
def households() -> Simulation:
    profile = read_instrument("community_profile")
    return simulate(profile, seed=1, responses=120, waves=1, languages=("en",))


def test_households_answer_as_a_page_would_have_let_them(households: Simulation) -> None:
    places = [each.code for each in households.localities]
    for each in households.rows(1):
        check_answers(households.instrument, "long", each.answers, places)


def test_the_truth_knows_the_severity_of_every_sector(households: Simulation) -> None:
    truth = households.truth(1)
    sectors = [name for name, domain in truth if name.startswith("needs_") and domain == ()]
    assert len(sectors) == 16  # with the worst
    assert max(truth[name, ()] for name in sectors) == truth["needs_worst", ()]
    assert ("needs_water", (("D1", "TV01"),)) in truth


def test_what_is_severe_for_a_household_is_often_what_it_ranks(households: Simulation) -> None:
    frame = Frame.from_answers(households.instrument, households.rows(1))
    scores = needs_scores(frame)
    sectors = [name.removeprefix("needs_") for name in scores if name.startswith("needs_")]
    severity, priority = (
        np.array([scores[f"{kind}_{each}"] for each in sectors if each != "worst"])
        for kind in ("needs", "priority")
    )
    both = ~np.isnan(severity) & ~np.isnan(priority)
    assert np.corrcoef(severity[both], priority[both])[0, 1] > 0.2
