"""Folders models are unpacked into: gone after the run, also where the runner was killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "workbench-model-"


@contextmanager
def scratch_folder(parent: Path | None) -> Iterator[Path]:
    """Give an empty folder for one run; remove those of runners that were killed.

    Its runner holds a lock on it, which the kernel drops with the process. A process id would say
    less: it may be another's by now, and means nothing in another process namespace.

    Args:
        parent: Where it is made; the system's folder for such things where None.
    """
    remove_left(parent)
    folder, lock = _locked_folder(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def remove_left(parent: Path | None) -> list[Path]:
    """Remove the folders nobody holds any more; return them.

    Only this user's own: in a shared folder others may have made something of such a name.
    """
    removed = []
    for folder in sorted(Path(parent or tempfile.gettempdir()).glob(f"{PREFIX}*")):
        with suppress(OSError):  # another runner removes it too, or it is a link or a file
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(lock).st_uid == os.geteuid():
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder)
                    removed.append(folder)
            finally:
                os.close(lock)
    return removed


def _locked_folder(parent: Path | None) -> tuple[Path, int]:
    """Return a new folder and its lock.

    Between the two another runner may take it for one that was left and remove it: then anew.
    """
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        with suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.exists():
                return folder, lock
            os.close(lock)
