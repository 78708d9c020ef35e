"""Estimates made of cells are those made of respondents."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from math import isnan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import (
    Design,
    DesignError,
    Estimate,
    EstimateError,
    Frame,
    Row,
    by,
    design_of,
    estimate,
    profile,
    score,
)
from analysis.columns import Column
from analysis.design import LONELY
from analysis.estimators import Estimator, Linearised
from analysis.moments import Measure, cells_of, chosen, number, quarters, scores_of, table
from analysis.moments.counting import numerators
from analysis.simulate import Simulation
from analysis.stages import FloatArray
from tests.analysis.moments.conftest import INSTRUMENT, all_measures, everyone

MEASURES = all_measures()


def total(y: FloatArray, weight: FloatArray) -> Linearised:
    return Linearised(float((weight * y).sum()), weight * y)


def same(got: Sequence[Estimate], want: Sequence[Estimate]) -> None:
    assert [each.domain for each in got] == [each.domain for each in want]
    for one, other in zip(got, want, strict=True):
        assert (one.n, one.df) == (other.n, other.df)
        for name in ("point", "standard_error", "deff", "size"):
            expected = getattr(other, name)
            if expected is None:
                assert getattr(one, name) is None, name
            else:
                assert getattr(one, name) == pytest.approx(expected, rel=1e-12, abs=1e-12), name


def values(frame: Frame, measure: Measure) -> FloatArray:
    y = numerators(frame, measure).astype(float)
    return np.where(y < 0, np.nan, y * measure.value / measure.units)


def agree(
    frame: Frame,
    keys: Sequence[str],
    design: Design,
    lonely_psu: str = "adjust",
    statistic: str = "mean",
) -> None:
    estimator: str | Estimator = "mean" if statistic == "mean" else total
    cells = cells_of(frame, MEASURES, ["D1", "D10"])
    found = table(cells, keys, lonely_psu=lonely_psu, statistic=statistic)
    codes = {key: frame.codes(key) for key in keys}
    for measure in MEASURES:
        y = values(frame, measure)
        want = by(estimator, y, design, codes) if keys else [estimate(estimator, y, design)]
        same(found.estimates(measure.name), want)


@pytest.mark.parametrize("keys", [(), ("D1",), ("D10",), ("D1", "D10"), ("D10", "D1")])
@pytest.mark.parametrize("statistic", ["mean", "total"])
def test_every_domain_of_a_wave_is_estimated_as_from_respondents(
    sample: Frame, keys: Sequence[str], statistic: str
) -> None:
    agree(sample, keys, design_of(sample), statistic=statistic)


@pytest.mark.parametrize("share_alone", [1, 3])
@pytest.mark.parametrize("statistic", ["mean", "total"])
def test_respondents_drawn_alone_are_psus_of_their_own(
    simulation: Simulation, share_alone: int, statistic: str
) -> None:
    rows = [
        replace(row, psu=row.psu if k % share_alone else None, weight=row.weight + k % 5 * 10**5)
        for k, row in enumerate(simulation.rows(1))
    ]
    frame = Frame.from_answers(INSTRUMENT, rows)
    agree(frame, ("D10",), design_of(frame), statistic=statistic)


@pytest.mark.parametrize("lonely_psu", LONELY[1:])
@pytest.mark.parametrize("statistic", ["mean", "total"])
def test_lonely_psus_are_taken_as_by_a_design(
    simulation: Simulation, lonely_psu: str, statistic: str
) -> None:
    rows = [
        row
        for row in simulation.rows(1)
        if row.stratum not in ("TV03", "TV05") or str(row.psu) == first_psu(simulation, row.stratum)
    ]
    frame = Frame.from_answers(INSTRUMENT, rows)
    design = design_of(frame, lonely_psu=lonely_psu)
    assert design.lonely_strata() == ("TV03", "TV05")
    for keys in ((), ("D1",), ("D10",)):
        agree(frame, keys, design, lonely_psu, statistic)


def first_psu(simulation: Simulation, stratum: str) -> str:
    return min(str(row.psu) for row in simulation.rows(1) if row.stratum == stratum)


@given(rows=everyone(), lonely_psu=st.sampled_from(LONELY[1:]))
@settings(max_examples=12)
def test_small_samples_of_any_kind_are_estimated_as_from_respondents(
    rows: list[Row], lonely_psu: str
) -> None:
    rows = [replace(row, stratum=row.stratum or "c") for row in rows]
    if rows:
        frame = Frame.from_answers(INSTRUMENT, rows)
        agree(frame, ("D10",), design_of(frame, lonely_psu=lonely_psu), lonely_psu)


def test_shares_and_means_are_those_of_a_profile(sample: Frame) -> None:
    scores = {each.name: each for each in scores_of(INSTRUMENT)}
    splits = [share for each in scores.values() for share in quarters(each)]
    found = table(cells_of(sample, [*scores.values(), *splits], ["D10"]), ["D10"])
    measured = profile(sample, score(sample), design_of(sample), ["D10"])
    in_domains = [each for each in measured if each.domain and each.mean.n]
    assert len(in_domains) == 16
    for each in in_domains:
        at = found.domains.index(each.domain)
        for name, want in (
            (each.dimension, each.mean),
            (f"{each.dimension} lowest", each.lowest),
            (f"{each.dimension} highest", each.highest),
        ):
            got = found.estimates(name)[at]
            same([got], [replace(want, domain=each.domain)])


def test_the_share_of_a_choice_is_among_those_who_answer(sample: Frame) -> None:
    item = INSTRUMENT.item("D10")
    measures = [chosen(item, code) for code in item.codes]
    found = table(cells_of(sample, measures))
    codes = sample.codes("D10")
    answered = np.isin(codes, item.codes)
    for code in item.codes:
        y = np.where(answered, codes == code, np.nan)
        want = estimate("mean", y, design_of(sample))
        same(found.estimates(f"D10={code}"), [want])
    assert found.point.sum() == pytest.approx(1)


def test_staying_within_a_label_is_a_domain_and_drops_no_psu(sample: Frame) -> None:
    cells = cells_of(sample, MEASURES, ["D1", "D10"])
    within = table(cells, ["D1"], within={"D10": "yes"}, lonely_psu="adjust")
    inside = sample.codes("D10") == "yes"
    for measure in MEASURES[:4]:
        keys = {"D1": sample.codes("D1")}
        want = by("mean", values(sample, measure), design_of(sample), keys, inside)
        same(within.estimates(measure.name), want)


def test_golden_respondents_agree_with_r(golden_frame: Frame, golden_folder: Path) -> None:
    golden = json.loads((golden_folder / "golden.json").read_text(encoding="utf-8"))
    weight = np.rint(golden_frame.codes("w").astype(float) * 1e6).astype(np.int64)
    frame = replace(golden_frame, weight=weight)
    wanted = ("TRH", "TRV", "TR", "BE", "SI", "AT", "CN", "CE", "CE_freq")
    found = table(cells_of(frame, scores_of(INSTRUMENT, names=wanted), ["adm2", "sex"]))
    for name in wanted:
        (got,) = found.estimates(name)
        want = golden["all"][name]
        assert (got.n, got.df) == (want["n"], want["df"])
        assert got.point == pytest.approx(want["estimate"], rel=1e-12)
        assert got.standard_error == pytest.approx(want["se"], rel=1e-12)
        assert got.deff == pytest.approx(want["deff_replace"], rel=1e-12)
        assert got.interval() == pytest.approx((want["low"], want["high"]), rel=1e-10)


def test_numbers_below_zero_are_estimated_as_they_stand(sample: Frame) -> None:
    rng = np.random.default_rng(2)
    texts = np.array(["", "-12.5", "0.05", "3", "7.25"])[rng.integers(0, 5, len(sample))]
    frame = replace(sample, columns={**sample.columns, "change": Column.of(texts.tolist())})
    measure = number("change", "change", texts.tolist())
    cells = cells_of(frame, [measure], ["D10"])
    y = np.array([float(text or "nan") for text in texts])
    for statistic, estimator in (("mean", "mean"), ("total", total)):
        want = by(estimator, y, design_of(frame), {"D10": frame.codes("D10")})
        same(table(cells, ["D10"], statistic=statistic).estimates("change"), want)


def row(answer: str, psu: str | None, stratum: str = "s", weight: int = 1_000_000) -> Row:
    answers = dict.fromkeys(("T5", "T6", "T7", "T8"), answer)
    return Row(answers, weight, stratum, psu, "en", "paper")


def of_rows(rows: Sequence[Row]) -> Frame:
    return Frame.from_answers(INSTRUMENT, rows)


def test_one_psu_has_no_standard_error_and_one_person_no_deff() -> None:
    trv = scores_of(INSTRUMENT, names=["TRV"])
    (lone,) = table(
        cells_of(of_rows([row("3", "p"), row("5", "p")]), trv), lonely_psu="adjust"
    ).estimates("TRV")
    assert (lone.point, lone.standard_error, lone.deff, lone.df) == (75.0, None, None, 0)
    (nobody,) = table(cells_of(of_rows([row("dk", "p"), row("dk", "q")]), trv)).estimates("TRV")
    assert nobody == Estimate(None, None, None, None, 0)


def test_people_who_all_answer_alike_have_an_error_of_zero_and_no_deff() -> None:
    frame = of_rows([row("4", f"p{k % 3}", weight=1_234_567 + k) for k in range(9)])
    (alike,) = table(cells_of(frame, scores_of(INSTRUMENT, names=["TRV"]))).estimates("TRV")
    assert (alike.point, alike.standard_error, alike.deff) == (75.0, 0.0, None)


def test_a_lonely_psu_stops_unless_told_otherwise() -> None:
    cells = cells_of(
        of_rows([row("3", "p"), row("4", "q"), row("5", "r", "far")]),
        scores_of(INSTRUMENT, names=["TRV"]),
        ["D1"],
    )
    with pytest.raises(DesignError, match="stratum far has only one PSU"):
        table(cells)
    assert not isnan(table(cells, lonely_psu="adjust").standard_error[0, 0])


@pytest.mark.parametrize("lonely_psu", ["average", "remove", "certainty"])
def test_where_every_psu_is_lonely_there_is_no_standard_error(lonely_psu: str) -> None:
    rows = [row("3", "p"), row("5", "p"), row("2", "q", "t"), row("4", "q", "t")]
    cells = cells_of(of_rows(rows), scores_of(INSTRUMENT, names=["TRV"]))
    assert isnan(table(cells, lonely_psu=lonely_psu).standard_error[0, 0])


def test_what_cannot_be_asked_of_cells_is_said(sample: Frame) -> None:
    cells = cells_of(sample, MEASURES, ["D1"])
    with pytest.raises(EstimateError, match="no key 'D2'"):
        table(cells, ["D2"])
    with pytest.raises(EstimateError, match="unknown statistic 'median'"):
        table(cells, statistic="median")
    with pytest.raises(EstimateError, match="no measure 'XX'"):
        table(cells).estimates("XX")
    with pytest.raises(DesignError, match="lonely_psu is 'ignore'"):
        table(cells, lonely_psu="ignore")
    with pytest.raises(DesignError, match="some rows have a stratum"):
        table(cells_of(of_rows([row("3", "p"), row("3", "q", "")]), MEASURES))
