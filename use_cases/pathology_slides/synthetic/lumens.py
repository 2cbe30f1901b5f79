"""Glands and vessels: round openings in the stroma with a lining of nuclei."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .foci import blob_radii, border_distance
from .layout import Layout, Region


@dataclass(frozen=True)
class Lumen:
    """One opening.

    Attributes:
        x: Middle in level-0 pixels.
        y: Middle in level-0 pixels.
        radii: Radius in pixels at evenly spaced angles.
        gland: Columnar lining (a gland) or flat lining (a vessel).
    """

    x: float
    y: float
    radii: np.ndarray
    gland: bool


def open_lumens(layout: Layout, rng: np.random.Generator) -> tuple[Lumen, ...]:
    """Cut a few glands and vessels out of the free stroma.

    Args:
        layout: Changed in place: its depth becomes negative inside an opening.
        rng: The slide's own generator.
    """
    lumens = []
    for _ in range(int(rng.poisson(layout.tissue.sum() / 3500))):
        gland = bool(rng.random() < 0.5)
        radius = rng.uniform(28, 75) if gland else rng.uniform(14, 40)
        deep = layout.depth > radius + 70
        places = np.argwhere((layout.region == Region.STROMA) & deep)
        if not len(places):
            break
        row, column = rng.choice(places)
        lumen = Lumen(16.0 * column, 16.0 * row, radius * blob_radii(rng), gland)
        window, distance = border_distance(layout, (lumen.x, lumen.y), lumen.radii, margin_px=160)
        layout.depth[window] = np.minimum(layout.depth[window], -distance)
        lumens.append(lumen)
    return tuple(lumens)


def lining(lumens: tuple[Lumen, ...], mpp: float, rng: np.random.Generator) -> np.ndarray:
    """Return the nuclei around the openings, columns as in :func:`cells.draw_cells`."""
    rows = [_ring(lumen, mpp, rng) for lumen in lumens]
    return np.concatenate([np.zeros((0, 9)), *rows])


def _ring(lumen: Lumen, mpp: float, rng: np.random.Generator) -> np.ndarray:
    """Return one opening's nuclei: radial in a gland, along the wall in a vessel."""
    spacing_um, away_um = (5.5, 8.0) if lumen.gland else (13.0, 2.5)
    around = 2 * np.pi * lumen.radii.mean() * mpp
    n = max(int(around / spacing_um), 4)
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False) + rng.normal(0, 0.3 / n, n)
    place = angle / (2 * np.pi) % 1 * len(lumen.radii)
    radius = np.interp(place, np.arange(len(lumen.radii) + 1), [*lumen.radii, lumen.radii[0]])
    radius = radius + (away_um + rng.normal(0, 0.8, n)) / mpp
    turned = angle if lumen.gland else angle + np.pi / 2
    long_um, short_um = (4.6, 2.5) if lumen.gland else (4.4, 1.3)
    size = np.exp(rng.normal(0, 0.12, n)) / mpp
    return np.stack(
        [lumen.x + radius * np.cos(angle), lumen.y + radius * np.sin(angle),
         long_um * size, short_um * size, turned + rng.normal(0, 0.12, n),
         rng.normal(100, 12, n), np.full(n, 0.2), np.full(n, 0.4), np.zeros(n)], axis=1,
    )  # fmt: skip
