"""A profile has every dimension in every domain, and does not depend on the order of rows."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
import pytest

from analysis import EstimateError, Frame, Measured, Row, design_of, estimate, profile, score
from analysis.simulate import Simulation, simulate
from analysis.stages import FloatArray
from questionnaires import Instrument, Role, read_instrument

INSTRUMENT = read_instrument("social_cohesion")
BREAKDOWNS = ("D1", "D2", "D3", "D10")


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    return simulate(INSTRUMENT, seed=3, responses=600)


@pytest.fixture(scope="module")
def frame(simulation: Simulation) -> Frame:
    return Frame.from_answers(INSTRUMENT, simulation.rows(1))


@pytest.fixture(scope="module")
def scores(frame: Frame) -> dict[str, FloatArray]:
    return dict(score(frame))


@pytest.fixture(scope="module")
def measured(frame: Frame, scores: dict[str, FloatArray]) -> list[Measured]:
    return profile(frame, scores, design_of(frame), BREAKDOWNS)


def test_dimensions_and_subscales_are_profiled_and_facets_are_not(measured: list[Measured]) -> None:
    names = list(dict.fromkeys(each.dimension for each in measured))
    assert names == [each.name for each in INSTRUMENT.dimensions if each.role is not Role.FACET]


def test_domains_are_everyone_and_each_code_of_each_breakdown(measured: list[Measured]) -> None:
    domains = [each.domain for each in measured if each.dimension == "BE"]
    want = [(("D1", f"TV{n:02}"),) for n in range(1, 13)]
    for name in ("D2", "D3", "D10"):
        want += [((name, code),) for code in INSTRUMENT.item(name).codes]
    assert domains == [(), *want]


def test_each_figure_is_what_its_name_says(
    measured: list[Measured], frame: Frame, scores: dict[str, FloatArray]
) -> None:
    design = design_of(frame)
    for each in measured:
        y = scores[each.dimension]
        rows = np.ones(len(y), bool)
        for name, code in each.domain:
            rows &= frame.codes(name) == code
        used = rows & ~np.isnan(y)
        w, x = frame.weight[used], y[used]
        assert (each.people, each.mean.n) == (rows.sum(), used.sum())
        if not len(x):
            assert (each.mean.point, each.variance, each.heaviest) == (None, None, 0.0)
            continue
        again = estimate("mean", y, design, rows)
        assert each.mean.standard_error == pytest.approx(again.standard_error)
        assert each.mean.point == pytest.approx(np.average(x, weights=w))
        assert each.lowest.point == pytest.approx(np.average(x <= 25 + 1e-9, weights=w))
        assert each.highest.point == pytest.approx(np.average(x >= 75 - 1e-9, weights=w))
        assert each.heaviest == pytest.approx(w.max() / w.sum())
        if len(x) > 1:
            spread = np.average((x - np.average(x, weights=w)) ** 2, weights=w)
            assert each.variance == pytest.approx(spread * len(x) / (len(x) - 1))


def test_a_score_on_the_bound_belongs_to_the_quarter() -> None:
    answers = {item.name: "2" for item in INSTRUMENT.items if item.dimension == "TRV"}
    rows = [Row(answers, 1_000_000, "", None, "en", "paper")] * 3
    frame = Frame.from_answers(INSTRUMENT, rows)
    found = profile(frame, score(frame), design_of(frame), [])
    lowest = {each.dimension: each.lowest.point for each in found}
    assert lowest["TRV"] == 1.0


@pytest.mark.parametrize("with_psu", [True, False])
def test_the_order_of_rows_does_not_change_the_last_digit(
    simulation: Simulation, *, with_psu: bool
) -> None:
    rows = [each if with_psu else replace(each, psu=None) for each in simulation.rows(1)]
    shuffled = [rows[k] for k in np.random.default_rng(9).permutation(len(rows))]
    a, b = (Frame.from_answers(INSTRUMENT, each) for each in (rows, shuffled))
    first, second = (profile(f, score(f), design_of(f), BREAKDOWNS) for f in (a, b))
    assert first == second


def test_a_profile_of_4800_people_takes_well_under_a_second(simulation: Simulation) -> None:
    rows = [each for wave in (1, 2) for each in simulation.rows(wave)] * 4
    frame = Frame.from_answers(INSTRUMENT, rows)
    assert len(frame) == 4800
    begun = time.perf_counter()
    profile(frame, score(frame), design_of(frame), BREAKDOWNS)
    assert time.perf_counter() - begun < 1


def test_design_of_reads_weights_strata_and_psus(frame: Frame) -> None:
    design = design_of(frame)
    assert design.weight.sum() == pytest.approx(37_262, rel=1e-6)
    everyone = np.ones(len(frame), bool)
    assert design.psus(everyone) == 10 * 10 + 2 * 4
    assert design.df(everyone) == 10 * 10 + 2 * 4 - 12


def test_design_of_makes_a_respondent_without_psu_their_own() -> None:
    rows = [Row({"T1": "3"}, 1_000_000, "s", psu, "en", "paper") for psu in (None, None, "x", "x")]
    frame = Frame.from_answers(INSTRUMENT, rows)
    assert design_of(frame).psus(np.ones(4, bool)) == 3


def test_a_young_wave_with_lonely_strata_is_profiled_and_names_them() -> None:
    answers = {item.name: "3" for item in INSTRUMENT.items if item.dimension == "BE"}
    varied = [answers | {"B1": str(1 + k)} for k in range(4)]
    strata = ["a", "a", "a", "b"]
    rows = [Row(x, 1_000_000, h, None, "en", "paper") for x, h in zip(varied, strata, strict=True)]
    frame = Frame.from_answers(INSTRUMENT, rows)
    design = design_of(frame)
    assert design.lonely_strata() == ("b",)
    found = {each.dimension: each.mean for each in profile(frame, score(frame), design, [])}
    assert found["BE"].standard_error is not None
    assert math.isfinite(found["BE"].standard_error)


def test_a_breakdown_that_is_no_item_is_an_error(
    frame: Frame, scores: dict[str, FloatArray]
) -> None:
    with pytest.raises(EstimateError, match="breakdown D99 is no item"):
        profile(frame, scores, design_of(frame), ["D99"])


def test_dimensions_that_nobody_was_asked_are_listed_without_a_point(
    cohesion_instrument: Instrument,
) -> None:
    names = {each.name for each in cohesion_instrument.dimensions if each.role is not Role.FACET}
    rows = [Row({}, 1_000_000, "", None, "en", "paper")] * 2
    frame = Frame.from_answers(cohesion_instrument, rows)
    found = profile(frame, score(frame, "short"), design_of(frame), [])
    assert {each.dimension for each in found} == names
    assert all(each.mean.point is None and each.people == 2 for each in found)
