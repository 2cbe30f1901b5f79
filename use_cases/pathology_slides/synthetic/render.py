"""One slide from its recipe: layout, foci, ground, nuclei, blemishes, colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import blemishes, textures
from .burden import plan_foci
from .cells import draw_cells, stamp_cells
from .foci import Focus, place_focus
from .ground import draw_ground
from .layout import CELL_PX, Layout, Region, draw_layout
from .lumens import lining, open_lumens
from .paint import to_rgb
from .stains import Centre, colour_table

# Share of slides with each blemish, the same for every label.
_ON_DYES = {"fold": (0.35, blemishes.fold), "defocus": (0.30, blemishes.defocus)}
_ON_PICTURE = {
    "pigment": (0.45, blemishes.pigment),
    "pen": (0.25, blemishes.pen),
    "dust": (0.60, blemishes.dust),
}


@dataclass(frozen=True)
class Recipe:
    """What a slide shall show.

    Attributes:
        size_px: Side in level-0 pixels, a multiple of 256.
        mpp: Micrometres per pixel.
        label: Worst grade: 0 benign, 1 low, 2 high, 3 invasive.
        centre: Laboratory and scanner.
    """

    size_px: int
    mpp: float
    label: int
    centre: Centre


@dataclass(frozen=True)
class Drawn:
    """A slide and the truth about it.

    Attributes:
        rgb: uint8 ``(size, size, 3)``.
        foci: All foci, lesions and look-alikes.
        tissue_px: Area of the tissue in level-0 pixels.
        blemishes: Names of what is wrong with it.
    """

    rgb: np.ndarray
    foci: tuple[Focus, ...]
    tissue_px: float
    blemishes: tuple[str, ...]


def draw_slide(recipe: Recipe, rng: np.random.Generator) -> Drawn:
    """Draw one slide; the same recipe and generator state give the same pixels.

    Args:
        recipe: What to show.
        rng: The slide's own generator.
    """
    layout = draw_layout(recipe.size_px, rng)
    tissue_px = float(layout.tissue.sum() * CELL_PX**2)
    foci = _place_foci(layout, tissue_px, recipe.label, rng)
    _break_into_nests(layout, rng)
    lumens = open_lumens(layout, rng)
    direction = rng.uniform(0, np.pi)
    haematoxylin, eosin = draw_ground(layout, direction, rng)
    nuclei = [draw_cells(layout, foci, direction, recipe.mpp, rng), lining(lumens, recipe.mpp, rng)]
    nuclei_rows = np.concatenate(nuclei).astype(np.float32)
    stamp_cells(haematoxylin, eosin, nuclei_rows, textures.outlines(), textures.grain())
    found = [
        name for name, (chance, _) in (_ON_DYES | _ON_PICTURE).items() if rng.random() < chance
    ]
    for name, (_, spoil) in _ON_DYES.items():
        if name in found:
            spoil((haematoxylin, eosin), layout, rng)
    rgb = to_rgb(haematoxylin, eosin, layout.depth, colour_table(recipe.centre, rng))
    for name, (_, mark) in _ON_PICTURE.items():
        if name in found:
            mark(rgb, layout, rng)
    return Drawn(rgb, foci, tissue_px, tuple(found))


def _place_foci(
    layout: Layout, tissue_px: float, label: int, rng: np.random.Generator
) -> tuple[Focus, ...]:
    """Place all foci, the worst lesion first: it always finds room."""
    wanted = plan_foci(label, rng)
    placed = [place_focus(layout, region, share * tissue_px, rng) for region, share in wanted]
    return tuple(focus for focus in placed if focus is not None)


def _break_into_nests(layout: Layout, rng: np.random.Generator) -> None:
    """Leave strands of stroma between the nests of an invasive lesion."""
    field = textures.coarse_field(rng, layout.region.shape[0], 2.0)
    layout.region[(layout.region == Region.INVASIVE) & (field < -0.7)] = Region.STROMA
