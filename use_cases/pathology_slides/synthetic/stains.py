"""Stains and scanners of the centres: amounts of dye to colours by the Beer-Lambert law.

``intensity = white * exp(-(h * H + e * E))`` with the dyes' absorption vectors H and E in
R, G, B (reference vectors of Macenko et al., ISBI 2009, section 3; each centre differs from them).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

OD_STEPS = 100.0
"""A dye map is uint8: 100 steps are an optical density of 1.0 (natural logarithm)."""


@dataclass(frozen=True)
class Centre:
    """One laboratory with its stain protocol and scanner.

    Attributes:
        name: Identifier in the tables.
        scanner: Scanner model, in the tables and the file.
        style: File kind written by ``workbench.imaging.writing``: ``svs`` or ``tiff``.
        haematoxylin: Absorption in R, G, B.
        eosin: Absorption in R, G, B.
        gain: Strength of haematoxylin and eosin.
        white: Background colour, 0-255.
        quality: JPEG quality of the tiles.
        factor: Downsampling from one level of the pyramid to the next.
    """

    name: str
    scanner: str
    style: Literal["svs", "tiff"]
    haematoxylin: tuple[float, float, float]
    eosin: tuple[float, float, float]
    gain: tuple[float, float]
    white: tuple[float, float, float]
    quality: int
    factor: int


CENTRES: tuple[Centre, ...] = (
    Centre(
        "centre-a", "Scanner A20", "svs",
        (0.65, 0.74, 0.36), (0.12, 0.82, 0.50), (1.00, 1.00), (244, 243, 244), 80, 4,
    ),
    Centre(
        "centre-b", "Scanner B3", "tiff",
        (0.60, 0.78, 0.28), (0.20, 0.80, 0.42), (0.88, 1.15), (240, 238, 242), 75, 2,
    ),
    Centre(
        "centre-c", "Scanner A20", "svs",
        (0.72, 0.70, 0.42), (0.10, 0.72, 0.58), (1.12, 0.88), (247, 247, 245), 85, 4,
    ),
    Centre(
        "centre-d", "Scanner C1", "tiff",
        (0.56, 0.74, 0.40), (0.22, 0.84, 0.56), (0.95, 0.95), (236, 235, 240), 80, 2,
    ),
)  # fmt: skip


def colour_table(centre: Centre, rng: np.random.Generator) -> np.ndarray:
    """Return the colour of each pair of dye amounts on one slide of a centre.

    Args:
        centre: The laboratory.
        rng: The slide's generator: strength differs by about 5 % from slide to slide.

    Returns:
        uint8 ``(256, 256, 3)``, indexed by haematoxylin and eosin steps.
    """
    gain_h, gain_e = np.array(centre.gain) * np.exp(rng.normal(0, 0.05, 2))
    tilt = rng.normal(0, 0.015, (2, 3))
    amounts = np.arange(256) / OD_STEPS
    h = amounts[:, None, None] * gain_h * (np.array(centre.haematoxylin) + tilt[0])
    e = amounts[None, :, None] * gain_e * (np.array(centre.eosin) + tilt[1])
    light = np.array(centre.white) * np.exp(-(h + e))
    colours: np.ndarray = np.clip(np.rint(light), 0, 255).astype(np.uint8)
    return colours
