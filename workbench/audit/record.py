"""The line format of the audit chain.

``{"seq":1,"ts":"...", <the event's own keys>, "prev":"<64 hex>","hash":"<64 hex>"}``

``hash`` is the sha256 of every byte of the line before ``,"hash"``: a check needs no JSON parser,
and no byte of a line is left uncovered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

GENESIS = "0" * 64
RESERVED = ("seq", "ts", "prev", "hash")

_SEQ = b'{"seq":'
_PREV, _PREV_BYTES = b',"prev":"', len(b',"prev":"') + 64 + len(b'"')
_HASH, _HASH_BYTES = b',"hash":"', len(b',"hash":"') + 64 + len(b'"}\n')


class Link(NamedTuple):
    """What chains one record to the next: its number (from 1), the hash before it, its own hash."""

    seq: int
    prev: str
    hash: str


START = Link(0, "", GENESIS)


def write_line(event: Mapping[str, Any], after: Link, ts: str | None = None) -> tuple[bytes, Link]:
    """Return the line that records ``event`` after the record ``after``, and its link.

    >>> line, link = write_line({"action": "test"}, START)
    >>> read_link(line) == link, link.seq, link.prev == GENESIS
    (True, 1, True)

    Args:
        event: JSON values under keys other than seq, ts, prev and hash.
        after: Link of the record before; ``START`` for the first.
        ts: Time of the record, UTC; now when not given.

    Raises:
        ValueError: The event uses a reserved key or holds a value JSON has no form for.
    """
    taken = [key for key in RESERVED if key in event]
    if taken:
        raise ValueError(f"an event cannot set {', '.join(taken)}")
    body = {"seq": after.seq + 1, "ts": ts or timestamp(datetime.now(UTC)), **event}
    body["prev"] = after.hash
    text = json.dumps(body, separators=(",", ":"), allow_nan=False)
    covered = text[:-1].encode("ascii")
    digest = hashlib.sha256(covered).hexdigest()
    line = covered + _HASH + digest.encode("ascii") + b'"}\n'
    return line, Link(after.seq + 1, after.hash, digest)


def hash_of_next(line: bytes, after: Link) -> str | None:
    """Return the hash of an intact line that continues ``after``, or None: the quick way along.

    >>> line, link = write_line({"action": "test"}, START)
    >>> hash_of_next(line, START) == link.hash, hash_of_next(line, link)
    (True, None)
    """
    digest = hashlib.sha256(line[:-_HASH_BYTES]).hexdigest()
    end = f',"prev":"{after.hash}","hash":"{digest}"}}\n'
    start = f'{{"seq":{after.seq + 1},'
    whole = line.endswith(end.encode("ascii")) and line.startswith(start.encode("ascii"))
    return digest if whole else None


def timestamp(moment: datetime) -> str:
    """Return a moment as the log writes it: UTC, microseconds, Z.

    >>> timestamp(datetime(2026, 1, 2, tzinfo=UTC))
    '2026-01-02T00:00:00.000000Z'
    """
    text = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return text.replace("+00:00", "Z")


def read_link(line: bytes) -> Link | None:
    """Return the link of an intact line, or None when a byte of it was changed.

    >>> line, _ = write_line({"action": "test"}, START)
    >>> read_link(line.replace(b"test", b"text")) is None
    True
    """
    digest = hashlib.sha256(line[:-_HASH_BYTES]).hexdigest()
    if line[-_HASH_BYTES:] != b'%b%b"}\n' % (_HASH, digest.encode("ascii")):
        return None
    prev = line[-_HASH_BYTES - _PREV_BYTES : -_HASH_BYTES]
    seq = line[len(_SEQ) : line.find(b",")]
    if not (line.startswith(_SEQ) and prev.startswith(_PREV) and seq.isdigit()):
        return None
    return Link(int(seq), prev[len(_PREV) : -1].decode("ascii", "replace"), digest)
