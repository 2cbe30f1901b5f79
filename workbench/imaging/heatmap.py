"""Draws scores of tiles over a small picture of the slide, with a colour bar and a scale bar."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from workbench.errors import UsageError
from workbench.imaging.pyramid import Rgb
from workbench.imaging.slide import Slide
from workbench.storage import writing

Kind = Literal["attention", "probability"]
_MAPS = {"attention": cv2.COLORMAP_INFERNO, "probability": cv2.COLORMAP_VIRIDIS}
_ENDS = {"attention": ("least", "most"), "probability": ("0", "1")}
_TITLES = {"attention": "attention (rank)", "probability": "probability"}
_DARKEST = 40  # the scale starts above black, or tissue of least score would look the most striking
_MARGIN_PX = 110


def draw_heatmap(
    slide: Slide,
    table: pd.DataFrame,
    scores: Sequence[float] | NDArray[np.floating],
    *,
    kind: Kind = "attention",
    title: str | None = None,
    max_px: int = 1024,
    opacity: float = 0.55,
) -> Rgb:
    """Return the slide in small with its tiles coloured by score, and a legend at the right.

    Args:
        slide: The open slide.
        table: Rows of its tile table.
        scores: One a row; NaN leaves the tile uncoloured (it could not be read).
        kind: ``attention`` shows ranks, since attention weights of a large bag are all tiny and
            only their order means something; ``probability`` shows the values, 0 to 1.
        title: Text above the colour bar.
        max_px: Longer side of the slide's picture.
        opacity: Of the colours, 0 to 1.

    Returns:
        uint8 (height, width, 3).
    """
    thumbnail = slide.thumbnail(max_px)
    step = slide.dimensions[0] / thumbnail.shape[1]
    picture = overlay(thumbnail, table, scores, step=step, kind=kind, opacity=opacity)
    return _with_legend(picture, kind, title or _TITLES[kind], step * slide.mpp.value)


def write_heatmap(
    path: Path | str,
    slide: Slide,
    table: pd.DataFrame,
    scores: Sequence[float] | NDArray[np.floating],
    *,
    kind: Kind = "attention",
    title: str | None = None,
    max_px: int = 1024,
) -> Path:
    """Write :func:`draw_heatmap` as a PNG; return its path."""
    return write_png(
        path, draw_heatmap(slide, table, scores, kind=kind, title=title, max_px=max_px)
    )


def overlay(
    thumbnail: Rgb,
    table: pd.DataFrame,
    scores: Sequence[float] | NDArray[np.floating],
    *,
    step: float,
    kind: Kind = "attention",
    opacity: float = 0.55,
) -> Rgb:
    """Return the thumbnail in grey with the tiles coloured; overlapping tiles are averaged.

    Args:
        thumbnail: The whole slide, uint8 (height, width, 3).
        table: ``x0``, ``y0``, ``size0`` of each tile in level-0 pixels.
        scores: One a row; NaN leaves the tile uncoloured.
        step: Level-0 pixels a thumbnail pixel.
        kind: See :func:`draw_heatmap`.
        opacity: Of the colours, 0 to 1.

    Raises:
        UsageError: Another number of scores than tiles, or a probability outside 0 to 1.
    """
    shown = _shown(np.asarray(scores, dtype=np.float64), len(table), kind)
    total = np.zeros(thumbnail.shape[:2])
    count = np.zeros(thumbnail.shape[:2])
    x0, y0, size0 = (table[name].to_numpy(dtype=np.float64) for name in ("x0", "y0", "size0"))
    edges = np.stack([x0, y0, x0 + size0, y0 + size0], axis=1) / step
    for (left, top, right, bottom), value in zip(np.rint(edges).astype(int), shown, strict=True):
        if np.isfinite(value):
            area = np.s_[top : max(bottom, top + 1), left : max(right, left + 1)]
            total[area] += value
            count[area] += 1
    colours = _coloured(total / np.maximum(count, 1), kind)
    # On grey, colour means score alone; on pink and violet it would mix with the stain.
    grey = cv2.cvtColor(cv2.cvtColor(thumbnail, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    mixed = cv2.addWeighted(colours, opacity, grey, 1 - opacity, 0)
    return np.asarray(np.where((count > 0)[..., None], mixed, grey), dtype=np.uint8)


def write_png(path: Path | str, picture: Rgb) -> Path:
    """Write a picture as a PNG without any metadata; return its path."""
    with writing(path) as aside:
        Image.fromarray(picture).save(aside, format="PNG")
    return Path(path)


def _shown(scores: NDArray[np.float64], n_tiles: int, kind: Kind) -> NDArray[np.float64]:
    """Return what is coloured, 0 to 1: the rank of the attention, or the probability itself."""
    if scores.shape != (n_tiles,):
        raise UsageError(f"one score a tile: got {scores.shape} scores for {n_tiles} tiles")
    finite = np.isfinite(scores)
    if kind == "probability":
        if (scores[finite] < 0).any() or (scores[finite] > 1).any():
            raise UsageError("probabilities lie in 0..1", remedy="draw them as kind='attention'")
        return scores
    ranks = np.full(n_tiles, np.nan)
    order = pd.Series(scores[finite]).rank(method="average").to_numpy()
    ranks[finite] = (order - 1) / max(1, finite.sum() - 1)
    return ranks


def _coloured(values: NDArray[np.float64], kind: Kind) -> Rgb:
    """Return the colours of values 0 to 1; both scales rise evenly in lightness."""
    steps = np.rint(_DARKEST + (255 - _DARKEST) * values).astype(np.uint8)
    return np.asarray(cv2.cvtColor(cv2.applyColorMap(steps, _MAPS[kind]), cv2.COLOR_BGR2RGB))


def _with_legend(picture: Rgb, kind: Kind, title: str, mpp: float) -> Rgb:
    """Return the picture with a colour bar and a scale bar in a white margin at the right."""
    height, width = max(picture.shape[0], 220), picture.shape[1]
    page = np.full((height, width + _MARGIN_PX, 3), 255, np.uint8)
    page[: picture.shape[0], :width] = picture
    bar = np.repeat(np.linspace(1, 0, 120)[:, None], 18, axis=1)
    page[34 : 34 + 120, width + 12 : width + 30] = _coloured(bar, kind)
    image = Image.fromarray(page)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(11)
    low, high = _ENDS[kind]
    draw.text((width + 8, 10), title, fill="black", font=font)
    draw.text((width + 36, 30), high, fill="black", font=font)
    draw.text((width + 36, 142), low, fill="black", font=font)
    length_px, label = _scale_bar(mpp)
    draw.rectangle((width + 12, 180, width + 12 + length_px, 184), fill="black")
    draw.text((width + 12, 188), label, fill="black", font=font)
    return np.asarray(image)


def _scale_bar(mpp: float) -> tuple[int, str]:
    """Return length and label of a scale bar of at most 80 pixels: 1, 2 or 5 of a unit.

    >>> _scale_bar(10.0)
    (50, '0.5 mm')
    """
    most_um = 80 * mpp
    unit = 10 ** np.floor(np.log10(most_um))
    length_um = unit * max(factor for factor in (1, 2, 5) if factor * unit <= most_um)
    return round(length_um / mpp), f"{length_um / 1000:g} mm"
