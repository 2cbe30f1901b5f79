"""Cards made on the spot for loose files, a folder of slides or one CSV."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from workbench.data.card import DataCard, Field, FileSet, OptOut, Table
from workbench.data.manifest import list_files
from workbench.errors import DataError, Problem, did_you_mean

SLIDE_SUFFIXES = (
    "svs", "ndpi", "tif", "tiff", "dcm", "mrxs", "scn", "svslide", "bif", "vms", "vmu", "czi",
)  # fmt: skip


class Bundle(NamedTuple):
    """A data set found on disk: its card, its folder, and its files when the card is ad hoc."""

    card: DataCard
    folder: Path
    files: tuple[str, ...] | None


def card_of_folder(folder: Path) -> Bundle:
    """Return a card for all files under a folder.

    The file set ``slides`` holds those with a slide's suffix, ``files`` all of them. Whose files
    they are is not known: a file or folder named like an opted-out pseudonym is left out.

    Raises:
        DataError: The folder holds no file.
    """
    files = list_files(folder, "manifest.csv")
    if not files:
        raise DataError(
            "the folder holds no file", where=str(folder), remedy="name the folder with the data"
        )
    return Bundle(_loose_card(folder.resolve().name), folder, tuple(files))


def card_of_files(paths: Sequence[Path]) -> Bundle:
    """Return a card for loose files; paths are relative to the folder they have in common.

    Raises:
        DataError: A file is missing or named twice, or no file is named.
    """
    problems = [
        Problem("missing-file", "there is no such file", str(path), "check the path")
        for path in paths
        if not path.is_file()
    ]
    absolute = [path.absolute() for path in paths]
    problems += [
        Problem("repeated-file", "the file is named twice", str(path), "name it once")
        for path in sorted({path for path in absolute if absolute.count(path) > 1})
    ]
    if problems or not paths:
        raise DataError("no file is named" if not paths else "wrong files", problems=problems)
    folder = Path(os.path.commonpath([path.parent for path in absolute]))
    files = sorted(path.relative_to(folder).as_posix() for path in absolute)
    name = absolute[0].stem if len(absolute) == 1 else folder.name
    return Bundle(_loose_card(name), folder, tuple(files))


def card_of_csv(path: Path, person: str | None) -> Bundle:
    """Return a card for one CSV: every column is text, ``person`` names the person's pseudonym.

    Raises:
        DataError: The file cannot be read, or ``person`` is not one of its columns.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            header = next(csv.reader(handle), [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"the table cannot be read as CSV: {error}", where=str(path)) from error
    if person not in header:
        hint = did_you_mean(person or "", header) or f"columns: {', '.join(header)}"
        said = f"there is no column '{person}'" if person else "no person column is named"
        raise DataError(
            f"{said}; {hint}",
            where=str(path),
            remedy="say which column names the person (person=...), so that opt-outs can be "
            "applied, or write a data card",
        )
    fields = tuple(
        Field(name=name, type="string", role="person" if name == person else "other")
        for name in header
    )
    table = Table(name=_name(path.stem), path=path.name, key=(), fields=fields)
    card = _loose_card(path.stem).model_copy(
        update={"person_key": person, "tables": (table,), "files": ()}
    )
    return Bundle(card, path.parent, (path.name,))


def _loose_card(name: str) -> DataCard:
    """Return the card of files nobody described."""
    return DataCard(
        name=_name(name),
        version="ad-hoc",
        title=f"Loose files: {name}",
        licence="unknown",
        legal_basis="unknown",
        files=(
            FileSet(name="slides", pattern=f"**/*.{{{','.join(SLIDE_SUFFIXES)}}}"),
            FileSet(name="files", pattern="**/*"),
        ),
        opt_out=OptOut(few_matches_expected=True),
        ad_hoc=True,
    )


def _name(text: str) -> str:
    """Return ``text`` as a legal data set name."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("._-")
    return name or "files"
