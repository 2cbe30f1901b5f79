"""Heads: the count and last hash of a log, kept in another folder than the log itself.

A head file holds two slots that are written in turn, then the log's path. A slot is written in
place and is smaller than a disk sector: one sync makes it durable, and should a power cut tear it,
the other slot still holds the head before it, which is what a crash leaves anyway.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.audit.record import GENESIS, Link
from workbench.digests import of_bytes
from workbench.errors import DataError
from workbench.storage import write_bytes

_SLOT_BYTES = 128


@dataclass(frozen=True)
class Head:
    """How many records a log held, the hash of the last one, and the log's path."""

    count: int
    hash: str
    log: str


NO_HEAD = Head(0, GENESIS, "")


class Heads:
    """The head of one log, as a small file in the folder of heads.

    Args:
        folder: Folder of heads; made when missing.
        log: The log's path. Its head is found by this path, so that a removed log shows.
    """

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder = folder
        self.log = str(log.resolve())  # one head, by whatever link the log is reached
        self.name = f"{log.stem}-{of_bytes(self.log.encode())[:16]}"
        self.file = folder / f"{self.name}.head"

    def read(self) -> Head | None:
        """Return the head, or None when there is none.

        Raises:
            DataError: The head file cannot be read or is no head.
        """
        return _read(self.file)

    def write(self, link: Link) -> None:
        """Keep ``link`` as the head, durable once this returns.

        Raises:
            DataError: The folder of heads cannot be written.
            OSError: The head file cannot be written.
        """
        slot = _slot(link)
        try:
            handle = os.open(self.file, os.O_WRONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            write_bytes(self.file, slot + slot + json.dumps({"log": self.log}).encode() + b"\n")
            sync_folder(self.folder)
            return
        try:
            os.pwrite(handle, slot, _SLOT_BYTES * (link.seq % 2))
            os.fdatasync(handle)
        finally:
            os.close(handle)

    def check_writable(self) -> None:
        """Refuse before anything is recorded where the head could not be kept afterwards.

        Raises:
            OSError: The head file, or the folder a new one would stand in, cannot be written.
        """
        try:
            os.close(os.open(self.file, os.O_WRONLY | os.O_CLOEXEC))
        except FileNotFoundError:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not os.access(self.folder, os.W_OK | os.X_OK):
                raise PermissionError(
                    errno.EACCES, os.strerror(errno.EACCES), str(self.folder)
                ) from None

    def read_moved(self, last: Link) -> Head | None:
        """Return the head of a log that was moved or copied here with its folder, or None.

        The log's own last record proves it: some head must name exactly that record.
        """
        for file in sorted(self.folder.glob("*.head")):
            head = _read(file)
            if head and (head.count, head.hash) == (last.seq, last.hash):
                return head
        return None

    def release(self, head: Head) -> None:
        """Remove the head a moved log left under its old path, where there is no log any more."""
        if head.log != self.log and not Path(head.log).exists():
            Heads(self.folder, Path(head.log)).file.unlink(missing_ok=True)

    def set_aside(self, head: Head) -> None:
        """Keep the head of a log that is gone, as evidence, and free its place."""
        self.file.replace(self.folder / f"{self.name}.lost-{head.hash[:12]}")
        sync_folder(self.folder)

    def lost(self) -> Iterator[tuple[Path, Head]]:
        """Yield the heads of earlier logs at this path that went missing."""
        for file in sorted(self.folder.glob(f"{self.name}.lost-*")):
            head = _read(file)
            if head:
                yield file, head


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` durable: else a power cut may bring the old file back."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _slot(link: Link) -> bytes:
    """Return one slot: count, hash and a check sum, padded to a fixed size with a line break."""
    text = f"{link.seq} {link.hash}"
    return f"{text} {of_bytes(text.encode())[:16]}".ljust(_SLOT_BYTES - 1).encode() + b"\n"


def _read_slot(slot: bytes) -> tuple[int, str] | None:
    """Return count and hash of a slot, or None when it was torn."""
    words = slot.split()
    if len(words) != 3 or of_bytes(b" ".join(words[:2]))[:16].encode() != words[2]:
        return None
    return int(words[0]), words[1].decode("ascii")


def _read(file: Path) -> Head | None:
    """Return the head in ``file``, or None when the file does not exist."""
    try:
        content = file.read_bytes()
        slots = (content[:_SLOT_BYTES], content[_SLOT_BYTES : 2 * _SLOT_BYTES])
        count, last = max(found for found in map(_read_slot, slots) if found)
        return Head(count, last, str(json.loads(content[2 * _SLOT_BYTES :])["log"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"the head of the audit log cannot be read: {error}",
            where=str(file),
            remedy="restore the file from a backup, or move it and the log aside (keep both)",
        ) from error
