"""Tests of calibrated designs agree with replicates that are calibrated again, one by one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from analysis import Design, bootstrap, compare, estimate, jackknife, poststratify, rake
from analysis.replicates import Replicates
from analysis.stages import FloatArray

RNG = np.random.default_rng(4)
N, PSUS = 720, 90
PSU = np.repeat(np.arange(PSUS), N // PSUS)
STRATUM = PSU // 30
FEELS = RNG.normal(size=PSUS)[PSU] * 0.6
AGE = np.digitize(FEELS + RNG.normal(size=N), [-0.6, 0.7]).astype(str)
#: More women among the old, so that the margins tell much about how the sexes differ.
SEX = np.where(RNG.random(N) < np.array([0.1, 0.5, 0.9])[AGE.astype(int)], "woman", "man")
#: Answers that age tells much about, so that known margins make errors smaller.
YES = AGE.astype(float) + FEELS + RNG.normal(size=N) * 0.6 > 1
Y = 10 * AGE.astype(float) + 4 * FEELS + RNG.normal(size=N) * 3
DRAWN = Design(RNG.uniform(1, 3, N), STRATUM, PSU)
AGES = {"0": 500.0, "1": 600.0, "2": 340.0}
MARGINS = {"age": (AGE, AGES), "sex": (SEX, {"man": 760.0, "woman": 680.0})}

Shares = FloatArray


def poststratified(design: Design) -> Design:
    return poststratify(design, {"age": (AGE, AGES)})


def raked(design: Design) -> Design:
    return rake(design, MARGINS)


CALIBRATIONS = pytest.mark.parametrize("calibrated", [poststratified, raked])


def shares(weight: FloatArray) -> Shares:
    cells = [(row == YES) & (column == SEX) for row in (False, True) for column in ("man", "woman")]
    return np.array([weight[cell].sum() / weight.sum() for cell in cells], dtype=np.float64)


def difference(weight: FloatArray) -> FloatArray:
    means = [np.average(Y[sex == SEX], weights=weight[sex == SEX]) for sex in ("man", "woman")]
    return np.array([means[1] - means[0]])


def covariance(
    replicates: Replicates,
    calibrated: Callable[[Design], Design],
    statistic: Callable[[FloatArray], FloatArray],
) -> FloatArray:
    """Return the covariance between replicates, each of them calibrated by itself."""
    points = np.array([
        # Raking takes no weight of zero, and one in a million million is none.
        statistic(calibrated(DRAWN.reweighted(DRAWN.weight * weight[replicates.unit])).weight)
        for weight in (np.maximum(factor, 1e-12) for factor in replicates.factors)
    ])  # fmt: skip
    off = points - points.mean(axis=0)
    return np.asarray((off.T * replicates.scale * replicates.scales) @ off)


def raoscott(p: Shares, variance: FloatArray) -> float:
    """Return F of a table of two by two: X² over the design effect of its one interaction."""
    table = p.reshape(2, 2)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    contrast = np.array([1, -1, -1, 1]) / p
    effect = contrast @ variance @ contrast / ((1 / p).sum() / N)
    return float(N * ((table - expected) ** 2 / expected).sum() / effect)


@CALIBRATIONS
def test_rao_and_scott_know_what_is_known(calibrated: Callable[[Design], Design]) -> None:
    design = calibrated(DRAWN)
    again = covariance(jackknife(DRAWN), calibrated, shares)
    got = compare(YES, design, SEX, test="raoscott")
    assert got.statistic == pytest.approx(raoscott(shares(design.weight), again), rel=0.06)


@CALIBRATIONS
def test_t_knows_what_is_known(calibrated: Callable[[Design], Design]) -> None:
    design = calibrated(DRAWN)
    error = float(covariance(jackknife(DRAWN), calibrated, difference)[0, 0]) ** 0.5
    got = compare(Y, design, SEX, test="t")
    assert got.pairs[0].standard_error == pytest.approx(error, rel=0.04)
    t = difference(design.weight)[0] / error
    assert got.statistic == pytest.approx(t, rel=0.04)
    assert sum(got.df) == PSUS - 3 - 1
    wald = compare(Y, design, SEX, test="wald")
    assert wald.statistic == pytest.approx(t**2, rel=0.08)
    taken_as_drawn = compare(Y, Design(design.weight, STRATUM, PSU), SEX, test="t").pairs[0]
    assert (taken_as_drawn.standard_error or 0) > 1.2 * error


def test_a_bootstrap_that_is_calibrated_again_agrees_within_its_own_chance() -> None:
    design = poststratified(DRAWN)
    drawn = bootstrap(DRAWN, 400, seed=8)
    error = float(covariance(drawn, poststratified, difference)[0, 0]) ** 0.5
    got = compare(Y, design, SEX, test="t").pairs[0]
    assert got.standard_error == pytest.approx(error, rel=0.12)


def test_a_table_of_what_is_known_has_no_error_and_still_a_test() -> None:
    design = poststratified(DRAWN)
    assert estimate("proportion", AGE == "0", design).standard_error == pytest.approx(0, abs=1e-12)
    found = compare(AGE, design, SEX, test="raoscott")
    assert found.p is not None
    assert found.p < 1e-6
