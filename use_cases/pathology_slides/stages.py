"""From a slide file to its tiles and statistics: four stages whose results are kept and recalled.

``inspect`` (what the file says about itself), ``tissue`` (the mask, as a picture to look at),
``tiles`` (the table of tiles) and ``statistics`` (one row a tile, with those that could not be
read). A result is named by the slide's sha256, the settings, the code and the stage before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import pandas as pd

from workbench import digests
from workbench.data.stages import Stage
from workbench.imaging import features
from workbench.imaging.slide import Slide, open_slide
from workbench.imaging.tiles import TileSettings, iterate_tiles, tile_table
from workbench.imaging.tissue import TissueMask, TissueSettings, find_tissue

from .pace import Pace
from .params import Params


class SlideFile(NamedTuple):
    """One slide of a data set.

    Attributes:
        case: Its id in all tables.
        path: Absolute path.
        sha256: Digest of the file.
        mpp: Micrometres per pixel by the data set's own table, used where the file says nothing.
    """

    case: str
    path: Path
    sha256: str
    mpp: float | None = None


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
    """The stages over the slides of one cache folder.

    Args:
        params: Settings of the use case.
        cache_folder: Folder of all kept results.
    """

    def __init__(self, params: Params, cache_folder: Path) -> None:
        self.params = params
        self.settings = TileSettings(
            target_mpp=params.target_mpp,
            out_px=params.tile_px,
            overlap_px=params.overlap_px,
            min_tissue=params.min_tissue,
            max_tiles=params.max_tiles,
        )
        self.folder = cache_folder
        self.code = digests.of_code([Path(features.__file__).parent, Path(__file__).parent])
        tissue_settings, damage = (
            asdict(TissueSettings()),
            {"max_unreadable": params.max_unreadable},
        )
        self._inspect = Stage(cache_folder, "inspect", {"mpp": params.mpp}, self.code)
        self._tissue = Stage(cache_folder, "tissue", tissue_settings, self.code, self._inspect)
        self._tiles = Stage(cache_folder, "tiles", asdict(self.settings), self.code, self._tissue)
        self.statistics = Stage(cache_folder, "statistics", damage, self.code, self._tiles)
        self.pace = Pace()

    def run(self, slide: SlideFile, threads: int = 1) -> SlideResult:
        """Return the results for one slide, making what is not there yet.

        Args:
            slide: The slide.
            threads: Reading threads.

        Raises:
            SlideError: The slide cannot be used; the code says why.
        """
        item, source = slide.case, f"{slide.sha256} {slide.mpp}"
        with self._when_needed(slide) as opened:
            facts = self._inspect.json(item, source, lambda: _describe(opened()))
            tissue, found = self._find(item, source, opened)
            tiles = self._tiles.table(
                item, source, lambda: tile_table(opened(), tissue, self.settings)
            )
            table = self.statistics.table(
                item, source, lambda: self._measure(opened(), tiles, threads)
            )
        readable = table["readable"].to_numpy(dtype=bool)
        values = table[list(features.STATISTIC_NAMES)].to_numpy(dtype=np.float32)
        counts = {"tiles": int(readable.sum()), "unreadable_tiles": int((~readable).sum())}
        kept = tiles[readable].reset_index(drop=True)
        return SlideResult(facts | found | counts, kept, values[readable])

    def slide(self, slide: SlideFile) -> Slide:
        """Open a slide; its own mpp counts, then the stated one, then that of the table."""
        if self.params.mpp is None and slide.mpp is not None:
            return open_slide(slide.path, mpp=slide.mpp, mpp_source="manifest", slide_id=slide.case)
        return open_slide(slide.path, mpp=self.params.mpp, slide_id=slide.case)

    @contextmanager
    def _when_needed(self, slide: SlideFile) -> Iterator[Callable[[], Slide]]:
        """Give a function that opens the slide once: not at all when all results are recalled."""
        with ExitStack() as stack:
            yield cache(lambda: stack.enter_context(self.slide(slide)))

    def _find(
        self, item: str, source: str, opened: Callable[[], Slide]
    ) -> tuple[TissueMask, dict[str, Any]]:
        """Return the tissue of a slide and what is said about it."""
        look = cache(lambda: find_tissue(opened()))
        facts = self._tissue.json(item, source, lambda: _tissue_facts(look()))
        png = self._tissue.content(item, source, ".png", lambda: _picture_of(look()))
        picture: Any = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
        mask = TissueMask(
            mask=picture[..., 3] > 0,
            step=facts["step"],
            mpp=facts["mpp"],
            fraction=facts["fraction"],
            ink=facts["ink"],
            flags=tuple(facts["flags"]),
            overview=np.ascontiguousarray(picture[..., 2::-1]),
        )
        said = {"tissue_fraction": round(mask.fraction, 4), "flags": " ".join(mask.flags)}
        return mask, said

    def _measure(self, slide: Slide, tiles: pd.DataFrame, threads: int) -> pd.DataFrame:
        """Return the hand-made statistics of every tile, and which tiles could be read."""
        values = np.zeros((len(tiles), len(features.STATISTIC_NAMES)), np.float32)
        readable = np.zeros(len(tiles), dtype=bool)
        mpp = float(tiles["mpp"].iloc[0])
        damage = self.params.max_unreadable
        for part in iterate_tiles(slide, tiles, threads=threads, max_unreadable=damage):
            rows = slice(part.start, part.start + len(part.tiles))
            values[rows] = features.tile_statistics(part.tiles, mpp, threads=threads)
            readable[rows] = part.readable
        self.pace.add(len(tiles))
        table = pd.DataFrame(values, columns=list(features.STATISTIC_NAMES))
        table.insert(0, "readable", readable)
        return table


def _describe(slide: Slide) -> dict[str, Any]:
    """Return what a slide says about itself."""
    width, height = slide.dimensions
    return {
        "format": slide.format,
        "width": width,
        "height": height,
        "levels": len(slide.levels),
        "mpp": round(slide.mpp.value, 6),
        "mpp_source": slide.mpp.source,
    }


def _tissue_facts(tissue: TissueMask) -> dict[str, Any]:
    """Return what is known of a mask besides its pixels."""
    names = ("step", "mpp", "fraction", "ink")
    return {name: getattr(tissue, name) for name in names} | {"flags": list(tissue.flags)}


def _picture_of(tissue: TissueMask) -> bytes:
    """Return overview and mask as one PNG: what is no tissue is transparent."""
    alpha = np.where(tissue.mask, 255, 0).astype(np.uint8)
    _, png = cv2.imencode(".png", np.dstack([tissue.overview[..., ::-1], alpha]))
    return png.tobytes()
