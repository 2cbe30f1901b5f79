"""Runs the stages over all slides of a data set; a bad slide is named and the others go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench import storage
from workbench.data import OpenedData
from workbench.imaging.features import STATISTIC_NAMES
from workbench.imaging.slide_error import SlideError
from workbench.learning.cases import Bag, Cases

from .counting import counting
from .encoders import Usable
from .listing import CLASSES, Listed, list_slides
from .params import Params
from .prepared import PreparedSlides
from .stages import SlideFile, SlideResult, SlideStages

if TYPE_CHECKING:
    from rich.progress import Progress

ABANDONED_S = 3600.0  # younger temporary files may be those of another run of a sweep
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
    listed = list_slides(data, limit)
    storage.remove_leftovers(cache, older_than_s=ABANDONED_S)
    stages = SlideStages(params, cache)
    slides = _files(listed.slides)
    with counting(progress, "Slides", len(slides)) as done:
        outcomes = _run_all(slides, stages, done)
    found = {slide.case: o for slide, o in outcomes.items() if isinstance(o, SlideResult)}
    refused = {slide.case: o for slide, o in outcomes.items() if isinstance(o, SlideError)}
    excluded = [*listed.excluded, *(_row(case, error) for case, error in refused.items())]
    facts = [{"case": s.case, "sha256": s.sha256} | found[s.case].facts for s in slides
             if s.case in found]  # fmt: skip
    columns = [name for name in KNOWN if name in listed.slides.columns]
    kept = listed.slides.loc[listed.slides["case"].isin(list(found)), columns]
    bags = {case: Bag(r.statistics, r.tiles[["x0", "y0"]].to_numpy()) for case, r in found.items()}
    return PreparedSlides(
        cases=Cases(kept, bags, "bags", CLASSES, STATISTIC_NAMES),
        excluded=pd.DataFrame(excluded, columns=["case", "reason", "message"]),
        flow=_flow(listed, data.opted_out, excluded, facts),
        slides=pd.DataFrame(facts, columns=None if facts else ["case", "sha256"]),
        usable={s.case: Usable(s, found[s.case].tiles) for s in slides if s.case in found},
        stages=stages,
    )


def _files(slides: pd.DataFrame) -> list[SlideFile]:
    """Return the slides as the stages take them."""
    stated = slides["mpp"] if "mpp" in slides else pd.Series(None, slides.index, dtype=float)
    return [
        SlideFile(str(case), Path(path), str(sha256), None if pd.isna(mpp) else float(mpp))
        for case, path, sha256, mpp in zip(
            slides["case"], slides["path"], slides["sha256"], stated, strict=True
        )
    ]


def _run_all(
    slides: Sequence[SlideFile], stages: SlideStages, done: Callable[[], None]
) -> dict[SlideFile, SlideResult | SlideError]:
    """Return what the stages found on each slide, or why it cannot be used, in order."""
    at_once = max(1, min(stages.params.threads, len(slides)))
    threads = max(1, stages.params.threads // at_once)

    def one(slide: SlideFile) -> SlideResult | SlideError:
        try:
            return stages.run(slide, threads)
        except SlideError as error:
            return error
        finally:
            done()

    stages.pace.begin()
    with ThreadPoolExecutor(at_once) as pool:
        return dict(zip(slides, pool.map(one, slides), strict=True))


def _flow(
    listed: Listed, opted_out: int, excluded: list[dict[str, str]], facts: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return what each step kept and left out, in order."""
    flow: list[dict[str, Any]] = [
        {"step": "persons who opted out", "kept": None, "excluded": opted_out, "reason": "opt-out"},
        {"step": "slides listed", "kept": listed.total, "excluded": 0, "reason": ""},
    ]
    left = listed.total
    unread = left - len(listed.slides) - len(listed.excluded)
    reasons = Counter(row["reason"] for row in excluded) + Counter({"trial-run": unread})
    for reason, count in sorted(reasons.items()):
        left -= count
        flow.append({"step": "slides", "kept": left, "excluded": count, "reason": reason})
    flow.append(
        {"step": "slides used", "kept": left, "excluded": listed.total - left, "reason": ""}
    )
    tiles = sum(row["tiles"] for row in facts)
    damaged = sum(row["unreadable_tiles"] for row in facts)
    reason = "unreadable" if damaged else ""
    return [*flow, {"step": "tiles", "kept": tiles, "excluded": damaged, "reason": reason}]


def _row(case: str, error: SlideError) -> dict[str, str]:
    """Return a refusal as a row: message and next step in one line, without the slide's folder."""
    remedy = f". Next: {error.remedy}" if error.remedy else ""
    return {"case": case, "reason": error.code, "message": f"{error.message}{remedy}"}
