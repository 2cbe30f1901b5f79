"""Reads a whole slide in small, for tissue search and pictures, whatever levels it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from workbench.imaging.pyramid import Rgb
from workbench.imaging.slide_error import SlideError

if TYPE_CHECKING:
    from workbench.imaging.slide import Slide

_BLOCK_PX = 1024  # read at a time, so that a slide without small levels still fits in memory
_SMALLEST_BLOCK_PX = 64


class Overview(NamedTuple):
    """A slide in small.

    Attributes:
        rgb: uint8 (height, width, 3); damaged places are white.
        step: Level-0 pixels a pixel of ``rgb``; pixel (x, y) covers level 0 from (x, y) * step.
        damaged: Share of the slide's area that could not be read, 0 to 1.
    """

    rgb: Rgb
    step: float
    damaged: float


def read_overview(slide: Slide, downsample: float) -> Overview:
    """Return the slide at about ``downsample`` level-0 pixels a pixel, by exact area means.

    Args:
        slide: An open slide.
        downsample: At most this many level-0 pixels a pixel; the result is at most twice as fine.
    """
    level = slide.best_level(downsample)
    width, height, level_step = slide.levels[level]
    shrink = max(1, int(downsample / level_step + 1e-6))
    block = max(1, _BLOCK_PX // shrink) * shrink
    rows, damaged_px = [], 0
    for y in range(0, height, block):
        row = []
        for x in range(0, width, block):
            size = (min(block, width - x), min(block, height - y))
            pixels, lost = _read_block(slide, level, x, y, *size)
            damaged_px += lost
            row.append(_shrink(pixels, shrink))
        rows.append(np.concatenate(row, axis=1))
    rgb = np.concatenate(rows, axis=0)
    return Overview(rgb, level_step * shrink, damaged_px / (width * height))


def read_thumbnail(slide: Slide, max_px: int) -> Rgb:
    """Return the whole slide with a longer side of at most ``max_px``, uint8 (h, w, 3)."""
    longest = max(slide.dimensions)
    if longest <= max_px:
        return read_overview(slide, 1.0).rgb
    rgb = read_overview(slide, longest / max_px).rgb
    scale = max_px / longest
    size = tuple(max(1, round(side * scale)) for side in slide.dimensions)
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA))


def _read_block(
    slide: Slide, level: int, x: int, y: int, width: int, height: int
) -> tuple[Rgb, int]:
    """Return a block of a level and how many of its pixels are damaged, quartering around damage.

    Args:
        slide: An open slide.
        level: Its level.
        x: Left edge in pixels of the level.
        y: Upper edge in pixels of the level.
        width: Width in pixels of the level.
        height: Height in pixels of the level.
    """
    step = slide.levels[level].downsample
    try:
        return slide.read(round(x * step), round(y * step), level, width, height), 0
    except SlideError:
        if max(width, height) <= _SMALLEST_BLOCK_PX:
            return np.full((height, width, 3), 255, np.uint8), width * height
    half_w, half_h = (width + 1) // 2, (height + 1) // 2
    pixels, lost = np.full((height, width, 3), 255, np.uint8), 0
    for dy, part_h in ((0, half_h), (half_h, height - half_h)):
        for dx, part_w in ((0, half_w), (half_w, width - half_w)):
            if part_w and part_h:
                part, damage = _read_block(slide, level, x + dx, y + dy, part_w, part_h)
                pixels[dy : dy + part_h, dx : dx + part_w] = part
                lost += damage
    return pixels, lost


def _shrink(pixels: Rgb, factor: int) -> Rgb:
    """Return the means over squares of ``factor``; incomplete squares repeat the last pixel."""
    if factor == 1:
        return pixels
    missing = [(-side) % factor for side in pixels.shape[:2]]
    if any(missing):
        pixels = np.pad(pixels, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge")
    size = (pixels.shape[1] // factor, pixels.shape[0] // factor)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
