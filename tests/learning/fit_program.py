"""A program that fits a small network on random images; tests kill it and run it again.

Each line on stdin is one fit, ``[folder, epochs, options]`` as JSON, done in a forked child: the
imports are paid once, and ``kill: N`` is a real SIGKILL in epoch N. The child's exit status is
printed.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import Dataset, default_collate

from workbench.learning import callbacks
from workbench.learning.fit import fit_network
from workbench.learning.seeds import seed_everything
from workbench.learning.settings import FitContext, TrainerSettings


class NoisyImages(Dataset[tuple[Tensor, int]]):
    """Two classes of 8 x 8 images that also draw random noise, as augmentation does."""

    def __init__(self, count: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.labels = rng.integers(0, 2, count)
        shift = self.labels[:, None, None, None] * 0.5
        self.images = (rng.normal(size=(count, 3, 8, 8)) + shift).astype(np.float32)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, position: int) -> tuple[Tensor, int]:
        noise = np.random.normal(scale=0.1, size=(3, 8, 8)).astype(np.float32)
        return torch.from_numpy(self.images[position] + noise), int(self.labels[position])


def make_network() -> nn.Module:
    """Return a convolution, a batch norm, dropout and a head: all that keeps or draws state."""
    return nn.Sequential(
        nn.Conv2d(3, 4, 3),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(4, 2),
    )


def image_loss(network: nn.Module, batch: tuple[Tensor, Tensor]) -> tuple[Tensor, int]:
    """Return cross entropy and the number of images."""
    images, labels = batch
    return functional.cross_entropy(network(images).float(), labels), len(labels)


def fit(folder: Path, epochs: int, options: dict[str, Any]) -> None:
    """Fit and write the weights; kill the process on the way when asked to."""
    kill_at = options.pop("kill", -1)
    callbacks.CHECKPOINT_SECONDS = 0.0

    def log(values: dict[str, float], epoch: int) -> None:
        if epoch == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    settings = TrainerSettings(
        device="cpu", max_epochs=epochs, batch_size=4, learning_rate=0.01, **options
    )
    torch.set_num_threads(1)
    seed_everything(5)
    network = make_network()
    train, validation = NoisyImages(22, 0), NoisyImages(9, 1)
    context = FitContext(folder, 5, settings, log)
    fit_network(network, image_loss, train, validation, default_collate, context)
    np.savez(folder / "weights.npz", **{k: w.numpy() for k, w in network.state_dict().items()})


def main() -> None:
    """Do one fit after the other, each in a child of its own."""
    for line in sys.stdin:
        folder, epochs, options = json.loads(line)
        child = os.fork()
        if not child:
            fit(Path(folder), epochs, options)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
