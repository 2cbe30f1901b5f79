"""Cuts an image into pyramid levels and levels into tiles, for the slide writers."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError

Rgb = NDArray[np.uint8]


def build_levels(rgb: Rgb, *, factor: int = 4, smallest_px: int = 512) -> list[Rgb]:
    """Return the pyramid of an image, finest level first, each the area mean of the one before.

    Args:
        rgb: Level 0, uint8 of shape (height, width, 3).
        factor: Downsampling from one level to the next.
        smallest_px: No level is added once the longer side is at most this.

    Returns:
        The levels; the first is ``rgb`` itself.

    >>> [level.shape[:2] for level in build_levels(np.zeros((2000, 4001, 3), np.uint8))]
    [(2000, 4001), (500, 1000), (125, 250)]
    """
    levels = [check_rgb(rgb)]
    while max(levels[-1].shape[:2]) > smallest_px:
        height, width = (side // factor for side in levels[-1].shape[:2])
        if min(height, width) < 1:
            break
        whole = levels[-1][: height * factor, : width * factor]
        levels.append(np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)))
    return levels


def cut_tiles(level: Rgb, tile_px: int) -> Iterator[Rgb]:
    """Yield a level's tiles row by row; edge tiles repeat the last pixel, so that JPEG rings less.

    Args:
        level: uint8 of shape (height, width, 3).
        tile_px: Side of a tile.
    """
    height, width = level.shape[:2]
    for y in range(0, height, tile_px):
        for x in range(0, width, tile_px):
            tile = level[y : y + tile_px, x : x + tile_px]
            missing = (tile_px - tile.shape[0], tile_px - tile.shape[1])
            if any(missing):
                tile = np.pad(tile, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge")
            yield np.ascontiguousarray(tile)


def check_rgb(rgb: Rgb) -> Rgb:
    """Return ``rgb`` when it is a non-empty uint8 image with three channels.

    Raises:
        UsageError: It is something else.
    """
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.size == 0:
        raise UsageError(
            f"a slide is written from uint8 (height, width, 3), got {rgb.dtype} {rgb.shape}",
            remedy="convert the image to 8-bit RGB first",
        )
    return rgb
