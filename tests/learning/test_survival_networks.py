"""Survival networks: true to known hazards, better than the null, equal on every machine run."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workbench import registry
from workbench.errors import DataError, UsageError
from workbench.learning import callbacks
from workbench.learning.seeds import seed_everything
from workbench.learning.settings import FitContext, TrainerSettings
from workbench.learning.survival_estimator import Sample
from workbench.metrics.survival.base import null_curve
from workbench.metrics.survival.integrated_brier import IntegratedBrier
from workbench.metrics.survival.outcome import Outcome

NETWORKS = ("deepsurv", "logistic_hazard", "cox_time")
SETTINGS = TrainerSettings(device="cpu", max_epochs=60, patience=10, learning_rate=0.01)
TIMES = np.array([0.25, 0.5, 1.0, 2.0])


def sample(count: int, seed: int = 0, *, crossing: bool = False) -> Sample:
    """Hazard exp(a - b^2 + 1); with ``crossing`` exp(a) before time 1 and exp(-a) afterwards."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(count, 3))
    early, late = rates(rows, crossing=crossing)
    needed = rng.exponential(size=count)
    dies = np.where(needed < early, needed / early, 1 + (needed - early) / late)
    leaves = rng.exponential(4, count)
    return Sample(rows, np.minimum(dies, leaves), dies <= leaves)


def rates(rows: np.ndarray, *, crossing: bool) -> tuple[np.ndarray, np.ndarray]:
    """Hazards before and after time 1, (n,) each."""
    if crossing:
        return np.exp(rows[:, 0]), np.exp(-rows[:, 0])
    both = np.exp(rows[:, 0] - rows[:, 1] ** 2 + 1)
    return both, both


def truth(rows: np.ndarray, *, crossing: bool) -> np.ndarray:
    """Survival of the simulation at ``TIMES``, (n, K)."""
    early, late = rates(rows, crossing=crossing)
    hazard = early[:, None] * np.minimum(TIMES, 1) + late[:, None] * np.maximum(TIMES - 1, 0)
    return np.exp(-hazard)


def fitted(name: str, folder: Path, cases: Sample, held: Sample | None, **params: Any) -> Any:
    model = registry.load("model", name)(params)
    seed_everything(1)
    model.state_ = model.learn(cases, held, FitContext(folder, 1, SETTINGS))
    return model


@pytest.mark.parametrize("name", NETWORKS)
def test_known_hazards_are_found_and_beat_the_same_curve_for_everybody(
    name: str, tmp_path: Path
) -> None:
    crossing = name != "deepsurv"
    cases, held = sample(3_000, crossing=crossing), sample(1_000, seed=1, crossing=crossing)
    model = fitted(name, tmp_path, cases, held)
    new = sample(2_000, seed=2, crossing=crossing)
    curves = model.curves(new.rows, TIMES)
    errors = curves - truth(new.rows, crossing=crossing)
    assert np.sqrt((errors**2).mean()) < 0.06
    assert abs(errors.mean(axis=0)).max() < 0.03
    outcome, brier = np.column_stack([new.time, new.event]), IntegratedBrier(tuple(TIMES))
    null = np.tile(null_curve(Outcome(new.time, new.event), TIMES.tolist()), (len(new), 1))
    assert brier(outcome, curves) < 0.9 * brier(outcome, null)


def test_without_hidden_layers_deepsurv_is_a_cox_regression(tmp_path: Path) -> None:
    """The coefficients of the partial likelihood, found by batches that are the whole."""
    cases = sample(500)
    model = registry.load("model", "deepsurv")({"hidden": [], "batch_size": 500})
    settings = TrainerSettings(
        device="cpu", max_epochs=400, learning_rate=0.02, weight_decay=0.0, patience=400
    )
    model.state_ = model.learn(cases, None, FitContext(tmp_path, 1, settings))
    found = model.state_["network.0.weight"][0] / model.state_["scale"]
    cox = registry.load("model", "cox")({"penalizer": 0.0})
    cox.state_ = cox.learn(cases, None, FitContext(tmp_path))
    assert found == pytest.approx(cox.state_["coefficients"], abs=2e-3)
    new = sample(50, seed=3)
    assert model.curves(new.rows, TIMES) == pytest.approx(cox.curves(new.rows, TIMES), abs=2e-3)


@pytest.mark.parametrize("name", NETWORKS)
def test_scaling_is_learnt_from_the_training_side_alone(name: str, tmp_path: Path) -> None:
    cases, held = sample(60), sample(40, seed=1)
    far = Sample(held.rows + 100, held.time * 50, held.event)
    model = fitted(name, tmp_path, cases, far)
    assert model.state_["mean"] == pytest.approx(cases.rows.mean(axis=0), abs=1e-6)
    assert model.state_["scale"] == pytest.approx(cases.rows.std(axis=0), abs=1e-6)
    for bound in ("cuts", "times"):
        if bound in model.state_:
            assert model.state_[bound].max() == cases.time[cases.event].max()


@pytest.mark.parametrize("name", NETWORKS)
def test_a_last_batch_of_one_case_is_no_trouble(name: str, tmp_path: Path) -> None:
    model = fitted(name, tmp_path, sample(17), None, batch_size=4)
    assert np.isfinite(model.curves(sample(5).rows, TIMES)).all()


@pytest.mark.parametrize("name", NETWORKS)
def test_a_broken_off_fit_run_again_ends_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases, held = sample(80), sample(30, seed=1)
    whole = fitted(name, tmp_path / "whole", cases, held)
    monkeypatch.setattr(callbacks, "CHECKPOINT_SECONDS", 0.0)

    def break_off(values: dict[str, float], epoch: int) -> None:
        if epoch == 4:
            raise InterruptedError

    broken = FitContext(tmp_path / "broken", 1, SETTINGS, break_off)
    seed_everything(1)
    with pytest.raises(InterruptedError):
        registry.load("model", name)({}).learn(cases, held, broken)
    assert (tmp_path / "broken/checkpoint/last.ckpt").is_file()
    again = fitted(name, tmp_path / "broken", cases, held)
    assert again.result_.history["epoch"].tolist()[:5] == [0, 1, 2, 3, 4]
    assert all(np.array_equal(again.state_[key], value) for key, value in whole.state_.items())


@pytest.mark.parametrize("name", ["deepsurv", "cox_time"])
def test_cases_that_nobody_can_be_compared_with_are_refused(name: str, tmp_path: Path) -> None:
    alone = Sample(np.zeros((1, 3)), np.array([1.0]), np.array([True]))
    with pytest.raises(DataError) as caught:
        fitted(name, tmp_path, alone, None)
    assert [p.code for p in caught.value.problems] == ["no-pair"]


@pytest.mark.parametrize("name", NETWORKS)
def test_parameters_out_of_range_are_all_named(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        registry.load("model", name)({"hidden": [0], "dropout": 1.0, "batch_size": 1})
    assert len(caught.value.problems) == 3
