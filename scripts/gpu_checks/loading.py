"""What feeds the GPU: loader starvation, and slides read by OpenSlide."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from gpu_checks.check import Machine, expect, needs, wait
from gpu_checks.encoder import encoder, tiles
from workbench.learning.seeds import seed_worker


class Tiles(Dataset[torch.Tensor]):
    """Tiles in memory, turned into floats one by one, as augmentation would."""

    def __init__(self, count: int) -> None:
        self.tiles = tiles(256)
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, position: int) -> torch.Tensor:
        tile = self.tiles[position % len(self.tiles)]
        return torch.from_numpy(np.ascontiguousarray(tile.transpose(2, 0, 1))).float().div_(255)


def starvation(machine: Machine) -> str:
    """Share of a training epoch that the device waits for the loader."""
    workers = machine.scaled(8, 0)
    loader = DataLoader(
        Tiles(machine.scaled(8192, 128)),
        batch_size=machine.scaled(256, 32),
        num_workers=workers,
        worker_init_fn=seed_worker,
        pin_memory=machine.device == "cuda",
    )
    module = encoder().module.to(machine.device, memory_format=torch.channels_last).train()
    waited, started = 0.0, time.perf_counter()
    asked = started
    for batch in loader:
        waited += time.perf_counter() - asked
        images = batch.to(machine.device, memory_format=torch.channels_last)
        with torch.autocast(machine.device, torch.bfloat16, enabled=machine.device == "cuda"):
            loss = module(images).square().mean()
        loss.backward()
        module.zero_grad()
        wait(machine.device)
        asked = time.perf_counter()
    share = waited / (time.perf_counter() - started)
    return f"{share:.0%} of the epoch waiting, {workers} workers"


def slides(machine: Machine) -> str:
    """Tiles a second from a slide on disk to features."""
    needs("openslide", "tifffile", "imagecodecs")
    from workbench.imaging.encoder import encode
    from workbench.imaging.slide import open_slide
    from workbench.imaging.writing import write_slide

    side = machine.scaled(8192, 2048)
    rgb = np.random.default_rng(0).integers(120, 250, (side, side, 3), dtype=np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path = write_slide(Path(folder) / "s.svs", rgb, 0.5)
        started = time.perf_counter()
        with open_slide(path) as slide:
            read = [
                slide.read(x, y, 0, 256, 256)
                for y in range(0, side, 256)
                for x in range(0, side, 256)
            ]
        features = encode(encoder(), np.stack(read), device=machine.device)
    rate = len(read) / (time.perf_counter() - started)
    return expect(np.isfinite(features).all(), f"{rate:,.0f} tiles/s, one reading thread")
