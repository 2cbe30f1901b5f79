"""A challenge's pack that came as a zip archive: unpacked under limits, into an empty folder."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from workbench.challenge.submissions import Refusal

CARD = "challenge.yaml"
MOST_FILES = 2_000
MOST_BYTES = 512 * 2**20
MOST_DEEP = 8
MOST_RATIO = 200
_STEP = 2**16


def unpack(archive: BinaryIO, folder: Path) -> Path:
    """Unpack an archive; return the folder of the card in it.

    Args:
        archive: The zip archive.
        folder: An empty folder.

    Raises:
        Refusal: ``pack``: no zip archive, too many or too large files, a link, a name that leads
            out, is there twice or differs in case only, an encrypted entry, or no card.
    """
    try:
        with zipfile.ZipFile(archive) as packed:
            entries = [entry for entry in packed.infolist() if not entry.is_dir()]
            _check(entries)
            left = MOST_BYTES
            for entry in entries:
                left -= _write(packed, entry, folder / entry.filename, left)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise _refusal("the archive cannot be read", "", "pack it again") from error
    cards = sorted(folder.glob(CARD)) or sorted(folder.glob(f"*/{CARD}"))
    if len(cards) != 1:
        remedy = "pack the folder `workbench challenge new` made"
        raise _refusal(f"{len(cards)} files {CARD} at its top", "", remedy)
    return cards[0].parent


def _check(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what no honest pack holds, before a byte is written."""
    if len(entries) > MOST_FILES:
        raise _refusal(f"over {MOST_FILES:,} files", "", "leave data out: it is not in the pack")
    seen: set[str] = set()
    for number, entry in enumerate(entries, 1):
        parts, where = PurePosixPath(entry.filename).parts, f"entry {number}"
        odd = "\\" in entry.filename or "\0" in entry.filename or ":" in entry.filename
        if entry.filename.startswith("/") or ".." in parts or odd or len(parts) > MOST_DEEP:
            raise _refusal("a name leads out of the pack, or too deep", where, "pack it again")
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            raise _refusal("a link or a device", where, "put the file itself")
        if entry.flag_bits & 1:
            raise _refusal("an encrypted entry", where, "pack it without a password")
        if entry.file_size > MOST_RATIO * max(entry.compress_size, 1024):
            raise _refusal("an entry unfolds to far more than it is", where, "pack it again")
        folded = entry.filename.casefold()
        if folded in seen:
            raise _refusal("a name is there twice, or differs in case only", where, "rename it")
        seen.add(folded)
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise _refusal(f"over {MOST_BYTES:,} bytes", "", "leave data out: it is not in the pack")


def _write(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, most: int) -> int:
    """Write one entry; return its size. What it announced is not believed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with packed.open(entry) as source, target.open("xb") as handle:
        while piece := source.read(_STEP):
            size += len(piece)
            if size > most:
                raise _refusal(f"over {MOST_BYTES:,} bytes", entry.filename, "leave data out")
            handle.write(piece)
    return size


def _refusal(message: str, where: str, remedy: str) -> Refusal:
    return Refusal("pack", message, where, remedy)
