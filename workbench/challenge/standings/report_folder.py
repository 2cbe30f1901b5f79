"""The folder of a published report: written in one step, and read without trust in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench import storage
from workbench.challenge.standings.report import MANIFEST, SCHEMA
from workbench.digests import of_bytes
from workbench.errors import DataError, Problem, UsageError

GET_IT_AGAIN = "get the report again from whoever published it"


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds something else: it is replaced as a whole.

    Raises:
        UsageError: It is not empty and no earlier report.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        known = json.loads((folder / MANIFEST).read_bytes()).get("schema") == SCHEMA
    except (OSError, ValueError, AttributeError):
        known = False
    if not known:
        raise UsageError("the folder is not empty", where=str(folder), remedy="name a new folder")


def write_report(folder: Path, files: dict[str, bytes]) -> None:
    """Write the report in one step."""
    with storage.writing_folder(folder) as aside:
        for name, content in files.items():
            storage.write_bytes(aside / name, content)


def read_manifest(folder: Path) -> tuple[bytes, dict[str, Any]]:
    """Read the manifest of a report: its bytes, and what they say.

    Raises:
        DataError: There is none, or it is not one of a report.
    """
    try:
        content = (folder / MANIFEST).read_bytes()
        stated = json.loads(content)
        if stated["schema"] != SCHEMA:
            raise ValueError(f"schema {stated['schema']!r}, expected {SCHEMA!r}")
        texts = (*stated["files"].values(), stated["challenge"], stated["head"]["hash"])
        if not all(isinstance(value, str) for value in texts):
            raise ValueError("its values are not text")
        if type(stated["head"]["seq"]) is not int:
            raise ValueError("the number of its head is none")
    except OSError as error:
        remedy = "name the folder `workbench challenge close --publish` wrote"
        raise DataError(
            f"no report: {error.strerror}", where=str(folder / MANIFEST), remedy=remedy
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"the manifest is not one of a report: {error}"
        raise DataError(message, where=str(folder / MANIFEST), remedy=GET_IT_AGAIN) from error
    return content, stated


def read_files(
    folder: Path, stated: Mapping[str, str], problems: list[Problem]
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a report by name; note what is missing, changed or too much."""
    present = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or not path.is_dir()
    }
    if (folder / MANIFEST).is_symlink():
        problems.append(Problem("file-changed", "a link, not a file", MANIFEST, GET_IT_AGAIN))
    for name in sorted(set(stated) - set(present)):
        problems.append(Problem("file-missing", "the file is missing", name, GET_IT_AGAIN))
    for name in sorted(set(present) - set(stated) - {MANIFEST}):
        problems.append(Problem("file-added", "no part of the report", name, "remove it"))
    for name in sorted(set(present) & set(stated)):
        if present[name].is_symlink() or not present[name].is_file():
            problems.append(Problem("file-changed", "a link, not a file", name, GET_IT_AGAIN))
            continue
        content = present[name].read_bytes()
        if of_bytes(content) != stated[name]:
            problems.append(Problem("file-changed", "its digest differs", name, GET_IT_AGAIN))
        yield name, content
