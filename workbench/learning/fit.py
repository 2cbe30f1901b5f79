"""Fits a network with Lightning: mixed precision, early stop, exact resume, several devices."""

from __future__ import annotations

import logging
import math
import os
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.callbacks import Callback
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from workbench import digests, storage
from workbench.learning import devices
from workbench.learning.callbacks import Checkpoints, Course, EpochProgress, EpochSeeds, losses
from workbench.learning.order import EpochOrder
from workbench.learning.seeds import derive, seed_everything, seed_worker
from workbench.learning.settings import FitContext, TrainerSettings

Loss = Callable[[nn.Module, Any], tuple[Tensor, int]]
"""Takes (network, batch); returns (mean loss of the batch, number of cases in it)."""


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
        History and device facts; ``history.csv`` and ``last.ckpt`` lie in the context's folder.
    """
    started = time.perf_counter()
    settings = context.trainer
    device = devices.pick_device(settings.device)
    precision = devices.pick_precision(settings.precision, device)
    devices.reset_peak_memory(device)
    spawned = settings.strategy != "auto" and not _launched_outside()
    mark = _fingerprint(network, train, validation, context, precision, digest)
    # A tracker's log cannot travel to spawned processes: it is given the history afterwards.
    course = Course(settings.patience, mark, None if spawned else context.log)
    callbacks: list[Callback] = [EpochSeeds(context.seed), course]
    callbacks.append(Checkpoints(context.folder, course))
    if context.progress is not None and not spawned:
        callbacks.append(EpochProgress(context.progress, context.title, settings.max_epochs))
    fitting = Fitting(network, loss, (train, validation), collate, context)
    checkpoint = _usable_checkpoint(context.folder / "last.ckpt", mark) if settings.resume else None
    seed_everything(context.seed)
    with _quiet():
        trainer = _trainer(settings, device, precision, spawned, callbacks, context.folder)
        trainer.fit(fitting, ckpt_path=checkpoint)
    network.cpu()
    if spawned:
        course.load_state_dict(_course_state(context.folder / "last.ckpt"))
        for epoch, train_loss, val_loss in course.history:
            context.log(losses(train_loss, val_loss), epoch)
    storage.write_text(context.folder / "history.csv", course.history_csv())
    history = pd.DataFrame(course.history, columns=["epoch", "train_loss", "val_loss"])
    facts = {**devices.device_facts(device), "precision": precision}
    return FitResult(history, course.best_epoch, time.perf_counter() - started, facts)


class Fitting(LightningModule):
    """The Lightning side of a fit: batches, loss, optimiser."""

    def __init__(
        self,
        network: nn.Module,
        loss: Loss,
        cases: tuple[Dataset[Any], Dataset[Any] | None],
        collate: Callable[[list[Any]], Any],
        context: FitContext,
    ) -> None:
        super().__init__()
        self.network = network
        self.loss = loss
        self.cases = cases
        self.collate = collate
        self.settings = context.trainer
        self.seed = context.seed
        self.sums: dict[str, list[Tensor]] = {"train": [], "validation": []}
        self._compiled: list[Any] = []

    def setup(self, stage: str) -> None:
        """Lay the network out for the device and compile it when asked."""
        if self.settings.channels_last and any(p.dim() == 4 for p in self.network.parameters()):
            self.network.to(memory_format=torch.channels_last)
        # In a list, so that the compiled twin does not appear among the weights.
        self._compiled = [torch.compile(self.network) if self.settings.compile else self.network]

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        """Return the mean loss of a batch."""
        return self._step("train", batch)

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        """Add a batch to the validation loss."""
        self._step("validation", batch)

    def on_train_epoch_start(self) -> None:
        """Forget the sums of the epoch before."""
        self.sums = {"train": [], "validation": []}

    def _step(self, split: str, batch: Any) -> Tensor:
        """Compute one batch's loss and add it to the split's sums."""
        loss, cases = self.loss(self._compiled[0], self._laid_out(batch))
        summed = loss.detach().float() * cases
        self.sums[split].append(torch.stack([summed, torch.full_like(summed, cases)]))
        return loss

    def _laid_out(self, batch: Any) -> Any:
        """Return the batch with its 4-D tensors channels last, where the network is."""
        if isinstance(batch, Tensor) and batch.dim() == 4 and self.settings.channels_last:
            return batch.contiguous(memory_format=torch.channels_last)
        if isinstance(batch, tuple):
            parts = [self._laid_out(part) for part in batch]
            return type(batch)(*parts) if hasattr(batch, "_fields") else tuple(parts)
        return batch

    def epoch_losses(self) -> tuple[float, float]:
        """Return (training, validation) loss of the epoch: mean over all processes' cases."""
        return self._mean("train"), self._mean("validation")

    def _mean(self, split: str) -> float:
        """Return a split's mean loss, NaN when it has no case."""
        if self.cases[1] is None and split == "validation":
            return math.nan
        zero = torch.zeros(2, device=self.device)
        total = torch.stack(self.sums[split]).sum(0) if self.sums[split] else zero
        total = self.trainer.strategy.reduce(total, reduce_op="sum")
        return float(total[0] / total[1])

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Return AdamW (Loshchilov & Hutter 2019) over the weights that are trained."""
        weights = [p for p in self.network.parameters() if p.requires_grad]
        decay, rate = self.settings.weight_decay, self.settings.learning_rate
        return torch.optim.AdamW(weights, lr=rate, weight_decay=decay)

    def train_dataloader(self) -> DataLoader[Any]:
        """Return the training batches, in an order of the epoch's own."""
        return self._loader(self.cases[0], shuffle=True)

    def val_dataloader(self) -> list[DataLoader[Any]]:
        """Return the validation batches in row order, or none."""
        return [] if self.cases[1] is None else [self._loader(self.cases[1], shuffle=False)]

    def _loader(self, cases: Dataset[Any], *, shuffle: bool) -> DataLoader[Any]:
        """Return a loader whose order and worker seeds depend on seed and epoch alone."""
        generator = torch.Generator()
        order = EpochOrder(
            len(cases),  # type: ignore[arg-type]
            self.seed,
            shuffle=shuffle,
            rank=self.trainer.global_rank,
            world=self.trainer.world_size,
            generator=generator,
        )
        return DataLoader(
            cases,
            batch_size=self.settings.batch_size,
            sampler=order,
            collate_fn=self.collate,
            num_workers=self.settings.workers,
            worker_init_fn=seed_worker,
            generator=generator,
            pin_memory=self.device.type == "cuda",
        )


def _trainer(
    settings: TrainerSettings,
    device: str,
    precision: str,
    spawned: bool,
    callbacks: list[Callback],
    folder: Path,
) -> Trainer:
    """Return a silent Lightning trainer that writes nothing by itself."""
    kind, _, number = device.partition(":")
    return Trainer(
        accelerator={"cuda": "gpu"}.get(kind, kind),
        devices=[int(number)] if number else settings.devices,
        num_nodes=settings.nodes,
        strategy="ddp_spawn" if spawned else settings.strategy,
        precision=precision,  # type: ignore[arg-type]
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


def _launched_outside() -> bool:
    """Return whether torchrun or SLURM has already started one process for each device."""
    return "LOCAL_RANK" in os.environ or int(os.environ.get("SLURM_NTASKS", "1")) > 1


def _fingerprint(
    network: nn.Module,
    train: Dataset[Any],
    validation: Dataset[Any] | None,
    context: FitContext,
    precision: str,
    digest: str,
) -> str:
    """Return a digest of all that decides the result of a fit."""
    settings = {k: v for k, v in vars(context.trainer).items() if k not in ("resume", "device")}
    shapes = {name: list(weight.shape) for name, weight in network.state_dict().items()}
    sizes = [len(cases) if cases is not None else 0 for cases in (train, validation)]  # type: ignore[arg-type]
    return digests.of_json(
        [settings, shapes, sizes, derive(context.seed), precision, digest, torch.__version__]
    )


def _usable_checkpoint(path: Path, mark: str) -> Path | None:
    """Return the checkpoint when it is whole and belongs to this very fit."""
    try:
        return path if _course_state(path).get("fingerprint") == mark else None
    except FileNotFoundError:
        return None
    # torch names a torn or foreign file by many errors; the fit then simply starts again.
    except (OSError, RuntimeError, ValueError, KeyError, EOFError, AttributeError) as error:
        logging.getLogger(__name__).warning("checkpoint left aside: %s", error)
        return None


def _course_state(path: Path) -> dict[str, Any]:
    """Return the course kept in a checkpoint; the file may hold tensors and plain values only."""
    content = torch.load(path, map_location="cpu", weights_only=True)
    state: dict[str, Any] = content["callbacks"]["Course"]
    return state


@contextmanager
def _quiet() -> Iterator[None]:
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
