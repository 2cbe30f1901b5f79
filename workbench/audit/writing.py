"""Write to the chain: settle what a crash left, refuse what a hand left, then add a record."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from workbench.audit.heads import NO_HEAD, Head, Heads, sync_folder
from workbench.audit.places import actor
from workbench.audit.record import START, Link, write_line
from workbench.audit.tail import Tail, read_tail
from workbench.errors import DataError

_REMEDY = (
    "run `workbench audit verify`; then restore the log from a backup, or move it aside and keep "
    "it as evidence: the next opening starts a new log and records the loss"
)


def settle(path: Path, heads: Heads) -> Tail:
    """Bring log and head together after a crash, and return where to write on.

    Call it, and :func:`write`, with the log's lock held.

    Raises:
        DataError: A crash cannot have left log and head like this.
    """
    head, tail = heads.read(), read_tail(path)
    if tail is None:
        return _start(path, heads, head)
    if tail.last is None:
        raise _refusal(path, "its last line was altered")
    head = head or heads.read_moved(tail.last) or NO_HEAD
    if head.count == 0 and tail.last.seq > 1:
        raise _refusal(path, f"its head is missing from {heads.folder}")
    _check_agreement(path, head, tail.last, bool(tail.torn))
    if tail.last.seq and (head.count, head.log) != (tail.last.seq, heads.log):
        heads.write(tail.last)
        heads.release(head)
    if tail.torn:
        torn = base64.b64encode(tail.torn).decode("ascii")
        return write(path, heads, {"action": "audit.torn-line-moved-aside", "torn": torn}, tail)[1]
    return tail


def write(path: Path, heads: Heads, event: Mapping[str, Any], tail: Tail) -> tuple[bytes, Tail]:
    """Write one record, then its head; both are on disk once this returns.

    A record that moves torn bytes aside is written over them: it holds them, so it is longer, and
    should it be torn itself, the next writer finds a torn line again.

    Returns:
        The line, and the log's new tail.

    Raises:
        OSError: The log or its head cannot be written; the log is left as it was.
    """
    line, link = write_line({"actor": actor(), **event}, tail.last or START)
    new = not path.exists()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _write_all(handle, line, tail)
        os.fdatasync(handle)
    finally:
        os.close(handle)
    if new:
        sync_folder(path.parent)
    heads.write(link)
    return line, Tail(link, b"", tail.end + len(line))


def _start(path: Path, heads: Heads, head: Head | None) -> Tail:
    """Return the tail of a new log, whose first record names an earlier one that is gone."""
    empty = Tail(START, b"", 0)
    if head is None:
        return empty
    heads.set_aside(head)
    lost = {"count": head.count, "hash": head.hash}
    return write(path, heads, {"action": "audit.log-missing", "lost": lost}, empty)[1]


def _check_agreement(path: Path, head: Head, last: Link, torn: bool) -> None:
    """Let pass what a crash leaves: a torn line after the head, or one record without its head.

    A writer settles the head before it writes, so a second record, or a torn line after the record
    that is ahead, was not left by a crash.
    """
    same = (last.seq, last.hash) == (head.count, head.hash)
    ahead = last.seq == head.count + 1 and last.prev == head.hash and not torn
    if same or ahead:
        return
    if last.seq < head.count:
        raise _refusal(path, f"it ends with record {last.seq}, its head counts {head.count}")
    raise _refusal(path, f"record {last.seq} does not follow from the head at {head.count}")


def _write_all(handle: int, line: bytes, tail: Tail) -> None:
    """Write ``line`` at the end of the intact records; on failure leave the file as it was."""
    written = 0
    try:
        while written < len(line):
            written += os.pwrite(handle, line[written:], tail.end + written)
    except OSError:
        with suppress(OSError):
            os.pwrite(handle, tail.torn, tail.end)
        with suppress(OSError):
            os.ftruncate(handle, tail.end + len(tail.torn))
        raise


def _refusal(path: Path, what: str) -> DataError:
    """Return the error for a log that a crash cannot have left like this."""
    message = f"the audit log was changed: {what}; no data opens"
    return DataError(message, where=str(path), remedy=_REMEDY)
