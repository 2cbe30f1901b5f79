"""Writes the synthetic data set: slides, tables, truth and card; a killed synthesis goes on.

Each slide is drawn from its own seed sequence ``(seed, 1, number)``, so that its bytes depend
neither on the threads nor on the other slides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from workbench import data, digests, storage
from workbench.data.stages import Stage
from workbench.errors import DataError
from workbench.imaging.writing import write_slide

from .cohort import Plan, plan_cohort
from .data_card import data_card
from .render import Recipe, draw_slide
from .stains import CENTRES
from .truth import tables, truth_of

ABANDONED_S = 3600.0  # younger temporary files may be those of another run of a sweep
_THREADS = 2
_OWN_FOLDER = ".synthesis"  # left out of the manifest, as all dot files are


def synthesize(
    folder: Path,
    seed: int,
    *,
    n_slides: int,
    slide_px: int,
    mpp: float = 0.5,
    done: Callable[[], None] = lambda: None,
) -> Path:
    """Write the data set with known truth, or finish one that was begun with the same arguments.

    Args:
        folder: Where to; new, empty, or a data set begun here with the same arguments.
        seed: Seed of the data set, any non-negative integer. It is not written anywhere: for a
            hidden split, choose a large one and keep it secret.
        n_slides: Number of slides.
        slide_px: Side of a slide in pixels, a multiple of 256.
        mpp: Micrometres per pixel.
        done: Called once for each slide that is whole.

    Returns:
        Path of the data card.

    Raises:
        DataError: The folder holds something else, or cannot be written.
    """
    settings = [seed, n_slides, slide_px, mpp]
    code = digests.of_code([Path(__file__).parent])
    stage = Stage(folder / _OWN_FOLDER, digests.of_json([settings, code])[:12], settings, code)
    _refuse_other_content(folder, stage.folder)
    storage.remove_leftovers(folder, older_than_s=ABANDONED_S)

    def write() -> dict[str, str]:
        plans = plan_cohort(n_slides, CENTRES, seed)
        truths = _write_slides(folder, plans, seed, (slide_px, mpp), stage, done)
        for name, table in tables(plans, truths, mpp).items():
            text = table.to_csv(index=False, lineterminator="\n", float_format="%.6g")
            storage.write_text(folder / f"{name}.csv", text)
        data.write_card(data_card(), folder)
        return {name: digests.of_file(folder / name) for name in ("card.yaml", "manifest.csv")}

    def written(files: Mapping[str, str]) -> bool:
        return all(_is_whole(folder / name, digest) for name, digest in files.items())

    stage.json("data-set", "", write, sound=written)
    return folder / "card.yaml"


def _write_slides(
    folder: Path,
    plans: Sequence[Plan],
    seed: int,
    shape: tuple[int, float],
    stage: Stage,
    done: Callable[[], None],
) -> list[dict[str, Any]]:
    """Write all slides that are not whole yet; return what is true of each."""

    def one(number: int) -> dict[str, Any]:
        plan = plans[number]
        rng = np.random.default_rng([seed, 1, number])
        made: dict[str, Any] = stage.json(
            plan.case,
            str(number),
            lambda: _write_slide(folder, plan, shape, rng),
            sound=lambda known: _is_whole(folder / plan.file, known["sha256"]),
        )
        done()
        return made

    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(one, range(len(plans))))


def _write_slide(
    folder: Path, plan: Plan, shape: tuple[int, float], rng: np.random.Generator
) -> dict[str, Any]:
    """Draw and write one slide; return what is true of it, and the digest of its file."""
    size_px, mpp = shape
    drawn = draw_slide(Recipe(size_px, mpp, plan.label, plan.centre), rng)
    path = write_slide(
        folder / plan.file,
        drawn.rgb,
        mpp,
        style=plan.centre.style,
        quality=plan.centre.quality,
        factor=plan.centre.factor,
        workers=1,
    )
    return {"sha256": digests.of_file(path), **truth_of(drawn)}


def _is_whole(path: Path, sha256: str) -> bool:
    """Return whether a file is there with the content it was written with."""
    return path.is_file() and digests.of_file(path) == sha256


def _refuse_other_content(folder: Path, own: Path) -> None:
    """Refuse a folder that holds anything but this data set."""
    found = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
    others = [p.name for p in own.parent.iterdir() if p != own] if own.parent.is_dir() else []
    if (found and not own.parent.is_dir()) or others:
        what = (
            "a data set made with other settings, seed or code" if others else ", ".join(found[:5])
        )
        raise DataError(
            f"the folder holds {what}",
            where=str(folder),
            remedy="choose another folder, or delete this one",
        )
