"""Which batches an epoch sees, and its random numbers: a pure function of seed and epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from workbench.learning.seeds import derive, seed_everything, seed_worker


class EpochOrder:
    """A sampler whose order depends on (seed, epoch) alone, shared out over processes.

    A run that was killed and goes on at epoch 7 sees the cases as the uninterrupted run did.

    Args:
        n_cases: Cases in the data set.
        seed: Of the fit.
        shuffle: False visits the cases in row order (validation).
        rank: This process's number.
        world: Processes in all. With ``shuffle`` every process gets the same number of cases (a
            few are visited twice); without, every case is visited exactly once.
    """

    def __init__(
        self,
        n_cases: int,
        seed: int,
        *,
        shuffle: bool,
        rank: int = 0,
        world: int = 1,
    ) -> None:
        self.n_cases = n_cases
        self.seed = seed
        self.shuffle = shuffle
        self.rank = rank
        self.world = world
        self.epoch = 0

    def __len__(self) -> int:
        return len(self._mine())

    def __iter__(self) -> Iterator[int]:
        return iter(self._mine().tolist())

    def _mine(self) -> np.ndarray:
        """Return the rows this process visits."""
        if not self.shuffle:
            return np.arange(self.n_cases)[self.rank :: self.world]
        order = np.random.default_rng(derive(self.seed, "order", self.epoch)).permutation(
            self.n_cases
        )
        even = -(-self.n_cases // self.world) * self.world
        return np.resize(order, even)[self.rank :: self.world]


class EpochLoader:
    """Batches of one epoch after the other, each seeded by (seed, epoch, process).

    Seeding waits until the first batch is asked for, and happens before anything is drawn for it:
    Lightning opens loaders ahead of time, when the epoch to go on with is not yet known.

    Args:
        cases: Data set by position.
        order: Which rows, in which order.
        epoch: Tells the epoch when its first batch is asked for.
        options: Batch size, workers and collation, as ``DataLoader`` takes them.
    """

    def __init__(
        self,
        cases: Dataset[Any],
        order: EpochOrder,
        epoch: Callable[[], int],
        options: dict[str, Any],
    ) -> None:
        self.order = order
        self.epoch = epoch
        self.generator = torch.Generator()
        self.loader = DataLoader(
            cases,
            sampler=order,
            worker_init_fn=seed_worker,
            generator=self.generator,
            **options,
        )

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self) -> Iterator[Any]:
        self.order.epoch = self.epoch()
        split = "train" if self.order.shuffle else "validation"
        seed = derive(self.order.seed, split, self.order.epoch, self.order.rank)
        seed_everything(seed)
        self.generator.manual_seed(seed)
        yield from self.loader
