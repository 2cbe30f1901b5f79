"""What is wrong with real slides: folds, blur, pigment, pen marks, dust.

Whether a slide has one does not depend on its label.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from workbench.imaging.compiled import compiled

from .layout import CELL_PX, Layout
from .paint import thicken
from .textures import coarse_field

_PENS = ((35, 62, 150), (25, 110, 75), (32, 30, 38))


def fold(dyes: tuple[np.ndarray, ...], layout: Layout, rng: np.random.Generator) -> None:
    """Fold the section along a wavy line: twice the dye in a narrow band.

    Args:
        dyes: The dye maps, changed in place.
        layout: Coarse maps.
        rng: The slide's own generator.
    """
    x, y, turn, length = *_spot(layout, rng), rng.uniform(0, np.pi), rng.uniform(300, 900)
    rows, columns = np.mgrid[0 : layout.depth.shape[0], 0 : layout.depth.shape[1]] * CELL_PX
    along = (columns - x) * np.cos(turn) + (rows - y) * np.sin(turn)
    across = (rows - y) * np.cos(turn) - (columns - x) * np.sin(turn)
    across = across + 30 * coarse_field(rng, len(rows), 12.0)
    band = np.exp(-((across / rng.uniform(16, 30)) ** 2) - (along / length) ** 4)
    thickness = (1 + rng.uniform(0.6, 1.0) * np.where(band > 0.03, band, 0)).astype(np.float32)
    for dye in dyes:
        thicken(dye, thickness)


def defocus(dyes: tuple[np.ndarray, ...], layout: Layout, rng: np.random.Generator) -> None:
    """Blur a round patch, strongest in its middle; arguments as in :func:`fold`."""
    x, y = _spot(layout, rng)
    reach = int(rng.uniform(200, 450))
    width = int(rng.integers(3, 6))
    rows = slice(max(int(y) - reach, 0), int(y) + reach)
    columns = slice(max(int(x) - reach, 0), int(x) + reach)
    for dye in dyes:
        patch = dye[rows, columns]
        j, i = np.ogrid[: patch.shape[0], : patch.shape[1]]
        far = np.hypot(j + rows.start - y, i + columns.start - x).astype(np.float32) / reach
        share = np.clip(2.5 * (1 - far), 0, 1)
        blurred = ndimage.uniform_filter(ndimage.uniform_filter(patch, width), width)
        patch[:] = patch + share * (blurred.astype(np.float32) - patch)


def pigment(rgb: np.ndarray, layout: Layout, rng: np.random.Generator) -> None:
    """Sprinkle brown granules in a few clouds over the tissue; ``rgb`` is changed in place."""
    for _ in range(int(rng.integers(1, 4))):
        x, y = _spot(layout, rng)
        places = rng.normal((x, y), rng.uniform(30, 90), (int(rng.integers(60, 260)), 2))
        places = places[layout.depth[layout.at(places[:, 0], places[:, 1])] > 0]
        dab(rgb, _discs(places, rng.uniform(1.2, 4.5, len(places))), (96, 62, 30), 0.85)


def pen(rgb: np.ndarray, layout: Layout, rng: np.random.Generator) -> None:
    """Draw an arc with a felt pen along some tissue; ``rgb`` is changed in place."""
    x, y = _spot(layout, rng)
    turn = np.linspace(0, rng.uniform(1.2, 4.5), 260) + rng.uniform(0, 2 * np.pi)
    radius = rng.uniform(0.08, 0.22) * layout.size_px * (1 + 0.08 * np.sin(3 * turn))
    places = np.stack([x + radius * np.cos(turn), y + radius * np.sin(turn)], 1)
    width = rng.uniform(18, 34) * (1 + 0.15 * np.sin(7 * turn))
    dab(rgb, _discs(places, width), _PENS[int(rng.integers(len(_PENS)))], 0.22)


def dust(rgb: np.ndarray, layout: Layout, rng: np.random.Generator) -> None:
    """Drop dark specks anywhere on the slide; ``rgb`` is changed in place."""
    n = int(rng.integers(4, 16))
    places = rng.uniform(0, layout.size_px, (n, 2))
    dab(rgb, _discs(places, rng.uniform(1.5, 7, n)), (90, 90, 95), 0.6)


def _spot(layout: Layout, rng: np.random.Generator) -> tuple[float, float]:
    """Return a random point of the tissue in level-0 pixels."""
    row, column = rng.choice(np.argwhere(layout.tissue))
    return float(column * CELL_PX), float(row * CELL_PX)


def _discs(places: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Return x, y, radius rows for :func:`dab`."""
    return np.column_stack([places, radii]).astype(np.float32)


@compiled
def dab(rgb: np.ndarray, discs: np.ndarray, colour: tuple[int, int, int], opacity: float) -> None:
    """Blend soft discs of one colour into a picture, in place.

    Args:
        rgb: uint8 ``(height, width, 3)``.
        discs: float32 ``(n, 3)``: x, y, radius in pixels.
        colour: R, G, B of the ink.
        opacity: Share of the ink in the middle of a disc, 0 to 1.
    """
    height, width = rgb.shape[0], rgb.shape[1]
    for index in range(discs.shape[0]):
        x0, y0, radius = discs[index]
        reach = int(radius) + 2
        for y in range(max(int(y0) - reach, 0), min(int(y0) + reach + 1, height)):
            for x in range(max(int(x0) - reach, 0), min(int(x0) + reach + 1, width)):
                edge = radius + 0.5 - np.sqrt((x - x0) ** 2 + (y - y0) ** 2)
                if edge <= 0:
                    continue
                share = opacity * min(edge, 1.0)
                for channel in range(3):
                    old = rgb[y, x, channel]
                    rgb[y, x, channel] = int(old + share * (colour[channel] - old) + 0.5)
