"""Which slides an opened data set holds, whose they are and what is known about them."""

from __future__ import annotations

import pandas as pd

from workbench.data import OpenedData
from workbench.data.split_checks import find_duplicates
from workbench.errors import DataError

CLASSES = ("benign", "low", "high", "invasive")


def list_slides(data: OpenedData, limit: int | None = None) -> pd.DataFrame:
    """Return one row a slide: case, person, file, path, sha256, and label, centre, split if known.

    With a data card the table ``slides`` says so. Loose files have no card: each file is then a
    case of its own, and its name stands for the unknown person.

    Args:
        data: The opened data set.
        limit: List at most this many slides, the classes in turn.

    Raises:
        DataError: No slide at all, two slides with the same content, or one name for two slides.
    """
    files = data.files("slides")[["file", "path", "sha256"]]
    names = {table.name for table in data.card.tables}
    listed = data.table("slides") if "slides" in names else _loose(files)
    slides = listed.merge(files, on="file", how="inner").sort_values("case", ignore_index=True)
    if not len(slides):
        raise DataError(
            "there is no slide in this data",
            where=str(data.folder),
            remedy="name slide files (SVS, NDPI, tiled TIFF, DICOM) or a folder that holds some",
        )
    problems = find_duplicates(slides[["file", "sha256"]])
    if problems:
        raise DataError(
            "the same slide is there under several names",
            where=str(data.folder),
            problems=problems,
            remedy="keep one of each: copies would stand on both sides of a split",
        )
    twice = sorted(slides["case"][slides["case"].duplicated()])
    if twice:
        raise DataError(f"several slides are called {', '.join(twice)}", where=str(data.folder))
    return slides if limit is None else _some(slides, limit)


def _some(slides: pd.DataFrame, limit: int) -> pd.DataFrame:
    """Return at most ``limit`` slides: the first of each class, then the second of each..."""
    turn = slides.groupby("label").cumcount() if "label" in slides else slides.index.to_series()
    chosen = turn.sort_values(kind="stable").index[:limit]
    return slides.loc[chosen].sort_values("case", ignore_index=True)


def _loose(files: pd.DataFrame) -> pd.DataFrame:
    """Return the table of slides nobody described: named by their files."""
    names = files["file"].str.replace(r"\.[^./]+$", "", regex=True).str.replace("/", "_")
    return pd.DataFrame({"case": names, "person": names, "file": files["file"]})
