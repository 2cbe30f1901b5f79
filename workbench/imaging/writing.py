"""Writes real pyramidal slides: tiled JPEG SVS (Aperio style) and generic TIFF.

The same pixels and settings give the same bytes: no date, no program name, no random id is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import tifffile

from workbench.errors import UsageError
from workbench.imaging.dicom_writing import write_dicom_slide
from workbench.imaging.pyramid import Rgb, build_levels, check_rgb, cut_tiles
from workbench.storage import writing

__all__ = ["write_dicom_slide", "write_slide"]

Style = Literal["svs", "tiff"]
_AT_40X_MPP = 0.25  # Aperio's nominal: 40x is 0.25 micrometres a pixel, 20x is 0.5
_CENTIMETRE_UM = 10_000.0


def write_slide(
    path: Path | str,
    rgb: Rgb,
    mpp: float | None,
    *,
    style: Style = "svs",
    tile_px: int = 256,
    quality: int = 85,
    factor: int = 4,
    smallest_px: int = 512,
    extras: Mapping[str, str | float] | None = None,
    associated: Mapping[str, Rgb] | None = None,
    workers: int = 2,
) -> Path:
    """Write a slide that OpenSlide opens, with its levels and, when given, its pixel size.

    Args:
        path: File to write (atomic: a reader never meets a half-written slide).
        rgb: Level 0, uint8 of shape (height, width, 3).
        mpp: Micrometres a pixel at level 0; None writes a slide without a pixel size.
        style: ``"svs"`` (Aperio description, MPP and AppMag) or ``"tiff"`` (resolution tags).
        tile_px: Side of a tile, a multiple of 16.
        quality: JPEG quality, 1 to 100.
        factor: Downsampling from one level to the next.
        smallest_px: No level is added once the longer side is at most this.
        extras: More ``key = value`` pairs for the SVS description (``{"ScanScope ID": "A"}``).
        associated: Images stored beside the pyramid (``label``, ``macro``), SVS only.
        workers: Threads that compress.

    Returns:
        The path written.

    Raises:
        UsageError: A setting or the image is of the wrong kind.
        DataError: The folder is read-only or the disk is full.
    """
    _check(style, tile_px, quality, mpp, associated)
    levels = build_levels(rgb, factor=factor, smallest_px=smallest_px)
    with (
        writing(path) as aside,
        tifffile.TiffWriter(aside, bigtiff=check_rgb(rgb).nbytes > 2**31) as tiff,
    ):
        for number, level in enumerate(levels):
            tiff.write(
                cut_tiles(level, tile_px),
                shape=level.shape,
                dtype=np.uint8,
                tile=(tile_px, tile_px),
                # 'rgb' makes tifffile convert; 'ycbcr' would take RGB for YCbCr: pink slides.
                photometric="rgb",
                compression="jpeg",
                compressionargs={"level": quality},
                subfiletype=0 if number == 0 or style == "svs" else 1,
                description=_describe(rgb, level, mpp, tile_px, quality, extras)
                if style == "svs"
                else None,
                maxworkers=workers,
                **_common(mpp, number, rgb, level),
            )
        for name, image in (associated or {}).items():
            _write_associated(tiff, name, check_rgb(image), quality)
    return Path(path)


def _common(mpp: float | None, number: int, rgb: Rgb, level: Rgb) -> dict[str, Any]:
    """Return the options every level shares: nothing that varies, and its resolution in cm."""
    options: dict[str, Any] = {"metadata": None, "software": False}
    if mpp is not None:
        across = _CENTIMETRE_UM / mpp * level.shape[1] / rgb.shape[1]
        down = _CENTIMETRE_UM / mpp * level.shape[0] / rgb.shape[0]
        options |= {"resolution": (across, down), "resolutionunit": "CENTIMETER"}
    return options


def _describe(
    rgb: Rgb,
    level: Rgb,
    mpp: float | None,
    tile_px: int,
    quality: int,
    extras: Mapping[str, str | float] | None,
) -> str:
    """Return the Aperio description of one level, as OpenSlide parses it (``key = value|...``)."""
    height, width = rgb.shape[:2]
    size = f"{width}x{height} [0,0 {width}x{height}] ({tile_px}x{tile_px})"
    if level.shape != rgb.shape:
        size += f" -> {level.shape[1]}x{level.shape[0]}"
    facts: dict[str, str | float] = {}
    if mpp is not None:
        facts |= {"AppMag": f"{40 * _AT_40X_MPP / mpp:.0f}", "MPP": f"{mpp:.6g}"}
    facts |= dict(extras or {})
    pairs = "".join(f"|{key} = {value}" for key, value in facts.items())
    return f"Aperio Image Library v12.0.0\r\n{size} JPEG/RGB Q={quality}{pairs}"


def _write_associated(tiff: Any, name: str, image: Rgb, quality: int) -> None:
    """Append an image that is no level: stripped, as OpenSlide tells it from the pyramid."""
    height, width = image.shape[:2]
    tiff.write(
        image,
        photometric="rgb",
        compression="jpeg",
        compressionargs={"level": quality},
        rowsperstrip=height,
        subfiletype=1 if name == "label" else 9,
        description=f"Aperio Image Library v12.0.0\r\n{name} {width}x{height}",
        metadata=None,
        software=False,
    )


def _check(
    style: str, tile_px: int, quality: int, mpp: float | None, associated: Mapping[str, Rgb] | None
) -> None:
    """Raise UsageError for a setting no reader could use."""
    wrong = []
    if style not in ("svs", "tiff"):
        wrong.append(f"style is 'svs' or 'tiff', got {style!r}")
    if tile_px < 16 or tile_px % 16:
        wrong.append(f"tile_px is a positive multiple of 16, got {tile_px}")
    if not 1 <= quality <= 100:
        wrong.append(f"quality lies in 1..100, got {quality}")
    if mpp is not None and not mpp > 0:
        wrong.append(f"mpp is positive or None, got {mpp}")
    if associated and (style != "svs" or set(associated) - {"label", "macro"}):
        wrong.append("associated images are 'label' and 'macro', in style 'svs'")
    if wrong:
        raise UsageError("; ".join(wrong), remedy="correct the call of write_slide")
