"""Append to the audit chain and read it: durable, in order, by several processes at once."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.audit.heads import Head, Heads
from workbench.audit.places import heads_folder, home
from workbench.audit.record import read_link
from workbench.audit.tail import read_tail
from workbench.audit.verify import check_chain
from workbench.audit.writing import settle, write
from workbench.errors import DataError, Problem


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
                tail = settle(self.path, self.heads)
                line, _ = write(self.path, self.heads, event, tail)
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


def _lost(head: Head, where: str) -> Problem:
    """Return the problem of a log whose head is there and whose records are not."""
    return Problem(
        "log-removed",
        f"a log of {head.count} record(s) at {head.log} is missing; only its head is left",
        where,
        "restore the log from a backup; keep the head file as evidence of the loss",
    )
