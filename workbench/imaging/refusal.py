"""Says why a file cannot be opened as a slide, by looking into it."""

from __future__ import annotations

import logging
from pathlib import Path

import openslide
import tifffile

from workbench.imaging.slide_error import SlideError

# What tifffile complains about while we look into a damaged file is in our own error already.
logging.getLogger("tifffile").setLevel(logging.CRITICAL)

_SLIDE_ENDINGS = (".svs", ".ndpi", ".tif", ".tiff", ".mrxs", ".scn", ".bif", ".dcm", ".vms")
_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_IMAGE_STARTS = {b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"BM": "BMP", b"GIF8": "GIF"}
_CONVERT = "convert it to a tiled, pyramidal TIFF (for instance with vips or QuPath)"
_COPY_AGAIN = "copy the file again from its source and compare the sizes"


def explain_refusal(path: Path, error: Exception) -> SlideError:
    """Return the named error for a file that OpenSlide does not open.

    Args:
        path: The file.
        error: What OpenSlide raised.
    """
    where = str(path)
    if not path.exists():
        return SlideError(
            "missing-file", "no such file", where=where, remedy="check the path of the slide"
        )
    if path.is_dir():
        return SlideError(
            "not-a-slide", "a folder, not a file", where=where, remedy="name the files inside"
        )
    if path.stat().st_size == 0:
        return SlideError("empty-file", "the file has 0 bytes", where=where, remedy=_COPY_AGAIN)
    with path.open("rb") as handle:
        start = handle.read(132)
    if start.startswith(_TIFF_STARTS):
        return _explain_tiff(path, error)
    if start[128:] == b"DICM":
        return SlideError(
            "unreadable",
            f"a DICOM file, but no whole-slide image OpenSlide can read: {error}",
            where=where,
            remedy="check that it is a VL Whole Slide Microscopy instance and complete",
        )
    kind = next((name for magic, name in _IMAGE_STARTS.items() if start.startswith(magic)), None)
    if kind is not None:
        return SlideError(
            "no-pyramid", f"a plain {kind} image, not a slide", where=where, remedy=_CONVERT
        )
    return SlideError(
        "unreadable" if path.suffix.lower() in _SLIDE_ENDINGS else "not-a-slide",
        f"the content is no slide in any known format (it starts with {start[:8]!r})",
        where=where,
        remedy="check that the file is the slide itself, not a link, a page or a log",
    )


def refuse_other_colours(path: Path) -> None:
    """Refuse a generic TIFF that is not 8-bit RGB: OpenSlide would show it as if it were.

    Raises:
        SlideError: ``not-rgb`` (grey, 16-bit, CMYK, palette...).
    """
    with tifffile.TiffFile(path) as tiff:
        page = tiff.pages[0]
        photometric = getattr(page.photometric, "name", str(page.photometric))
        bits, samples = page.bitspersample, page.samplesperpixel
    if photometric not in ("RGB", "YCBCR") or bits != 8 or samples < 3:
        raise SlideError(
            "not-rgb",
            f"pixels are {samples} x {bits}-bit {photometric}, expected 3 x 8-bit RGB",
            where=str(path),
            remedy="export the slide as 8-bit RGB from the scanner's software",
        )


def _explain_tiff(path: Path, error: Exception) -> SlideError:
    """Return the named error for a TIFF: damaged, untiled, or of a kind OpenSlide does not know."""
    where = str(path)
    try:
        with tifffile.TiffFile(path) as tiff:
            page = tiff.pages[0]
            tiled, size = page.is_tiled, f"{page.imagewidth}x{page.imagelength}"
            kind = "OME-TIFF" if tiff.is_ome else "TIFF"
            whole = _is_whole(tiff, path.stat().st_size)
    except (tifffile.TiffFileError, OSError, ValueError, IndexError, KeyError, TypeError) as broken:
        tiled, size, kind, whole, error = True, "", "TIFF", False, broken
    if not whole or not isinstance(error, openslide.OpenSlideUnsupportedFormatError):
        return SlideError(
            "unreadable", f"a damaged or cut-off {kind}: {error}", where=where, remedy=_COPY_AGAIN
        )
    if not tiled:
        return SlideError(
            "no-pyramid",
            f"a {size} {kind} stored in strips, without tiles or levels: OpenSlide refuses it",
            where=where,
            remedy=_CONVERT,
        )
    return SlideError(
        "unsupported-format",
        f"a tiled {size} {kind} that OpenSlide does not read: {error}",
        where=where,
        remedy=_CONVERT,
    )


def _is_whole(tiff: tifffile.TiffFile, file_bytes: int) -> bool:
    """Return whether every directory and every tile a TIFF points to lies inside the file."""
    pages = list(tiff.pages)
    ends = [
        offset + count
        for page in pages
        for offset, count in zip(page.dataoffsets, page.databytecounts, strict=False)
    ]
    tiff.filehandle.seek(tiff.pages.next_page_offset)  # where the last directory names the next
    pointer = tiff.filehandle.read(tiff.tiff.offsetsize)
    next_directory = int.from_bytes(pointer, "little" if tiff.byteorder == "<" else "big")
    return next_directory == 0 and max(ends, default=0) <= file_bytes
