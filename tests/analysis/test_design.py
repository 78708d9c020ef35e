"""A design checks itself, and its variance is the textbook's, stage by stage."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike

from analysis import Design, DesignError, Linearised, estimate
from analysis.stages import FloatArray

STRATUM = np.repeat(["a", "b"], 6)
PSU = np.repeat([1, 2, 3, 4, 5, 6], 2)
SSU = np.arange(12)
Y = np.array([3.0, 4, 8, 1, 2, 9, 5, 5, 7, 0, 2, 6])
W = np.array([2.0, 2, 3, 3, 1, 1, 4, 4, 2, 2, 5, 5])


def total(y: FloatArray, weight: FloatArray) -> Linearised:
    return Linearised(float((weight * y).sum()), weight * y)


def error_of_total(design: Design) -> float:
    found = estimate(total, Y, design).standard_error
    assert found is not None
    return found


def between(totals: list[float]) -> float:
    return len(totals) * float(np.var(totals, ddof=1))


def psu_totals(stratum: str) -> list[float]:
    psus = np.unique(PSU[stratum == STRATUM])
    return [float((W * Y)[psu == PSU].sum()) for psu in psus]


def test_the_variance_of_a_total_is_that_between_psus_within_strata() -> None:
    want = between(psu_totals("a")) + between(psu_totals("b"))
    assert error_of_total(Design(W, STRATUM, PSU)) ** 2 == pytest.approx(want)


def test_a_finite_population_takes_off_the_share_drawn() -> None:
    fpc = np.where(STRATUM == "a", 4, 9)
    want = (1 - 3 / 4) * between(psu_totals("a")) + (1 - 3 / 9) * between(psu_totals("b"))
    assert error_of_total(Design(W, STRATUM, PSU, fpc)) ** 2 == pytest.approx(want)
    share = np.where(STRATUM == "a", 3 / 4, 3 / 9)
    assert error_of_total(Design(W, STRATUM, PSU, share)) ** 2 == pytest.approx(want)


def test_a_second_stage_adds_its_share() -> None:
    first, second = np.where(STRATUM == "a", 4, 9), np.full(12, 5)
    want = (1 - 3 / 4) * between(psu_totals("a")) + (1 - 3 / 9) * between(psu_totals("b"))
    for psu in range(1, 7):
        drawn = 3 / 4 if psu < 4 else 3 / 9
        want += drawn * (1 - 2 / 5) * between(list((W * Y)[psu == PSU]))
    design = Design(W, STRATUM, [PSU, SSU], [first, second])
    assert error_of_total(design) ** 2 == pytest.approx(want)


def test_without_finite_populations_the_second_stage_adds_nothing() -> None:
    one, two = Design(W, STRATUM, PSU), Design(W, STRATUM, [PSU, SSU])
    assert error_of_total(one) == error_of_total(two)


def test_units_of_the_second_stage_are_nested_in_the_first() -> None:
    fpc = [np.full(12, 9), np.full(12, 5)]
    plain = Design(W, STRATUM, [PSU, SSU], fpc)
    assert error_of_total(Design(W, STRATUM, [PSU, SSU % 2], fpc)) == error_of_total(plain)


def test_strata_of_the_second_stage_split_a_psu() -> None:
    psu = np.repeat([1, 2, 3], 4)
    within = np.tile([0, 0, 1, 1], 3)
    fpc = [np.full(12, 6), np.full(12, 10)]
    got = error_of_total(Design(W, [np.zeros(12), within], [psu, SSU], fpc)) ** 2
    want = (1 - 3 / 6) * between([float((W * Y)[psu == k].sum()) for k in (1, 2, 3)])
    for k in (1, 2, 3):
        for half in (0, 1):
            rows = (psu == k) & (within == half)
            want += (3 / 6) * (1 - 2 / 10) * between(list((W * Y)[rows]))
    assert got == pytest.approx(want)


def test_a_third_stage_adds_the_share_of_both_before() -> None:
    psu, ssu = np.repeat([1, 2, 3], 4), np.repeat(np.arange(6), 2)
    fpc = [np.full(12, count) for count in (6, 8, 10)]
    totals = [[float((W * Y)[ssu == k].sum()) for k in pair] for pair in ((0, 1), (2, 3), (4, 5))]
    want = (1 - 3 / 6) * between([sum(pair) for pair in totals])
    want += (3 / 6) * (1 - 2 / 8) * sum(map(between, totals))
    within = [between(list((W * Y)[ssu == k])) for k in range(6)]
    want += (3 / 6) * (2 / 8) * (1 - 2 / 10) * sum(within)
    assert error_of_total(Design(W, None, [psu, ssu, SSU], fpc)) ** 2 == pytest.approx(want)


def test_a_reordered_design_gives_the_same_error() -> None:
    order = np.random.default_rng(3).permutation(12)
    fpc = [np.where(STRATUM == "a", 4, 9), np.full(12, 5)]
    design = Design(W, STRATUM, [PSU, SSU], fpc)
    before = estimate("mean", Y, design, Y > 1)
    after = estimate("mean", Y[order], design.reordered(order), (Y > 1)[order])
    assert after.standard_error == pytest.approx(before.standard_error)
    assert after.df == before.df


def test_a_census_has_no_error() -> None:
    assert error_of_total(Design(np.ones(12), fpc=np.full(12, 12))) == 0


def test_a_stratum_taken_whole_may_have_one_psu() -> None:
    stratum = np.where(PSU < 6, "a", "b")
    fpc = np.where(PSU < 6, 50, 1)
    assert error_of_total(Design(W, stratum, PSU, fpc)) > 0


def test_lists_of_labels_and_arrays_are_the_same() -> None:
    listed = Design(W.tolist(), STRATUM.tolist(), PSU.tolist())
    assert error_of_total(listed) == error_of_total(Design(W, STRATUM, PSU))


# --- lonely PSUs: strata a (two PSUs), b (two), c (one)

ALONE = np.repeat(["a", "b", "c"], [4, 6, 2])
ALONE_PSU = np.array([1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5])


def lonely(choice: str, rows: ArrayLike | None = None) -> float | None:
    design = Design(W, ALONE, ALONE_PSU, lonely_psu=choice)
    return estimate("mean", Y, design, rows).standard_error


def pieces() -> dict[str, float]:
    """Return the variance of each stratum, and the square of the total of the lonely one."""
    influence = W * (Y - np.average(Y, weights=W)) / W.sum()
    sums = [float(influence[psu == ALONE_PSU].sum()) for psu in range(1, 6)]
    return {"a": between(sums[0:2]), "b": between(sums[2:4]), "c": sums[4] ** 2}


def test_a_lonely_psu_is_an_error_unless_told() -> None:
    with pytest.raises(DesignError, match=r"stratum c has only one PSU.*lonely_psu="):
        lonely("error")


def test_a_lonely_psu_can_count_by_its_distance_from_the_whole() -> None:
    got = lonely("adjust")
    assert got is not None
    assert got**2 == pytest.approx(sum(pieces().values()))


@pytest.mark.parametrize("choice", ["remove", "certainty"])
def test_a_lonely_psu_can_count_nothing(choice: str) -> None:
    got = lonely(choice)
    assert got is not None
    assert got**2 == pytest.approx(pieces()["a"] + pieces()["b"])


def test_a_lonely_psu_can_count_as_the_average_of_the_others() -> None:
    got = lonely("average")
    assert got is not None
    assert got**2 == pytest.approx(1.5 * (pieces()["a"] + pieces()["b"]))


def test_a_lonely_psu_outside_the_domain_disturbs_nobody() -> None:
    assert lonely("error", ALONE != "c") == lonely("average", ALONE != "c")


def test_a_design_names_the_lonely_units_of_later_stages() -> None:
    psu: list[ArrayLike] = [["a", "a", "b"], [1, 2, 1]]
    fpc: list[ArrayLike] = [[9, 9, 9], [8, 8, 8]]
    design = Design(np.ones(3), psu=psu, fpc=fpc)
    assert (design.lonely_strata(), design.lonely_units()) == ((), ("PSU b",))
    stratified = Design(np.ones(3), [["s", "s", "s"], ["x", "x", "y"]], psu, fpc)
    assert stratified.lonely_units() == ("stratum y of PSU b",)
    with pytest.raises(DesignError, match=r"^PSU b has only one unit of stage 2, .*another unit"):
        estimate("mean", [1.0, 2, 3], design)


def test_a_design_names_its_lonely_strata() -> None:
    assert Design(W, ALONE, ALONE_PSU).lonely_strata() == ("c",)
    assert Design(W, STRATUM, PSU).lonely_strata() == ()


# --- problems name the thing, the row and the remedy

BAD: list[tuple[dict[str, Any], str]] = [
    ({"weight": [1, 2, 0]}, "weight of row 2 is 0.0; .*above zero"),
    ({"weight": [1, -2, 1]}, "weight of row 1 is -2.0"),
    ({"weight": [np.nan, 2, 1]}, "weight of row 0 is nan"),
    ({"weight": [1, 2, np.inf]}, "weight of row 2 is inf"),
    ({"weight": []}, "one for each respondent"),
    ({"weight": np.ones((2, 2))}, "one for each respondent"),
    ({"weight": [1, 1], "stratum": ["a"]}, "stratum has shape .* one stratum a row"),
    ({"weight": [1, 1], "stratum": []}, "stratum has shape"),
    ({"weight": [1, 1], "psu": [1, 2, 3]}, "psu has shape .* one psu a row"),
    ({"weight": [1, 1], "fpc": [9]}, "fpc has shape .* one fpc a row"),
    ({"weight": [1, 1], "stratum": ["a", ""]}, "stratum of row 1 is missing"),
    ({"weight": [1, 1], "psu": [1.0, np.nan]}, "psu of row 1 is missing"),
    ({"weight": [1, 1], "psu": np.array([None, "x"])}, "psu of row 0 is missing"),
    (
        {"weight": [1, 1], "stratum": ["a", "b"], "psu": [7, 7]},
        r"psu 7 lies in strata a and b \(row 1\); .*nest=True",
    ),
    ({"weight": [1, 1], "fpc": [0, 0]}, "fpc of row 0 is 0.0"),
    ({"weight": [1, 1], "fpc": [np.nan, 4]}, "fpc of row 0 is nan"),
    ({"weight": [1, 1], "fpc": [5, 0.5]}, "fpc of row 1 is a share, others are counts"),
    ({"weight": [1, 1, 1], "fpc": [2, 2, 2]}, "has 3 PSUs but fpc 2.0"),
    ({"weight": [1, 1], "fpc": [4, 5]}, "fpc of row 1 differs .* give a stratum one fpc"),
    ({"weight": [1, 1], "psu": [[1, 2], [3, 4]], "fpc": [4, 4]}, "1 stages of fpc and 2 of psu"),
    ({"weight": [1, 1], "stratum": [[1, 2], [3, 4]]}, "2 stages of stratum and 1 of psu"),
    ({"weight": [1, 1], "lonely_psu": "fail"}, "choose one of error, adjust"),
]


@pytest.mark.parametrize(("parts", "message"), BAD)
def test_a_design_that_cannot_be_says_why(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(DesignError, match=message):
        Design(**parts)


def test_nest_makes_two_psus_of_one_label() -> None:
    nested = Design(W, STRATUM, PSU % 3, nest=True)
    assert error_of_total(nested) == error_of_total(Design(W, STRATUM, PSU))
