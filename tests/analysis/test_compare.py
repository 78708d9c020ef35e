"""Tests of groups agree with one another where they must, and say what they cannot do."""

from __future__ import annotations

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import Design, EstimateError, compare, compare_unweighted, hedges_g
from analysis.effects import small_sample_factor

RNG = np.random.default_rng(17)
N = 120
PSU = np.repeat(np.arange(24), 5)
STRATUM = np.where(PSU < 12, "a", "b")
WEIGHT = RNG.uniform(1, 3, N)
DESIGN = Design(WEIGHT, STRATUM, PSU)
SEX = RNG.choice(["man", "woman"], N)
GROUP = RNG.choice(["x", "y", "z"], N)
Y = RNG.normal(size=N) + (SEX == "woman") + RNG.normal(size=24)[PSU]
PLAIN = Design(np.ones(N))
CODES = np.digitize(Y, [-1, 0, 1]).astype(str)


def test_wald_of_two_groups_is_the_square_of_t() -> None:
    t, f = compare(Y, DESIGN, SEX), compare(Y, DESIGN, SEX, test="wald")
    assert f.statistic == pytest.approx((t.statistic or 0) ** 2)
    assert f.p == pytest.approx(t.p)
    assert (t.df, f.df) == ((21,), (1, 21))


def test_a_difference_is_the_second_label_less_the_first() -> None:
    pair = compare(Y, DESIGN, SEX).pairs[0]
    means = [np.average(Y[each == SEX], weights=WEIGHT[each == SEX]) for each in ("man", "woman")]
    assert (pair.a, pair.b) == ("man", "woman")
    assert pair.point == pytest.approx(means[1] - means[0])


@pytest.mark.parametrize("test", ["t", "wilcoxon", "median", "wald", "raoscott"])
@settings(max_examples=15)
@given(order=st.permutations(range(N)), factor=st.floats(0.01, 100))
def test_neither_order_nor_unit_of_weight_matters(
    test: str, order: list[int], factor: float
) -> None:
    y = CODES if test == "raoscott" else Y
    before = compare(y, DESIGN, SEX, test=test)
    design = Design(WEIGHT[order] * factor, STRATUM[order], PSU[order])
    after = compare(y[order], design, SEX[order], test=test)
    assert after.statistic == pytest.approx(before.statistic)
    assert after.p == pytest.approx(before.p)
    assert after.df == pytest.approx(before.df)


@settings(max_examples=15)
@given(power=st.sampled_from([1.0, 3.0]), scale=st.floats(0.1, 10), shift=st.floats(-5, 5))
def test_ranks_see_nothing_but_the_order(power: float, scale: float, shift: float) -> None:
    before, after = (
        compare(x, DESIGN, GROUP, test="wilcoxon") for x in (Y, scale * Y**power + shift)
    )
    assert (after.statistic, after.p) == pytest.approx((before.statistic, before.p))


def test_ranks_of_a_plain_sample_tell_what_mann_and_whitney_do() -> None:
    u = compare_unweighted(Y, SEX, test="mannwhitney").statistic or 0
    pairs = float((SEX == "man").sum() * (SEX == "woman").sum())
    ranks = compare(Y, PLAIN, SEX, test="wilcoxon").pairs[0]
    assert ranks.point == pytest.approx(u / pairs - 0.5)
    assert ranks.hedges_g is None


def test_raoscott_of_a_plain_sample_is_nearly_pearsons() -> None:
    table = np.array(
        [[((s == SEX) & (c == CODES)).sum() for c in "0123"] for s in ("man", "woman")]
    )
    pearson = scipy.stats.chi2_contingency(table, correction=False)
    got = compare(CODES, PLAIN, SEX, test="raoscott")
    assert (got.statistic or 0) * 3 == pytest.approx(pearson.statistic * (N - 1) / N, rel=0.02)
    assert got.df[0] == pytest.approx(3, rel=0.05)


def test_raoscott_does_not_mind_which_way_the_table_lies() -> None:
    one = compare(CODES, DESIGN, GROUP, test="raoscott")
    other = compare(GROUP, DESIGN, CODES, test="raoscott")
    assert (one.statistic, one.p) == pytest.approx((other.statistic, other.p))
    assert one.df == pytest.approx(other.df)


def test_a_table_with_an_empty_cell_is_still_tested() -> None:
    rows = np.where((CODES == "0") & (SEX == "man"), "1", CODES)
    assert compare(rows, DESIGN, SEX, test="raoscott").statistic is not None


def test_adjustment_is_over_the_pairs_tested() -> None:
    pairs = compare(Y, DESIGN, GROUP, test="pairwise").pairs
    assert [(each.a, each.b) for each in pairs] == [("x", "y"), ("x", "z"), ("y", "z")]
    plain = compare(Y, DESIGN, GROUP, test="pairwise", adjust="none").pairs
    assert [each.p_adjusted for each in plain] == [each.p for each in pairs]
    assert min(each.p_adjusted or 0 for each in pairs) == 3 * min(each.p or 0 for each in pairs)


def test_rows_outside_the_domain_or_without_a_label_are_in_no_group() -> None:
    labels = np.where(np.arange(N) < 10, "pnta", SEX)
    got = compare(np.where(np.arange(N) < 20, np.nan, Y), DESIGN, labels, np.arange(N) < 100)
    assert (got.groups, got.n) == (("man", "woman"), 80)


def test_a_group_in_one_psu_leaves_the_test_undefined() -> None:
    labels = np.where(PSU == 3, "few", "many")
    for test in ("t", "wald", "wilcoxon"):
        got = compare(Y, DESIGN, labels, test=test)
        assert (got.statistic, got.p, got.pairs[0].standard_error) == (None, None, None)


def test_two_psus_in_all_leave_no_degrees_of_freedom_for_t() -> None:
    got = compare(Y[:10], Design(np.ones(10), psu=PSU[:10]), np.tile([1, 2], 5))
    assert (got.df, got.statistic, got.p) == ((0,), None, None)


@pytest.mark.parametrize(
    ("test", "groups", "message"),
    [
        ("t", GROUP, r"t compares two groups and there are 3 \(x, y, z\)"),
        ("t", np.full(N, "one"), r"1 groups have rows to compare \(one\)"),
        ("t", np.full(N, ""), r"0 groups have rows to compare \(none\)"),
        ("anova", SEX, "unknown test 'anova'; choose t, wald, pairwise, wilcoxon, median, raos"),
        ("raoscott", np.full(N, "one"), "groups has fewer than two categories"),
    ],
)
def test_what_cannot_be_compared_is_an_error(test: str, groups: str, message: str) -> None:
    with pytest.raises(EstimateError, match=message):
        compare(CODES.astype(float), DESIGN, groups, test=test)


@pytest.mark.parametrize("test", ["t", "wald", "pairwise", "wilcoxon", "median", "raoscott"])
def test_two_values_a_row_are_not_compared(test: str) -> None:
    with pytest.raises(EstimateError, match=r"y has shape \(120, 2\)"):
        compare(np.column_stack([Y, Y]), DESIGN, SEX, test=test)


# --- plain samples


def test_welch_of_two_groups_is_the_square_of_t() -> None:
    got = compare_unweighted(Y, SEX)
    t = scipy.stats.ttest_ind(Y[SEX == "woman"], Y[SEX == "man"], equal_var=False)
    assert got.statistic == pytest.approx(t.statistic**2)
    assert (got.pairs[0].t, got.pairs[0].df) == pytest.approx((t.statistic, t.df))
    assert (got.p, got.pairs[0].p) == pytest.approx((t.pvalue, t.pvalue))
    low, high = t.confidence_interval()
    assert got.pairs[0].interval() == pytest.approx((low, high))


def test_welch_of_many_groups_is_that_of_scipy() -> None:
    got = compare_unweighted(Y, GROUP)
    samples = [Y[each == GROUP] for each in "xyz"]
    want = scipy.stats.f_oneway(*samples, equal_var=False)
    assert (got.statistic, got.p) == pytest.approx((want.statistic, want.pvalue))
    ranks = compare_unweighted(Y, GROUP, test="kruskal")
    kruskal = scipy.stats.kruskal(*samples)
    assert (ranks.statistic, ranks.p, ranks.df) == (kruskal.statistic, kruskal.pvalue, (2,))


def test_equal_values_leave_every_plain_test_undefined() -> None:
    for test in ("welch", "kruskal", "mannwhitney"):
        got = compare_unweighted(np.ones(N), SEX, test=test)
        assert (got.statistic, got.p) == (None, None)


def test_a_group_of_one_has_no_welch() -> None:
    got = compare_unweighted([1.0, 2, 3, 4], ["a", "b", "b", "b"])
    assert (got.statistic, got.pairs[0].point, got.pairs[0].p) == (None, 2.0, None)


@pytest.mark.parametrize(("test", "message"), [("t", "unknown test"), ("mannwhitney", "kruskal")])
def test_what_plain_samples_cannot_do_is_an_error(test: str, message: str) -> None:
    with pytest.raises(EstimateError, match=message):
        compare_unweighted(Y, GROUP, test=test)


# --- size of a difference


def test_hedges_g_is_the_textbook_one_when_weights_are_equal() -> None:
    a, b = Y[SEX == "man"], Y[SEX == "woman"]
    m = N - 2
    pooled = ((len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)) / m
    rough = (b.mean() - a.mean()) / np.sqrt(pooled) * (1 - 3 / (4 * m - 1))
    assert hedges_g(a, b) == pytest.approx(rough, rel=1e-4)
    weighted = hedges_g(a, b, np.full(len(a), 3.0), np.full(len(b), 3.0))
    assert weighted == pytest.approx(hedges_g(a, b))
    assert compare(Y, PLAIN, SEX).pairs[0].hedges_g == pytest.approx(hedges_g(a, b))


def test_the_correction_for_small_samples_is_exact() -> None:
    assert small_sample_factor(2) == pytest.approx(1 / np.sqrt(np.pi))
    assert small_sample_factor(10) == pytest.approx(0.9227456, abs=1e-7)
    assert small_sample_factor(10_000) == pytest.approx(1 - 3 / (4 * 10_000 - 1), abs=1e-9)


def test_who_does_not_differ_has_no_size_of_difference() -> None:
    assert hedges_g(np.ones(5), np.ones(5)) is None
    assert hedges_g(np.ones(1), np.arange(5.0)) is None


def test_weights_of_both_groups_count_in_their_difference() -> None:
    a, b = Y[SEX == "man"], Y[SEX == "woman"]
    first, second = WEIGHT[SEX == "man"], WEIGHT[SEX == "woman"]
    there, back = hedges_g(a, b, first, second), hedges_g(b, a, second, first)
    assert there is not None
    assert back == pytest.approx(-there)
    means = np.average(b, weights=second) - np.average(a, weights=first)
    spread = [
        float(np.average((y - np.average(y, weights=w)) ** 2, weights=w)) * len(y) / (len(y) - 1)
        for y, w in ((a, first), (b, second))
    ]
    m = len(a) + len(b) - 2
    pooled = (spread[0] * (len(a) - 1) + spread[1] * (len(b) - 1)) / m
    assert there == pytest.approx(means / pooled**0.5 * small_sample_factor(m))


def test_two_people_a_group_are_enough_for_welch_and_equal_ones_are_not() -> None:
    found = compare_unweighted([1.0, 3.0, 2.0, 7.0], list("aabb"), test="welch")
    want = scipy.stats.ttest_ind([1, 3], [2, 7], equal_var=False)
    assert found.p == pytest.approx(want.pvalue)
    assert found.statistic == pytest.approx(want.statistic**2)
    constant = compare_unweighted([1.0, 1.0, 2.0, 7.0], list("aabb"), test="welch")
    assert (constant.statistic, constant.p) == (None, None)


def test_mann_and_whitney_tell_how_likely_their_statistic_is() -> None:
    found = compare_unweighted(Y, SEX, test="mannwhitney")
    want = scipy.stats.mannwhitneyu(Y[SEX == "woman"], Y[SEX == "man"], method="asymptotic")
    assert (found.statistic, found.p) == pytest.approx((want.statistic, want.pvalue))
    assert compare_unweighted(np.ones(N), SEX, test="mannwhitney").p is None


def test_ranks_of_two_groups_are_compared_by_t() -> None:
    for test in ("wilcoxon", "median"):
        found = compare(Y, DESIGN, SEX, test=test)
        assert (found.df, found.statistic) == ((21,), found.pairs[0].t)


def test_a_table_of_a_domain_is_that_of_labels_in_it_alone() -> None:
    inside = np.arange(N) % 3 > 0
    got = compare(CODES, DESIGN, SEX, inside, test="raoscott")
    assert got == compare(np.where(inside, CODES, ""), DESIGN, SEX, test="raoscott")
    assert got.n == inside.sum()
