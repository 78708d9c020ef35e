"""Columns of a file give the tables that their respondents give, on either engine."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from analysis import Design, DesignError, by
from analysis.moments import Cells, Measure, cells_of, number, scale, sql
from analysis.moments.files import tabulate

RNG = np.random.default_rng(8)
N = 300
COLUMNS = {
    "a": RNG.choice(["1", "2", "3", "4", "5", ""], N).tolist(),
    "b": RNG.choice(["1", "2", "3", "4", "5", ""], N).tolist(),
    "income": RNG.choice(["", "0.5", "-3", "12.25"], N).tolist(),
    "place": RNG.choice(["north", "south", ""], N).tolist(),
    "wave": RNG.choice(["1", "2"], N).tolist(),
}
STRATUM = RNG.choice(["x", "y"], N).tolist()
PSU = [f"{h}{k}" for h, k in zip(STRATUM, RNG.integers(0, 7, N), strict=True)]
WEIGHT = np.round(RNG.uniform(0.5, 3, N), 3)
WORTH = {str(k): Fraction(k - 1, 4) for k in range(1, 6)}
TURNED = dict(zip(WORTH, reversed(WORTH.values()), strict=True))
MEASURES: list[Measure] = [
    scale("trust", {"a": WORTH, "b": TURNED}, need=1),
    number("income", "income", COLUMNS["income"]),
]
ENGINES = pytest.mark.parametrize("engine", [cells_of, sql.cells_of], ids=["numpy", "sql"])


@ENGINES
def test_means_by_place_are_those_of_respondents(engine: Callable[..., Cells]) -> None:
    found = tabulate(
        COLUMNS, MEASURES, ["place"], weight=WEIGHT, stratum=STRATUM, psu=PSU,
        within={"wave": "1"}, engine=engine,
    )  # fmt: skip
    design = Design(WEIGHT, STRATUM, PSU)
    points = np.array(
        [
            [float(x or "nan") - 1 for x in COLUMNS["a"]],
            [5 - float(x or "nan") for x in COLUMNS["b"]],
        ]
    )
    answered = (~np.isnan(points)).sum(axis=0)
    trust = np.where(answered > 0, 25 * np.nansum(points, axis=0) / np.maximum(answered, 1), np.nan)
    income = np.array([float(x or "nan") for x in COLUMNS["income"]])
    first_wave = np.array(COLUMNS["wave"]) == "1"
    for name, y in (("trust", trust), ("income", income)):
        want = by("mean", y, design, {"place": COLUMNS["place"]}, first_wave)
        got = found.estimates(name)
        assert [each.domain for each in got] == [(("place", "north"),), (("place", "south"),)]
        for one, other in zip(got, want, strict=True):
            assert (one.n, one.df, one.domain) == (other.n, other.df, other.domain)
            assert one.point == pytest.approx(other.point, rel=1e-12)
            assert one.standard_error == pytest.approx(other.standard_error, rel=1e-12)
            assert one.deff == pytest.approx(other.deff, rel=1e-12)


@ENGINES
def test_without_a_design_each_row_was_drawn_alone(engine: Callable[..., Cells]) -> None:
    found = tabulate(COLUMNS, MEASURES[1:], weight=np.ones(N), engine=engine)
    income = np.array([float(x) for x in COLUMNS["income"] if x])
    assert found.df[0, 0] == len(income) - 1
    assert found.point[0, 0] == pytest.approx(income.mean(), rel=1e-12)


def test_a_psu_in_two_strata_must_be_meant() -> None:
    psu = [label[1:] for label in PSU]
    with pytest.raises(DesignError, match="psu 0 lies in two strata"):
        tabulate(COLUMNS, MEASURES, weight=WEIGHT, stratum=STRATUM, psu=psu)
    nested, plain = (
        tabulate(COLUMNS, MEASURES, weight=WEIGHT, stratum=STRATUM, psu=psus, nest=nest)
        for psus, nest in ((psu, True), (PSU, False))
    )
    assert np.array_equal(nested.standard_error, plain.standard_error)


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_a_weight_is_above_zero(weight: float) -> None:
    with pytest.raises(DesignError, match="not a number above zero"):
        tabulate(COLUMNS, MEASURES, weight=[weight] + [1.0] * (N - 1))
