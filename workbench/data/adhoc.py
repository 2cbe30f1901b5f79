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
    """Return a card for loose files; their names are relative to the folder they have in common.

    Args:
        paths: Files, and folders that stand for all files in them.

    Raises:
        DataError: A path does not exist, a file is named twice, or there is no file at all.
    """
    problems = [
        Problem("missing-file", "there is no such file or folder", str(path), "check the path")
        for path in paths
        if not path.exists()
    ]
    found = [file.absolute() for path in paths for file in _files_in(path)]
    problems += [
        Problem("repeated-file", "the file is named twice", str(path), "name it once")
        for path in sorted({path for path in found if found.count(path) > 1})
    ]
    if problems or not found:
        message = "the files cannot be opened" if problems else "no file is named"
        raise DataError(message, problems=problems, remedy="name slides, or a folder of slides")
    folder = Path(os.path.commonpath([path.parent for path in found]))
    files = sorted(path.relative_to(folder).as_posix() for path in found)
    return Bundle(
        _loose_card(found[0].stem if len(found) == 1 else folder.name), folder, tuple(files)
    )


def _files_in(path: Path) -> list[Path]:
    """Return the file itself, or all files of a folder."""
    if path.is_dir():
        return [path / name for name in list_files(path, "manifest.csv")]
    return [path]


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
            remedy="say which column names the person (person=..., of a run use_case.person=...), "
            "so that opt-outs can be applied, or write a data card",
        )
    fields = tuple(
        Field(name=name, type="string", role="person" if name == person else "other")
        for name in header
    )
    table = Table(name=_name(path.stem), path=path.name, key=(), fields=fields)
    card = _loose_card(path.stem, person_key=person, tables=(table,))
    return Bundle(card, path.parent, (path.name,))


def _loose_card(
    name: str, person_key: str | None = None, tables: tuple[Table, ...] = ()
) -> DataCard:
    """Return the card of files nobody described."""
    slides = FileSet(name="slides", pattern=f"**/*.{{{','.join(SLIDE_SUFFIXES)}}}")
    return DataCard(
        name=_name(name),
        version="ad-hoc",
        title=f"Loose files: {name}",
        licence="unknown",
        legal_basis="unknown",
        person_key=person_key,
        tables=tables,
        files=() if tables else (slides, FileSet(name="files", pattern="**/*")),
        opt_out=OptOut(few_matches_expected=True),
        ad_hoc=True,
    )


def _name(text: str) -> str:
    """Return ``text`` as a legal data set name."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("._-")
    return name or "files"
