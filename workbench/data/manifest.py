"""The manifest: name, size and sha256 of every file of a data set, checked on every opening."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from workbench.data.card_file import CARD_NAME
from workbench.data.hash_cache import hash_files
from workbench.errors import DataError, Problem
from workbench.storage import write_text

HEADER = ("file", "bytes", "sha256")
_REMEDY = "restore the file; if the change is meant, raise the version and write the manifest anew"


class Entry(NamedTuple):
    """One file: path relative to the data set (forward slashes), size in bytes, sha256."""

    file: str
    bytes: int
    sha256: str


def list_files(folder: Path, manifest: str) -> list[str]:
    """Return the files of a data set, sorted; card, manifest and dot files are left out.

    Raises:
        DataError: A link leads to a folder or nowhere: its files would be missing in silence.
    """
    paths = [
        path
        for path in folder.rglob("*")
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    problems = [
        Problem("link", "the link leads to a folder or nowhere", str(path), "link single files")
        for path in sorted(paths)
        if path.is_symlink() and not path.is_file()
    ]
    if problems:
        raise DataError("links cannot be followed", where=str(folder), problems=problems)
    found = {path.relative_to(folder).as_posix() for path in paths if path.is_file()}
    return sorted(found - {CARD_NAME, manifest})


def compute_manifest(folder: Path, files: Iterable[str]) -> list[Entry]:
    """Return the manifest of these files as they are now, sorted by name.

    Raises:
        DataError: A file cannot be read.
    """
    paths = {name: folder / name for name in sorted(files)}
    try:
        hashes = hash_files(paths.values())
        return [Entry(name, path.stat().st_size, hashes[path]) for name, path in paths.items()]
    except OSError as error:
        message = f"a file cannot be read: {error.strerror or error}"
        raise DataError(message, where=str(error.filename or folder)) from error


def write_manifest(folder: Path, manifest: str = "manifest.csv") -> Path:
    """Write the manifest of all files in ``folder`` and return its path."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(HEADER)
    rows.writerows(compute_manifest(folder, list_files(folder, manifest)))
    return write_text(folder / manifest, text.getvalue())


def load_manifest(path: Path) -> list[Entry]:
    """Read a manifest file.

    Raises:
        DataError: It is missing, or no CSV with the columns file, bytes and sha256.
    """
    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            f"the manifest cannot be read: {error}",
            where=str(path),
            remedy="write it with workbench.data.write_card, which also writes the manifest",
        ) from error
    if not rows or tuple(rows[0]) != HEADER:
        raise DataError(f"the manifest's header is not {','.join(HEADER)}", where=str(path))
    try:
        return [Entry(file, int(size), sha256) for file, size, sha256 in rows[1:]]
    except ValueError as error:
        raise DataError(f"the manifest has a broken row: {error}", where=str(path)) from error


def check_manifest(folder: Path, manifest: str) -> tuple[list[Entry], list[Problem]]:
    """Compare the files in ``folder`` with the manifest.

    Returns:
        The manifest's entries, and a problem for each file that changed, is missing or is extra.

    Raises:
        DataError: The manifest or a file cannot be read.
    """
    stated = {entry.file: entry for entry in load_manifest(folder / manifest)}
    present = list_files(folder, manifest)
    actual = {e.file: e for e in compute_manifest(folder, set(present) & set(stated))}
    problems = []
    for name in sorted(stated.keys() | set(present)):
        where = str(folder / name)
        if name not in stated:
            message = "the file is not in the manifest"
            problems.append(Problem("extra-file", message, where, "remove it or list it"))
        elif name not in actual:
            message = "the manifest lists this file, but it is missing"
            problems.append(Problem("missing-file", message, where, _REMEDY))
        elif actual[name] != stated[name]:
            message = (
                f"the file changed: {actual[name].bytes} bytes, sha256 {actual[name].sha256[:12]}; "
                f"the manifest says {stated[name].bytes} bytes, sha256 {stated[name].sha256[:12]}"
            )
            problems.append(Problem("changed-file", message, where, _REMEDY))
    return list(stated.values()), problems
