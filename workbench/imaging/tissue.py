"""Finds the tissue of a slide on a small overview, leaving out glass, ink and specks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.imaging.ink import Mask, find_ink
from workbench.imaging.overview import Overview, read_overview
from workbench.imaging.pyramid import Rgb
from workbench.imaging.slide_error import SlideError

if TYPE_CHECKING:
    from workbench.imaging.slide import Slide

_WHITE = 245.0  # glass, where a slide shows none to measure


@dataclass(frozen=True)
class TissueSettings:
    """How tissue is told from background.

    Attributes:
        mpp: Resolution of the search in micrometres a pixel.
        max_px: Longest side of the overview; larger slides are searched more coarsely.
        density_limits: Range that Otsu's threshold on optical density is held in. Without it an
            empty slide would be split into noise and noise, a full one into tissue and tissue.
        chroma_limits: The same for chroma (largest minus smallest channel, 0 to 255).
        min_piece_um2: Smaller pieces are dust, in square micrometres.
        max_hole_um2: Smaller holes (vessels, fat cells, tears) count as tissue.
        remove_ink: Leave out pen marks.
    """

    mpp: float = 8.0
    max_px: int = 4096
    density_limits: tuple[float, float] = (0.03, 0.06)
    chroma_limits: tuple[float, float] = (9.0, 16.0)
    min_piece_um2: float = 10_000.0
    max_hole_um2: float = 20_000.0
    remove_ink: bool = True


@dataclass(frozen=True)
class TissueMask:
    """Where the tissue is.

    Attributes:
        mask: bool (height, width).
        step: Level-0 pixels a mask pixel.
        mpp: Micrometres a mask pixel.
        fraction: Share of the slide that is tissue, 0 to 1.
        ink: Share of the slide under each pen colour.
        flags: What a quality report should show: ``pen-red``, ``little-tissue``, ``damaged``...
        overview: The picture the mask was found on, uint8 (height, width, 3).
    """

    mask: Mask = field(repr=False)
    step: float
    mpp: float
    fraction: float
    ink: dict[str, float] = field(repr=False)
    flags: tuple[str, ...]
    overview: Rgb = field(repr=False)


def find_tissue(slide: Slide, settings: TissueSettings | None = None) -> TissueMask:
    """Return where the tissue of a slide is.

    Args:
        slide: An open slide.
        settings: Thresholds; the defaults suit H&E and IHC in bright field.

    Raises:
        SlideError: ``fluorescence`` (dark background) or ``no-tissue``.
    """
    settings = settings or TissueSettings()
    wanted = max(settings.mpp / slide.mpp.value, max(slide.dimensions) / settings.max_px)
    overview = read_overview(slide, wanted)
    _refuse_dark(overview.rgb, str(slide.path))
    mpp = overview.step * slide.mpp.value
    mask, ink = tissue_mask(overview.rgb, mpp, settings)
    if not mask.any():
        raise SlideError(
            "no-tissue",
            f"no tissue in an overview of {mask.shape[1]}x{mask.shape[0]} px at {mpp:.1f} mpp"
            + (f" ({overview.damaged:.0%} of it is damaged)" if overview.damaged else ""),
            where=str(slide.path),
            remedy="look at the slide; faint stains need lower density_limits and chroma_limits",
        )
    shares = {name: float(area.mean()) for name, area in ink.items()}
    flags = _flags(float(mask.mean()), shares, overview)
    return TissueMask(mask, overview.step, mpp, float(mask.mean()), shares, flags, overview.rgb)


def tissue_mask(rgb: Rgb, mpp: float, settings: TissueSettings) -> tuple[Mask, dict[str, Mask]]:
    """Return the tissue of an overview and the ink found beside it.

    A pixel is tissue when it is both denser and more coloured than glass: shadows, slide edges and
    black lines are dense but grey; scanner noise is coloured but not dense.

    Args:
        rgb: uint8 (height, width, 3).
        mpp: Micrometres a pixel of ``rgb``.
        settings: Thresholds.
    """
    density = _optical_density(rgb)
    chroma = (rgb.max(axis=2) - rgb.min(axis=2)).astype(np.float32)
    mask = _above(density, settings.density_limits) & _above(chroma, settings.chroma_limits)
    ink: dict[str, Mask] = {}
    if settings.remove_ink:
        ink = find_ink(rgb, density, mpp)
        for area in ink.values():
            mask &= ~area
    mask = _without_small(mask, settings.min_piece_um2 / mpp**2)
    return mask | _enclosed(mask, settings.max_hole_um2 / mpp**2), ink


def _enclosed(mask: Mask, most_px: float) -> Mask:
    """Return the holes of a mask up to ``most_px`` pixels; what touches the edge is no hole."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats((~mask).astype(np.uint8), connectivity=4)
    filled = stats[:, cv2.CC_STAT_AREA] <= most_px
    filled[0] = False
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        filled[np.unique(edge)] = False
    return np.asarray(filled[labels])


def _optical_density(rgb: Rgb) -> NDArray[np.float32]:
    """Return the mean over channels of log10(glass / pixel), 0 for glass (Beer-Lambert)."""
    pixels = rgb.reshape(-1, 3)
    glass = pixels[(pixels.min(axis=1) > 200) & (np.ptp(pixels, axis=1) < 12)]
    white = np.median(glass, axis=0) if len(glass) >= 0.01 * len(pixels) else np.full(3, _WHITE)
    table = -np.log10((np.arange(256, dtype=np.float32)[:, None] + 1) / (white + 1))
    parts = [cv2.LUT(rgb[..., c], table[:, c].astype(np.float32)) for c in range(3)]
    return np.asarray(np.maximum(sum(parts) / 3, 0), dtype=np.float32)


def _above(values: NDArray[np.float32], limits: tuple[float, float]) -> Mask:
    """Return where smoothed values pass Otsu's threshold, held within ``limits``."""
    smooth = cv2.GaussianBlur(values, (5, 5), 1.0)
    top = max(float(smooth.max()), 1e-6)
    otsu, _ = cv2.threshold(
        np.asarray(smooth * (255 / top), dtype=np.uint8),
        0,
        255,
        cv2.THRESH_BINARY | cv2.THRESH_OTSU,
    )
    return np.asarray(smooth > np.clip(otsu * top / 255, *limits))


def _without_small(mask: Mask, least_px: float) -> Mask:
    """Return a mask without its pieces smaller than ``least_px`` pixels."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    kept = stats[:, cv2.CC_STAT_AREA] >= max(1.0, least_px)
    kept[0] = False
    return np.asarray(kept[labels])


def _refuse_dark(rgb: Rgb, where: str) -> None:
    """Raise ``fluorescence`` when the slide is dark and shows no white glass."""
    light = rgb.max(axis=2)
    glass = (rgb.min(axis=2) > 170).mean()
    if (light < 60).mean() > 0.3 and glass < 0.02:
        raise SlideError(
            "fluorescence",
            f"a dark background ({(light < 60).mean():.0%} black, {glass:.0%} white):"
            " fluorescence or an unexposed scan, not a stained section in bright field",
            where=where,
            remedy="leave the slide out; these models know bright-field stains only",
        )


def _flags(fraction: float, ink: dict[str, float], overview: Overview) -> tuple[str, ...]:
    """Return what a person should look at."""
    flags = [f"pen-{name}" for name, share in ink.items() if share >= 0.003]
    if fraction < 0.01:
        flags.append("little-tissue")
    if fraction > 0.95:
        flags.append("no-background")
    if overview.damaged > 0:
        flags.append("damaged")
    return tuple(flags)
