"""The smallest difference a test set can show, checked by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import UsageError
from workbench.metrics.power import smallest_difference, units_needed


def test_the_stated_power_is_reached() -> None:
    rng = np.random.default_rng(0)
    error = 1 / np.sqrt(400)
    true = smallest_difference(error, power=0.8)
    means = true + rng.normal(0, error, 20_000)
    assert np.mean(np.abs(means) > 1.959964 * error) == pytest.approx(0.8, abs=0.01)


def test_units_needed_reach_the_difference() -> None:
    n = units_needed(0.02, 100, 0.015, comparisons=10)
    reached = smallest_difference(0.02 * np.sqrt(100 / n), comparisons=10)
    assert reached == pytest.approx(0.015, rel=0.001)


@pytest.mark.parametrize(
    "call",
    [
        lambda: smallest_difference(-1.0),
        lambda: smallest_difference(1.0, level=95),
        lambda: smallest_difference(1.0, power=0.2),
        lambda: smallest_difference(1.0, comparisons=0),
        lambda: units_needed(0.1, 0, 0.1),
        lambda: units_needed(0.1, 10, 0.0),
    ],
)
def test_values_outside_their_range_are_refused(call) -> None:
    with pytest.raises(UsageError):
        call()
