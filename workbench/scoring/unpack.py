"""Tells what a sent file is by its first bytes, and unpacks gzip under a limit."""

from __future__ import annotations

import zlib
from typing import Literal, NamedTuple

from workbench.errors import Problem

Kind = Literal["csv", "parquet", "unknown"]
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_STEP = 2**16
_MOST_MEMBERS = 1000
# What people send instead of a table, by its first bytes.
_OTHERS = {
    b"PK\x03\x04": "a zip archive or an Excel file",
    b"PK\x05\x06": "an empty zip archive",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"\x80\x03": "a pickle",
    b"\x80\x04": "a pickle",
    b"\x80\x05": "a pickle",
    b"\x93NUMPY": "a NumPy array",
    b"\x89HDF": "HDF5",
    b"%PDF": "a PDF",
}


class Unpacked(NamedTuple):
    """A sent file, unpacked.

    Attributes:
        content: Its bytes, unpacked where it was gzip.
        kind: What they are.
        gzip: Whether it was gzip.
        problem: Why it cannot be read, if so; ``content`` is then empty.
    """

    content: bytes
    kind: Kind
    gzip: bool = False
    problem: Problem | None = None


def unpacked(content: bytes, most: int | None = None) -> Unpacked:
    """Return a sent file as CSV text or Parquet, told by its content and not by its name.

    Args:
        content: The bytes as sent.
        most: Most bytes after unpacking; None for no limit. Nothing over it is ever held.
    """
    packed = content.startswith(_GZIP)
    if most is not None and len(content) > most:  # packed too: a long name or zeros hold no answer
        return Unpacked(b"", "unknown", packed, _too_large(most))
    if packed:
        plain = _gunzipped(content, most)
        if isinstance(plain, Problem):
            return Unpacked(b"", "unknown", packed, plain)
        content = plain
    if most is not None and len(content) > most:
        return Unpacked(b"", "unknown", packed, _too_large(most))
    if content.startswith(_GZIP):
        problem = Problem("archive", "the file is packed twice", "", "pack it once or not at all")
        return Unpacked(b"", "unknown", packed, problem)
    for start, called in _OTHERS.items():
        if content.startswith(start):
            remedy = "send CSV (.csv, .csv.gz) or Parquet"
            problem = Problem("file-kind", f"the file is {called}", "", remedy)
            return Unpacked(b"", "unknown", packed, problem)
    if content[257:262] == b"ustar":
        problem = Problem("file-kind", "the file is a tar archive", "", "send the table itself")
        return Unpacked(b"", "unknown", packed, problem)
    return Unpacked(content, "parquet" if content.startswith(_PARQUET) else "csv", packed)


def _gunzipped(content: bytes, most: int | None) -> bytes | Problem:
    """Unpack all members of a gzip file, stopping as soon as the limit is passed."""
    pieces: list[bytes] = []
    size = members = 0
    member = None
    for start in range(0, len(content), _STEP):
        data = content[start : start + _STEP]
        while data:
            if member is None:
                data = data.lstrip(b"\0") if members else data
                if not data:
                    break
                member, members = zlib.decompressobj(wbits=31), members + 1
                if members > _MOST_MEMBERS:
                    return Problem("broken-gzip", "too many parts", "", "pack it in one part")
            try:
                pieces.append(member.decompress(data, _STEP))
            except zlib.error as error:
                return Problem("broken-gzip", f"broken gzip file: {error}", "", "pack it again")
            size += len(pieces[-1])
            if most is not None and size > most:
                return _too_large(most)
            data = member.unused_data if member.eof else member.unconsumed_tail
            member = None if member.eof else member
    if member is not None:
        return Problem("broken-gzip", "the gzip file ends too early", "", "send it again")
    return b"".join(pieces)


def _too_large(most: int) -> Problem:
    """Name a file that is larger than an answer to this challenge can be."""
    message = f"the file holds over {most:,} bytes, more than an answer to all cases needs"
    return Problem("too-large", message, "", "one row a case and the expected columns only")
