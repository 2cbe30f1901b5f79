"""Bootstrap of concordance over patients: intervals, clones, and resamples without events."""

from __future__ import annotations

import numpy as np
import pytest

from workbench import metrics
from workbench.metrics.survival.concordance import HarrellC
from workbench.metrics.survival.dynamic_auc import TimeDependentAuc
from workbench.metrics.survival.jackknife import concordance
from workbench.metrics.survival.uno import UnoC


def draw(seed: int, n: int = 150, events: float = 0.6):
    """Cases whose risk says something about their time."""
    rng = np.random.default_rng(seed)
    risk = rng.normal(size=n)
    time = np.ceil(rng.exponential(np.exp(-risk)) * 20) / 2
    return np.column_stack([time, rng.random(n) < events]), risk


@pytest.mark.parametrize("metric", [HarrellC(), UnoC(8.0), TimeDependentAuc(4.0)], ids=str)
def test_rows_cloned_under_one_patient_change_no_interval(metric) -> None:
    truth, risk = draw(0)
    patients = [f"p{i}" for i in range(150)]
    once = metrics.UnitBootstrap(truth, patients, 300, 1).interval(metric, risk)
    order = np.random.default_rng(1).permutation(300)
    cloned = metrics.UnitBootstrap(
        np.tile(truth, (2, 1))[order], np.array(patients * 2)[order], 300, 1
    )
    twice = cloned.interval(metric, np.tile(risk, 2)[order])
    assert [twice.low, twice.high] == pytest.approx([once.low, once.high], abs=1e-12)
    assert once.low < metric(truth, risk) < once.high


def test_bootstrap_agrees_with_the_jackknife() -> None:
    truth, risk = draw(2, n=300)
    values, _, _ = metrics.UnitBootstrap(truth, np.arange(300), 2000, 3).values(HarrellC(), risk)
    assert values[0].std() == pytest.approx(concordance(truth, risk).errors[0], rel=0.08)


def test_equal_models_differ_by_exactly_nothing() -> None:
    truth, risk = draw(3)
    bootstrap = metrics.UnitBootstrap(truth, np.arange(150), 200, 1)
    gap = bootstrap.difference(HarrellC(), risk, np.exp(risk))
    assert (gap.low, gap.high) == (0.0, 0.0)


@pytest.mark.parametrize(
    "metric", [HarrellC(), UnoC(3.0), TimeDependentAuc(3.0, reestimate="once")], ids=str
)
def test_resamples_without_events_are_drawn_in_strata(metric) -> None:
    time = np.arange(1.0, 13.0)
    truth = np.column_stack([time, time == 2])
    bootstrap = metrics.UnitBootstrap(truth, np.arange(12), 400, 1)
    interval = bootstrap.interval(metric, np.sin(time))
    assert interval.undefined > 50
    assert interval.method.endswith("stratified by event")
    assert 0.0 <= interval.low < interval.high <= 1.0
