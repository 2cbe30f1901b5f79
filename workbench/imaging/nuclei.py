"""Counts and measures nuclei by their hematoxylin, roughly: a proxy, no segmentation.

What separates the grades is size and darkness together: lymphocytes are dark, dense and small,
high-grade nuclei dark and large, normal ones small and pale. Crowded nuclei merge into one blob, so
size is also taken from the inside, as the depth below the blob's edge, which merging hardly alters.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.imaging.blobs import (
    depth_summary,
    depths,
    label_above,
    measure,
    otsu_threshold,
    smooth,
)
from workbench.imaging.compiled import compiled

NUCLEI_NAMES = (
    "nuclei_per_mm2",
    "nuclear_share",
    "nuclear_area_mean_um2",
    "nuclear_area_sd_um2",
    "nuclear_area_max_um2",
    "large_nuclei_share",
    "small_nuclei_per_mm2",
    "nuclear_density_mean",
    "nuclear_density_sd",
    "nuclear_density_max",
    "large_dark_share",
    "nuclear_radius_mean_um",
    "nuclear_radius_p95_um",
    "nuclear_radius_max_um",
    "nuclear_fill_mean",
    "nuclear_contrast",
)
_THRESHOLD_LIMITS = (0.18, 0.45)  # hematoxylin density between cytoplasm and nucleus
_LEAST_UM2 = 6.0
_LARGE_UM2 = 70.0  # a lymphocyte's nucleus has about 40
_BLOB_UM2 = 600.0  # larger pieces are many nuclei: they count for their area, not as one nucleus
_STEP = 0.01


class Workspace(NamedTuple):
    """Arrays used again from tile to tile: fresh memory costs more than the arithmetic."""

    smooth: NDArray[np.float32]
    labels: NDArray[np.int32]
    depth: NDArray[np.float32]

    @classmethod
    def of(cls, height: int, width: int) -> Workspace:
        """Return a workspace for tiles of one size."""
        shape = (height, width)
        return cls(np.empty(shape, np.float32), np.empty(shape, np.int32), np.empty(shape, "f4"))


def nuclei_statistics(
    hematoxylin: NDArray[np.float32], mpp: float, work: Workspace
) -> NDArray[np.float64]:
    """Return number, size and darkness of the nuclei of a tile.

    Args:
        hematoxylin: Density, float32 (height, width).
        mpp: Micrometres a pixel.
        work: Workspace of the tile's size.

    Returns:
        float64 (len(NUCLEI_NAMES),), all 0 when there is no nucleus.
    """
    smooth(hematoxylin, work.smooth)
    least, most = _THRESHOLD_LIMITS
    cut = min(max(otsu_threshold(work.smooth, _STEP), least), most)
    pieces = measure(work.labels, label_above(work.smooth, cut, work.labels), work.smooth)
    kept = pieces[:, 0] * mpp**2 >= _LEAST_UM2
    kept[0] = False
    out = np.zeros(len(NUCLEI_NAMES))
    if not kept.any():
        return out
    _summarise(pieces, kept, mpp, hematoxylin.size * mpp**2, out)
    depths(work.labels, kept, work.depth)
    mean, p95, most_deep = depth_summary(work.depth, 0.95)
    out[11], out[12], out[13] = mean * mpp, p95 * mpp, most_deep * mpp
    return out


@compiled
def _summarise(
    pieces: NDArray[np.float64],
    kept: NDArray[np.bool_],
    mpp: float,
    tile_um2: float,
    out: NDArray[np.float64],
) -> None:
    """Write the statistics over the pieces; a merged blob counts by its area, not as a nucleus."""
    n, single, large = 0, 0, 0
    area_all, area_single, area_large, squares = 0.0, 0.0, 0.0, 0.0
    density_sum, density_squares, weighted, weighted_large, fill = 0.0, 0.0, 0.0, 0.0, 0.0
    for k in range(1, len(pieces)):
        if not kept[k]:
            continue
        area, density = pieces[k, 0] * mpp * mpp, pieces[k, 1] / pieces[k, 0]
        n += 1
        area_all += area
        density_sum += density
        density_squares += density * density
        weighted += area * density
        fill += pieces[k, 2]
        out[9] = max(out[9], density)
        if area >= _LARGE_UM2:
            large += 1
            weighted_large += area * density
        if area <= _BLOB_UM2:
            single += 1
            area_single += area
            squares += area * area
            out[4] = max(out[4], area)
            area_large += area if area >= _LARGE_UM2 else 0.0
    mean_area = area_single / single if single else _BLOB_UM2
    mean_density = density_sum / n
    out[0] = n / tile_um2 * 1e6
    out[1] = area_all / tile_um2
    out[2] = mean_area
    out[3] = np.sqrt(max(squares / single - mean_area**2, 0.0)) if single else 0.0
    out[5] = area_large / area_all
    out[6] = (n - large) / tile_um2 * 1e6
    out[7] = weighted / area_all
    out[8] = np.sqrt(max(density_squares / n - mean_density**2, 0.0))
    out[10] = weighted_large / tile_um2
    out[14] = fill / n
    out[15] = mean_density - pieces[0, 1] / max(1.0, pieces[0, 0])
