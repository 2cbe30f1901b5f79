"""Nuclei: where they lie, how they look, and the kernel that draws them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.imaging.compiled import compiled

from .foci import Focus
from .layout import CELL_PX, Layout
from .phenotypes import PHENOTYPES, Phenotype
from .stains import OD_STEPS

_MASK = 1023


def draw_cells(
    layout: Layout, foci: Sequence[Focus], direction: float, mpp: float, rng: np.random.Generator
) -> np.ndarray:
    """Choose all nuclei of a slide.

    Args:
        layout: Coarse maps with the foci marked.
        foci: The foci; a marked one has larger, darker nuclei than a mild one.
        direction: Main direction of the fibres in radians.
        mpp: Micrometres per pixel.
        rng: The slide's own generator.

    Returns:
        float32 ``(n, 9)``: x, y, long half axis, short half axis (px), angle, density (steps),
        irregularity, chromatin, halo.
    """
    strength = _strength_map(layout, foci)
    groups = [_cells_of(kind, layout, strength, direction, mpp, rng) for kind in PHENOTYPES]
    cells: np.ndarray = np.concatenate(groups).astype(np.float32)
    return cells


def _strength_map(layout: Layout, foci: Sequence[Focus]) -> np.ndarray:
    """Return the strength of the nearest focus of its kind at each node, -1 to 1."""
    strength = np.zeros(layout.region.shape, np.float32)
    y, x = np.indices(strength.shape) * CELL_PX
    nearest = np.full(strength.shape, np.inf)
    for focus in foci:
        middle = focus.outline.mean(axis=0)
        distance = np.hypot(x - middle[0], y - middle[1])
        here = (layout.region == focus.region) & (distance < nearest)
        strength[here] = 2 * focus.strength - 1
        nearest[here] = distance[here]
    return strength


def _cells_of(
    kind: Phenotype,
    layout: Layout,
    strength: np.ndarray,
    direction: float,
    mpp: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return the nuclei of one kind, one row each (columns as in :func:`draw_cells`)."""
    nodes = np.argwhere(layout.region == kind.region)
    if not len(nodes):
        return np.zeros((0, 9))
    x, y = _scattered(nodes, kind.spacing_um / mpp, layout.size_px, rng)
    # Borders are blurred: cells of both sides mingle over a nucleus's width or two.
    blur = rng.normal(0, kind.mingle_um / mpp, (2, len(x)))
    rows, columns = layout.at(x + blur[0], y + blur[1])
    level = layout.level[rows, columns] + rng.normal(0, 0.03, len(x))
    kept = layout.region[rows, columns] == kind.region
    kept &= (level >= kind.levels[0]) & (level < kind.levels[1])
    kept &= rng.random(len(x)) < kind.present
    kept &= layout.depth[layout.at(x, y)] > 4
    x, y, n = x[kept], y[kept], int(kept.sum())
    marked = 1 + kind.drift * strength[rows[kept], columns[kept]]
    size = kind.diameter_um / mpp / 2 * marked * np.exp(rng.normal(0, kind.spread, n))
    stretch = np.sqrt(kind.elongation * np.exp(rng.normal(0, 0.15, n)))
    angle = direction + rng.normal(0, 0.35, n) if kind.aligned else rng.uniform(0, np.pi, n)
    density = OD_STEPS * kind.density * marked * np.exp(rng.normal(0, 0.14, n))
    same = np.ones(n)
    return np.stack(
        [x, y, size * stretch, size / stretch, angle, density,
         kind.irregularity * same, kind.chromatin * same, kind.halo * same], axis=1,
    )  # fmt: skip


def _scattered(
    nodes: np.ndarray, spacing_px: float, size_px: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return points of a jittered triangular grid over the nodes' bounding box."""
    low = nodes.min(axis=0) * CELL_PX - CELL_PX
    high = nodes.max(axis=0) * CELL_PX + CELL_PX
    lines = np.arange(low[0], high[0], spacing_px * 0.866)
    steps = np.arange(low[1], high[1], spacing_px)
    y, x = np.meshgrid(lines, steps, indexing="ij")
    x = x + 0.5 * spacing_px * (np.arange(len(lines)) % 2)[:, None]
    jitter = rng.normal(0, 0.24 * spacing_px, (2, *x.shape))
    x, y = (x + jitter[0]).ravel(), (y + jitter[1]).ravel()
    on_slide = (x > 0) & (y > 0) & (x < size_px) & (y < size_px)
    return x[on_slide], y[on_slide]


@compiled
def stamp_cells(
    haematoxylin: np.ndarray,
    eosin: np.ndarray,
    cells: np.ndarray,
    outlines: np.ndarray,
    grain: np.ndarray,
) -> None:
    """Draw nuclei into the dye maps: a bent ellipse with a darker rim, chromatin and a halo.

    Args:
        haematoxylin: uint8 ``(size, size)``, changed in place.
        eosin: uint8 ``(size, size)``, changed in place.
        cells: float32 ``(n, 9)``, see :func:`draw_cells`.
        outlines: Texture that bends the outlines.
        grain: Texture of the chromatin.
    """
    size = eosin.shape[0]
    for index in range(cells.shape[0]):
        x0, y0, a, b, angle, density, bend, chromatin, halo = cells[index]
        c, s = np.cos(angle) / a, np.sin(angle) / a
        d, t = np.cos(angle) / b, np.sin(angle) / b
        soft = 1.3 / b
        rim = 1.9 if halo > 0 else 1.2
        reach = int(a * rim + 2)
        shift = index * 37
        for y in range(max(int(y0) - reach, 0), min(int(y0) + reach + 1, size)):
            dy = y - y0
            for x in range(max(int(x0) - reach, 0), min(int(x0) + reach + 1, size)):
                dx = x - x0
                u, v = dx * c + dy * s, dy * d - dx * t
                r = np.sqrt(u * u + v * v)
                if r > rim:
                    continue
                r *= 1 + bend * (outlines[(y + shift) & _MASK, (x + 3 * shift) & _MASK] - 128) / 160
                if r < 1 + soft:
                    inside = min((1 + soft - r) / (2 * soft), 1.0)
                    fine = (grain[(y + shift) & _MASK, (x + shift) & _MASK] - 128.0) / 128.0
                    tone = 0.86 + 0.22 * r * r + chromatin * fine
                    dye = min(max(density * tone * inside, 0.0), 250.0)
                    old = haematoxylin[y, x]
                    haematoxylin[y, x] = min(max(old, dye) + 0.25 * min(old, dye), 255.0)
                    eosin[y, x] = eosin[y, x] * (1 - 0.55 * inside)
                elif halo > 0 and r < 1.75:
                    eosin[y, x] = eosin[y, x] * (1 - halo * (1.75 - r) / 0.75)
