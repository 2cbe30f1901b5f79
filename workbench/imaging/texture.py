"""How fine, how strong and how aligned the structure of a tile is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.imaging.compiled import compiled

BANDS = 5
TEXTURE_NAMES = (*(f"band_{2**k}px" for k in range(BANDS)), "gradient", "coherence")


@compiled
def texture_statistics(plane: NDArray[np.float32], out: NDArray[np.float64]) -> None:
    """Write the energy of a plane by scale, its gradient energy and its coherence.

    Energy by scale is exact: the mean over 2 x 2 squares removes just the variance inside them
    (Haar bands). Coherence is 0 for structure without direction and 1 for parallel fibres
    (structure tensor, Bigun & Granlund 1987).

    Args:
        plane: One stain, float32 (height, width).
        out: float64 (len(TEXTURE_NAMES),): standard deviations in the plane's unit, then the
            coherence, 0 to 1.
    """
    level = plane
    variance = _variance(level)
    for band in range(BANDS):
        if min(level.shape) < 2:
            out[band] = 0.0
            continue
        level = _halved(level)
        coarser = _variance(level)
        out[band] = np.sqrt(max(variance - coarser, 0.0))
        variance = coarser
    out[BANDS], out[BANDS + 1] = _direction(plane)


@compiled
def _variance(plane: NDArray[np.float32]) -> float:
    """Return the variance of a plane."""
    total, squares = 0.0, 0.0
    for y in range(plane.shape[0]):
        for x in range(plane.shape[1]):
            value = np.float64(plane[y, x])
            total += value
            squares += value * value
    mean = total / plane.size
    return max(squares / plane.size - mean * mean, 0.0)


@compiled
def _halved(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the means over 2 x 2 squares."""
    half = np.empty((plane.shape[0] // 2, plane.shape[1] // 2), np.float32)
    for y in range(half.shape[0]):
        for x in range(half.shape[1]):
            upper = plane[2 * y, 2 * x] + plane[2 * y, 2 * x + 1]
            lower = plane[2 * y + 1, 2 * x] + plane[2 * y + 1, 2 * x + 1]
            half[y, x] = np.float32(0.25) * (upper + lower)
    return half


@compiled
def _direction(plane: NDArray[np.float32]) -> tuple[float, float]:
    """Return gradient energy and coherence from the structure tensor of the whole plane."""
    xx, yy, xy = 0.0, 0.0, 0.0
    for y in range(1, plane.shape[0] - 1):
        for x in range(1, plane.shape[1] - 1):
            across = np.float64(plane[y, x + 1] - plane[y, x - 1])
            down = np.float64(plane[y + 1, x] - plane[y - 1, x])
            xx += across * across
            yy += down * down
            xy += across * down
    total = xx + yy
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy * xy) / (total + 1e-9)
    return np.sqrt(total / plane.size) / 2, coherence
