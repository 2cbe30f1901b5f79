"""The server's log: one JSON line a request. No label, no person, no token, no file name.

A line holds the route's pattern and never the address that was asked for, the kind of an error and
where in the code it arose and never its message: messages may quote what was sent, or what is
hidden.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

LOG = logging.getLogger("workbench.server")


class JsonLines(logging.Formatter):
    """Formats what :func:`note` logs as one JSON line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        fields: dict[str, Any] = getattr(record, "fields", {})
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        return json.dumps(head | fields, ensure_ascii=True, default=str)


def log_to_stderr() -> None:
    """Send the server's log to stderr, as JSON lines, and nothing else of other libraries."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    LOG.handlers, LOG.propagate = [handler], False
    LOG.setLevel(logging.INFO)
    for other in ("uvicorn", "sqlalchemy"):  # a database that goes away is told by its callers
        logging.getLogger(other).setLevel(logging.CRITICAL)


def note(event: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Log something that happened."""
    LOG.log(level, event, extra={"fields": fields})


def note_error(error: BaseException, **fields: Any) -> None:
    """Log an error by its kind and its place in the code."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = [f"{frame.filename.rpartition('/workbench/')[2]}:{frame.lineno}" for frame in frames]
    kind = type(error).__name__
    note("error", level=logging.ERROR, kind=kind, places=places, **fields)
