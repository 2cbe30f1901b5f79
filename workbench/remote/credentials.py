"""Tokens by server, in a file only its owner can read; a token is never on a command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workbench import storage
from workbench.audit import home
from workbench.errors import DataError, UsageError

FILE = "credentials.json"


def path() -> Path:
    """Return where tokens are kept: ``credentials.json`` under ``WORKBENCH_HOME``."""
    return home() / FILE


def remember(origin: str, token: str) -> Path:
    """Keep a token for a server, which is from now on the one that is meant by default."""
    content = _read()
    content["tokens"][origin] = token
    return _write(content | {"default": origin})


def forget(origin: str) -> bool:
    """Forget a server's token; say whether there was one."""
    content = _read()
    known = content["tokens"].pop(origin, None) is not None
    if content["default"] == origin:
        content["default"] = None
    _write(content)
    return known


def token_for(origin: str) -> str | None:
    """Return the token kept for a server."""
    found: str | None = _read()["tokens"].get(origin)
    return found


def default_server() -> str | None:
    """Return the server of the last login."""
    found: str | None = _read()["default"]
    return found


def _read() -> dict[str, Any]:
    """Return what is kept.

    Raises:
        UsageError: Others can read the file.
        DataError: It is broken.
    """
    place = path()
    empty: dict[str, Any] = {"version": 1, "default": None, "tokens": {}}
    if not place.exists():
        return empty
    if place.stat().st_mode & 0o077:
        remedy = f"chmod 600 {place}; a token others may have read is to be revoked"
        raise UsageError("others can read the tokens", where=str(place), remedy=remedy)
    try:
        content = json.loads(place.read_text(encoding="utf-8"))
        content["tokens"].items(), content["default"]
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        remedy = "remove it and log in again: workbench login URL"
        raise DataError("cannot read the tokens", where=str(place), remedy=remedy) from error
    known: dict[str, Any] = empty | content
    return known


def _write(content: dict[str, Any]) -> Path:
    text = json.dumps(content, indent=2, sort_keys=True) + "\n"
    return storage.write_bytes(path(), text.encode(), mode=0o600)
