"""Limits of many rate ratios at once: those of one ratio, ends and all, and bad input by name."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.errors import DataError, UsageError
from workbench.methods.rates.ratio import rate_ratio, ratio_limits


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_many_ratios_have_the_limits_of_each(level: float) -> None:
    rng = np.random.default_rng(1)
    cases = rng.poisson(3, (200, 2)) * (rng.random((200, 2)) < 0.8)
    exposure = rng.uniform(10, 5000, (200, 2))
    found = ratio_limits(cases, exposure, level=level)
    assert (cases[:, 0] == 0).any() and (cases[:, 1] == 0).any()
    for row, (a, b) in enumerate(cases.tolist()):
        first, second = exposure[row].tolist()
        one = rate_ratio((a, b), (first, second), level=level)
        assert found.low[row] == pytest.approx(one.low, rel=1e-12)
        assert found.high[row] == pytest.approx(one.high, rel=1e-12)


def test_without_exposure_there_is_no_ratio() -> None:
    found = ratio_limits([[3, 1], [0, 0], [2, 2]], [[0, 5], [5, 0], [4, 4]])
    assert np.isnan(found.low).tolist() == [True, True, False]
    assert np.isnan(found.high).tolist() == [True, True, False]


def test_input_that_means_nothing_is_refused() -> None:
    with pytest.raises(DataError, match="two groups a ratio"):
        ratio_limits([1, 2], [3, 4])
    with pytest.raises(DataError, match="0 or more"):
        ratio_limits([[-1, 2]], [[3, 4]])
    with pytest.raises(DataError, match="0 or more"):
        ratio_limits([[1, 2]], [[3, np.inf]])
    with pytest.raises(UsageError):
        ratio_limits([[1, 2]], [[3, 4]], level=1.0)
