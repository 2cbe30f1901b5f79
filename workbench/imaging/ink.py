"""Finds pen marks: pathologists circle areas in green, blue and red, and ink is not tissue.

Ink is told from stain by hue: hematoxylin and eosin lie between violet and pink (hue 125 to 172 of
180), DAB between orange and brown (5 to 25). A mark has a strongly coloured core and a pale rim, so
a rim counts where it touches a core (hysteresis), and only when the core is a fair part of the
whole: red blood cells are as red as a red pen, but lie scattered in pink tissue.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.imaging.pyramid import Rgb

Mask = NDArray[np.bool_]


class Pen(NamedTuple):
    """How one colour of ink looks, in OpenCV's hue (0 to 180) and saturation (0 to 255)."""

    name: str
    core_hue: tuple[int, int]
    core_saturation: int
    rim_hue: tuple[int, int]
    rim_saturation: int
    least_core: float


PENS = (
    Pen("green", (45, 98), 55, (32, 102), 20, 0.05),
    Pen("blue", (98, 116), 100, (92, 119), 45, 0.15),
    Pen("red", (172, 188), 165, (172, 192), 35, 0.10),
)
_VERY_DARK = 0.60  # optical density; stained tissue stays below at overview resolution
_LEAST_DENSITY = 0.04
_LEAST_UM2 = 40_000.0  # a felt tip is some 0.5 mm wide; smaller spots are blood or pigment


def find_ink(rgb: Rgb, density: NDArray[np.float32], mpp: float) -> dict[str, Mask]:
    """Return the mask of each pen colour.

    Args:
        rgb: Overview, uint8 (height, width, 3), at 4 to 16 micrometres a pixel.
        density: Mean optical density over background, (height, width).
        mpp: Micrometres a pixel.

    Returns:
        ``green``, ``blue`` and ``red`` masks, each bool (height, width).
    """
    hue, saturation, _ = cv2.split(cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV))
    found = {}
    for pen in PENS:
        core = _between(hue, pen.core_hue) & (saturation >= pen.core_saturation)
        core &= density >= 2 * _LEAST_DENSITY
        rim = _between(hue, pen.rim_hue) & (saturation >= pen.rim_saturation)
        rim &= density >= _LEAST_DENSITY
        least_px = max(1.0, pen.least_core * _LEAST_UM2 / mpp**2)
        rim = _with_cores(core, rim | core, least_px, pen.least_core)
        found[pen.name] = _with_dark(rim, density >= _VERY_DARK)
    return found


def _between(hue: NDArray[np.uint8], limits: tuple[int, int]) -> Mask:
    """Return where the hue lies in ``limits``; an upper limit above 180 wraps round to red."""
    low, high = limits
    inside = (hue >= low) & (hue <= high)
    return np.asarray(inside | (hue <= high - 180) if high > 180 else inside)


def _with_cores(core: Mask, rim: Mask, least_px: float, least_share: float) -> Mask:
    """Return the pieces of ``rim`` that hold enough core, in pixels and as a share."""
    n, labels, stats, _ = cv2.connectedComponentsWithStats(rim.astype(np.uint8), connectivity=8)
    cores = np.bincount(labels[core], minlength=n)
    kept = cores >= np.maximum(least_px, least_share * stats[:, cv2.CC_STAT_AREA])
    kept[0] = False
    return np.asarray(kept[labels])


def _with_dark(ink: Mask, dark: Mask) -> Mask:
    """Return ink with the very dark pixels that touch it, widened by its palest rim."""
    if not ink.any():
        return ink
    _, labels = cv2.connectedComponents((dark | ink).astype(np.uint8), connectivity=8)
    touched = np.unique(labels[ink])
    whole = np.isin(labels, touched).astype(np.uint8)
    return np.asarray(cv2.dilate(whole, np.ones((7, 7), np.uint8)) > 0)
