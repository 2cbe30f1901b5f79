"""Read the end of a log: its last intact record and any bytes a crash left after it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from workbench.audit.record import START, Link, read_link

_BLOCK = 1 << 16


class Tail(NamedTuple):
    """The end of a log.

    Attributes:
        last: Link of the last whole line; ``START`` when there is none, None when it was altered.
        torn: Bytes after the last line break: a record whose writer was stopped.
        end: Where the whole lines end, in bytes.
    """

    last: Link | None
    torn: bytes
    end: int


def read_tail(path: Path) -> Tail | None:
    """Return the end of the log at ``path``, or None when there is no file.

    Args:
        path: The log; only its last lines are read, however long it is.

    Raises:
        OSError: The file exists and cannot be read.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return None
    block, start = b"", size
    with path.open("rb") as handle:
        # Two line breaks bound the last whole line; the second may be the start of the file.
        while start > 0 and block.count(b"\n") < 2:
            start = max(0, start - max(_BLOCK, len(block)))
            handle.seek(start)
            block = handle.read(size - start)
    whole, line_break, torn = block.rpartition(b"\n")
    end = size - len(torn)
    if not line_break:
        return Tail(START, torn, end)
    last_line = whole.rpartition(b"\n")[2] + b"\n"
    return Tail(read_link(last_line), torn, end)
