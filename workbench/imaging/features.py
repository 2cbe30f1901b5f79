"""Hand-made statistics of a tile: colour, stain, texture and nuclei. No training, no randomness."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.imaging.compiled import compiled
from workbench.imaging.nuclei import NUCLEI_NAMES, Workspace, nuclei_statistics
from workbench.imaging.pyramid import Rgb
from workbench.imaging.stain import unmix
from workbench.imaging.texture import TEXTURE_NAMES, texture_statistics

_COLOUR_NAMES = (
    *(f"{channel}_{what}" for what in ("mean", "sd") for channel in ("red", "green", "blue")),
    "saturation_mean",
    "saturation_sd",
    "hue_cos",
    "hue_sin",
)
_STAINS = ("hematoxylin", "eosin", "rest")
_SPREAD_NAMES = ("mean", "sd", "p10", "p50", "p90", "p99")
STATISTIC_NAMES: tuple[str, ...] = (
    *_COLOUR_NAMES,
    *(f"{stain}_{what}" for stain in _STAINS for what in _SPREAD_NAMES),
    *(f"{stain}_{what}" for stain in _STAINS[:2] for what in TEXTURE_NAMES),
    *NUCLEI_NAMES,
)
_COLOUR = slice(0, len(_COLOUR_NAMES))
_SPREAD = [slice(10 + 6 * k, 16 + 6 * k) for k in range(3)]
_TEXTURE = [slice(28 + len(TEXTURE_NAMES) * k, 28 + len(TEXTURE_NAMES) * (k + 1)) for k in range(2)]
_NUCLEI = slice(_TEXTURE[1].stop, None)


def tile_statistics(tiles: Rgb, mpp: float = 0.5, *, threads: int = 1) -> NDArray[np.float32]:
    """Return the statistics of each tile.

    Args:
        tiles: uint8 (n, height, width, 3).
        mpp: Micrometres a tile pixel; nuclear sizes are in micrometres.
        threads: Threads that share the tiles.

    Returns:
        float32 (n, len(STATISTIC_NAMES)), always finite.

    Raises:
        UsageError: The tiles are of another kind.
    """
    if tiles.dtype != np.uint8 or tiles.ndim != 4 or tiles.shape[3] != 3:
        raise UsageError(
            f"tiles are uint8 (n, height, width, 3), got {tiles.dtype} {tiles.shape}",
            remedy="read them with read_tiles",
        )
    result = np.empty((len(tiles), len(STATISTIC_NAMES)), np.float32)
    parts = np.array_split(np.arange(len(tiles)), max(1, min(threads, len(tiles))))
    if len(parts) == 1:
        _fill(tiles, parts[0], mpp, result)
    else:
        with ThreadPoolExecutor(len(parts)) as pool:
            list(pool.map(lambda rows: _fill(tiles, rows, mpp, result), parts))
    return result


def _fill(tiles: Rgb, rows: NDArray[np.int64], mpp: float, result: NDArray[np.float32]) -> None:
    """Write the statistics of some tiles into their rows of ``result``."""
    height, width = tiles.shape[1:3]
    planes, work = np.empty((3, height, width), np.float32), Workspace.of(height, width)
    values = np.empty(len(STATISTIC_NAMES))
    for row in rows:
        tile = np.ascontiguousarray(tiles[row])
        unmix(tile, out=planes)
        _colour(tile, values[_COLOUR])
        _spread(planes[0], values[_SPREAD[0]])
        _spread(planes[1], values[_SPREAD[1]])
        _spread(planes[2], values[_SPREAD[2]])
        texture_statistics(planes[0], values[_TEXTURE[0]])
        texture_statistics(planes[1], values[_TEXTURE[1]])
        values[_NUCLEI] = nuclei_statistics(planes[0], mpp, work)
        result[row] = values


@compiled
def _colour(tile: Rgb, out: NDArray[np.float64]) -> None:
    """Write mean and spread of the channels and of saturation, and the direction of the hue."""
    sums = np.zeros(8)
    for y in range(tile.shape[0]):
        for x in range(tile.shape[1]):
            low, high = 255.0, 0.0
            for channel in range(3):
                value = np.float64(tile[y, x, channel])
                sums[channel] += value
                sums[3 + channel] += value * value
                low, high = min(low, value), max(high, value)
            saturation = (high - low) / high if high > 0 else 0.0
            sums[6] += saturation
            sums[7] += saturation * saturation
    n = tile.shape[0] * tile.shape[1]
    for channel in range(3):
        mean = sums[channel] / n
        out[channel] = mean / 255
        out[3 + channel] = np.sqrt(max(sums[3 + channel] / n - mean * mean, 0.0)) / 255
    out[6] = sums[6] / n
    out[7] = np.sqrt(max(sums[7] / n - out[6] * out[6], 0.0))
    # Hue as a point on the colour circle: as an angle it would jump between red and red.
    across = out[0] - (out[1] + out[2]) / 2
    up = np.sqrt(3.0) / 2 * (out[1] - out[2])
    length = np.sqrt(across * across + up * up) + 1e-3
    out[8], out[9] = across / length, up / length


@compiled
def _spread(plane: NDArray[np.float32], out: NDArray[np.float64]) -> None:
    """Write mean, standard deviation and percentiles (to 0.01) of a stain's density."""
    counts = np.zeros(300, np.int64)
    total, squares = 0.0, 0.0
    for y in range(plane.shape[0]):
        for x in range(plane.shape[1]):
            value = np.float64(plane[y, x])
            total += value
            squares += value * value
            counts[min(max(int(value * 100 + 20), 0), 299)] += 1
    mean = total / plane.size
    out[0] = mean
    out[1] = np.sqrt(max(squares / plane.size - mean * mean, 0.0))
    below, k = counts[0], 0
    for place, share in enumerate((0.10, 0.50, 0.90, 0.99)):
        while below < share * plane.size:
            k += 1
            below += counts[k]
        out[2 + place] = (k - 20) / 100
