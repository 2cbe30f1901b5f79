"""Settings of the whole-slide use case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workbench.errors import UsageError, did_you_mean

ENCODERS = ("statistics", "small_cnn", "file")


@dataclass(frozen=True)
class EncoderParams:
    """What turns a tile into numbers.

    Attributes:
        name: ``statistics`` (hand-made, nothing is learnt), ``small_cnn`` (learnt without labels
            inside each training fold) or ``file`` (the user's own, by path and sha256).
        path: File of the user's encoder.
        sha256: Its digest; another content is refused.
        network: For a file of weights, the network's class (``monai.networks.nets.resnet18``).
        options: Arguments of that class.
        steps: Training steps of ``small_cnn``.
        tiles_per_slide: Tiles of each training slide that ``small_cnn`` learns from.
    """

    name: str = "statistics"
    path: str | None = None
    sha256: str | None = None
    network: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    steps: int = 150
    tiles_per_slide: int = 24

    def __post_init__(self) -> None:
        if self.name not in ENCODERS:
            raise UsageError(
                f"no encoder '{self.name}'; {did_you_mean(self.name, ENCODERS)}".rstrip("; "),
                where="use_case.params.encoder.name",
                remedy=f"use {', '.join(ENCODERS)}",
            )
        if self.name == "file" and not (self.path and self.sha256):
            raise UsageError(
                "an encoder from a file needs its path and its sha256",
                where="use_case.params.encoder",
                remedy="give use_case.params.encoder.path and .sha256 (`sha256sum FILE`)",
            )


@dataclass(frozen=True)
class Params:
    """Settings of the whole-slide use case.

    Attributes:
        n_slides: Slides of the synthetic set.
        slide_px: Side of a synthetic slide in level-0 pixels.
        target_mpp: Resolution tiles are read at, micrometres a pixel.
        tile_px: Side of a tile in pixels at that resolution.
        overlap_px: How far neighbouring tiles overlap.
        min_tissue: Least share of a tile that is tissue, 0 to 1.
        max_tiles: At most this many tiles of a slide, drawn by seed; null keeps all.
        mpp: Stated resolution for slides that do not say their own; null refuses them.
        max_unreadable: Largest share of damaged tiles a slide may have.
        threads: Threads over slides and tiles; results do not depend on it.
        encoder: What turns a tile into numbers.
        heatmaps: Slides drawn in the report of a training run.
    """

    n_slides: int = 72
    slide_px: int = 4096
    target_mpp: float = 1.0
    tile_px: int = 128
    overlap_px: int = 0
    min_tissue: float = 0.5
    max_tiles: int | None = None
    mpp: float | None = None
    max_unreadable: float = 0.05
    threads: int = 2
    encoder: EncoderParams = field(default_factory=EncoderParams)
    heatmaps: int = 6

    def __post_init__(self) -> None:
        if self.slide_px < 512 or self.slide_px % 256:
            raise ValueError(f"slide_px is a multiple of 256, at least 512; got {self.slide_px}")
        least = {"n_slides": 1, "threads": 1, "heatmaps": 0, "max_unreadable": 0}
        low = [f"{k} is {getattr(self, k)}" for k, v in least.items() if getattr(self, k) < v]
        if low:
            raise ValueError(f"{', '.join(low)}: too small")
