"""Images for a page: checked, made small and written into it as data."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path

from workbench.report.artefacts import Absent

MOST_PX = 640
"""Longest side of an image on the page."""


@dataclass(frozen=True)
class Picture:
    """An image ready for a page: its ``data:`` address and its size in pixels."""

    source: str
    width: int
    height: int


def inline(path: Path, most_px: int = MOST_PX) -> Picture:
    """Return an image file as data, at most ``most_px`` on its longest side.

    Args:
        path: A PNG or JPEG file.
        most_px: Longest side in pixels.

    Raises:
        Absent: The file is not an image that can be read.
    """
    from PIL import Image

    try:
        with Image.open(path, formats=("PNG", "JPEG")) as image:
            image.load()
            picture = image.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise Absent(f"{path.name} is not a readable image") from error
    picture.thumbnail((most_px, most_px))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85, optimize=True)
    written = base64.b64encode(buffer.getvalue()).decode("ascii")
    return Picture(f"data:image/jpeg;base64,{written}", picture.width, picture.height)
