"""Opens the files scoring reads: regular files of a sensible size, never through a side door."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath

from workbench.errors import DataError

MOST_SENT = 256 * 2**20
"""Largest file that is read, in bytes."""


def read_file(path: Path | str, most: int | None = MOST_SENT) -> bytes:
    """Return the bytes of a regular file; a symbolic link to one is followed.

    Args:
        path: The file.
        most: Most bytes to read; None for no limit.

    Raises:
        DataError: The file is absent, unreadable, too large, or no regular file (a pipe or a device
            would never end).
    """
    return _read(str(path), None, os.O_RDONLY, most)


def read_within(folder: Path | str, name: str, most: int | None = MOST_SENT) -> bytes:
    """Return the bytes of a file inside a folder that others may have written to.

    Neither the file nor a folder on the way may be a link, the file has one name only, lies on the
    folder's own file system, and does not change while it is read.

    Args:
        folder: The folder; it may itself be reached by a link.
        name: Relative name of the file, with ``/`` between its parts.
        most: Most bytes to read; None for no limit.

    Raises:
        DataError: One of these does not hold.
    """
    parts = PurePosixPath(name).parts
    where = f"{folder}/{name}"
    if not parts or PurePosixPath(name).is_absolute() or ".." in parts:
        raise DataError("the name leads out of the folder", where=where)
    place = _open(str(folder), None, os.O_RDONLY | os.O_DIRECTORY, where)
    try:
        home = os.fstat(place).st_dev
        for part in parts[:-1]:
            inner = _open(part, place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, where)
            os.close(place)
            place = inner
        return _read(parts[-1], place, os.O_RDONLY | os.O_NOFOLLOW, most, where, home)
    finally:
        os.close(place)


def _read(
    name: str,
    place: int | None,
    flags: int,
    most: int | None,
    where: str = "",
    home: int | None = None,
) -> bytes:
    """Open, look at what was opened, then read it."""
    where = where or name
    handle = _open(name, place, flags | os.O_NONBLOCK, where)
    try:
        before = os.fstat(handle)
        _check_kind(before, where, home)
        if most is not None and before.st_size > most:
            raise _too_large(where, before.st_size, most)
        with os.fdopen(handle, "rb", closefd=False) as file:
            content = file.read() if most is None else file.read(most + 1)
        after = os.fstat(handle)
    finally:
        os.close(handle)
    if most is not None and len(content) > most:
        raise _too_large(where, len(content), most)
    if home is not None and (
        (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)
        or len(content) != after.st_size
    ):
        raise DataError("the file changed while it was read", where=where, remedy="read it again")
    return content


def _open(name: str, place: int | None, flags: int, where: str) -> int:
    """Open a file or folder; a link that may not be followed is named as such."""
    try:
        return os.open(name, flags | os.O_CLOEXEC, dir_fd=place)
    except OSError as error:
        if flags & os.O_NOFOLLOW and _is_link(name, place):
            raise DataError(
                "a symbolic link is not followed here", where=where, remedy="put the file itself"
            ) from error
        raise DataError(
            f"cannot read: {error.strerror}", where=where, remedy="check the path"
        ) from error
    except ValueError as error:
        raise DataError(f"cannot read: {error}", where=where, remedy="check the path") from error


def _is_link(name: str, place: int | None) -> bool:
    """Say whether a name is a symbolic link."""
    try:
        return stat.S_ISLNK(os.stat(name, dir_fd=place, follow_symlinks=False).st_mode)
    except OSError:
        return False


def _check_kind(found: os.stat_result, where: str, home: int | None) -> None:
    """Refuse folders, pipes and devices, and inside a folder what has a second name elsewhere."""
    if stat.S_ISDIR(found.st_mode):
        raise DataError("cannot read: Is a directory", where=where, remedy="give a file")
    if not stat.S_ISREG(found.st_mode):
        raise DataError("this is no regular file", where=where, remedy="give a plain file")
    if home is not None and found.st_nlink > 1:
        message = "the file has a second name (hard link) and could be changed through it"
        raise DataError(message, where=where, remedy="copy the file")
    if home is not None and found.st_dev != home:
        message = "the file lies on another file system than its folder"
        raise DataError(message, where=where, remedy="copy the file")


def _too_large(where: str, size: int, most: int) -> DataError:
    """Return the error of a file over the limit."""
    return DataError(
        f"the file is too large: over {most:,} bytes"
        if size <= most + 1
        else f"the file is too large: {size:,} bytes, at most {most:,} are read",
        where=where,
        remedy="leave out what is not asked for",
    )
