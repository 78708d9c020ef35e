from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from analysis.disclosure.clusters import steady
from analysis.estimate import Estimate
from analysis.profile import Measured

EVERYONE = Estimate(48.0, 1.0, 30, 2.0, 500)
Make = Callable[..., Measured]


def domain(make: Make, error: float | None, df: int | None) -> Measured:
    """Return a domain of 50 people with variance 400: sqrt(2 x 400 / 50) = 4."""
    return replace(make("TR", (("D1", "L1"),), 50), mean=Estimate(45.4, error, df, 1.1, 50))


@pytest.mark.parametrize(("error", "df"), [(0.022981, 1), (None, None), (0.0, 7)])
def test_few_clusters_borrow_from_the_whole_sample(
    measured: Make, error: float | None, df: int | None
) -> None:
    steadied = steady(domain(measured, error, df), EVERYONE)
    assert steadied.standard_error == pytest.approx(4.0)
    assert steadied.df == 30


def test_a_larger_error_of_its_own_stands(measured: Make) -> None:
    steadied = steady(domain(measured, 5.5, 3), EVERYONE)
    assert (steadied.standard_error, steadied.df) == (5.5, 30)


def test_eight_degrees_of_freedom_are_enough(measured: Make) -> None:
    own = domain(measured, 0.5, 8)
    assert steady(own, EVERYONE) == own.mean


def test_without_a_design_effect_the_sample_counts_as_simple(measured: Make) -> None:
    steadied = steady(domain(measured, None, 0), replace(EVERYONE, deff=None))
    assert steadied.standard_error == pytest.approx((400 / 50) ** 0.5)


def test_without_a_variance_only_the_degrees_of_freedom_are_borrowed(measured: Make) -> None:
    steadied = steady(replace(domain(measured, 1.2, 3), variance=None), EVERYONE)
    assert (steadied.standard_error, steadied.df) == (1.2, 30)


@pytest.mark.parametrize("point", [0.2, 0.0])
def test_a_share_without_a_variance_has_that_of_a_share(measured: Make, point: float) -> None:
    mean = Estimate(point, 0.001, 3, 1.1, 50)
    one = replace(domain(measured, None, 3), mean=mean, variance=None)
    steadied = steady(one, EVERYONE)
    expected = (2 * point * (1 - point) / 49) ** 0.5
    assert steadied.standard_error == pytest.approx(max(expected, 0.001))
    assert steadied.df == 30
