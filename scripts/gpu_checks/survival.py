"""Survival networks on the GPU: agreement with the CPU, and how much faster on a million rows."""

from __future__ import annotations

import importlib
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from gpu_checks.check import Machine, expect, needs
from workbench.learning.seeds import seed_everything
from workbench.learning.settings import FitContext, TrainerSettings
from workbench.learning.survival_estimator import Sample

MODELS = {
    "deepsurv": "DeepSurv",
    "logistic_hazard": "LogisticHazard",
    "cox_time": "CoxTime",
}


def draw(count: int, seed: int) -> Sample:
    """Return cases whose hazard bends in two of twenty features."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(count, 20))
    dies = rng.exponential(np.exp(-rows[:, 0] - np.abs(rows[:, 1])))
    leaves = rng.exponential(2, count)
    return Sample(rows, np.minimum(dies, leaves), dies <= leaves)


def fitted(name: str, cases: Sample, device: str, epochs: int, batch: int) -> Any:
    """Return a network fitted in fp32 without dropout: the same work on either device."""
    entry = getattr(importlib.import_module(f"workbench.content.models.{name}.model"), MODELS[name])
    few = {"knots": 5} if name == "cox_time" else {}
    model = entry({"hidden": [256, 256], "dropout": 0.0, "batch_size": batch, **few})
    settings = TrainerSettings(device=device, precision="fp32", max_epochs=epochs)
    seed_everything(0)
    with tempfile.TemporaryDirectory() as folder:
        model.state_ = model.learn(cases, None, FitContext(Path(folder), 0, settings))
    return model


def agreement(machine: Machine) -> str:
    """Fit each network on the device and on the CPU; losses and curves must be close."""
    needs("lightning")
    cases, new = draw(4_000, 0), draw(500, 1)
    gaps = {}
    for name in MODELS:
        there, here = (fitted(name, cases, kind, 3, 512) for kind in (machine.device, "cpu"))
        times = np.array([0.2, 0.5, 1.0])
        gap = there.curves(new.rows, times) - here.curves(new.rows, times)
        gaps[name] = float(np.abs(gap).max())
    figure = ", ".join(f"{name} {gap:.1e}" for name, gap in gaps.items())
    return expect(max(gaps.values()) < 5e-3, f"largest difference of a survival: {figure}")


def speed(machine: Machine) -> str:
    """Time the fits of a million rows, on the device and on one thread of the CPU."""
    needs("lightning")
    count = machine.scaled(1_000_000, 5_000)
    cases = draw(count, 0)
    figures = []
    for name in MODELS:
        fitted(name, draw(2_000, 1), machine.device, 1, 512)  # starts the device
        there = fitted(name, cases, machine.device, 3, 8_192).result_.seconds
        figure = f"{name} {there:.1f} s"
        if machine.device == "cuda":
            here = fitted(name, cases, "cpu", 3, 8_192).result_.seconds
            figure += f" ({here / there:.1f} x one CPU thread)"
        figures.append(figure)
    return f"{count:,} rows x 20, 3 epochs: " + ", ".join(figures)
