"""Remembers the sha256 of files that did not change, so that big data opens fast again."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from workbench.audit import home
from workbench.digests import of_file
from workbench.errors import DataError
from workbench.storage import write_text

_log = logging.getLogger(__name__)

# A file changed twice within one tick of the clock keeps its time: young files are not remembered.
_YOUNG_SECONDS = 2.0


def hash_files(paths: Iterable[Path]) -> dict[Path, str]:
    """Return the sha256 of each file, read again only where size, time or inode changed.

    Args:
        paths: Existing files.

    Raises:
        OSError: A file cannot be read.
    """
    memory = home() / "cache" / "sha256.json"
    known = _load(memory)
    stamps = {path: _stamp(path) for path in paths}
    found = {
        path: str(known[str(path)][-1])
        for path, stamp in stamps.items()
        if known.get(str(path), [])[:-1] == stamp
    }
    changed = [path for path in stamps if path not in found]
    if not changed:
        return found
    _log.info("reading %d file(s) for their sha256", len(changed))
    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
        found.update(zip(changed, pool.map(of_file, changed), strict=True))
    settled = time.time_ns() - int(_YOUNG_SECONDS * 1e9)
    fresh = {str(p): [*stamps[p], found[p]] for p in changed if stamps[p][1] < settled}
    if fresh:
        with suppress(DataError):  # a cache that cannot be written costs time, nothing else
            write_text(memory, json.dumps({**known, **fresh}, indent=0, sort_keys=True))
    return found


def _stamp(path: Path) -> list[int]:
    """Return what changes with a file: size, time of the last change in ns, inode."""
    state = path.stat()
    return [state.st_size, state.st_mtime_ns, state.st_ino]


def _load(memory: Path) -> dict[str, list[Any]]:
    """Return what is remembered by path; nothing when the cache is missing or broken."""
    try:
        known = json.loads(memory.read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
