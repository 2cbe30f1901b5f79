"""Foci: lesions and their look-alikes, as outlines with an exact share of the tissue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .layout import CELL_PX, Layout, Region

_POINTS = 48


@dataclass(frozen=True)
class Focus:
    """One focus that was placed.

    Attributes:
        region: What it is.
        outline: float64 ``(48, 2)``, x and y in level-0 pixels from the top left.
        area_px: Area inside the tissue, in level-0 pixels.
        strength: How marked its cells are, 0 (mild) to 1 (marked) within its kind.
    """

    region: Region
    outline: np.ndarray
    area_px: float
    strength: float


def place_focus(
    layout: Layout, region: Region, area_px: float, rng: np.random.Generator
) -> Focus | None:
    """Mark one focus in the layout, where there is room for it.

    The size is corrected until the part inside free tissue has the wanted area, so that a lesion
    in a corner is as large as one in the middle.

    Args:
        layout: Changed in place: the nodes of the focus get its region.
        region: What to place.
        area_px: Wanted area in level-0 pixels.
        rng: The slide's own generator.

    Returns:
        The focus, or None where no tissue is free.
    """
    radius = np.sqrt(area_px / np.pi)
    middle = _middle(layout, region, radius, rng)
    if middle is None:
        return None
    shape = blob_radii(rng)
    free = layout.tissue & (layout.region <= Region.EPITHELIUM)
    for _ in range(4):
        inside = np.zeros_like(free)
        window, distance = border_distance(layout, middle, radius * shape)
        inside[window] = (distance > 0) & free[window]
        reached = inside.sum() * CELL_PX**2
        radius *= np.clip(np.sqrt(area_px / max(reached, 1.0)), 0.6, 1.6)
    if not inside.any():
        return None
    layout.region[inside] = region
    outline = _outline(middle, radius * shape).clip(0, layout.size_px)
    return Focus(region, outline, float(inside.sum() * CELL_PX**2), float(rng.uniform()))


def _middle(
    layout: Layout, region: Region, radius: float, rng: np.random.Generator
) -> tuple[float, float] | None:
    """Choose a place: intraepithelial lesions near the surface, the others anywhere."""
    taken = (layout.region > Region.EPITHELIUM) | ~layout.tissue
    room = ndimage.distance_transform_edt(~taken) * CELL_PX
    for share in (0.85, 0.5, 0.2, 0.0):
        fits = room > share * radius
        near = fits & (layout.level < 1.6)
        choice = near if region in (Region.LOW, Region.HIGH, Region.REACTIVE) else fits
        choice = choice if choice.any() else fits
        if choice.any():
            row, column = rng.choice(np.argwhere(choice))
            return float(column * CELL_PX), float(row * CELL_PX)
    return None


def blob_radii(rng: np.random.Generator) -> np.ndarray:
    """Return the relative radii of a wobbly disc at 48 evenly spaced angles, about 1."""
    angles = np.linspace(0, 2 * np.pi, _POINTS, endpoint=False)
    shape = np.ones(_POINTS)
    for harmonic in (2, 3, 4, 5):
        size = rng.normal(0, 0.16) / np.sqrt(harmonic)
        shape += size * np.cos(harmonic * angles + rng.uniform(0, 2 * np.pi))
    return np.clip(shape, 0.45, 1.7)


def border_distance(
    layout: Layout, middle: tuple[float, float], radii: np.ndarray, margin_px: float = 16.0
) -> tuple[tuple[slice, slice], np.ndarray]:
    """Return how far the nodes around a blob lie inside its border.

    Args:
        layout: Coarse maps.
        middle: x and y in level-0 pixels.
        radii: Radius in pixels at evenly spaced angles.
        margin_px: How far around the blob to look.

    Returns:
        The window of nodes, and float64 distances in pixels, positive inside.
    """
    reach = int(np.ceil((radii.max() + margin_px) / CELL_PX))
    row, column = round(middle[1] / CELL_PX), round(middle[0] / CELL_PX)
    last = layout.region.shape[0]
    rows = slice(max(row - reach, 0), min(row + reach + 1, last))
    columns = slice(max(column - reach, 0), min(column + reach + 1, last))
    y, x = np.mgrid[rows, columns] * CELL_PX
    angle = np.arctan2(y - middle[1], x - middle[0]) % (2 * np.pi)
    place = angle / (2 * np.pi) * len(radii)
    border = np.interp(place, np.arange(len(radii) + 1), np.append(radii, radii[0]))
    return (rows, columns), border - np.hypot(x - middle[0], y - middle[1])


def _outline(middle: tuple[float, float], radii: np.ndarray) -> np.ndarray:
    """Return the points of an outline."""
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    return np.stack([middle[0] + radii * np.cos(angles), middle[1] + radii * np.sin(angles)], 1)
