"""Bag models on the GPU: agreement with the CPU, mixed precision, exact resume."""

from __future__ import annotations

import importlib
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gpu_checks.check import Machine, expect, needs, needs_cuda
from workbench.learning.cases import Bag, Cases
from workbench.learning.settings import FitContext, TrainerSettings

CLASSES = ("benign", "low", "high", "invasive")
DIMS = 64


def bags(count: int, tiles: int, seed: int) -> Cases:
    """Bags of which one tile in forty, five at least, carries the label."""
    rng = np.random.default_rng(seed)
    ids = [f"case{number:04d}" for number in range(count)]
    labels = [CLASSES[number % 4] for number in range(count)]
    inputs: dict[str, Any] = {}
    for number, case in enumerate(ids):
        features = rng.normal(size=(int(rng.integers(tiles // 2, tiles)), DIMS))
        features[: max(5, len(features) // 40), number % 4] += 4
        inputs[case] = Bag(features.astype(np.float32))
    table = pd.DataFrame({"case": ids, "person": ids, "label": labels})
    return Cases(table, inputs, "bags", CLASSES, tuple(f"f{i}" for i in range(DIMS)))


def fitted(machine: Machine, device: str, precision: str, folder: Path, **params: Any) -> Any:
    """Return attention_mil fitted on synthetic bags."""
    count, tiles = machine.scaled(400, 60), machine.scaled(2000, 60)
    entry = importlib.import_module("workbench.content.models.attention_mil.model").AttentionMil
    model = entry(params)
    settings = TrainerSettings(
        device=device,
        precision=precision,
        max_epochs=machine.scaled(15, 25),
        batch_size=16,
        learning_rate=3e-3,
    )
    model.fit(bags(count, tiles, 0), bags(40, tiles, 1), FitContext(folder, 0, settings))
    return model


def probabilities(model: Any, cases: Cases) -> np.ndarray:
    """Return predicted probabilities (n, classes)."""
    values: np.ndarray = model.predict(cases).table.filter(like="p_").to_numpy()
    return values


def amp_training(machine: Machine) -> str:
    """Train with automatic precision; the held-out accuracy must be far above chance."""
    needs("lightning")
    with tempfile.TemporaryDirectory() as folder:
        model = fitted(machine, machine.device, "auto", Path(folder))
    held_out = bags(100, machine.scaled(2000, 60), 2)
    accuracy = (probabilities(model, held_out).argmax(1) == held_out.labels()).mean()
    facts = model.result_.facts
    peak = facts.get("gpu_memory_gb", 0)
    text = f"accuracy {accuracy:.2f}, {facts['precision']}, {model.result_.seconds:.1f} s"
    return expect(accuracy > 0.7, f"{text}, peak {peak:.2f} GB" if peak else text)


def same_predictions(machine: Machine) -> str:
    """One saved model predicts the same on CPU and GPU, in full and in mixed precision."""
    needs_cuda(machine)
    needs("lightning")
    held_out = bags(100, machine.scaled(2000, 60), 2)
    with tempfile.TemporaryDirectory() as folder:
        fitted(machine, "cuda", "auto", Path(folder)).save(Path(folder) / "m")
        entry = importlib.import_module("workbench.content.models.attention_mil.model").AttentionMil
        on_cpu = probabilities(entry.load(Path(folder) / "m", "cpu"), held_out)
        on_gpu = probabilities(entry.load(Path(folder) / "m", "cuda"), held_out)
    apart = float(np.abs(on_cpu - on_gpu).max())
    return expect(apart < 0.05, f"largest difference of a probability {apart:.1e} (at most 5e-2)")


def same_training(machine: Machine) -> str:
    """Without dropout a float32 fit on the GPU follows the one on the CPU."""
    needs_cuda(machine)
    needs("lightning")
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        losses = [
            fitted(machine, device, "fp32", Path(folder), dropout=0.0).result_.history["train_loss"]
            for device, folder in (("cpu", one), ("cuda", two))
        ]
    apart = float(np.abs(losses[0] - losses[1]).max())
    return expect(apart < 0.02, f"largest difference of an epoch's loss {apart:.1e} (at most 2e-2)")


def resume(machine: Machine) -> str:
    """A fit that breaks off and starts again ends as one that did not."""
    needs("lightning")
    from workbench.learning import callbacks

    callbacks.CHECKPOINT_SECONDS = 0.0

    class Stop(Exception):
        """Breaks a fit off."""

    def breaking(values: dict[str, float], epoch: int) -> None:
        if epoch == 3:
            raise Stop

    cases, entry = (
        bags(60, 60, 0),
        importlib.import_module("workbench.content.models.attention_mil.model").AttentionMil,
    )
    settings = TrainerSettings(device=machine.device, precision="auto", max_epochs=6)
    results = []
    with tempfile.TemporaryDirectory() as scratch:
        for folder, logs in (("whole", [None]), ("broken", [breaking, None])):
            for log in logs:
                context = FitContext(Path(scratch) / folder, 0, settings)
                context.log = log or context.log
                model = entry({})
                try:
                    model.fit(cases, None, context)
                except Stop:
                    continue
            results.append(probabilities(model, cases))
    apart = float(np.abs(results[0] - results[1]).max())
    bound = 0.0 if machine.device == "cpu" else 1e-3
    return expect(
        apart <= bound, f"largest difference of a probability {apart:.1e} (at most {bound})"
    )
