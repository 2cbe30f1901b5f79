"""Trains the small encoder on tiles alone, without labels (SimCLR, Chen et al., ICML 2020).

Two random views of the same tile shall have similar features, views of different tiles shall not.
The views differ in what a diagnosis must not depend on: place, direction and mirror image, a little
scale, the staining. They keep what it does depend on: how large and how dark nuclei are.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from workbench.errors import DataError
from workbench.imaging.encoder import Encoder, SmallCnn, half_precision, normalise, to_device
from workbench.imaging.pyramid import Rgb

_log = logging.getLogger(__name__)
Log = Callable[[dict[str, float], int], None]


@dataclass(frozen=True)
class EncoderSettings:
    """How the encoder is trained.

    Attributes:
        dims: Length of the feature vector.
        width: Channels after the first convolution.
        steps: Optimiser steps.
        batch: Tiles in a step; each gives two views.
        crop_px: Side of a view.
        learning_rate: Largest rate; it follows a cosine down to 0.
        weight_decay: Of AdamW.
        temperature: Of the contrastive loss.
        stain_jitter: Largest relative change of optical density.
        zoom_jitter: Largest relative change of scale.
    """

    dims: int = 64
    width: int = 32
    steps: int = 150
    batch: int = 64
    crop_px: int = 64
    learning_rate: float = 1e-3
    weight_decay: float = 1e-4
    temperature: float = 0.2
    stain_jitter: float = 0.15
    zoom_jitter: float = 0.10


def train_encoder(
    tiles: Rgb,
    settings: EncoderSettings | None = None,
    *,
    seed: int = 0,
    device: str = "cpu",
    log: Log | None = None,
) -> Encoder:
    """Return an encoder trained on ``tiles``; pass tiles of training persons only.

    The same tiles, settings and seed give the same weights to the byte on a CPU (for the same
    number of torch threads); torch's global random state is left as it was.

    Args:
        tiles: uint8 (n, height, width, 3).
        settings: Size and training of the network.
        seed: Of weights, batches and views.
        device: Where to train; half precision on a GPU.
        log: Called with ``{"encoder_loss": ...}`` and the step, ten times in all.

    Raises:
        DataError: Fewer than two tiles: there is nothing to tell apart.
    """
    settings = settings or EncoderSettings()
    if len(tiles) < 2:
        raise DataError(
            f"the encoder needs at least 2 training tiles, got {len(tiles)}",
            remedy="lower min_tissue, or check that the training slides hold tissue",
        )
    target = torch.device(device)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        module = SmallCnn(settings.dims, settings.width)
        head = nn.Sequential(nn.ReLU(), nn.Linear(settings.dims, settings.dims))
    encoder = Encoder(
        "small-cnn", module.to(target, memory_format=torch.channels_last), settings.dims
    )
    _fit(encoder, head.to(target), tiles, settings, seed, log)
    module.eval()
    return encoder


def _fit(
    encoder: Encoder,
    head: nn.Module,
    tiles: Rgb,
    settings: EncoderSettings,
    seed: int,
    log: Log | None,
) -> None:
    """Run the optimiser over random batches of tiles."""
    parameters = [*encoder.module.parameters(), *head.parameters()]
    device = parameters[0].device
    optimiser = torch.optim.AdamW(
        parameters, lr=settings.learning_rate, weight_decay=settings.weight_decay
    )
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, settings.steps)
    rng = np.random.default_rng(seed)
    batch = min(settings.batch, len(tiles))
    every = max(1, settings.steps // 10)
    for step in range(settings.steps):
        chosen = np.sort(rng.choice(len(tiles), batch, replace=False))
        images = to_device(tiles[chosen], device).float().div_(255)
        views = torch.cat([_view(images, rng, settings) for _ in range(2)])
        with half_precision(device):
            projected = head(encoder.module(normalise(views, encoder)))
        loss = contrastive_loss(projected.float(), settings.temperature)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        if log is not None and (step + 1) % every == 0:
            log({"encoder_loss": loss.item()}, step + 1)


def contrastive_loss(projected: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return the NT-Xent loss of 2n projections, where i and i + n are views of one tile.

    Args:
        projected: float (2n, d).
        temperature: Divides the cosine similarities.
    """
    unit = functional.normalize(projected, dim=1)
    similar = unit @ unit.T / temperature
    similar.fill_diagonal_(float("-inf"))
    n = len(projected) // 2
    partner = torch.arange(2 * n, device=projected.device).roll(n)
    return functional.cross_entropy(similar, partner)


def _view(
    images: torch.Tensor, rng: np.random.Generator, settings: EncoderSettings
) -> torch.Tensor:
    """Return one random view of each image: a turned, mirrored, scaled crop, stained otherwise."""
    n, _, height, width = images.shape
    crop = min(settings.crop_px, height, width)
    theta = _placements(n, crop / height, crop / width, rng, settings.zoom_jitter)
    grid = functional.affine_grid(
        torch.from_numpy(theta).to(images.device), [n, 3, crop, crop], align_corners=False
    )
    cropped = functional.grid_sample(
        images, grid, mode="bilinear", padding_mode="reflection", align_corners=False
    )
    jitter = settings.stain_jitter
    strength = 1 + rng.uniform(-jitter, jitter, (n, 1, 1, 1))
    tint = 1 + rng.uniform(-jitter / 2, jitter / 2, (n, 3, 1, 1))
    power = torch.from_numpy((strength * tint).astype(np.float32)).to(images.device)
    # Optical density times k is transmitted light to the power of k (Beer-Lambert).
    return cropped.clamp(1 / 255, 1).pow(power)


def _placements(
    n: int, high: float, wide: float, rng: np.random.Generator, zoom: float
) -> NDArray[np.float32]:
    """Return affine maps (n, 2, 3) from a crop to its image: one of 8 directions, scale, place."""
    angle = rng.integers(0, 4, n) * (np.pi / 2)
    mirror = rng.choice([-1.0, 1.0], n)
    scale = 1 + rng.uniform(-zoom, zoom, n)
    theta = np.zeros((n, 2, 3), np.float32)
    theta[:, 0, 0] = np.cos(angle) * scale * wide * mirror
    theta[:, 0, 1] = -np.sin(angle) * scale * wide
    theta[:, 1, 0] = np.sin(angle) * scale * high * mirror
    theta[:, 1, 1] = np.cos(angle) * scale * high
    theta[:, 0, 2] = rng.uniform(-1, 1, n) * (1 - wide)
    theta[:, 1, 2] = rng.uniform(-1, 1, n) * (1 - high)
    return theta
