"""Noise banks: made once, then read at a seeded offset, so that a slide costs no noise generation.

All textures repeat without a seam (they are filtered in the Fourier domain).
"""

from __future__ import annotations

from functools import cache

import numpy as np

TEXTURE_PX = 1024
"""Side of the fine textures; a power of two, so that kernels wrap with a bit mask."""

_BANK_SEED = 20_200_907


@cache
def fibres() -> np.ndarray:
    """Return collagen: noise stretched along x, uint8 ``(1024, 1024)``, 128 = mean."""
    strands = _smooth_noise(TEXTURE_PX, along=26.0, across=1.7, stream=1)
    bundles = _smooth_noise(TEXTURE_PX, along=90.0, across=6.0, stream=2)
    return _to_bytes(0.75 * strands + 0.65 * bundles, spread=40.0)


@cache
def grain() -> np.ndarray:
    """Return cytoplasm and chromatin: fine noise over blotches, uint8 ``(1024, 1024)``."""
    fine = _smooth_noise(TEXTURE_PX, along=1.1, across=1.1, stream=3)
    blotches = _smooth_noise(TEXTURE_PX, along=4.0, across=4.0, stream=4)
    return _to_bytes(0.6 * fine + 0.8 * blotches, spread=40.0)


@cache
def outlines() -> np.ndarray:
    """Return slow noise that bends the outline of nuclei, uint8 ``(1024, 1024)``."""
    return _to_bytes(_smooth_noise(TEXTURE_PX, along=5.0, across=5.0, stream=5), spread=40.0)


def coarse_field(rng: np.random.Generator, nodes: int, smoothness: float) -> np.ndarray:
    """Cut a smooth random field out of a bank, at a random place and orientation.

    Args:
        rng: The slide's own generator.
        nodes: Side of the square grid wanted.
        smoothness: Standard deviation of the smoothing kernel in grid nodes: 2, 5, 12 or 30.

    Returns:
        float32 ``(nodes, nodes)``, mean about 0, standard deviation about 1.
    """
    bank = _coarse_bank(smoothness)
    top, left = rng.integers(0, bank.shape[0], size=2)
    rows = (np.arange(nodes) + top) % bank.shape[0]
    columns = (np.arange(nodes) + left) % bank.shape[0]
    cut = bank[rows[:, None], columns[None, :]]
    turned: np.ndarray = np.rot90(cut, int(rng.integers(4))).astype(np.float32)
    return turned


@cache
def _coarse_bank(smoothness: float) -> np.ndarray:
    """Return the 1024-node field that slides cut their own piece from."""
    return _smooth_noise(1024, smoothness, smoothness, stream=100 + int(10 * smoothness))


def _smooth_noise(side: int, along: float, across: float, stream: int) -> np.ndarray:
    """Return seamless Gaussian noise, float32 ``(side, side)``, mean 0, standard deviation 1."""
    rng = np.random.default_rng([_BANK_SEED, stream])
    spectrum = np.fft.rfft2(rng.standard_normal((side, side)))
    rows = np.fft.fftfreq(side)[:, None]
    columns = np.fft.rfftfreq(side)[None, :]
    spectrum *= np.exp(-2 * np.pi**2 * ((across * rows) ** 2 + (along * columns) ** 2))
    spectrum[0, 0] = 0.0
    noise = np.fft.irfft2(spectrum, s=(side, side))
    scaled: np.ndarray = (noise / noise.std()).astype(np.float32)
    return scaled


def _to_bytes(noise: np.ndarray, spread: float) -> np.ndarray:
    """Return noise as uint8 around 128."""
    levels: np.ndarray = np.clip(np.rint(128 + spread * noise), 0, 255).astype(np.uint8)
    return levels
