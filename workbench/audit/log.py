"""Append to the audit chain and read it: durable, in order, by several processes at once."""

from __future__ import annotations

import base64
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from workbench.audit.heads import NO_HEAD, Head, Heads, sync_folder
from workbench.audit.places import actor, heads_folder, home
from workbench.audit.record import START, read_link, write_line
from workbench.audit.tail import Tail, read_tail
from workbench.audit.verify import check_chain
from workbench.errors import DataError, Problem

_REMEDY = (
    "run `workbench audit verify`; then restore the log from a backup, or move it aside and keep "
    "it as evidence: the next opening starts a new log and records the loss"
)


class AuditLog:
    """One hash-chained log and its head.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> log = AuditLog(folder / "log.jsonl", folder / "heads")
    >>> log.append({"action": "data.open", "object": "demo"})["seq"]
    1
    >>> log.verify()
    []

    Args:
        path: The log file; made with its folder on the first append.
        heads: Folder of heads, on another disk or account where possible.
    """

    def __init__(self, path: Path | str, heads: Path | str) -> None:
        self.path = Path(path).absolute()
        self.heads = Heads(Path(heads).absolute(), self.path)

    @classmethod
    def default(cls) -> AuditLog:
        """Return the log of data openings: ``audit/log.jsonl`` under ``WORKBENCH_HOME``."""
        return cls(home() / "audit" / "log.jsonl", heads_folder())

    def append(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Write one record; it is on disk, and its head too, once this returns.

        Args:
            event: JSON values; ``actor`` is added when absent. Never a label or a hidden number.

        Returns:
            The record as written, with ``seq``, ``ts``, ``prev`` and ``hash``.

        Raises:
            DataError: The log or its head cannot be written, or they do not agree.
        """
        with self._explained():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._locked(fcntl.LOCK_EX):
                line, _ = self._write(event, self._settled())
        record: dict[str, Any] = json.loads(line)
        return record

    def verify(self) -> list[Problem]:
        """Return everything wrong with the log, by line number; empty when it is whole.

        Codes: ``altered``, ``removed``, ``reordered``, ``repeated``, ``cut``, ``rewritten``,
        ``ahead-of-head``, ``head-missing``, ``log-removed`` and ``torn-last-line`` (a crash, which
        the next append repairs).

        Raises:
            DataError: The log or its head exists and cannot be read.
        """
        with self._explained(), self._locked(fcntl.LOCK_SH):
            problems = [_lost(head, str(file)) for file, head in self.heads.lost()]
            head, tail = self.heads.read(), read_tail(self.path)
            if tail is None:
                return [*problems, _lost(head, str(self.path))] if head else problems
            if head is None and tail.last:
                head = self.heads.read_moved(tail.last)
            with self.path.open("rb") as lines:
                return problems + check_chain(lines, head, str(self.path))

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield the records in order, unverified; lines that cannot be read are left out."""
        if self.path.exists():
            with self.path.open("rb") as lines:
                for line in lines:
                    if read_link(line):
                        yield json.loads(line)

    def _settled(self) -> Tail:
        """Bring log and head together after a crash; refuse when a crash cannot explain them."""
        head, tail = self.heads.read(), read_tail(self.path)
        if tail is None:
            return self._started(head)
        if tail.last is None:
            raise self._refusal("its last line was altered")
        head = head or self.heads.read_moved(tail.last) or NO_HEAD
        if head.count == 0 and tail.last.seq > 1:
            raise self._refusal(f"its head is missing from {self.heads.folder}")
        self._check_agreement(head, tail)
        if tail.last.seq and (head.count, head.log) != (tail.last.seq, self.heads.log):
            self.heads.write(tail.last)
            self.heads.release(head)
        if tail.torn:
            torn = base64.b64encode(tail.torn).decode("ascii")
            return self._write({"action": "audit.torn-line-moved-aside", "torn": torn}, tail)[1]
        return tail

    def _started(self, head: Head | None) -> Tail:
        """Return the tail of a new log, whose first record names an earlier one that is gone."""
        empty = Tail(START, b"", 0)
        if head is None:
            return empty
        self.heads.set_aside(head)
        lost = {"count": head.count, "hash": head.hash}
        return self._write({"action": "audit.log-missing", "lost": lost}, empty)[1]

    def _check_agreement(self, head: Head, tail: Tail) -> None:
        """Let pass what a crash leaves: a torn line after the head, or one record without its head.

        A writer settles the head before it writes, so a second record, or a torn line after the
        record that is ahead, was not left by a crash.
        """
        last = tail.last or START
        same = (last.seq, last.hash) == (head.count, head.hash)
        ahead = last.seq == head.count + 1 and last.prev == head.hash and not tail.torn
        if same or ahead:
            return
        if last.seq < head.count:
            raise self._refusal(f"it ends with record {last.seq}, its head counts {head.count}")
        raise self._refusal(f"record {last.seq} does not follow from the head at {head.count}")

    def _write(self, event: Mapping[str, Any], tail: Tail) -> tuple[bytes, Tail]:
        """Write one record over the torn bytes, if any, then its head; return line and new tail."""
        line, link = write_line({"actor": actor(), **event}, tail.last or START)
        new = not self.path.exists()
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            _write_all(handle, line, tail)
            os.fdatasync(handle)
        finally:
            os.close(handle)
        if new:
            sync_folder(self.path.parent)
        self.heads.write(link)
        return line, Tail(link, b"", tail.end + len(line))

    @contextmanager
    def _locked(self, kind: int) -> Iterator[None]:
        """Hold the log's lock, shared to read or exclusive to write, across processes."""
        lock = self.path.with_name(self.path.name + ".lock")
        if kind == fcntl.LOCK_SH and not lock.exists():
            yield  # nobody ever wrote here, or the folder was copied to be checked
            return
        flags = os.O_RDONLY if kind == fcntl.LOCK_SH else os.O_RDWR | os.O_CREAT
        handle = os.open(lock, flags | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, kind)
            yield
        finally:
            os.close(handle)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn an operating-system error into one that says the log is in the way."""
        try:
            yield
        except OSError as error:
            raise DataError(
                f"the audit log cannot be read or written: {error.strerror or error}",
                where=str(error.filename or self.path),
                remedy="check that the folder is writable and the disk has room: without an audit "
                "line no data opens",
            ) from error

    def _refusal(self, what: str) -> DataError:
        """Return the error for a log that a crash cannot have left like this."""
        return DataError(
            f"the audit log was changed: {what}; no data opens",
            where=str(self.path),
            remedy=_REMEDY,
        )


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


def _lost(head: Head, where: str) -> Problem:
    """Return the problem of a log whose head is there and whose records are not."""
    return Problem(
        "log-removed",
        f"a log of {head.count} record(s) at {head.log} is missing; only its head is left",
        where,
        "restore the log from a backup; keep the head file as evidence of the loss",
    )
