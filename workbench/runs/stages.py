"""Parts of a long step on disk: each is seen to be done, and a killed run does none twice."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from rich.progress import Progress

from workbench import storage
from workbench.methods.survival.stages import Tables, Works
from workbench.runs.folder import RunFolder

STAGES = "stages"


def kept_tables(
    run: RunFolder, step: str, progress: Progress
) -> Callable[[Works], dict[str, Tables]]:
    """Return what does the parts of a step: those on disk are read, others worked out and kept.

    Every part goes by the disk, so that a run that was killed ends in the bytes of one that was
    not. The folder of parts goes when the run is finished (:func:`clear`).

    Args:
        run: Whose step it is.
        step: Its name, shown beside the bar.
        progress: The display.
    """

    def do(works: Works) -> dict[str, Tables]:
        task = progress.add_task(step, total=len(works))
        found = {}
        for place, (name, work) in enumerate(works.items()):
            progress.update(task, description=f"{step}: {name}")
            part = run.path / STAGES / storage.file_name(step) / f"{place:03d}"
            found[name] = _kept(part, work) if run.writes else work()
            progress.advance(task)
        progress.remove_task(task)
        return found

    return do


def clear(run: RunFolder) -> None:
    """Take the stages away: what may be kept stands in the artefacts."""
    shutil.rmtree(run.path / STAGES, ignore_errors=True)


def _kept(part: Path, work: Callable[[], Tables]) -> Tables:
    """Return the tables of one part, from its folder where it was done before."""
    if not part.is_dir():
        with storage.writing_folder(part) as aside:
            for name, table in work().items():
                table.to_parquet(aside / f"{name}.parquet", index=False)
    return {path.stem: pd.read_parquet(path) for path in sorted(part.glob("*.parquet"))}
