"""Friedman's test and Nemenyi's critical difference: Demsar's tables, scipy, conventions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import friedmanchisquare

from workbench.errors import DataError, UsageError
from workbench.metrics.friedman import (
    critical_difference,
    friedman,
    friedman_statistic,
    iman_davenport,
)

# Demsar 2006, table 6: AUC of C4.5, C4.5+m, C4.5+cf, C4.5+m+cf on 14 data sets, as printed.
TABLE_6 = np.array(
    [
        [0.763, 0.768, 0.771, 0.798],
        [0.599, 0.591, 0.590, 0.569],
        [0.954, 0.971, 0.968, 0.967],
        [0.628, 0.661, 0.654, 0.657],
        [0.882, 0.888, 0.886, 0.898],
        [0.936, 0.931, 0.916, 0.931],
        [0.661, 0.668, 0.609, 0.685],
        [0.583, 0.583, 0.563, 0.625],
        [0.775, 0.838, 0.866, 0.875],
        [1.000, 1.000, 1.000, 1.000],
        [0.940, 0.962, 0.965, 0.962],
        [0.619, 0.666, 0.614, 0.669],
        [0.972, 0.981, 0.975, 0.975],
        [0.957, 0.978, 0.946, 0.970],
    ]
)
PUBLISHED_RANKS = [3.143, 2.000, 2.893, 1.964]


def test_published_values_follow_from_the_published_mean_ranks() -> None:
    chi_square = friedman_statistic(PUBLISHED_RANKS, 14)
    assert chi_square == pytest.approx(9.28, abs=0.005)
    assert iman_davenport(chi_square, 14, 4) == pytest.approx(3.69, abs=0.005)
    assert critical_difference(4, 14) == pytest.approx(1.25, abs=0.005)


def test_printed_table_gives_other_ranks_than_the_published_ones() -> None:
    plain = friedman(TABLE_6, ties="plain")
    assert plain.mean_ranks.round(4).tolist() == [3.1429, 2.0, 2.9286, 1.9286]
    assert plain.chi_square == pytest.approx(9.857, abs=5e-4)
    assert plain.f == pytest.approx(3.987, abs=5e-4)


def test_one_tie_of_the_printed_table_was_none_before_rounding() -> None:
    """Two of the 0.975 were not equal: with the fourth model ahead no longer, ranks agree."""
    unrounded = TABLE_6.copy()
    unrounded[12, 2] += 1e-5
    found = friedman(unrounded, ties="plain")
    assert found.mean_ranks.round(3).tolist() == PUBLISHED_RANKS
    assert found.chi_square == pytest.approx(9.28, abs=0.01)


def test_corrected_form_is_scipys() -> None:
    found = friedman(TABLE_6)
    assert found.chi_square == pytest.approx(10.952, abs=5e-4)
    assert found.p_value == pytest.approx(0.01199, abs=5e-6)
    rng = np.random.default_rng(0)
    for digits in (0, 1, 6):
        values = np.round(rng.normal(size=(20, 5)) + np.arange(5) / 4, digits)
        oracle = friedmanchisquare(*values.T)
        ours = friedman(values)
        assert ours.chi_square == pytest.approx(oracle.statistic, rel=1e-12)
        assert ours.p_value == pytest.approx(oracle.pvalue, rel=1e-10)


@pytest.mark.parametrize(
    ("models", "level", "quantile"),
    [(2, 0.95, 1.960), (3, 0.95, 2.343), (10, 0.95, 3.164), (4, 0.90, 2.291), (10, 0.90, 2.920)],
)
def test_critical_values_are_those_of_demsars_table_5(models, level, quantile) -> None:
    scale = np.sqrt(models * (models + 1) / (6 * 30))
    assert critical_difference(models, 30, level) / scale == pytest.approx(quantile, abs=1e-3)


def test_direction_and_names() -> None:
    low = friedman(-TABLE_6, better="low")
    assert low.mean_ranks.tolist() == friedman(TABLE_6).mean_ranks.tolist()
    swapped = friedman(TABLE_6[:, ::-1])
    assert swapped.mean_ranks.tolist() == friedman(TABLE_6).mean_ranks[::-1].tolist()
    assert swapped.chi_square == pytest.approx(friedman(TABLE_6).chi_square, rel=1e-14)


def test_equal_models_and_a_perfect_order() -> None:
    same = friedman(np.ones((5, 3)))
    assert (same.chi_square, same.p_value, same.f, same.f_p_value) == (0.0, 1.0, 0.0, 1.0)
    sure = friedman(np.tile([3.0, 2.0, 1.0], (4, 1)))
    assert sure.mean_ranks.tolist() == [1, 2, 3]
    assert (sure.chi_square, sure.f, sure.f_p_value) == (8.0, np.inf, 0.0)


def test_size_under_the_null() -> None:
    """Equal models: the F form rejects at about its level."""
    rng = np.random.default_rng(1)
    rejected = np.mean([friedman(rng.normal(size=(15, 4))).f_p_value < 0.05 for _ in range(1000)])
    assert rejected == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / 1000))


@pytest.mark.parametrize("values", [[[1.0, 2.0]], [[1.0], [2.0]], [1.0, 2.0], [[1.0, np.nan]] * 3])
def test_tables_without_meaning_are_refused(values) -> None:
    with pytest.raises(DataError):
        friedman(values)


@pytest.mark.parametrize(
    "call",
    [
        lambda: friedman(TABLE_6, ties="correct"),
        lambda: friedman(TABLE_6, better="hihg"),
        lambda: critical_difference(1, 14),
        lambda: critical_difference(4, 14, level=95),
    ],
)
def test_choices_without_meaning_are_refused(call) -> None:
    with pytest.raises(UsageError):
        call()
