"""Lays a grid of tiles over the tissue: one canonical table, whatever reads the pixels later."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.imaging.reading import TileBatch, iterate_tiles, read_tiles
from workbench.imaging.slide import Slide
from workbench.imaging.slide_error import SlideError
from workbench.imaging.tissue import TissueMask

__all__ = ["TileBatch", "TileSettings", "iterate_tiles", "read_tiles", "tile_table"]

COLUMNS = (
    "slide_id",
    "tile",
    "x0",
    "y0",
    "size0",
    "level",
    "out_px",
    "mpp",
    "mpp_source",
    "tissue_fraction",
)
_MOST_COARSE = 1.10


@dataclass(frozen=True)
class TileSettings:
    """Which tiles to cut.

    Attributes:
        target_mpp: Micrometres a tile pixel.
        out_px: Side of a tile in pixels.
        overlap_px: How far neighbours overlap, in tile pixels.
        min_tissue: Least share of a tile that is tissue, 0 to 1.
        max_tiles: At most this many tiles, drawn by ``seed`` and the slide's name; None keeps all.
        seed: Seed of that draw.
        snap: A level within this relative distance of ``target_mpp`` is taken as it is: 0.499 for
            0.5 costs no resampling and no blur. The column ``mpp`` says what a tile really has.
    """

    target_mpp: float = 0.5
    out_px: int = 256
    overlap_px: int = 0
    min_tissue: float = 0.5
    max_tiles: int | None = None
    seed: int = 0
    snap: float = 0.02

    def __post_init__(self) -> None:
        wrong = []
        if not self.target_mpp > 0:
            wrong.append(f"target_mpp is positive, got {self.target_mpp}")
        if self.out_px < 1 or not 0 <= self.overlap_px < self.out_px:
            wrong.append(f"0 <= overlap_px < out_px, got {self.overlap_px} and {self.out_px}")
        if not 0 <= self.min_tissue <= 1:
            wrong.append(f"min_tissue lies in 0..1, got {self.min_tissue}")
        if self.max_tiles is not None and self.max_tiles < 1:
            wrong.append(f"max_tiles is at least 1 or null, got {self.max_tiles}")
        if wrong:
            raise UsageError("; ".join(wrong), remedy="correct the tile settings")


class _Grid(NamedTuple):
    """Geometry of the tiles of one slide, in level-0 pixels."""

    size0: int
    stride0: int
    level: int


def tile_table(slide: Slide, tissue: TissueMask, settings: TileSettings) -> pd.DataFrame:
    """Return the tiles that hold enough tissue, row by row from the upper left.

    The grid starts at (0, 0). A tile that would leave the slide is dropped: a padded tile would
    show the encoder an edge no tissue has.

    Args:
        slide: An open slide.
        tissue: Its tissue.
        settings: Resolution, size, overlap and choice.

    Returns:
        One row a tile with the columns of ``COLUMNS``: ``tile`` counts the cells of the full grid,
        ``x0``, ``y0``, ``size0`` are level-0 pixels, ``mpp`` is that of the tile's own pixels,
        ``mpp_source`` the provenance of the slide's. ``attrs["counts"]`` holds how many cells the
        grid has, how many hold tissue, how many were kept.

    Raises:
        SlideError: ``too-coarse`` (the slide lacks the resolution) or ``no-tiles``.
    """
    grid = _grid(slide, settings)
    width, height = slide.dimensions
    columns = np.arange(0, width - grid.size0 + 1, grid.stride0, dtype=np.int64)
    rows = np.arange(0, height - grid.size0 + 1, grid.stride0, dtype=np.int64)
    y0, x0 = (axis.ravel() for axis in np.meshgrid(rows, columns, indexing="ij"))
    fraction = _tissue_fraction(tissue, x0, y0, grid.size0)
    holding = np.flatnonzero(fraction >= max(settings.min_tissue, 1e-6))
    if not len(holding):
        raise SlideError(
            "no-tiles",
            f"none of {len(x0)} tiles of {grid.size0} level-0 px holds {settings.min_tissue:.0%}"
            f" tissue (slide {width}x{height} px, {tissue.fraction:.1%} tissue)",
            where=str(slide.path),
            remedy="lower min_tissue or out_px, or leave the slide out",
        )
    kept = _draw(holding, settings, slide.slide_id)
    table = pd.DataFrame(
        {
            "slide_id": slide.slide_id,
            "tile": kept,
            "x0": x0[kept],
            "y0": y0[kept],
            "size0": grid.size0,
            "level": grid.level,
            "out_px": settings.out_px,
            "mpp": slide.mpp.value * grid.size0 / settings.out_px,
            "mpp_source": slide.mpp.source,
            "tissue_fraction": fraction[kept].round(6),
        },
        columns=list(COLUMNS),
    )
    table.attrs["counts"] = {"grid": len(x0), "tissue": len(holding), "kept": len(kept)}
    return table


def _grid(slide: Slide, settings: TileSettings) -> _Grid:
    """Return the size of a tile on level 0 and the level to read, or refuse a coarse slide."""
    own = slide.mpp.value
    if own > settings.target_mpp * _MOST_COARSE:
        raise SlideError(
            "too-coarse",
            f"the slide has {own:g} micrometres a pixel, the model needs {settings.target_mpp:g}:"
            " enlarging would invent detail",
            where=str(slide.path),
            remedy="scan at a higher magnification, or use a model made for coarser tiles",
        )
    step = settings.target_mpp / own
    near = min(slide.levels, key=lambda level: abs(level.downsample - step))
    if abs(near.downsample / step - 1) <= settings.snap:
        step = near.downsample
    size0 = round(settings.out_px * step)
    stride0 = max(1, round((settings.out_px - settings.overlap_px) * step))
    return _Grid(size0, stride0, slide.best_level(size0 / settings.out_px))


def _tissue_fraction(
    tissue: TissueMask, x0: NDArray[np.int64], y0: NDArray[np.int64], size0: int
) -> NDArray[np.float64]:
    """Return the share of tissue in squares, exact for a mask of square pixels.

    The summed-area table is read between its nodes by bilinear interpolation, which is exact since
    the mask is constant inside a pixel.
    """
    height, width = tissue.mask.shape
    sums = cv2.integral(tissue.mask.astype(np.uint8), sdepth=cv2.CV_64F)

    def until(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.float64]:
        u, v = np.clip(x / tissue.step, 0, width), np.clip(y / tissue.step, 0, height)
        i, j = np.minimum(v.astype(int), height - 1), np.minimum(u.astype(int), width - 1)
        a, b = v - i, u - j
        upper = sums[i, j] * (1 - b) + sums[i, j + 1] * b
        lower = sums[i + 1, j] * (1 - b) + sums[i + 1, j + 1] * b
        return np.asarray(upper * (1 - a) + lower * a)

    x1, y1 = x0 + size0, y0 + size0
    area = until(x1, y1) - until(x0, y1) - until(x1, y0) + until(x0, y0)
    return np.clip(area / (size0 / tissue.step) ** 2, 0, 1)


def _draw(holding: NDArray[np.int64], settings: TileSettings, slide_id: str) -> NDArray[np.int64]:
    """Return at most ``max_tiles`` cells, the same ones for the same slide in any batch."""
    if settings.max_tiles is None or len(holding) <= settings.max_tiles:
        return holding
    name = int.from_bytes(hashlib.sha256(slide_id.encode()).digest()[:8], "big")
    rng = np.random.default_rng([settings.seed, name])
    return np.sort(rng.choice(holding, settings.max_tiles, replace=False))
