"""Files are written aside, then renamed: a reader never meets a half-written one."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from workbench.errors import DataError

_FORMULA = frozenset("=+-@")
_BEFORE_FORMULA = frozenset("\t\r")


def write_bytes(path: Path | str, content: bytes, mode: int | None = None) -> Path:
    """Write ``content`` to ``path`` in one step, durable once this returns.

    Args:
        path: Target file; missing parent folders are made.
        content: The bytes to write.
        mode: Who may read it, ``0o600`` for a secret; by the process's mask where not given.

    Returns:
        The path written.

    Raises:
        DataError: The folder is read-only or the disk is full; no partial file is left.
    """
    path = Path(path)
    with writing(path, mode) as aside, aside.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    return path


def copy_file(source: Path | str, target: Path | str) -> Path:
    """Copy a file in one step; see :func:`write_bytes`.

    Raises:
        DataError: The source is absent, or the target cannot be written.
    """
    source = Path(source)
    if not source.is_file():
        raise DataError("there is no such file", where=str(source))
    with writing(target) as aside:
        shutil.copyfile(source, aside)
    return Path(target)


def write_text(path: Path | str, text: str) -> Path:
    """Write ``text`` as UTF-8 in one step; see :func:`write_bytes`."""
    return write_bytes(path, text.encode("utf-8"))


def write_json(path: Path | str, value: Any) -> Path:
    """Write ``value`` as indented JSON with sorted keys; see :func:`write_bytes`."""
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return write_text(path, text + "\n")


@contextmanager
def writing(path: Path | str, mode: int | None = None) -> Iterator[Path]:
    """Give a temporary file beside ``path``; rename it to ``path`` when the block succeeds.

    Raises:
        DataError: The folder is read-only, the disk is full, or ``path`` is a device or a pipe; the
            temporary file is removed.
    """
    path = Path(path)
    if path.exists() and not path.is_file() and not path.is_dir():  # renamed over, it would be lost
        raise DataError(
            "cannot write: a device or pipe stands there", where=str(path), remedy="name a file"
        )
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            prefix=f".{path.name}.", suffix=f".part{path.suffix}", dir=path.parent
        )
        os.close(handle)
        aside = Path(name)
        aside.chmod(0o666 & ~_umask() if mode is None else mode)
        try:
            yield aside
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)


@contextmanager
def writing_folder(path: Path | str) -> Iterator[Path]:
    """Give a temporary folder beside ``path``; put it in the place of ``path`` on success.

    Raises:
        DataError: The folder is read-only or the disk is full; the temporary folder is removed.
    """
    path = Path(path)
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent))
        aside.chmod(0o777 & ~_umask())
        try:
            yield aside
            if path.exists():
                shutil.rmtree(path)
            aside.replace(path)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def file_name(text: str) -> str:
    """Return ``text`` as a harmless file name: an id from a table must not name another folder.

    >>> file_name("S0001"), file_name("../../etc/x y")
    ('S0001', '_.._etc_x_y')
    """
    return re.sub(r"[^A-Za-z0-9._-]", "_", text).lstrip(".")[:120] or "_"


def csv_cell(value: object) -> object:
    """Return a value that a spreadsheet shows and does not compute.

    A text that would be read as a formula gets an apostrophe before it (OWASP, CSV injection), also
    where spaces or a full-width sign hide the start; numbers stay numbers.

    >>> csv_cell("=HYPERLINK(1)"), csv_cell("Équipe 7"), csv_cell(-0.5)
    ("'=HYPERLINK(1)", 'Équipe 7', -0.5)
    """
    if not isinstance(value, str):
        return value
    start = unicodedata.normalize("NFKC", value.lstrip())[:1]
    return f"'{value}" if start in _FORMULA or value[:1] in _BEFORE_FORMULA else value


def remove_leftovers(folder: Path, older_than_s: float = 0.0) -> int:
    """Remove temporary files a killed process left under ``folder``; return how many.

    Args:
        folder: Searched with all its folders.
        older_than_s: Spare what was changed within so many seconds: in a folder that several
            processes share, it may be another one's work in progress.
    """
    removed = 0
    for leftover in [*folder.rglob(".*.part"), *folder.rglob(".*.part.*")]:
        with suppress(FileNotFoundError):
            if time.time() - leftover.stat().st_mtime < older_than_s:
                continue
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink()
            removed += 1
    return removed


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn an operating-system error while writing ``path`` into a named one."""
    try:
        yield
    except OSError as error:
        raise DataError(
            f"cannot write: {error.strerror or error}",
            where=str(path),
            remedy="check that the folder is writable and the disk has room, then run again",
        ) from error


def _umask() -> int:
    """Return the process's file mode mask."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
