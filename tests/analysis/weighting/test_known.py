"""Weights from what is known of a population: whole rounds, those who did not say, a cap."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from analysis import Design, DesignError, estimate, joint, rake, trim, weights_of
from analysis.weighting import Alike, Known, Scheme, Side, effects, weigh, weigh_rounds

RNG = np.random.default_rng(12)
N = 400
PSU = np.repeat(np.arange(40), 10)
SEX = RNG.choice(["woman", "man"], N, p=[0.7, 0.3])
AGE = RNG.choice(["18-24", "25-59", "60+"], N)
Y = 10.0 * (SEX == "woman") + RNG.normal(size=N) + RNG.normal(size=40)[PSU]
DRAWN = Design(RNG.uniform(1, 2, N), PSU // 20, PSU)
SEXES = Known("sex", {"woman": 520, "man": 480}, {"woman": "woman", "man": "man"})
AGES = Known("age", {"18-24": 300, "60+": 700}, {"18-24": "18-24", "25-59": "60+", "60+": "60+"})
CODES = {"sex": SEX, "age": AGE}


def test_it_is_raking_when_everybody_said() -> None:
    merged = np.where(AGE == "18-24", "18-24", "60+")
    margins = {"sex": (SEX, {**SEXES.people}), "age": (merged, {**AGES.people})}
    raked = rake(DRAWN, margins)
    found = weigh(CODES.__getitem__, DRAWN, Scheme((SEXES, AGES), people=1000))
    assert found.weight == pytest.approx(raked.weight, rel=1e-9)
    one, other = (estimate("mean", Y, each) for each in (raked, found))
    assert other.point == pytest.approx(one.point, rel=1e-9)
    assert other.standard_error == pytest.approx(one.standard_error, rel=1e-9)


def test_errors_know_the_margins() -> None:
    found = weigh(CODES.__getitem__, DRAWN, Scheme((SEXES,)))
    blind = found.reweighted(found.weight)
    # Sex tells nearly everything about Y, so what is left to chance is small.
    knowing, other = (estimate("mean", Y, each).standard_error for each in (found, blind))
    assert knowing is not None
    assert other is not None
    assert knowing < 0.7 * other


def test_who_did_not_say_keeps_their_share() -> None:
    quiet = SEX.copy().astype("U9")
    quiet[:60] = "dk"
    found = weigh({"sex": quiet}.__getitem__, DRAWN, Scheme((SEXES,)))
    before = DRAWN.weight[:60].sum() / DRAWN.weight.sum()
    assert found.weight[:60].sum() / found.weight.sum() == pytest.approx(before)
    said = found.weight[60:]
    assert said[quiet[60:] == "woman"].sum() / said.sum() == pytest.approx(0.52)


def test_a_cap_is_that_of_trim() -> None:
    scheme = Scheme((SEXES, AGES), people=1000)
    free = weigh(CODES.__getitem__, DRAWN, scheme)
    found = weigh(CODES.__getitem__, DRAWN, Scheme((SEXES, AGES), 1000, cap=1.6))
    cut = trim(free, upper=1.6 * float(free.weight.mean()))
    assert (free.weight > found.weight.max() * 1.01).any()
    assert found.weight == pytest.approx(cut.weight, rel=1e-12)
    assert found.weight.sum() == pytest.approx(1000)


@pytest.mark.parametrize("now", [None, Scheme((AGES,), people=50, cap=1.5)], ids=["none", "other"])
def test_rounds_are_weighed_by_themselves_and_stay_one_sample(now: Scheme | None) -> None:
    later = np.arange(N) >= 200
    before = Scheme((SEXES, AGES), people=1000)
    both = weigh_rounds(CODES.__getitem__, DRAWN, [Side(~later, before), Side(later, now)])
    early = {name: codes[~later] for name, codes in CODES.items()}
    alone = weigh(early.__getitem__, Design(DRAWN.weight[~later]), before)
    assert both.weight[~later] == pytest.approx(alone.weight, rel=1e-9)
    if now is None:
        assert both.weight[later] == pytest.approx(DRAWN.weight[later], rel=1e-9)
    change = joint("mean", Y, both, [~later, later]).contrast([-1, 1])
    means = [np.average(Y[rows], weights=both.weight[rows]) for rows in (~later, later)]
    assert change.point == pytest.approx(means[1] - means[0])


def test_a_group_that_nobody_is_in_is_named() -> None:
    other = Known("sex", {"woman": 1, "other": 1}, {"woman": "woman", "other": "other"})
    with pytest.raises(DesignError, match=r"other.*nobody"):
        weigh(CODES.__getitem__, DRAWN, Scheme((other,)))
    silent = Known("sex", {"x": 1, "y": 1}, {"x": "x", "y": "y"})
    with pytest.raises(DesignError, match="nobody has answered sex"):
        weigh(CODES.__getitem__, DRAWN, Scheme((silent,)))


def test_effects_are_those_of_every_single_row() -> None:
    scheme = Scheme((SEXES, AGES), people=1000, cap=1.6)
    counts = Counter(zip(SEX.tolist(), AGE.tolist(), strict=True))
    alike = [Alike({"sex": s, "age": a}, 2.0, n) for (s, a), n in counts.items()]
    found = effects(alike, scheme)
    rows = weigh(CODES.__getitem__, Design(np.full(N, 2.0)), scheme)
    assert found.count == N
    assert found.deff == pytest.approx(weights_of(rows).deff_weights)
    assert found.effective == pytest.approx(N / found.deff)
    assert found.highest == pytest.approx(rows.weight.max() / rows.weight.mean())
    assert found.lowest == pytest.approx(rows.weight.min() / rows.weight.mean())
    assert found.cut == int((rows.weight >= rows.weight.max() * (1 - 1e-9)).sum())
    women = SEX == "woman"
    after = rows.weight[women].sum() / rows.weight.sum()
    assert found.shares["sex"]["woman"] == pytest.approx((women.mean(), after))
    with pytest.raises(DesignError, match="no answers"):
        effects([], scheme)
