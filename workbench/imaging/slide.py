"""Opens a whole slide and reads regions of it, with its levels and its pixel size."""

from __future__ import annotations

import logging
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, Self

import cv2
import numpy as np
import openslide

from workbench.imaging.mpp import Mpp, resolve_mpp
from workbench.imaging.openslide_file import OpenSlideFile
from workbench.imaging.overview import read_thumbnail
from workbench.imaging.pyramid import Rgb
from workbench.imaging.refusal import explain_refusal, refuse_other_colours

_log = logging.getLogger(__name__)


class Level(NamedTuple):
    """One level of a pyramid: its size in its own pixels, and level-0 pixels a pixel."""

    width: int
    height: int
    downsample: float


class RegionReader(Protocol):
    """What decodes pixels; all give the same pixels for the same region."""

    def read(self, x0: int, y0: int, level: int, width: int, height: int) -> Rgb:
        """Return a region over white; see :meth:`Slide.read`."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


class Slide:
    """An open slide. Reading is safe from several threads.

    Attributes:
        path: The file.
        slide_id: Its name in every table.
        format: OpenSlide's format name: ``aperio``, ``hamamatsu``, ``generic-tiff``, ``dicom``...
        levels: The pyramid, finest first.
        mpp: Micrometres a pixel at level 0, with provenance.
    """

    def __init__(
        self,
        path: Path,
        slide_id: str,
        format: str,
        levels: tuple[Level, ...],
        mpp: Mpp,
        reader: RegionReader,
    ) -> None:
        self.path = path
        self.slide_id = slide_id
        self.format = format
        self.levels = levels
        self.mpp = mpp
        self._reader = reader

    @property
    def dimensions(self) -> tuple[int, int]:
        """Width and height of level 0 in pixels."""
        return self.levels[0].width, self.levels[0].height

    def best_level(self, downsample: float) -> int:
        """Return the coarsest level that is still at least as fine as ``downsample`` asks.

        Args:
            downsample: Level-0 pixels a wanted pixel. A level up to 1 % coarser is accepted, since
                level sizes are rounded.
        """
        fine = [i for i, level in enumerate(self.levels) if level.downsample <= downsample * 1.01]
        return fine[-1] if fine else 0

    def read(self, x0: int, y0: int, level: int, width: int, height: int) -> Rgb:
        """Return a region of one level; what lies outside the slide is white.

        Args:
            x0: Left edge in level-0 pixels.
            y0: Upper edge in level-0 pixels.
            level: Index into ``levels``.
            width: Width in pixels of that level.
            height: Height in pixels of that level.

        Returns:
            uint8 of shape (height, width, 3).

        Raises:
            SlideError: ``unreadable-region``; other regions can still be read afterwards.
        """
        return self._reader.read(x0, y0, level, width, height)

    def read_at(
        self, x0: int, y0: int, size0_px: int, out_px: int, *, level: int | None = None
    ) -> Rgb:
        """Return a square region resampled to ``out_px`` by area means.

        Args:
            x0: Left edge in level-0 pixels.
            y0: Upper edge in level-0 pixels.
            size0_px: Side in level-0 pixels.
            out_px: Side of the result in pixels.
            level: Level to read; by default the best for ``size0_px / out_px``.

        Returns:
            uint8 of shape (out_px, out_px, 3).

        Raises:
            SlideError: ``unreadable-region``.
        """
        if level is None:
            level = self.best_level(size0_px / out_px)
        side = max(1, round(size0_px / self.levels[level].downsample))
        region = self.read(x0, y0, level, side, side)
        if side == out_px:
            return region
        how = cv2.INTER_AREA if side > out_px else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(region, (out_px, out_px), interpolation=how))

    def thumbnail(self, max_px: int) -> Rgb:
        """Return the whole slide with a longer side of at most ``max_px``, uint8 (h, w, 3)."""
        return read_thumbnail(self, max_px)

    def close(self) -> None:
        """Close the file; no thread may be reading."""
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def open_slide(
    path: Path | str,
    *,
    mpp: float | None = None,
    mpp_source: str = "stated",
    from_objective: bool = False,
    slide_id: str | None = None,
) -> Slide:
    """Open a slide of any format OpenSlide knows; label and macro images are never read.

    Args:
        path: SVS, NDPI, tiled TIFF, DICOM, MRXS...
        mpp: Micrometres a pixel for a slide that does not state its own.
        mpp_source: Where ``mpp`` comes from: ``stated`` (configuration) or ``manifest``.
        from_objective: Accept 10 / objective power for a slide that states nothing better.
        slide_id: Name in tables; the file name without its ending by default.

    Returns:
        The open slide.

    Raises:
        SlideError: The file is no readable slide, or its pixel size is missing or impossible.
        UsageError: The stated ``mpp`` is implausible.
    """
    path = Path(path)
    try:
        reader = OpenSlideFile(path)
    except (openslide.OpenSlideError, OSError) as error:
        raise explain_refusal(path, error) from error
    try:
        if reader.vendor == "generic-tiff":
            refuse_other_colours(path)
        found = resolve_mpp(
            reader.properties,
            reader.vendor,
            stated=mpp,
            stated_source=mpp_source,
            from_objective=from_objective,
            where=str(path),
        )
    except Exception:
        reader.close()
        raise
    if found.warning:
        _log.warning("%s: mpp %g (%s): %s", path.name, found.value, found.source, found.warning)
    levels = tuple(
        Level(width, height, downsample)
        for (width, height), downsample in zip(reader.sizes, reader.downsamples, strict=True)
    )
    return Slide(path, slide_id or path.stem, reader.vendor, levels, found, reader)
