"""Separates stains: light falls off exponentially with dye, so optical densities add up.

Colour deconvolution after Ruifrok & Johnston, Anal Quant Cytol Histol 23:291-299 (2001), with their
vectors for hematoxylin and eosin; the third direction is the one orthogonal to both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.imaging.compiled import compiled
from workbench.imaging.pyramid import Rgb

HEMATOXYLIN = (0.650, 0.704, 0.286)
EOSIN = (0.072, 0.990, 0.105)

_WHITE = 245.0
_DENSITY = -np.log10((np.arange(256) + 1) / (_WHITE + 1)).astype(np.float32)


def _unmixing() -> NDArray[np.float32]:
    """Return the matrix from (red, green, blue) density to (hematoxylin, eosin, rest)."""
    stains = np.array([HEMATOXYLIN, EOSIN, np.cross(HEMATOXYLIN, EOSIN)])
    stains /= np.linalg.norm(stains, axis=1, keepdims=True)
    return np.ascontiguousarray(np.linalg.inv(stains).T.astype(np.float32))


_UNMIXING = _unmixing()


def unmix(rgb: Rgb, out: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
    """Return the density of each stain.

    Args:
        rgb: uint8 (height, width, 3); glass is taken to be grey level 245.
        out: float32 (3, height, width) to write into.

    Returns:
        float32 (3, height, width): hematoxylin, eosin, rest, in log10 units; glass is near 0.

    >>> unmix(np.full((1, 1, 3), 245, np.uint8)).round(6).ravel().tolist()
    [0.0, 0.0, 0.0]
    """
    if out is None:
        out = np.empty((3, *rgb.shape[:2]), np.float32)
    _unmix(rgb, _DENSITY, _UNMIXING, out)
    return out


@compiled
def _unmix(
    rgb: Rgb, density: NDArray[np.float32], matrix: NDArray[np.float32], out: NDArray[np.float32]
) -> None:
    """Write the densities of all stains of an image into ``out``."""
    for y in range(rgb.shape[0]):
        for x in range(rgb.shape[1]):
            red, green, blue = density[rgb[y, x, 0]], density[rgb[y, x, 1]], density[rgb[y, x, 2]]
            for stain in range(3):
                row = matrix[stain]
                out[stain, y, x] = row[0] * red + row[1] * green + row[2] * blue
