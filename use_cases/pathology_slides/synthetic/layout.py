"""Where the tissue lies on a slide: coarse maps on a grid of 16-px cells.

Everything large-scale is decided here at 1/256 of the pixels; the kernels of ``paint`` and
``cells`` interpolate these maps and add the fine structure.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from scipy import ndimage

from .textures import coarse_field

CELL_PX = 16
"""Side of a grid cell in level-0 pixels."""


class Region(IntEnum):
    """What a grid node belongs to; the grades keep the challenge's order."""

    BACKGROUND = 0
    STROMA = 1
    EPITHELIUM = 2
    LOW = 3
    HIGH = 4
    INVASIVE = 5
    REACTIVE = 6
    LYMPHOID = 7
    NECROSIS = 8


@dataclass
class Layout:
    """The coarse maps of one slide; each is ``(nodes, nodes)`` with ``nodes = size / 16 + 1``.

    Attributes:
        size_px: Side of the slide in level-0 pixels.
        depth: float32, distance to the tissue's edge in pixels, negative outside.
        level: float32, place in the epithelium: 0 surface, 1 basement membrane, above 1 stroma.
        region: uint8, a :class:`Region`.
    """

    size_px: int
    depth: np.ndarray
    level: np.ndarray
    region: np.ndarray

    @property
    def tissue(self) -> np.ndarray:
        """Boolean map of the nodes with tissue."""
        inside: np.ndarray = self.depth > 0
        return inside

    def at(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return row and column of the nodes nearest to points in level-0 pixels."""
        last = self.region.shape[0] - 1
        rows = np.clip(np.rint(y / CELL_PX).astype(np.intp), 0, last)
        columns = np.clip(np.rint(x / CELL_PX).astype(np.intp), 0, last)
        return rows, columns


def draw_layout(size_px: int, rng: np.random.Generator) -> Layout:
    """Draw pieces of mucosa: wobbly outlines, an epithelium along one side, stroma below.

    Args:
        size_px: Side of the slide; a multiple of 256.
        rng: The slide's own generator.
    """
    nodes = size_px // CELL_PX + 1
    pieces, facing = _pieces(nodes, rng)
    covered = rng.uniform(0.27, 0.43)
    inside = pieces > np.quantile(pieces, 1 - covered)
    inside[[0, 1, -2, -1], :] = False
    inside[:, [0, 1, -2, -1]] = False
    inside = _without_specks(inside)
    depth = CELL_PX * (
        ndimage.distance_transform_edt(inside) - ndimage.distance_transform_edt(~inside)
    )
    depth = ndimage.gaussian_filter(depth, 0.8)
    level = _epithelial_level(depth, facing, rng)
    region = np.where(level < 1, Region.EPITHELIUM, Region.STROMA)
    region[depth <= 0] = Region.BACKGROUND
    return Layout(size_px, depth.astype(np.float32), level, region.astype(np.uint8))


def _pieces(nodes: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return how much each node wants to be tissue, and how much it faces the surface."""
    y, x = np.mgrid[0:nodes, 0:nodes] / (nodes - 1) - 0.5
    want = np.full((nodes, nodes), -np.inf)
    facing = np.zeros((nodes, nodes))
    count = int(rng.integers(1, 4))
    tilt = rng.uniform(0, np.pi)
    for place in np.linspace(-0.5, 0.5, count + 2)[1:-1]:
        turn = tilt + rng.normal(0, 0.12)
        across = x * np.cos(turn) + y * np.sin(turn) - 0.9 * place
        along = -x * np.sin(turn) + y * np.cos(turn) - rng.normal(0, 0.04)
        wide = rng.uniform(0.65, 0.9) / count
        this = -np.sqrt((across / wide) ** 2 + (along / 0.95) ** 2)
        nearer = this > want
        want = np.where(nearer, this, want)
        facing = np.where(nearer, across / wide, facing)
    wobble = 0.075 * coarse_field(rng, nodes, 12.0) + 0.02 * coarse_field(rng, nodes, 5.0)
    return want + wobble, facing


def _without_specks(inside: np.ndarray) -> np.ndarray:
    """Drop pieces smaller than a hundredth of the tissue and fill pinholes."""
    labels, count = ndimage.label(inside)
    if not count:
        return inside
    sizes = ndimage.sum_labels(inside, labels, np.arange(count + 1))
    kept = sizes >= 0.01 * inside.sum()
    kept[0] = False
    filled: np.ndarray = ndimage.binary_fill_holes(kept[labels])
    return filled


def _epithelial_level(
    depth: np.ndarray, facing: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Return depth in units of the epithelium's thickness (90-190 um, with rete ridges)."""
    nodes = depth.shape[0]
    ridges = 35 * coarse_field(rng, nodes, 5.0) + 22 * coarse_field(rng, nodes, 2.0)
    thickness = rng.uniform(190, 330) + 40 * coarse_field(rng, nodes, 30.0) + ridges
    # The epithelium covers the side that faces the surface and thins out around the corner.
    covered = 1 / (1 + np.exp(-(facing + 0.02) / 0.035))
    level = depth / np.maximum(thickness * covered, 1.0)
    clipped: np.ndarray = np.clip(level, -4, 40).astype(np.float32)
    return clipped
