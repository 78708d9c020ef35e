"""Each distance starts at a ratio of one, with the slope that it says."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.weighting.distances import Distance, Exponential, Linear, Logit

DISTANCES = [Exponential(), Linear(), Linear(0.5, 1.8), Logit(0.5, 2.5)]


@pytest.mark.parametrize("distance", DISTANCES)
def test_a_score_of_zero_leaves_a_weight_as_it_is(distance: Distance) -> None:
    assert distance.ratio(np.zeros(1)) == pytest.approx(np.ones(1))
    assert distance.slope(np.zeros(1)) == pytest.approx(np.ones(1))


@pytest.mark.parametrize("distance", DISTANCES)
def test_the_slope_is_the_derivative(distance: Distance) -> None:
    u, step = np.array([-0.9, -0.3, 0.2, 0.7, 1.9]), 1e-6
    want = (distance.ratio(u + step) - distance.ratio(u - step)) / (2 * step)
    assert distance.slope(u) == pytest.approx(want, abs=1e-7)
