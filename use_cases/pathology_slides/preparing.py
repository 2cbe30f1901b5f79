"""Runs the stages over all slides of a data set; a bad slide is named and the others go on."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.data import OpenedData
from workbench.imaging.features import STATISTIC_NAMES
from workbench.imaging.slide_error import SlideError
from workbench.learning.cases import Bag, Cases

from .encoders import Readable
from .listing import CLASSES, list_slides
from .params import Params
from .prepared import PreparedSlides
from .stages import SlideStages

if TYPE_CHECKING:
    from rich.progress import Progress

KNOWN = ("case", "person", "label", "centre", "split")


def prepare_slides(
    data: OpenedData,
    params: Params,
    cache: Path,
    progress: Progress | None = None,
    limit: int | None = None,
) -> PreparedSlides:
    """Make cases from the slides of an opened data set.

    Args:
        data: With a card (table ``slides``) or loose slides.
        params: Resolution, tile size, encoder.
        cache: Folder of kept stage results.
        progress: A live display to add a bar to.
        limit: Use at most this many slides.

    Raises:
        DataError: There is no slide, or one slide under two names.
    """
    slides, stages = list_slides(data, limit), SlideStages(params, cache)
    task = progress.add_task("Slides", total=len(slides)) if progress else None
    bags: dict[str, Bag] = {}
    readable: dict[str, Readable] = {}
    facts: list[dict[str, Any]] = []
    excluded: list[dict[str, str]] = []
    for row in slides.itertuples():
        try:
            found = stages.run(row.case, Path(row.path), row.sha256)
        except SlideError as error:
            excluded.append({"case": row.case, "reason": error.code, "message": _told(error)})
        else:
            coords = found.tiles[["x0", "y0"]].to_numpy()
            bags[row.case] = Bag(found.statistics, coords)
            readable[row.case] = Readable(row.case, Path(row.path), found.tiles)
            facts.append({"case": row.case, "sha256": row.sha256} | found.facts)
        if progress and task is not None:
            progress.advance(task)
    if progress and task is not None:
        progress.remove_task(task)
    columns = [name for name in KNOWN if name in slides.columns]
    kept = slides.loc[slides["case"].isin(list(bags)), columns]
    return PreparedSlides(
        cases=Cases(kept, bags, "bags", CLASSES, STATISTIC_NAMES),
        excluded=pd.DataFrame(excluded, columns=["case", "reason", "message"]),
        flow=_flow(len(slides), data.opted_out, excluded, facts),
        slides=pd.DataFrame(facts, columns=None if facts else ["case", "sha256"]),
        readable=readable,
        stages=stages,
    )


def _flow(
    listed: int, opted_out: int, excluded: list[dict[str, str]], facts: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return what each step kept and left out, in order."""
    flow: list[dict[str, Any]] = [
        {"step": "persons who opted out", "kept": None, "excluded": opted_out, "reason": "opt-out"},
        {"step": "slides listed", "kept": listed, "excluded": 0, "reason": ""},
    ]
    left = listed
    for reason, count in sorted(Counter(row["reason"] for row in excluded).items()):
        left -= count
        flow.append({"step": "slides", "kept": left, "excluded": count, "reason": reason})
    tiles = sum(row["tiles"] for row in facts)
    damaged = sum(row["unreadable_tiles"] for row in facts)
    flow.append({"step": "slides used", "kept": left, "excluded": listed - left, "reason": ""})
    reason = "unreadable" if damaged else ""
    return [*flow, {"step": "tiles", "kept": tiles, "excluded": damaged, "reason": reason}]


def _told(error: SlideError) -> str:
    """Return message and next step of a refusal in one line, without the slide's folder."""
    return f"{error.message}. Next: {error.remedy}" if error.remedy else error.message
