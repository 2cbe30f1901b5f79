"""Fits a network with Lightning: mixed precision, early stop, exact resume, several devices."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import pandas as pd
import torch
from lightning.pytorch.callbacks import Callback
from torch import nn
from torch.utils.data import Dataset

from workbench import digests, storage
from workbench.learning import devices
from workbench.learning.callbacks import (
    CHECKPOINT,
    Checkpoints,
    Course,
    EpochProgress,
    losses,
)
from workbench.learning.fitting import Fitting, Loss
from workbench.learning.seeds import seed_everything
from workbench.learning.settings import FitContext
from workbench.learning.trainer import make_trainer, quiet, spawns


@dataclass(frozen=True)
class FitResult:
    """What a fit came to.

    Attributes:
        history: Columns epoch, train_loss, val_loss (NaN without validation cases).
        best_epoch: Epoch whose weights the network now has.
        seconds: Wall time of this call.
        facts: Device name, precision and, on a GPU, peak memory in GB.
    """

    history: pd.DataFrame
    best_epoch: int
    seconds: float
    facts: dict[str, Any]


def fit_network(
    network: nn.Module,
    loss: Loss,
    train: Dataset[Any],
    validation: Dataset[Any] | None,
    collate: Callable[[list[Any]], Any],
    context: FitContext,
    *,
    digest: str = "",
) -> FitResult:
    """Fit a network in place and leave it with its best weights, on the CPU.

    With one seed two CPU fits end with the same bytes, also when one of them was killed and run
    again: each epoch is seeded by (seed, epoch), and the checkpoint holds all else.

    Args:
        network: Its weights are the starting point.
        loss: Mean loss and size of one batch; must be importable for several devices.
        train: Cases by position.
        validation: Cases that decide when to stop; None trains for all epochs.
        collate: Turns a list of cases into a batch.
        context: Folder, seed, settings, log and progress.
        digest: Names the data; a checkpoint fitted on other data is left aside.

    Returns:
        History and device facts. ``history.csv`` and ``checkpoint/last.ckpt`` lie in the context's
        folder.
    """
    started = time.perf_counter()
    settings = context.trainer
    device = devices.pick_device(settings.device)
    precision = devices.pick_precision(settings.precision, device)
    devices.reset_peak_memory(device)
    seed_everything(context.seed)
    mark = digests.of_json([_recipe(network, context), len(train), precision, digest])
    course = Course(settings.patience, mark, None if spawns(settings) else context.log)
    with quiet():
        trainer = make_trainer(
            settings, device, precision, _callbacks(course, context), context.folder
        )
        trainer.fit(
            Fitting(network, loss, (train, validation), collate, context),
            ckpt_path=_usable_checkpoint(context, mark),
        )
    network.cpu()
    _catch_up(course, context)
    storage.write_text(context.folder / "history.csv", course.history_csv())
    history = pd.DataFrame(course.history, columns=["epoch", "train_loss", "val_loss"])
    facts = {**devices.describe(device), "precision": precision}
    return FitResult(history, course.best_epoch, time.perf_counter() - started, facts)


def _callbacks(course: Course, context: FitContext) -> list[Callback]:
    """Return what happens between epochs, in this order."""
    callbacks: list[Callback] = [course, Checkpoints(context.folder, course)]
    if context.progress is not None and not spawns(context.trainer):
        epochs = context.trainer.max_epochs
        callbacks.append(EpochProgress(context.progress, context.title, epochs))
    return callbacks


def _catch_up(course: Course, context: FitContext) -> None:
    """Read the course of processes of our own: a tracker's log cannot travel to them."""
    if spawns(context.trainer):
        course.load_state_dict(_course_state(context.folder / CHECKPOINT))
        for epoch, train_loss, val_loss in course.history:
            context.log(losses(train_loss, val_loss), epoch)


def _recipe(network: nn.Module, context: FitContext) -> list[Any]:
    """Return all that decides the result of a fit beside the data, as JSON values."""
    left_out = ("resume", "device")
    settings = {k: v for k, v in vars(context.trainer).items() if k not in left_out}
    shapes = {name: list(weight.shape) for name, weight in network.state_dict().items()}
    return [settings, shapes, context.seed, str(torch.__version__)]


def _usable_checkpoint(context: FitContext, mark: str) -> Path | None:
    """Return the checkpoint when it is whole and belongs to this very fit."""
    path = context.folder / CHECKPOINT
    if not context.trainer.resume or not path.is_file():
        return None
    try:
        return path if _course_state(path)["fingerprint"] == mark else None
    # torch names a torn or foreign file by many errors; the fit then simply starts again.
    except (OSError, RuntimeError, ValueError, LookupError, EOFError, UnpicklingError) as error:
        logging.getLogger(__name__).warning("checkpoint left aside: %s", error)
        return None


def _course_state(path: Path) -> dict[str, Any]:
    """Return the course kept in a checkpoint; the file may hold tensors and plain values only."""
    content = torch.load(path, map_location="cpu", weights_only=True)
    state: dict[str, Any] = content["callbacks"]["Course"]
    return state
