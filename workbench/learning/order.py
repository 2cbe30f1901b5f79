"""In which order an epoch visits the cases: a pure function of seed and epoch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from workbench.learning.seeds import derive


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
        generator: The loader's generator, from which it seeds its workers.
    """

    def __init__(
        self,
        n_cases: int,
        seed: int,
        *,
        shuffle: bool,
        rank: int = 0,
        world: int = 1,
        generator: torch.Generator | None = None,
    ) -> None:
        self.n_cases = n_cases
        self.seed = seed
        self.shuffle = shuffle
        self.rank = rank
        self.world = world
        self.generator = generator
        self.set_epoch(0)

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order is given next; Lightning calls this."""
        self.epoch = epoch
        if self.generator is not None:
            self.generator.manual_seed(derive(self.seed, "workers", epoch, self.rank))

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
