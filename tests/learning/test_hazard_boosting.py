"""Boosted hazards: equal to the written-out table, true to known hazards, small in memory."""

import importlib
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workbench import registry
from workbench.errors import UsageError
from workbench.learning.discrete_time import Intervals
from workbench.learning.settings import FitContext
from workbench.learning.survival_estimator import Sample
from workbench.metrics.survival.base import null_curve
from workbench.metrics.survival.integrated_brier import IntegratedBrier
from workbench.metrics.survival.outcome import Outcome

PACKAGE = registry.load("model", "hazard_boosting").__module__.rpartition(".")[0]
kernels = importlib.import_module(f"{PACKAGE}.kernels")


def sample(count: int, seed: int = 0, features: int = 4) -> Sample:
    """The first feature multiplies the hazard by e before time 1, and divides it afterwards."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(count, features))
    early, late = np.exp(rows[:, 0]), np.exp(-rows[:, 0])
    needed = rng.exponential(size=count)
    dies = np.where(needed < early, needed / early, 1 + (needed - early) / late)
    leaves = rng.exponential(4, count)
    return Sample(rows, np.minimum(dies, leaves), dies <= leaves)


def truth(rows: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Survival of the simulation, (n, K)."""
    early, late = np.exp(rows[:, :1]), np.exp(-rows[:, :1])
    return np.exp(-(early * np.minimum(times, 1) + late * np.maximum(times - 1, 0)))


def boosted(cases: Sample, held: Sample | None = None, **params: Any) -> Any:
    model = registry.load("model", "hazard_boosting")(params)
    model.state_ = model.learn(cases, held, FitContext(Path()))
    return model


def test_known_hazards_that_cross_are_found(tmp_path: Path) -> None:
    model = boosted(sample(20_000), intervals=30)
    new, times = sample(2_000, seed=1), np.array([0.5, 1.0, 2.0])
    errors = model.curves(new.rows, times) - truth(new.rows, times)
    assert np.sqrt((errors**2).mean()) < 0.04
    assert abs(errors.mean(axis=0)).max() < 0.015


def test_it_beats_the_same_curve_for_everybody() -> None:
    model, new, times = boosted(sample(2_000)), sample(2_000, seed=1), (0.25, 0.5, 1.0, 2.0)
    outcome = np.column_stack([new.time, new.event])
    everybody = null_curve(Outcome(new.time, new.event), times)
    brier = IntegratedBrier(times)
    null = brier(outcome, np.tile(everybody, (len(new), 1)))
    assert brier(outcome, model.curves(new.rows, np.array(times))) < 0.85 * null


def test_it_is_as_good_as_scikit_learn_on_the_table_of_persons_by_periods() -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    cases, new = sample(3_000), sample(3_000, seed=1)
    model = boosted(cases, trees=60)
    intervals = Intervals(model.state_["cuts"])
    rows, _, happened, weight = written_out(cases, intervals)
    peer = HistGradientBoostingClassifier(
        max_iter=60, max_depth=3, max_leaf_nodes=None, learning_rate=0.1, early_stopping=False,
        l2_regularization=1.0, max_bins=64,
    ).fit(rows, happened, sample_weight=weight)  # fmt: skip
    rows, who, happened, weight = written_out(new, intervals)
    theirs = peer.decision_function(rows)
    logits = np.log(np.expm1(model._rises(new.rows)))
    ours = logits[who, rows[:, -1].astype(int)]

    def loss(values: np.ndarray) -> float:
        return float((weight * (np.logaddexp(0, values) - happened * values)).sum() / len(new))

    assert loss(ours) < loss(theirs) * 1.005


def written_out(cases: Sample, intervals: Intervals) -> tuple[np.ndarray, ...]:
    """Return features with the interval behind them, the case, the event, the weight."""
    course = intervals.course(cases.time, cases.event)
    who = np.repeat(np.arange(len(cases)), course.last + 1)
    starts = np.cumsum(course.last + 1) - course.last - 1
    interval = np.arange(len(who)) - starts[who]
    ends = interval == course.last[who]
    table = np.column_stack([cases.rows[who], interval])
    return table, who, ends & course.event[who], np.where(ends, course.share[who], 1.0)


def test_derivatives_are_those_of_the_likelihood() -> None:
    cases = sample(40)
    course = Intervals.learn(cases.time, cases.event, 5).course(cases.time, cases.event)
    rng = np.random.default_rng(2)
    logits = rng.normal(size=(40, 5)) * 3

    def loss_at(values: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        first, second = np.zeros((40, 5)), np.zeros((40, 5))
        loss = kernels.differentiate(values, course.last, course.share, course.event, first, second)
        return loss, first, second

    _, first, second = loss_at(logits)
    for case, place in [(0, 0), (3, 1), (7, 4), (11, 2)]:
        step = np.zeros((40, 5))
        step[case, place] = 1e-4
        up, down = loss_at(logits + step), loss_at(logits - step)
        assert first[case, place] == pytest.approx((up[0] - down[0]) / 2e-4, abs=1e-6)
        slope = (up[1] - down[1])[case, place] / 2e-4
        assert second[case, place] == pytest.approx(slope, abs=1e-6)


def test_sums_of_a_node_are_those_of_the_written_out_table() -> None:
    rng = np.random.default_rng(3)
    bins = rng.integers(0, 8, (50, 3)).astype(np.uint8)
    last = rng.integers(0, 6, 50).astype(np.int32)
    first, second = rng.normal(size=(50, 6)), rng.random((50, 6))
    members = np.flatnonzero(last >= 2).astype(np.int32)[::2]
    by_bin, by_interval = np.zeros((3, 8, 2)), np.zeros((6, 2))
    kernels.add_up(bins, last, members, (2, 5), first, second, by_bin, by_interval)
    expected, spans = np.zeros((3, 8, 2)), np.zeros((6, 2))
    for case in members:
        for place in range(2, min(5, last[case] + 1)):
            pair = np.array([first[case, place], second[case, place]])
            spans[place] += pair
            for feature in range(3):
                expected[feature, bins[case, feature]] += pair
    assert by_bin == pytest.approx(expected, abs=1e-12)
    assert by_interval == pytest.approx(spans, abs=1e-12)


def test_validation_cases_decide_how_many_trees_are_kept() -> None:
    cases, held = sample(300), sample(300, seed=1)
    stopped = boosted(cases, held, learning_rate=0.5, depth=6, min_expected_events=1.0)
    assert 1 <= len(stopped.state_["value"]) < 60
    assert len(boosted(cases, learning_rate=0.5, trees=60).state_["value"]) == 60


def test_memory_is_linear_in_cases_and_in_intervals() -> None:
    def peak(count: int, intervals: int) -> int:
        cases = sample(count, features=10)
        tracemalloc.start()
        boosted(cases, trees=2, intervals=intervals)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(1_000, 10)
    small = peak(10_000, 20)
    assert peak(20_000, 20) < 2.3 * small
    assert peak(10_000, 40) < 2.3 * small
    assert small < 10_000 * (8 * 10 * 3 + 20 * 12 * 3), "no table of persons by periods"


@pytest.mark.parametrize("rows", [np.zeros((60, 0)), np.ones((60, 2))])
def test_features_that_say_nothing_leave_the_curve_of_everybody(rows: np.ndarray) -> None:
    cases = sample(60)
    model = boosted(Sample(rows, cases.time, cases.event))
    curves = model.curves(rows, np.array([0.5, 1.0]))
    everybody = null_curve(Outcome(cases.time, cases.event), (0.5, 1.0))
    assert np.ptp(curves, axis=0).max() == 0
    assert curves[0] == pytest.approx(everybody, abs=0.05)


def test_parameters_out_of_range_are_all_named() -> None:
    with pytest.raises(UsageError) as caught:
        boosted(sample(20), trees=0, bins=300, learning_rate=2.0)
    assert len(caught.value.problems) == 3
