"""Which slides an opened data set holds, whose they are and what is known about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from workbench.data import OpenedData, find_duplicates
from workbench.errors import DataError, Problem

CLASSES = ("benign", "low", "high", "invasive")


class Listed(NamedTuple):
    """The slides of a data set.

    Attributes:
        slides: One row a slide: case, person, file, path, sha256, and label, centre, split, mpp
            where the data set's table says so.
        excluded: Slides left out before any was opened: case, reason, message.
        total: How many slides there are.
    """

    slides: pd.DataFrame
    excluded: list[dict[str, str]]
    total: int


def list_slides(data: OpenedData, limit: int | None = None) -> Listed:
    """List the slides of an opened data set.

    With a data card the table ``slides`` says so. Loose files have no card: each file is then a
    case of its own, and its name stands for the unknown person.

    Args:
        data: The opened data set. Opened to train, slides without a label or of another split than
            ``train`` are left out.
        limit: List at most this many slides, the classes in turn.

    Raises:
        DataError: No slide at all, two slides with the same content, or one name for two slides.
    """
    files = data.files("slides")[["file", "path", "sha256"]]
    names = {table.name for table in data.card.tables}
    listed = data.table("slides") if "slides" in names else _loose(files)
    slides = listed.merge(files, on="file", how="inner").sort_values("case", ignore_index=True)
    _check(slides, str(data.folder))
    total = len(slides)
    training = data.opening.get("purpose") == "train"
    excluded = list(_unfit_to_train(slides)) if training else []
    out = [row["case"] for row in excluded]
    slides = slides[~slides["case"].isin(out)].reset_index(drop=True)
    return Listed(slides if limit is None else _some(slides, limit), excluded, total)


def _check(slides: pd.DataFrame, where: str) -> None:
    """Refuse a data set without slides, and slides that cannot be told apart."""
    if not len(slides):
        raise DataError(
            "there is no slide in this data",
            where=where,
            remedy="name slide files (SVS, NDPI, tiled TIFF, DICOM) or a folder that holds some",
        )
    problems = find_duplicates(slides[["file", "sha256"]])
    problems += [
        Problem("duplicate-case", f"several slides are called '{case}'", file, "rename one")
        for case, file in slides.loc[slides["case"].duplicated(), ["case", "file"]].to_numpy()
    ]
    if problems:
        raise DataError(
            "the same slide is there twice, or two slides have one name",
            where=where,
            problems=problems,
            remedy="keep one of each: copies would stand on both sides of a split",
        )


def _unfit_to_train(slides: pd.DataFrame) -> Iterator[dict[str, str]]:
    """Yield the slides no model may learn from, with the reason."""
    splits = set(slides["split"].dropna()) if "split" in slides else set()
    for row in slides.to_dict("records"):
        reason = message = ""
        if "train" in splits and row["split"] != "train":
            reason, message = "other-split", f"the slide belongs to the split '{row['split']}'"
        elif "label" in slides and pd.isna(row["label"]):
            reason, message = "no-label", "the table of slides gives no label"
        if reason:
            yield {"case": row["case"], "reason": reason, "message": message}


def _some(slides: pd.DataFrame, limit: int) -> pd.DataFrame:
    """Return at most ``limit`` slides: the first of each class, then the second of each..."""
    turn = slides.groupby("label").cumcount() if "label" in slides else slides.index.to_series()
    chosen = turn.sort_values(kind="stable").index[:limit]
    return slides.loc[chosen].sort_values("case", ignore_index=True)


def _loose(files: pd.DataFrame) -> pd.DataFrame:
    """Return the table of slides nobody described: named by their files.

    Two files that differ in their ending only keep it, so that they stay two cases.
    """
    plain = files["file"].str.replace("/", "_")
    short = plain.str.replace(r"\.[^.]+$", "", regex=True)
    names = short.where(~short.duplicated(keep=False), plain)
    return pd.DataFrame({"case": names, "person": names, "file": files["file"]})
