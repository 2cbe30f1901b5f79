"""Slides made ready for models: cases as bags of tiles, exclusions, features, heatmaps."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from PIL import Image

from workbench import storage
from workbench.imaging.heatmap import draw_heatmap
from workbench.learning.cases import Bag, Cases

from .encoders import (
    WEIGHTS,
    Usable,
    encode_slides,
    feature_names,
    from_file,
    saved_encoder,
    train_on,
)
from .stages import SlideStages

if TYPE_CHECKING:
    from workbench.imaging.encoder import Encoder

_PICTURE_PX = 768


@dataclass(frozen=True)
class PreparedSlides:
    """What a run asks of prepared slides; see ``workbench.learning.use_case.Prepared``.

    Attributes:
        cases: One case a slide; the bag holds the tile statistics.
        excluded: Slides left out: case, reason, message.
        flow: What each step kept.
        slides: Facts of each kept slide.
        usable: Each kept slide with its tiles, to be read again.
        stages: The stages that made all this.
    """

    cases: Cases
    excluded: pd.DataFrame
    flow: list[dict[str, Any]]
    slides: pd.DataFrame
    usable: Mapping[str, Usable]
    stages: SlideStages

    @property
    def encoder(self) -> str:
        """Name of what makes the features."""
        return self.stages.params.encoder.name

    @property
    def speed(self) -> dict[str, float]:
        """Tiles read and turned into features in a second; empty when all were recalled."""
        pace = self.stages.pace.tiles_per_s
        return {} if pace is None else {"tiles_per_s": pace}

    @property
    def heatmaps(self) -> int:
        """How many slides a training run draws."""
        return self.stages.params.heatmaps

    def encode(self, train: Sequence[str], seed: int, folder: Path) -> Cases:
        """Return all cases with the features of the configured encoder.

        ``small_cnn`` learns from tiles of the training cases alone, without labels.
        """
        params = self.stages.params.encoder
        if params.name == "statistics":
            return self.cases
        if params.name == "file":
            return self._encoded(from_file(params))
        slides = [self.usable[case] for case in train]
        return self._encoded(train_on(slides, self.stages, seed, folder / WEIGHTS))

    def encode_with(self, folder: Path) -> Cases:
        """Return all cases with the features of the encoder saved beside a model."""
        if self.encoder != "small_cnn":
            return self.encode([], 0, folder)
        return self._encoded(saved_encoder(folder / WEIGHTS))

    def save_encoder(self, trained: Path, target: Path) -> None:
        """Keep the trained encoder beside the model."""
        if self.encoder == "small_cnn":
            storage.copy_file(trained / WEIGHTS, target / WEIGHTS)

    def heatmap(self, case: str, scores: np.ndarray) -> dict[str, bytes]:
        """Return the slide in small and its attention map as PNG pictures."""
        place = self.usable[case]
        with self.stages.slide(place.slide) as slide:
            return {
                "slide": _png(slide.thumbnail(_PICTURE_PX)),
                "attention": _png(draw_heatmap(slide, place.tiles, scores, max_px=_PICTURE_PX)),
            }

    def _encoded(self, encoder: Encoder) -> Cases:
        """Return the cases with features of an encoder in place of the statistics."""
        found = encode_slides(encoder, list(self.usable.values()), self.stages)
        bags = {case: Bag(values, self.cases.inputs[case].coords) for case, values in found.items()}
        return replace(self.cases, inputs=bags, features=feature_names(self.encoder, encoder.dims))


def _png(picture: np.ndarray) -> bytes:
    """Return a picture as PNG bytes."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()
