"""One slide file through OpenSlide, safe for threads and for damage.

OpenSlide's errors are sticky: after one corrupt tile every further call on the handle fails. So a
failing read is judged again on a fresh handle that nobody else uses; only a second failure counts,
and the shared handle is replaced. One corrupt tile thus costs one tile, with any number of threads.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import openslide

from workbench.imaging.pyramid import Rgb
from workbench.imaging.slide_error import SlideError


class OpenSlideFile:
    """Reads regions of one file.

    Args:
        path: A file that OpenSlide opens.

    Raises:
        openslide.OpenSlideError: It does not open.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = openslide.OpenSlide(path)
        self._mending = threading.Lock()
        self.vendor: str = openslide.OpenSlide.detect_format(path) or "unknown"
        self.properties: Mapping[str, str] = dict(self._handle.properties)
        self.sizes: tuple[tuple[int, int], ...] = tuple(self._handle.level_dimensions)
        self.downsamples: tuple[float, ...] = tuple(self._handle.level_downsamples)

    def read(self, x0: int, y0: int, level: int, width: int, height: int) -> Rgb:
        """Return a region over white, uint8 (height, width, 3); see :meth:`Slide.read`."""
        handle = self._handle
        try:
            return _over_white(handle.read_region((x0, y0), level, (width, height)))
        except openslide.OpenSlideError:
            return self._read_again(handle, x0, y0, level, width, height)

    def _read_again(
        self, soured: Any, x0: int, y0: int, level: int, width: int, height: int
    ) -> Rgb:
        """Read on a private handle, and put a sound one in the place of ``soured``."""
        try:
            with self._mending:
                fresh = openslide.OpenSlide(self._path)
                if self._handle is soured:
                    # Threads may still be inside the old handle: it closes when they let go.
                    self._handle = openslide.OpenSlide(self._path)
            return _over_white(fresh.read_region((x0, y0), level, (width, height)))
        except (openslide.OpenSlideError, OSError) as error:
            raise SlideError(
                "unreadable-region",
                f"{width}x{height} px at ({x0}, {y0}), level {level}, is damaged: {error}",
                where=str(self._path),
                remedy="copy the file again, or leave the region out",
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._handle.close()


def _over_white(region: Any) -> Rgb:
    """Return an RGBA region blended over white: where nothing was scanned there is background."""
    rgba = np.asarray(region)
    rgb = cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB)
    # Read as one number a pixel, alpha is the highest byte: one fast pass tells if all is opaque.
    if rgba.size == 0 or rgba.view("<u4").min() >= 0xFF000000:
        return np.asarray(rgb)
    share = rgba[..., 3:4].astype(np.float32) / 255
    return np.asarray(np.rint(rgb * share + 255 * (1 - share)), dtype=np.uint8)
