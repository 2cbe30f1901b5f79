"""Features from a network: learnt inside a training fold, or the user's own file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from workbench import digests
from workbench.errors import UsageError
from workbench.imaging.tiles import iterate_tiles, read_tiles

from .params import EncoderParams
from .stages import SlideStages

if TYPE_CHECKING:
    from workbench.imaging.encoder import Encoder

WEIGHTS = "encoder.pt"


class Readable(NamedTuple):
    """A slide that can be read: its case, file and tile table."""

    case: str
    path: Path
    tiles: pd.DataFrame


def train_on(
    slides: Sequence[Readable], stages: SlideStages, params: EncoderParams, seed: int, target: Path
) -> Encoder:
    """Train the small encoder, without labels, on tiles of these slides, or load it.

    Args:
        slides: Slides of the training side only.
        stages: Opens them.
        params: Steps, and tiles drawn from each slide.
        seed: Of the draw and of the training.
        target: File of the weights.
    """
    from workbench.imaging.encoder_files import load_encoder, save_encoder
    from workbench.imaging.encoder_training import EncoderSettings, train_encoder

    if not target.is_file():
        drawn = [_draw(slide, stages, params.tiles_per_slide, seed) for slide in slides]
        settings = EncoderSettings(steps=params.steps)
        save_encoder(train_encoder(np.concatenate(drawn), settings, seed=seed), target)
    return load_encoder(target, digests.of_file(target))


def from_file(params: EncoderParams) -> Encoder:
    """Load the user's own encoder.

    Raises:
        DataError: No such file, or another content than the sha256 says.
        UsageError: The network is unknown or not allowed.
    """
    from workbench.imaging.encoder_files import load_encoder

    if not params.path or not params.sha256:
        raise UsageError("an encoder from a file needs its path and its sha256")
    return load_encoder(params.path, params.sha256, network=params.network, options=params.options)


def encode_slides(
    encoder: Encoder,
    slides: Sequence[Readable],
    stages: SlideStages,
    done: Callable[[], None] = lambda: None,
) -> dict[str, np.ndarray]:
    """Return the features of every tile: case to float32 (n_tiles, encoder.dims)."""
    from workbench.imaging.encoder import encode
    from workbench.learning.devices import pick_device

    found, device = {}, pick_device("auto")
    for slide in slides:
        with stages.open(slide.case, slide.path) as opened:
            parts = [
                encode(encoder, part.tiles, device=device)
                for part in iterate_tiles(opened, slide.tiles, threads=stages.params.threads)
            ]
        found[slide.case] = np.concatenate(parts)
        done()
    return found


def _draw(slide: Readable, stages: SlideStages, most: int, seed: int) -> np.ndarray:
    """Return tiles of one slide, drawn by seed and case: the same in any set of slides."""
    name = int(digests.of_bytes(slide.case.encode())[:8], 16)
    count = min(most, len(slide.tiles))
    chosen = np.random.default_rng([seed, name]).choice(len(slide.tiles), count, replace=False)
    with stages.open(slide.case, slide.path) as opened:
        tiles, readable = read_tiles(opened, slide.tiles.iloc[np.sort(chosen)])
    return tiles[readable]
