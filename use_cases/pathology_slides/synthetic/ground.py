"""Cytoplasm and collagen of the regions: the two dye maps before any nucleus."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from . import textures
from .layout import Layout, Region
from .paint import paint_ground

# Eosin, haematoxylin (steps of optical density), contrast of fibres, contrast of grain.
_STROMA = (70, 3, 0.9, 0.25)
_LOOK = {
    Region.BACKGROUND: _STROMA,  # continues the stroma up to the tissue's edge
    Region.STROMA: _STROMA,
    Region.EPITHELIUM: (56, 12, 0.06, 0.22),
    Region.LOW: (54, 16, 0.06, 0.25),
    Region.HIGH: (50, 22, 0.06, 0.25),
    Region.INVASIVE: (56, 24, 0.10, 0.30),
    Region.REACTIVE: (58, 17, 0.06, 0.25),
    Region.LYMPHOID: (40, 20, 0.20, 0.30),
    Region.NECROSIS: (84, 14, 0.10, 0.55),
}


def draw_ground(
    layout: Layout, direction: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw what lies between the nuclei.

    Args:
        layout: Coarse maps with foci and openings.
        direction: Main direction of the fibres in radians.
        rng: The slide's own generator.

    Returns:
        Haematoxylin and eosin, each uint8 ``(size, size)`` in steps of optical density.
    """
    nodes = layout.region.shape[0]
    look = np.array([_LOOK[region] for region in Region], np.float32)[layout.region]
    maps = np.empty((nodes, nodes, 6), np.float32)
    maps[..., 0] = layout.depth + 4 * textures.coarse_field(rng, nodes, 2.0)
    for index in range(4):
        maps[..., 1 + index] = ndimage.gaussian_filter(look[..., index], 1.2)
    maps[..., 1] *= 1 + 0.10 * textures.coarse_field(rng, nodes, 5.0)
    wave = 60 * textures.coarse_field(rng, nodes, 12.0)
    maps[..., 5] = wave + 9 * textures.coarse_field(rng, nodes, 2.0)
    eosin = np.zeros((layout.size_px, layout.size_px), np.uint8)
    haematoxylin = np.zeros_like(eosin)
    offset = (int(rng.integers(textures.TEXTURE_PX)), int(rng.integers(textures.TEXTURE_PX)))
    paint_ground(
        eosin,
        haematoxylin,
        maps,
        textures.fibres(),
        textures.grain(),
        textures.outlines(),
        (float(np.cos(direction)), float(np.sin(direction))),
        offset,
    )
    return haematoxylin, eosin
