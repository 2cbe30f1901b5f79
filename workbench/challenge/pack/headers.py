"""Header fields of image files, read without opening the image: what a scanner leaves behind.

TIFF 6.0 (Adobe 1992, section 2), BigTIFF, and PNG's first chunk; other files have no fields here:
what is known of them is given as a table. Reads little and follows no more than one directory.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

_TAGS = {
    256: "width",
    257: "height",
    259: "compression",
    270: "description",
    271: "make",
    272: "model",
    282: "resolution",
    305: "software",
    306: "date",
    315: "artist",
    322: "tile width",
}
# TIFF's field types that are read: bytes a value, and how struct calls them; 2 is text.
_KINDS = {1: (1, "B"), 2: (1, "s"), 3: (2, "H"), 4: (4, "L"), 5: (8, "LL"), 16: (8, "Q")}
_MOST_TAGS, _LONGEST = 500, 4096


def header_fields(path: Path) -> dict[str, str]:
    """Return the header fields of a file by name, as text; empty where it is no TIFF or PNG.

    ``name = value`` parts of a description (as Aperio writes them) are fields of their own.
    """
    try:
        with path.open("rb") as file:
            start = file.read(16)
            if start[:4] in (b"II*\0", b"MM\0*"):
                return _tiff(file, "<" if start[:1] == b"I" else ">", start, big=False)
            if start[:4] in (b"II+\0", b"MM\0+"):
                return _tiff(file, "<" if start[:1] == b"I" else ">", start, big=True)
            if start[:8] == b"\x89PNG\r\n\x1a\n":
                width, height = struct.unpack(">LL", file.read(8))
                return {"width": str(width), "height": str(height)}
    except (OSError, OverflowError, ValueError, struct.error):  # a broken file has no fields
        return {}
    return {}


def _tiff(file: BinaryIO, order: str, start: bytes, *, big: bool) -> dict[str, str]:
    """Read the fields of a TIFF file's first directory."""
    (offset,) = struct.unpack(order + ("Q" if big else "L"), start[8:16] if big else start[4:8])
    count_kind, entry = ("Q", order + "HHQ8s") if big else ("H", order + "HHL4s")
    file.seek(offset)
    (count,) = struct.unpack(order + count_kind, file.read(struct.calcsize(order + count_kind)))
    size = struct.calcsize(entry)
    entries = [file.read(size) for _ in range(min(count, _MOST_TAGS))]
    found: dict[str, str] = {}
    for written in entries:
        tag, kind, n, value = struct.unpack(entry, written)
        if tag in _TAGS and kind in _KINDS:
            text = _value(file, order, kind, n, value, big=big)
            found |= _described(text) if tag == 270 else {_TAGS[tag]: text}
    return found


def _value(file: BinaryIO, order: str, kind: int, n: int, value: bytes, *, big: bool) -> str:
    """Return a field's value as text; long ones are looked up and cut."""
    size, code = _KINDS[kind]
    length = min(size * n, _LONGEST)
    if length > len(value):
        file.seek(struct.unpack(order + ("Q" if big else "L"), value)[0])
        value = file.read(length)
    if code == "s":
        return value[:length].split(b"\0")[0].decode("latin-1").strip()
    return "/".join(str(number) for number in struct.unpack(order + code, value[:size]))


def _described(text: str) -> dict[str, str]:
    """Return the parts of a description that have a name, and how long the rest is."""
    parts = [part.partition("=") for part in text.split("|")]
    named = {name.strip(): value.strip() for name, equals, value in parts if equals}
    return {f"description {name}"[:60]: value for name, value in named.items()} | {
        "description length": str(len(text))
    }
