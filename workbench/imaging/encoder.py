"""Turns tiles into feature vectors with a network: the small one trained here, or one given."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from workbench.errors import UsageError
from workbench.imaging.pyramid import Rgb

Three = tuple[float, float, float]


class SmallCnn(nn.Module):
    """A small convolutional encoder for tiles of any size.

    The first convolution shrinks the tile four times, three more halve it each: most of the work is
    then done on few pixels, which is what a CPU can afford. Group normalisation makes a tile's
    vector independent of the batch it travels in; mean and maximum over the tile keep both the
    texture and the single conspicuous nucleus.

    Args:
        dims: Length of the feature vector.
        width: Channels after the first convolution; a multiple of 8.
    """

    def __init__(self, dims: int = 64, width: int = 32) -> None:
        super().__init__()
        wide = 2 * width
        self.blocks = nn.Sequential(
            _block(3, width, kernel=5, stride=4),
            _block(width, width + width // 2, kernel=3, stride=2),
            _block(width + width // 2, wide, kernel=3, stride=2),
            _block(wide, wide, kernel=3, stride=2),
        )
        self.out = nn.Linear(2 * wide, dims)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return features (n, dims) of normalised images (n, 3, height, width)."""
        maps = self.blocks(images)
        both = torch.cat([maps.mean(dim=(2, 3)), maps.amax(dim=(2, 3))], dim=1)
        return cast("torch.Tensor", self.out(both))


@dataclass(frozen=True)
class Encoder:
    """A network with what must be known to use it.

    Attributes:
        name: How reports call it.
        module: Maps images (n, 3, h, w) to features (n, dims).
        dims: Length of a feature vector.
        mean: Subtracted from each channel, of values 0 to 1.
        std: Each channel is divided by it.
        sha256: Digest of the file it came from; empty for one just trained.
    """

    name: str
    module: nn.Module
    dims: int
    mean: Three = (0.7, 0.55, 0.7)
    std: Three = (0.2, 0.25, 0.2)
    sha256: str = ""


@dataclass
class Meter:
    """Adds up what encoding took, for the report.

    Attributes:
        tiles: Tiles encoded.
        seconds: Wall time spent on them, the copy to the device included.
        peak_gpu_bytes: Largest memory held on the GPU; 0 on a CPU.
    """

    tiles: int = 0
    seconds: float = 0.0
    peak_gpu_bytes: int = 0
    device: str = field(default="cpu")

    @property
    def tiles_per_second(self) -> float:
        """Tiles encoded in a second."""
        return self.tiles / self.seconds if self.seconds else 0.0


def encode(
    encoder: Encoder,
    tiles: Rgb,
    *,
    device: str = "cpu",
    batch: int | None = None,
    amp: bool = True,
    meter: Meter | None = None,
) -> NDArray[np.float32]:
    """Return the features of tiles.

    Args:
        encoder: The network.
        tiles: uint8 (n, height, width, 3).
        device: ``cpu``, ``cuda``, ``cuda:1``...
        batch: Tiles at a time; by default 32 on a CPU (they stay in its cache) and 512 on a GPU.
        amp: Compute in half precision on a GPU (bfloat16 where it has it); never on a CPU.
        meter: Adds up tiles and time.

    Returns:
        float32 (n, encoder.dims).

    Raises:
        UsageError: The tiles are of another kind.
    """
    if tiles.dtype != np.uint8 or tiles.ndim != 4 or tiles.shape[3] != 3:
        raise UsageError(f"tiles are uint8 (n, height, width, 3), got {tiles.dtype} {tiles.shape}")
    started = time.perf_counter()
    target = torch.device(device)
    module = encoder.module.to(target, memory_format=torch.channels_last).eval()
    batch = batch or (512 if target.type == "cuda" else 32)
    features = np.empty((len(tiles), encoder.dims), np.float32)
    with torch.inference_mode(), half_precision(target, amp):
        for start in range(0, len(tiles), batch):
            images = to_device(tiles[start : start + batch], target).float().div_(255)
            images = normalise(images, encoder)
            features[start : start + batch] = pooled(module(images)).float().cpu().numpy()
    if meter is not None:
        meter.tiles += len(tiles)
        meter.seconds += time.perf_counter() - started
        meter.device = str(target)
        if target.type == "cuda":
            meter.peak_gpu_bytes = max(
                meter.peak_gpu_bytes, torch.cuda.max_memory_allocated(target)
            )
    return features


def to_device(tiles: Rgb, device: torch.device) -> torch.Tensor:
    """Return tiles as a uint8 tensor (n, 3, h, w), channels last in memory, on the device."""
    tensor = torch.from_numpy(np.ascontiguousarray(tiles))
    if device.type == "cuda":
        tensor = tensor.pin_memory()
    return tensor.to(device, non_blocking=True).permute(0, 3, 1, 2)


def normalise(images: torch.Tensor, encoder: Encoder) -> torch.Tensor:
    """Return images (n, 3, h, w) of values 0 to 1 with the encoder's mean and spread."""
    mean = torch.tensor(encoder.mean, device=images.device).view(1, 3, 1, 1)
    std = torch.tensor(encoder.std, device=images.device).view(1, 3, 1, 1)
    return (images - mean).div_(std)


def pooled(output: torch.Tensor | list[torch.Tensor] | tuple[torch.Tensor, ...]) -> torch.Tensor:
    """Return a network's output as (n, dims): its first output, averaged over space."""
    first = output[0] if isinstance(output, list | tuple) else output
    return first.flatten(2).mean(dim=2) if first.ndim > 2 else first


def half_precision(device: torch.device, wanted: bool = True) -> torch.autocast:
    """Return the context in which a GPU computes in half precision; on a CPU it does nothing."""
    use = wanted and device.type == "cuda"
    dtype = torch.bfloat16 if not use or torch.cuda.is_bf16_supported() else torch.float16
    return torch.autocast(device.type, dtype=dtype, enabled=use)


def _block(before: int, after: int, *, kernel: int, stride: int) -> nn.Sequential:
    """Return a convolution that shrinks the image, its normalisation and non-linearity."""
    return nn.Sequential(
        nn.Conv2d(before, after, kernel, stride=stride, padding=kernel // 2, bias=False),
        nn.GroupNorm(4, after),
        nn.ReLU(inplace=True),
    )
