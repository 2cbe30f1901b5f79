"""Looks into an archive nobody has read, lists everything wrong with it, unpacks what is right.

Names, kinds and sizes are judged before a byte is written; sizes are those of what really comes
out, whatever the archive says of itself.
"""

from __future__ import annotations

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from workbench.errors import Problem
from workbench.scoring.card_models import ModelLimits

_MIB = 2**20
_STEP = 2**18
_END = b"PK\x05\x06"
_END_SIZE, _LONGEST_COMMENT = 22, 2**16
_BYTES_A_NAME = 1024
_DEEPEST, _LONGEST = 20, 200
_RATIO = 200
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def problems_of(content: bytes, limits: ModelLimits) -> tuple[list[str], list[Problem]]:
    """Return the names of the files in an archive, and everything that is wrong with it.

    Args:
        content: The bytes as sent.
        limits: Of the challenge.
    """
    if len(content) > limits.archive_mb * _MIB:
        return [], [_large(f"the archive is over {limits.archive_mb:,} MiB")]
    if not content.startswith(b"PK"):
        message = "this is no zip archive"
        remedy = "let `workbench submit model DIR` pack the folder"
        return [], [Problem("archive-kind", message, "", remedy)]
    if _claimed_size(content) > limits.files * _BYTES_A_NAME:
        return [], [Problem("too-many-files", f"over {limits.files:,} files", "", "")]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            problems = list(_entry_problems(entries, limits))
            if not problems:
                problems = list(_content_problems(archive, entries, limits))
    except (*_BROKEN, ValueError, OSError) as error:
        return [], [Problem("broken-archive", f"it cannot be read: {_plain(error)}", "", "")]
    return [entry.filename for entry in entries if not entry.is_dir()], problems


def unpack(content: bytes, folder: Path) -> None:
    """Write the files of an archive without problems into an empty folder, open to reading."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            target = folder / entry.filename
            if entry.is_dir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry) as packed, target.open("xb") as plain:
                while piece := packed.read(_STEP):
                    plain.write(piece)
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def file_in(content: bytes, name: str) -> bytes | None:
    """Return one file of an archive without problems; None where there is none of this name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name) if name in archive.namelist() else None


def _claimed_size(content: bytes) -> int:
    """Return the size of the list of entries, before each entry of it costs memory."""
    place = content.rfind(_END, -(_END_SIZE + _LONGEST_COMMENT))
    if place < 0 or place + _END_SIZE > len(content):
        return 0
    (size,) = struct.unpack_from("<I", content, place + 12)
    return int(size)


def _entry_problems(entries: list[zipfile.ZipInfo], limits: ModelLimits) -> Iterator[Problem]:
    """Judge names and kinds."""
    if len(entries) > limits.files:
        message = f"{len(entries):,} files, the challenge allows {limits.files:,}"
        yield Problem("too-many-files", message, "", "leave out what is not needed")
    seen: dict[str, str] = {}
    files = {_folded(e.filename) for e in entries if not e.is_dir()}
    for entry in entries:
        where, kind = _shown(entry.filename), entry.external_attr >> 16
        yield from _name_problems(entry.filename, where)
        folded = _folded(entry.filename)
        if folded in seen:
            message = f"it is '{seen[folded]}' on a system that ignores case"
            yield Problem("duplicate-name", message, where, "rename one")
        seen[folded] = where
        if any(str(above) in files for above in PurePosixPath(folded).parents):
            yield Problem("duplicate-name", "a folder on the way is a file", where, "rename one")
        if entry.flag_bits & 0x41:
            yield Problem("encrypted", "it is encrypted", where, "pack without a password")
        if stat.S_ISLNK(kind):
            yield Problem("link", "it is a symbolic link", where, "put the file itself")
        elif stat.S_IFMT(kind) not in (0, stat.S_IFREG, stat.S_IFDIR):
            yield Problem("special-file", "it is no regular file", where, "leave it out")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            message = "it is packed in an unusual way"
            yield Problem("compression", message, where, "use deflate, or none")


def _name_problems(name: str, where: str) -> Iterator[Problem]:
    """Judge one name: relative, inside, and the same on every system."""
    path = PurePosixPath(name)
    odd = any(unicodedata.category(c)[0] == "C" for c in name) or any(c in name for c in ':*?"<>|')
    if path.is_absolute() or ".." in path.parts or "\\" in name or name[1:2] == ":":
        yield Problem("path-outside", "it leads out of the folder", where, "use relative names")
    elif odd or not name.strip("/. ") or name != str(path) + "/" * name.endswith("/"):
        yield Problem("odd-name", "its name is not one on every system", where, "rename it")
    if len(path.parts) > _DEEPEST or len(name) > _LONGEST:
        yield Problem("odd-name", "its name is too long or too deep", where, "shorten it")


def _content_problems(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], limits: ModelLimits
) -> Iterator[Problem]:
    """Unpack into nothing, counting."""
    left = limits.unpacked_mb * _MIB
    for entry in entries:
        where, size = _shown(entry.filename), 0
        most = min(left, _MIB + _RATIO * entry.compress_size)
        try:
            with archive.open(entry) as packed:
                while size <= most and (piece := packed.read(_STEP)):
                    size += len(piece)
        except _BROKEN as error:
            yield Problem("broken-archive", f"it cannot be read: {_plain(error)}", where, "")
            continue
        if size > left:
            yield _large(f"over {limits.unpacked_mb:,} MiB unpacked")
            return
        if size > most:
            message = f"it grows over {_RATIO} times when unpacked"
            yield Problem("bomb", message, where, "pack files of data, not of repetition")
        left -= size


def _folded(name: str) -> str:
    """Return what must be unique: file systems may ignore case and the form of accents."""
    return unicodedata.normalize("NFKC", name.rstrip("/")).casefold()


def _large(message: str) -> Problem:
    return Problem("too-large", message, "", "leave out what is not needed")


def _shown(name: str) -> str:
    return ascii(name)[1:-1][:_LONGEST]


def _plain(error: Exception) -> str:
    return ascii(" ".join(str(error).split()))[1:-1][:200]
