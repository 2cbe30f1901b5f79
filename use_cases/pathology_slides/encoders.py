"""Features from a network: learnt inside a training fold, or the user's own file."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from workbench import digests
from workbench.data.stages import Stage
from workbench.errors import DataError
from workbench.imaging.tiles import iterate_tiles, read_tiles

from .params import EncoderParams
from .stages import SlideFile, SlideStages

if TYPE_CHECKING:
    from workbench.imaging.encoder import Encoder

WEIGHTS = "encoder.pt"


class Usable(NamedTuple):
    """A slide that passed all stages, with the tiles its bag is made of."""

    slide: SlideFile
    tiles: pd.DataFrame


def train_on(slides: Sequence[Usable], stages: SlideStages, seed: int, target: Path) -> Encoder:
    """Train the small encoder, without labels, on tiles of these slides; or load what is there.

    Args:
        slides: Slides of the training side only.
        stages: Opens them.
        seed: Of the draw of tiles and of the training.
        target: File of the weights.
    """
    from workbench.imaging.encoder_files import save_encoder
    from workbench.imaging.encoder_training import EncoderSettings, train_encoder
    from workbench.learning import devices

    params = stages.params.encoder
    if not target.is_file():
        drawn = [_draw(slide, stages, params.tiles_per_slide, seed) for slide in slides]
        settings, device = EncoderSettings(steps=params.steps), devices.pick_device("auto")
        with devices.torch_threads(1):  # more threads sum in another order: other weights
            trained = train_encoder(np.concatenate(drawn), settings, seed=seed, device=device)
        save_encoder(trained, target)
    return saved_encoder(target)


def saved_encoder(path: Path) -> Encoder:
    """Load an encoder that a run trained.

    Raises:
        DataError: The file is not there, or holds something else.
    """
    from workbench.imaging.encoder_files import load_encoder

    if not path.is_file():
        raise DataError(
            "the model's encoder is missing",
            where=str(path),
            remedy="copy the whole model folder, or train again",
        )
    return load_encoder(path, digests.of_file(path))


def from_file(params: EncoderParams) -> Encoder:
    """Load the user's own encoder.

    Raises:
        DataError: No such file, or another content than the sha256 says.
        UsageError: The network is unknown or not allowed.
    """
    from workbench.imaging.encoder_files import load_encoder

    path, sha256 = str(params.path), str(params.sha256)
    return load_encoder(path, sha256, network=params.network, options=params.options)


def encode_slides(
    encoder: Encoder, slides: Sequence[Usable], stages: SlideStages
) -> dict[str, np.ndarray]:
    """Return the features of every tile: case to float32 (n_tiles, encoder.dims).

    Kept in the cache like the other stages' results, by the digest of the encoder's weights.
    """
    from workbench.learning import devices

    device = devices.pick_device("auto")
    made_by = {"encoder": encoder.sha256, "device": device.split(":")[0]}
    stage = Stage(stages.folder, "encoded", made_by, stages.code, after=stages.statistics)
    at_once = stages.params.threads if device == "cpu" else 1

    def one(usable: Usable) -> np.ndarray:
        slide = usable.slide
        table = stage.table(
            slide.case, f"{slide.sha256} {slide.mpp}",
            lambda: _encode_one(encoder, usable, stages, device),
        )  # fmt: skip
        return table.to_numpy(dtype=np.float32)

    stages.pace.begin()
    with devices.torch_threads(1), ThreadPoolExecutor(at_once) as pool:
        found = list(pool.map(one, slides))
    return {usable.slide.case: values for usable, values in zip(slides, found, strict=True)}


def _encode_one(encoder: Encoder, usable: Usable, stages: SlideStages, device: str) -> pd.DataFrame:
    """Return one slide's features, a row a tile. All its tiles were readable before."""
    from workbench.imaging.encoder import encode

    with stages.slide(usable.slide) as opened:
        parts = [
            encode(encoder, part.tiles, device=device)
            for part in iterate_tiles(opened, usable.tiles, max_unreadable=0.0)
        ]
    stages.pace.add(len(usable.tiles))
    names = feature_names(stages.params.encoder.name, encoder.dims)
    return pd.DataFrame(np.concatenate(parts), columns=list(names))


def feature_names(encoder: str, dims: int) -> tuple[str, ...]:
    """Return the names of an encoder's features.

    >>> feature_names("small_cnn", 2)
    ('small_cnn_000', 'small_cnn_001')
    """
    return tuple(f"{encoder}_{number:03d}" for number in range(dims))


def _draw(usable: Usable, stages: SlideStages, most: int, seed: int) -> np.ndarray:
    """Return tiles of one slide, drawn by seed and case: the same in any set of slides."""
    name = int(digests.of_bytes(usable.slide.case.encode())[:8], 16)
    count = min(most, len(usable.tiles))
    chosen = np.random.default_rng([seed, name]).choice(len(usable.tiles), count, replace=False)
    with stages.slide(usable.slide) as opened:
        tiles, _ = read_tiles(opened, usable.tiles.iloc[np.sort(chosen)], max_unreadable=0.0)
    return tiles
