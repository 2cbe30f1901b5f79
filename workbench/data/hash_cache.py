"""Remembers the sha256 of files that did not change, so that big data opens fast again."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from workbench.audit import home
from workbench.digests import of_file
from workbench.errors import DataError
from workbench.storage import write_text

# A file changed twice within one tick of the clock keeps its time: young files are not remembered.
_YOUNG_SECONDS = 2.0


def hash_files(paths: Iterable[Path]) -> dict[Path, str]:
    """Return the sha256 of each file, read again only where path, size, time or inode changed.

    Args:
        paths: Existing files.

    Raises:
        OSError: A file cannot be read.
    """
    file = home() / "cache" / "sha256.json"
    known = _load(file)
    stamps = {path: _stamp(path) for path in paths}
    found = {path: known[key] for path, (key, _) in stamps.items() if key in known}
    changed = [path for path in stamps if path not in found]
    if not changed:
        return found
    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
        found.update(zip(changed, pool.map(of_file, changed), strict=True))
    oldest = time.time() - _YOUNG_SECONDS
    settled = {
        key: found[path] for path, (key, changed_at) in stamps.items() if changed_at < oldest
    }
    if not settled.items() <= known.items():
        with suppress(DataError):  # a cache that cannot be written costs time, nothing else
            write_text(file, json.dumps({**known, **settled}, indent=0, sort_keys=True))
    return found


def _stamp(path: Path) -> tuple[str, float]:
    """Return the key a file is remembered by, and the time it was last changed."""
    state = path.stat()
    key = f"{path.absolute()}|{state.st_size}|{state.st_mtime_ns}|{state.st_ino}"
    return key, state.st_mtime


def _load(file: Path) -> dict[str, str]:
    """Return what is remembered; nothing when the cache is missing or broken."""
    try:
        known = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
