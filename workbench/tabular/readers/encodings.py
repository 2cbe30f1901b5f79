"""Which encoding a file is in, decided from all of its bytes, and stated.

French public files come as CP1252 and as UTF-8, by year and by mirror. A file with both kinds of
lines cannot be read either way: it is refused with its lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.errors import DataError, Problem

_UNDEFINED_CP1252 = b"\x81\x8d\x8f\x90\x9d"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# "é" written as UTF-8 and read as CP1252, then written as UTF-8 once more.
_TWICE = ("Ã©", "Ã¨", "Ã\xa0", "Ãª", "Ã´", "Ã§", "â€™")


@dataclass(frozen=True)
class Encoding:
    """The encoding of a file.

    Attributes:
        name: Python's name of it: ascii, utf-8, utf-8-sig, utf-16, cp1252.
        evidence: Why, in words.
        encoded_twice: Lines that look as if they were encoded twice (``Ã©`` for ``é``).
    """

    name: str
    evidence: str
    encoded_twice: int = 0


def detect_encoding(path: Path) -> Encoding:
    """Return the encoding of a text file, from all its bytes.

    Raises:
        DataError: ``no-file``, ``mixed-encodings`` (with lines of each kind), ``no-text``.
    """
    if not path.is_file():
        raise DataError("there is no such file", where=str(path), remedy="check the path")
    return detect_bytes(path.read_bytes(), str(path))


def detect_bytes(data: bytes, where: str) -> Encoding:
    """Return the encoding of a file's bytes; see :func:`detect_encoding`."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return Encoding(name, "byte order mark at the start")
    if b"\x00" in data:
        raise _refused("no-text", "NUL bytes, expected text", where, "unpack or export the file")
    if data.isascii():
        return Encoding("ascii", "all bytes below 128")
    lines = data.splitlines()
    wide = [n for n, line in enumerate(lines, 1) if not line.isascii()]
    broken = [n for n in wide if not _is_utf8(lines[n - 1])]
    if not broken:
        return Encoding("utf-8", f"{len(wide)} lines with valid UTF-8 sequences", _twice(lines))
    if len(broken) < len(wide):
        good = [n for n in wide if _is_utf8(lines[n - 1])]
        message = (
            f"{len(good)} lines are UTF-8 (first: line {good[0]}) and {len(broken)} are not "
            f"(first: line {broken[0]}), expected one encoding"
        )
        raise _refused("mixed-encodings", message, where, "export the file in one encoding")
    strange = [n for n in broken if any(byte in _UNDEFINED_CP1252 for byte in lines[n - 1])]
    if strange:
        message = f"line {strange[0]} has bytes of neither UTF-8 nor CP1252"
        raise _refused("unknown-encoding", message, where, "export the file as UTF-8")
    return Encoding("cp1252", f"{len(broken)} lines that are no UTF-8; no byte CP1252 lacks")


def _is_utf8(line: bytes) -> bool:
    """Say whether a line decodes as UTF-8."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _twice(lines: list[bytes]) -> int:
    """Return how many lines look as if they were encoded twice."""
    marks = [mark.encode() for mark in _TWICE]
    return sum(any(mark in line for mark in marks) for line in lines if not line.isascii())


def _refused(code: str, message: str, where: str, remedy: str) -> DataError:
    """Return the error of a file that cannot be decoded."""
    return DataError(
        "the file cannot be decoded", where=where, problems=[Problem(code, message, where, remedy)]
    )
