"""From a slide file to its tiles and features: stages whose results are kept and recalled."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from workbench import digests
from workbench.data.stages import Stage
from workbench.imaging import features, tissue
from workbench.imaging.slide import Slide, open_slide
from workbench.imaging.tiles import TileSettings, iterate_tiles, tile_table

from .params import Params


class SlideResult(NamedTuple):
    """What the stages found on one slide.

    Attributes:
        facts: Format, size, mpp and its provenance, share of tissue, flags, tiles.
        tiles: The tile table, readable tiles only.
        statistics: float32 (n_tiles, n_statistics).
    """

    facts: dict[str, Any]
    tiles: pd.DataFrame
    statistics: np.ndarray


class SlideStages:
    """The stages inspect, tiles and statistics over the slides of one cache folder.

    Args:
        params: Settings of the use case.
        cache: Folder of all kept results.
    """

    def __init__(self, params: Params, cache: Path) -> None:
        self.params = params
        self.settings = TileSettings(
            target_mpp=params.target_mpp,
            out_px=params.tile_px,
            overlap_px=params.overlap_px,
            min_tissue=params.min_tissue,
            max_tiles=params.max_tiles,
        )
        code = digests.of_code([Path(features.__file__).parent])
        self._inspect = Stage(cache, "inspect", {"mpp": params.mpp}, code)
        self._tiles = Stage(cache, "tiles", asdict(self.settings), code, after=self._inspect)
        self._statistics = Stage(cache, "statistics", {}, code, after=self._tiles)

    def run(self, case: str, path: Path, sha256: str) -> SlideResult:
        """Return the results for one slide, making what is not there yet.

        Raises:
            SlideError: The slide cannot be used; the code says why.
        """
        facts = self._inspect.json(case, sha256, lambda: self._look(case, path))
        tiles = self._tiles.table(case, sha256, lambda: self._cut(case, path))
        found = self._statistics.table(case, sha256, lambda: self._measure(case, path, tiles))
        readable = found["readable"].to_numpy(dtype=bool)
        values = found[list(features.STATISTIC_NAMES)].to_numpy(dtype=np.float32)
        facts = facts | {"tiles": int(readable.sum()), "unreadable_tiles": int((~readable).sum())}
        return SlideResult(facts, tiles[readable].reset_index(drop=True), values[readable])

    def open(self, case: str, path: Path) -> Slide:
        """Open a slide with the stated mpp, if any."""
        return open_slide(path, mpp=self.params.mpp, slide_id=case)

    def _look(self, case: str, path: Path) -> dict[str, Any]:
        """Return what a slide says about itself, and how much tissue it holds."""
        with self.open(case, path) as slide:
            found = tissue.find_tissue(slide)
            width, height = slide.dimensions
            return {
                "format": slide.format,
                "width": width,
                "height": height,
                "levels": len(slide.levels),
                "mpp": round(slide.mpp.value, 6),
                "mpp_source": slide.mpp.source,
                "tissue_fraction": round(found.fraction, 4),
                "flags": " ".join(found.flags),
            }

    def _cut(self, case: str, path: Path) -> pd.DataFrame:
        """Return the tile table of a slide."""
        with self.open(case, path) as slide:
            return tile_table(slide, tissue.find_tissue(slide), self.settings)

    def _measure(self, case: str, path: Path, tiles: pd.DataFrame) -> pd.DataFrame:
        """Return the hand-made statistics of every tile, and which tiles could be read."""
        mpp, threads = float(tiles["mpp"].iloc[0]), self.params.threads
        values = np.zeros((len(tiles), len(features.STATISTIC_NAMES)), np.float32)
        readable = np.zeros(len(tiles), dtype=bool)
        with self.open(case, path) as slide:
            for part in iterate_tiles(slide, tiles, threads=threads):
                rows = slice(part.start, part.start + len(part.tiles))
                values[rows] = features.tile_statistics(part.tiles, mpp, threads=threads)
                readable[rows] = part.readable
        table = pd.DataFrame(values, columns=list(features.STATISTIC_NAMES))
        table.insert(0, "readable", readable)
        return table
