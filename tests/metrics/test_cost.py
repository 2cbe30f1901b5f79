"""The cost score: hand-checked values, exactness, floor and decision layer."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from workbench import metrics
from workbench.errors import UsageError
from workbench.metrics import TISSUENET_COST

EXACT = [[Fraction(str(value)) for value in row] for row in TISSUENET_COST]


@pytest.fixture
def cost_score() -> metrics.Metric:
    return metrics.get("cost-score", ["benign", "low", "high", "invasive"], cost=TISSUENET_COST)


def test_uniform_classes_give_the_published_floor(cost_score) -> None:
    truth = np.repeat(np.arange(4), 25)
    floor = metrics.best_constant(cost_score, truth)
    assert (floor.answer, floor.value) == ("low", 0.725)
    assert cost_score(truth, np.full(100, 2)) == 0.675


@pytest.mark.parametrize("true", range(4))
@pytest.mark.parametrize("called", range(4))
def test_each_cell(cost_score, true, called) -> None:
    assert cost_score([true], [called]) == float(1 - EXACT[true][called])


@pytest.mark.parametrize("seed", range(20))
def test_equal_to_exact_fractions(cost_score, seed) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 2000))
    truth, called = rng.integers(0, 4, n), rng.integers(0, 4, n)
    exact = sum((1 - EXACT[t][c] for t, c in zip(truth, called, strict=True)), Fraction()) / n
    assert cost_score(truth, called) == float(exact)


def test_range_follows_the_matrix() -> None:
    metric = metrics.get("cost-score", 2, cost=[[0, 0.25], [3, 0]])
    assert metric.range == (-2.0, 1.0)
    assert metric([1], [0]) == -2.0


def test_expected_cost_beats_the_most_probable_class(cost_score) -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 4, 4000)
    logits = 1.3 * np.eye(4)[truth] + rng.normal(size=(4000, 4))
    # Bayes' rule for this generator: the densities' ratio makes 1.3 * logits the log posterior.
    values = np.exp(1.3 * logits)
    values /= values.sum(axis=1, keepdims=True)
    decided = metrics.decide(values, TISSUENET_COST)
    likely = metrics.most_likely(values)
    bootstrap = metrics.UnitBootstrap(truth, np.arange(4000), 500, 1)
    gain = bootstrap.difference(cost_score, decided, likely)
    assert gain.low > 0.0
    assert cost_score(truth, decided) > cost_score(truth, likely)


def test_decide_is_the_brute_force_minimum() -> None:
    rng = np.random.default_rng(2)
    values = rng.dirichlet(np.ones(4), 500)
    brute = [
        min(range(4), key=lambda j: sum(row[i] * TISSUENET_COST[i][j] for i in range(4)))
        for row in values
    ]
    assert metrics.decide(values, TISSUENET_COST).tolist() == brute


def test_one_hot_rows_decide_for_themselves() -> None:
    assert metrics.decide(np.eye(4), TISSUENET_COST).tolist() == [0, 1, 2, 3]


def test_equal_costs_go_to_the_first_class_whatever_the_last_bits() -> None:
    swap = [[0.0, 1.0], [1.0, 0.0]]
    assert metrics.decide([[0.1 + 0.2, 0.3], [0.3, 0.1 + 0.2]], swap).tolist() == [0, 0]


@pytest.mark.parametrize(
    "cost",
    [[[0, 1]], [[0, 1], [1, 0], [1, 1]], [[0, -1], [1, 0]], [[0, float("nan")], [1, 0]], "x"],
)
def test_bad_matrix_is_refused(cost) -> None:
    with pytest.raises(UsageError, match="cost must"):
        metrics.get("cost-score", 2, cost=cost)
