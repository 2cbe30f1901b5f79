"""Intervals and tests of counts against base R."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import DataError, UsageError
from workbench.metrics.counts import clopper_pearson, mcnemar, mcnemar_exact, poisson_exact, wilson
from workbench.metrics.multiplicity import benjamini_hochberg, holm, max_t

FROZEN = json.loads((Path(__file__).resolve().parents[1] / "oracles" / "counts.json").read_text())


@pytest.mark.parametrize("level", [95, 80])
def test_intervals_are_those_of_r(level) -> None:
    cases = list(zip(FROZEN["hits"], FROZEN["totals"], strict=True))
    for name, function in (("wilson", wilson), ("exact", clopper_pearson)):
        found = np.array([function(int(k), int(n), level / 100) for k, n in cases])
        assert found[:, 0] == pytest.approx(FROZEN[f"{name}_low_{level}"], abs=1e-12)
        assert found[:, 1] == pytest.approx(FROZEN[f"{name}_high_{level}"], abs=1e-12)
    rates = np.array([poisson_exact(int(k), 2.5, level / 100) for k in FROZEN["hits"]])
    assert rates[:, 0] == pytest.approx(FROZEN[f"poisson_low_{level}"], rel=1e-12)
    assert rates[:, 1] == pytest.approx(FROZEN[f"poisson_high_{level}"], rel=1e-12)


def test_mcnemar_is_rs_binomial_test() -> None:
    pairs = zip(FROZEN["only_first"], FROZEN["only_second"], strict=True)
    found = [mcnemar_exact(int(b), int(c)) for b, c in pairs]
    assert found == pytest.approx(FROZEN["mcnemar"], rel=1e-12)


def test_mcnemar_of_the_swe_bench_board() -> None:
    pairs = [(18, 18), (33, 31), (37, 31), (26, 25), (31, 28)]
    assert [round(mcnemar_exact(*p), 3) for p in pairs] == [1.0, 0.901, 0.545, 1.0, 0.795]


def test_adjustments_are_those_of_r() -> None:
    assert holm(FROZEN["p"]) == pytest.approx(FROZEN["holm"], abs=1e-15)
    assert benjamini_hochberg(FROZEN["p"]) == pytest.approx(FROZEN["bh"], abs=1e-15)


def test_max_t_by_the_book() -> None:
    rng = np.random.default_rng(0)
    observed, permuted = np.array([2.5, -0.3, 1.4, 3.0]), rng.normal(size=(999, 4))
    order = np.argsort(-np.abs(observed))
    expected, running = np.empty(4), 0.0
    for step, hypothesis in enumerate(order):
        largest = np.abs(permuted[:, order[step:]]).max(axis=1)
        p = (1 + (largest >= abs(observed[hypothesis])).sum()) / 1000
        running = max(running, p)
        expected[hypothesis] = running
    assert max_t(observed, permuted) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize(
    "call",
    [
        lambda: wilson(3, 2),
        lambda: wilson(0, 0),
        lambda: clopper_pearson(-1, 2),
        lambda: poisson_exact(1, 0.0),
        lambda: poisson_exact(-1, 1.0),
        lambda: mcnemar_exact(-1, 3),
        lambda: mcnemar([0, 1], [0, 1], [0]),
        lambda: mcnemar([], [], []),
        lambda: mcnemar([0, 1], [0, 0.5], [0, 1]),
        lambda: holm([0.1, 1.2]),
        lambda: holm([0.1, np.nan]),
        lambda: max_t([1.0], [[np.nan]]),
        lambda: max_t([1.0], [[1.0, 2.0]]),
    ],
)
def test_counts_without_meaning_are_refused(call) -> None:
    with pytest.raises(DataError):
        call()


def test_levels_without_meaning_are_refused() -> None:
    with pytest.raises(UsageError, match="level"):
        wilson(1, 2, level=95)


def test_mcnemar_of_answers_is_that_of_their_discordant_cases() -> None:
    truth = np.zeros(80, int)
    first, second = np.zeros(80, int), np.zeros(80, int)
    second[:37], first[37:68] = 1, 2
    assert mcnemar(truth, first, second) == mcnemar_exact(37, 31)
    assert mcnemar(truth, first, first) == 1.0
