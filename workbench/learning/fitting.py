"""The Lightning side of a fit: batches, loss, optimiser."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from lightning.pytorch import LightningModule
from torch import Tensor, nn
from torch.utils.data import Dataset

from workbench.learning.order import EpochLoader, EpochOrder
from workbench.learning.settings import FitContext

Loss = Callable[[nn.Module, Any], tuple[Tensor, int]]
"""Takes (network, batch); returns (mean loss of the batch, number of cases in it)."""


class Fitting(LightningModule):
    """A network with its loss and its cases, as Lightning wants it.

    Args:
        network: What is fitted.
        loss: Mean loss and size of one batch.
        cases: Training and validation cases by position; no validation is None.
        collate: Turns a list of cases into a batch.
        context: Seed and settings.
    """

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

    def train_dataloader(self) -> EpochLoader:
        """Return the training batches, in an order of the epoch's own."""
        return self._loader(self.cases[0], shuffle=True)

    def val_dataloader(self) -> list[EpochLoader]:
        """Return the validation batches in row order, or none."""
        return [] if self.cases[1] is None else [self._loader(self.cases[1], shuffle=False)]

    def _loader(self, cases: Dataset[Any], *, shuffle: bool) -> EpochLoader:
        """Return this process's share of the batches."""
        rank, world = self.trainer.global_rank, self.trainer.world_size
        order = EpochOrder(len(cases), self.seed, shuffle=shuffle, rank=rank, world=world)
        options = {
            "batch_size": self.settings.batch_size,
            "num_workers": self.settings.workers,
            "collate_fn": self.collate,
            "pin_memory": self.device.type == "cuda",
        }
        return EpochLoader(cases, order, lambda: int(self.trainer.current_epoch), options)
