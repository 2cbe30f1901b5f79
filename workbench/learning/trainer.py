"""A silent Lightning trainer that writes nothing by itself."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lightning.pytorch import Trainer
from lightning.pytorch.callbacks import Callback

from workbench.learning.settings import TrainerSettings


def make_trainer(
    settings: TrainerSettings,
    device: str,
    precision: str,
    callbacks: list[Callback],
    folder: Path,
) -> Trainer:
    """Return the trainer of one fit.

    Args:
        settings: Epochs, accumulation, strategy, devices and nodes.
        device: As ``devices.pick_device`` returns it.
        precision: As ``devices.pick_precision`` returns it.
        callbacks: Everything that happens between epochs.
        folder: Root of whatever Lightning might write.
    """
    kind, _, number = device.partition(":")
    return Trainer(
        accelerator={"cuda": "gpu"}.get(kind, kind),
        devices=[int(number)] if number else settings.devices,
        num_nodes=settings.nodes,
        strategy="ddp_spawn" if spawns(settings) else settings.strategy,
        precision=precision,
        max_epochs=settings.max_epochs,
        accumulate_grad_batches=settings.accumulate,
        callbacks=callbacks,
        default_root_dir=folder,
        deterministic=True if kind == "cpu" else "warn",
        use_distributed_sampler=False,
        num_sanity_val_steps=0,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )


def spawns(settings: TrainerSettings) -> bool:
    """Return whether the trainer starts the processes of a distributed fit itself.

    Under torchrun or SLURM there is already one process for each device.
    """
    outside = "LOCAL_RANK" in os.environ or int(os.environ.get("SLURM_NTASKS", "1")) > 1
    return settings.strategy != "auto" and not outside


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Lightning's banners and tips off stderr; errors still raise."""
    names = ("lightning.pytorch", "lightning.fabric", "lightning.pytorch.utilities.rank_zero")
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="lightning.*")
            warnings.filterwarnings("ignore", module="torch.*")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
