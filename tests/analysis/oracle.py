"""How a case of R's is checked: one function for each kind, over any survey."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis import (
    Design,
    Difference,
    Estimate,
    by,
    change,
    compare,
    difference_in_differences,
    estimate,
    joint,
)
from analysis.estimators.quantile import RULES, quantile
from analysis.multiplicity import adjusted
from analysis.stages import BoolArray, FloatArray

Case = Mapping[str, Any]
Text = NDArray[np.str_]

#: How R's rank tests are called here.
RANK_TESTS = {"wilcoxon": "wilcoxon", "KruskalWallis": "wilcoxon", "median": "median"}


@dataclass(frozen=True, eq=False)
class Survey:
    """Columns of a survey drawn by one design, and the rows that R was given."""

    design: Design
    column: Mapping[str, Text]
    measure: Callable[[str], FloatArray]
    rows: BoolArray

    def inside(self, *names: str) -> BoolArray:
        """Return the rows where all of these columns are filled in."""
        filled = [self.column[name] != "" for name in names]
        return np.asarray(np.all([self.rows, *filled], axis=0), dtype=bool)


def close(got: float | None, want: float | None, tol: Mapping[str, float]) -> None:
    """Compare as the oracle's page says; what R has no number for must be None."""
    if want is None:
        assert got is None
        return
    assert got is not None
    assert abs(got - want) <= tol["abs"] + tol["rel"] * abs(want), (got, want)


def bounds(got: tuple[float | None, ...], want: list[float | None], tol: Case) -> None:
    for each, wanted in zip(got, want, strict=True):
        close(each, wanted, tol)


def same(got: Estimate | Difference, want: Case, tol: Mapping[str, float]) -> None:
    """Compare everything that the case says about an estimate."""
    low, high = got.interval()
    z_low, z_high = got.interval(kind="z")
    values: dict[str, float | None] = {"se": got.standard_error, "df": got.df, "n": got.n}
    values |= {"estimate": got.point, "ci_t_low": low, "ci_t_high": high}
    values |= {"ci_z_low": z_low, "ci_z_high": z_high}
    if isinstance(got, Estimate):
        values |= {"deff": got.deff_without_replacement, "deff_replace": got.deff}
    for name in values.keys() & want.keys():
        if want[name] != "Inf":
            close(values[name], want[name], tol)


def degf(case: Case, survey: Survey) -> None:
    got = estimate("mean", np.ones(len(survey.design)), survey.design)
    assert (got.df, got.n) == (case["expected"]["df"], case["expected"]["n"])
    close(got.size, case["expected"]["sum_w"], case["tol"])


def statistic(name: str, case: Case, survey: Survey) -> None:
    """Compare a total, ratio or other statistic, of everyone or by domain."""
    if name == "ratio":
        y = np.column_stack([survey.measure(case["num"]), survey.measure(case["den"])])
    else:
        y = survey.measure(case["var"])
    if not case.get("by"):
        same(estimate(name, y, survey.design, survey.rows), case["expected"], case["tol"])
        return
    keys = {key: survey.column[key] for key in case["by"]}
    found = {each.domain: each for each in by(name, y, survey.design, keys, survey.rows)}
    for want in case["expected"]:
        same(found[tuple(sorted(want["by"].items()))], want, case["tol"])


def var(case: Case, survey: Survey) -> None:
    got = estimate("variance", survey.measure(case["var"]), survey.design)
    same(got, case["expected"], case["tol"])
    close(sqrt(got.point or 0), case["expected"]["sd"], case["tol"])


def mean_vcov(case: Case, survey: Survey, order: list[dict[str, str]]) -> None:
    cells = [
        np.all([survey.column[key] == label for key, label in each.items()], axis=0)
        for each in order
    ]
    got = joint("mean", survey.measure(case["var"]), survey.design, cells).covariance()
    want = np.array(case["expected"]["values"], dtype=float)
    assert got.shape == want.shape
    known = ~np.isnan(want)
    assert (known == ~np.isnan(got)).all()
    error = np.abs(got - want)[known]
    assert (error <= case["tol"]["abs"] + case["tol"]["rel"] * np.abs(want[known])).all()


def proportion(case: Case, survey: Survey) -> None:
    labels = survey.column[case["var"]]
    used = survey.inside(case["var"])
    logit = {"rel": case["tol"]["ci_logit_rel"], "abs": 1e-12}
    for want in case["expected"]:
        got = estimate("proportion", labels == want["level"], survey.design, used)
        same(got, want, case["tol"])
        bounds(got.interval(kind="t"), want["ci_mean"], case["tol"])
        # A share fixed by the strata has no error, and R's interval collapses to 0.5.
        beta = want["ci_beta"] if want["se"] else [want["estimate"]] * 2
        bounds(got.interval(kind="beta"), beta, case["tol"] if want["se"] else logit)
        bounds(got.interval(kind="xlogit"), want["ci_xlogit"], case["tol"])
        bounds(got.interval(kind="xlogit"), want["ci_logit"], logit)


def has_rule(case: Case) -> bool:
    return case["stat"] != "quantile" or case["qrule"] in RULES


def quantiles(case: Case, survey: Survey) -> None:
    y = survey.measure(case["var"])
    for want in case["expected"]:
        at = partial(quantile, at=want["p"], rule=case["qrule"])
        got = estimate(at, y, survey.design, survey.rows)
        close(got.point, want["estimate"], case["tol"])
        close(got.standard_error, want["se"], case["tol"])
        bounds(got.interval(), [want["ci_low"], want["ci_high"]], case["tol"])


def ttest(case: Case, survey: Survey) -> None:
    got = compare(
        survey.measure(case["var"]), survey.design, survey.column[case["group"]], survey.rows
    )
    want = case["expected"]
    close(got.statistic, want["statistic"], case["tol"])
    close(got.p, want["p"], case["tol"])
    assert list(got.df) == want["df"]
    close(got.pairs[0].point, want["estimate"][0], case["tol"])
    bounds(got.pairs[0].interval(), want["ci"], case["tol"])


def ranktest(case: Case, survey: Survey) -> None:
    got = compare(
        survey.measure(case["var"]),
        survey.design,
        survey.column[case["group"]],
        survey.rows,
        test=RANK_TESTS[case["test"]],
    )
    want = case["expected"]
    close(got.p, want["p"], case["tol"])
    if len(got.groups) > 2:  # R names chi-squared and its df the other way round
        assert got.df[0] == want["statistic"]
        close((got.statistic or 0) * got.df[0], want["df"][0], case["tol"])
        return
    close(got.statistic, want["statistic"], case["tol"])
    close(got.pairs[0].point, want["estimate"][0], case["tol"])
    assert list(got.df) == want["df"]


def wald_f(case: Case, survey: Survey) -> None:
    got = compare(
        survey.measure(case["var"]),
        survey.design,
        survey.column[case["group"]],
        survey.rows,
        test="wald",
    )
    close(got.statistic, case["expected"]["F"], case["tol"])
    close(got.p, case["expected"]["p"], case["tol"])
    assert got.df == (case["expected"]["df"], case["expected"]["ddf"])


def glm(case: Case, survey: Survey) -> None:
    """Compare coefficients of a model of one factor: a mean, and differences from it."""
    labels, want = survey.column[case["group"]], case["expected"]
    y = survey.measure(case["var"])
    used = survey.rows & ~np.isnan(y)
    groups = sorted(set(labels[used]) - {""})
    means = joint("mean", y, survey.design, [used & (labels == each) for each in groups])
    for place in range(len(groups)):
        coefficients = np.eye(len(groups))[place] - (place > 0) * np.eye(len(groups))[0]
        got = means.contrast(coefficients, want["df_residual"])
        values = [got.point, got.standard_error, got.t, got.p]
        bounds(tuple(values), [want[key][place] for key in ("coef", "se", "t", "p")], case["tol"])


def pairwise(case: Case, survey: Survey) -> None:
    y, groups = survey.measure(case["var"]), survey.column[case["group"]]
    test = partial(compare, y, survey.design, groups, survey.rows, test="pairwise")
    for got, bh, want in zip(test().pairs, test(adjust="bh").pairs, case["expected"], strict=True):
        assert (got.a, got.b, got.df) == (want["a"], want["b"], case["df"])
        values = (got.point, got.standard_error, got.t, got.p, got.p_adjusted, bh.p_adjusted)
        wanted = [want[key] for key in ("diff", "se", "t", "p", "p_holm", "p_bh")]
        bounds(values, wanted, case["tol"])


def chisq(case: Case, survey: Survey) -> None:
    rows, columns = survey.column[case["rows"]], survey.column[case["cols"]]
    got = compare(rows, survey.design, columns, survey.rows, test="raoscott")
    close(got.statistic, case["expected"]["statistic"], case["tol"])
    close(got.p, case["expected"]["p"], case["tol"])
    bounds(got.df, case["expected"]["df"], case["tol"])


def changes(case: Case, survey: Survey) -> None:
    wave, y, want = survey.column["wave"], survey.measure(case["var"]), case["expected"]
    got = change("mean", y, survey.design, between=wave, start=1, end="2")[0]
    before, after = (estimate("mean", y, survey.design, wave == each) for each in ("1", "2"))
    close(before.point, want["wave1"], case["tol"])
    close(after.point, want["wave2"], case["tol"])
    close(got.point, want["change"], case["tol"])
    close(got.standard_error, want["se"], case["tol"])
    apart = sqrt((before.standard_error or 0) ** 2 + (after.standard_error or 0) ** 2)
    close(apart, want["se_ignoring_covariance"], case["tol"])
    both = joint("mean", y, survey.design, [wave == "1", wave == "2"])
    close(both.covariance()[0, 1], want["covariance"], case["tol"])
    bounds((got.df, got.t, got.p), [want[key] for key in ("df", "t", "p")], case["tol"])
    bounds(got.interval(), [want["ci_low"], want["ci_high"]], case["tol"])


def change_by(case: Case, survey: Survey) -> None:
    wave, y = survey.column["wave"], survey.measure(case["var"])
    keys = {case["by"]: survey.column[case["by"]]}
    found = change("mean", y, survey.design, keys, between=wave, start="1", end="2")
    assert len(found) == len(case["expected"])
    bh = adjusted([each.p for each in found], "bh")
    for got, by_bh, want in zip(found, bh, case["expected"], strict=True):
        assert got.domain == ((case["by"], want[case["by"]]),)
        values = (got.point, got.standard_error, got.df, got.p, got.p_adjusted, by_bh)
        names = ("change", "se", "df", "p", "p_holm", "p_bh")
        bounds(values, [want[name] for name in names], case["tol"])
        bounds(got.interval(), [want["ci_low"], want["ci_high"]], case["tol"])


def interaction(case: Case, survey: Survey) -> None:
    groups, want = survey.column["ethnicity"], case["expected"]
    got = difference_in_differences(
        "mean",
        survey.measure(case["var"]),
        survey.design,
        groups,
        between=survey.column["wave"],
        start="1",
        end="2",
    )
    bounds((got.statistic, got.p), [want["F"], want["p"]], case["tol"])
    assert got.df == (want["df"], want["ddf"])
    for pair in got.pairs:
        name = f"factor(wave)2:factor(ethnicity){pair.b}"
        if pair.a == got.groups[0]:
            close(pair.point, want["coef"][name], case["tol"])
            close(pair.standard_error, want["se"][name], case["tol"])


def drawn(stratum: Text, unit: Text) -> FloatArray:
    """Return how many units were drawn in the stratum of each row."""
    units = defaultdict(set)
    for h, label in zip(stratum, unit, strict=True):
        units[h].add(label)
    return np.array([len(units[h]) for h in stratum], dtype=float)


CHECKS: Mapping[str, Callable[[Case, Survey], None]] = {
    "change": changes,
    "change_by": change_by,
    "chisq": chisq,
    "degf": degf,
    "glm": glm,
    "interaction": interaction,
    "pairwise": pairwise,
    "proportion": proportion,
    "quantile": quantiles,
    "ranktest": ranktest,
    "mean": partial(statistic, "mean"),
    "ratio": partial(statistic, "ratio"),
    "total": partial(statistic, "total"),
    "ttest": ttest,
    "var": var,
    "wald_f": wald_f,
}
