"""Kernels that turn coarse maps into dye maps and dye maps into colours.

Dye maps are uint8 in steps of optical density (:data:`stains.OD_STEPS`). Only cells with tissue
are visited. The kernels release the GIL, so several slides are drawn at once in threads.
"""

from __future__ import annotations

import numpy as np

from workbench.imaging.compiled import compiled

from .layout import CELL_PX

_MASK = 1023  # textures are 1024 px wide
_POSITIVE = 1 << 16  # keeps texture places above zero, where rounding down is uniform


@compiled
def paint_ground(
    eosin: np.ndarray,
    haematoxylin: np.ndarray,
    maps: np.ndarray,
    fibres: np.ndarray,
    grain: np.ndarray,
    outlines: np.ndarray,
    direction: tuple[float, float],
    offset: tuple[int, int],
) -> None:
    """Paint cytoplasm and collagen into the two dye maps.

    Args:
        eosin: uint8 ``(size, size)``, written.
        haematoxylin: uint8 ``(size, size)``, written.
        maps: float32 ``(nodes, nodes, 6)``: depth, eosin level, haematoxylin level, fibre contrast,
            grain contrast, fibre displacement in pixels.
        fibres: Texture of collagen, stretched along x.
        grain: Texture of cytoplasm.
        outlines: Texture that roughens the tissue's edge.
        direction: Cosine and sine of the fibres' main direction.
        offset: Where this slide starts in the textures.
    """
    for row in range(maps.shape[0] - 1):
        for column in range(maps.shape[1] - 1):
            corners = maps[row : row + 2, column : column + 2]
            if corners[:, :, 0].max() > -12:
                place = (row * CELL_PX, column * CELL_PX)
                textures = (fibres, grain, outlines)
                _paint_cell(eosin, haematoxylin, corners, textures, direction, offset, place)


@compiled
def _paint_cell(
    eosin: np.ndarray,
    haematoxylin: np.ndarray,
    corners: np.ndarray,
    textures: tuple[np.ndarray, np.ndarray, np.ndarray],
    direction: tuple[float, float],
    offset: tuple[int, int],
    place: tuple[int, int],
) -> None:
    """Paint one cell: its maps are interpolated line by line, then step by step along the line."""
    fibres, grain, outlines = textures
    cosine, sine = direction
    one = np.float32(1)
    for y in range(place[0], place[0] + CELL_PX):
        down = np.float32((y - place[0] + 0.5) / CELL_PX)
        left = corners[0, 0] * (one - down) + corners[1, 0] * down
        right = corners[0, 1] * (one - down) + corners[1, 1] * down
        step = (right - left) / np.float32(CELL_PX)
        depth, red_level, blue_level, fibre, rough, bend = left
        along = _POSITIVE + offset[0] + place[1] * cosine + y * sine
        across = _POSITIVE + offset[1] - place[1] * sine + y * cosine + bend
        for x in range(place[1], place[1] + CELL_PX):
            depth += step[0]
            red_level += step[1]
            blue_level += step[2]
            fibre += step[3]
            rough += step[4]
            across += step[5] - sine
            along += cosine
            tx, ty = (x + offset[0]) & _MASK, (y + offset[1]) & _MASK
            if depth + np.float32(0.08) * (np.float32(outlines[ty, tx]) - 128) <= 0:
                continue
            fine = np.float32(grain[ty, tx]) - np.float32(128)
            strand = np.float32(fibres[int(across) & _MASK, int(along) & _MASK]) - np.float32(128)
            texture = one + (fibre * strand + rough * fine) * np.float32(1 / 128)
            if strand * fibre < -52:  # a cleft between bundles of collagen
                texture *= np.float32(0.25)
            blue = blue_level * (one + rough * fine * np.float32(1 / 128))
            eosin[y, x] = min(max(red_level * texture, np.float32(0)), np.float32(255))
            haematoxylin[y, x] = min(max(blue, np.float32(0)), np.float32(255))


@compiled
def thicken(dye: np.ndarray, thickness: np.ndarray) -> None:
    """Multiply a dye map where the section is folded.

    Args:
        dye: uint8 ``(size, size)``, changed in place.
        thickness: float32 ``(nodes, nodes)``, 1 where the section lies flat.
    """
    cells = thickness.shape[0] - 1
    for row in range(cells):
        for column in range(cells):
            corner = thickness[row : row + 2, column : column + 2]
            if corner.max() <= 1.001:
                continue
            for j in range(CELL_PX):
                down = (j + 0.5) / CELL_PX
                left = corner[0, 0] * (1 - down) + corner[1, 0] * down
                right = corner[0, 1] * (1 - down) + corner[1, 1] * down
                for i in range(CELL_PX):
                    y, x = row * CELL_PX + j, column * CELL_PX + i
                    factor = left + (right - left) * (i + 0.5) / CELL_PX
                    dye[y, x] = min(dye[y, x] * factor, 255.0)


@compiled
def to_rgb(
    haematoxylin: np.ndarray, eosin: np.ndarray, depth: np.ndarray, colours: np.ndarray
) -> np.ndarray:
    """Look up the colour of every pixel; cells far from tissue are plain background.

    Args:
        haematoxylin: uint8 ``(size, size)``.
        eosin: uint8 ``(size, size)``.
        depth: float32 ``(nodes, nodes)``, distance to the tissue's edge in pixels.
        colours: uint8 ``(256, 256, 3)``, see :func:`stains.colour_table`.

    Returns:
        uint8 ``(size, size, 3)``.
    """
    size = eosin.shape[0]
    rgb = np.empty((size, size, 3), np.uint8)
    white = colours[0, 0]
    for row in range(depth.shape[0] - 1):
        for column in range(depth.shape[0] - 1):
            far = depth[row : row + 2, column : column + 2].max() <= -3 * CELL_PX
            for y in range(row * CELL_PX, (row + 1) * CELL_PX):
                for x in range(column * CELL_PX, (column + 1) * CELL_PX):
                    colour = white if far else colours[haematoxylin[y, x], eosin[y, x]]
                    rgb[y, x, 0] = colour[0]
                    rgb[y, x, 1] = colour[1]
                    rgb[y, x, 2] = colour[2]
    return rgb
