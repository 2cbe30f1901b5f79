"""Reads tiles in threads and keeps a ledger of the damaged ones."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.imaging.pyramid import Rgb
from workbench.imaging.slide import Slide
from workbench.imaging.slide_error import SlideError


class TileBatch(NamedTuple):
    """Consecutive rows of a tile table with their pixels.

    Attributes:
        start: Position of the first row.
        tiles: uint8 (n, out_px, out_px, 3); an unreadable tile is all zero and must be left out.
        readable: bool (n,).
    """

    start: int
    tiles: Rgb
    readable: NDArray[np.bool_]


def iterate_tiles(
    slide: Slide,
    table: pd.DataFrame,
    *,
    batch: int = 256,
    threads: int = 2,
    max_unreadable: float = 0.05,
) -> Iterator[TileBatch]:
    """Yield the tiles of a table in its order, reading one batch ahead of the caller.

    Args:
        slide: The open slide the table was made from.
        table: Rows of :func:`workbench.imaging.tiles.tile_table`.
        batch: Tiles in a batch.
        threads: Reading threads; they share the file, no process is started.
        max_unreadable: Largest share of damaged tiles, 0 to 1.

    Raises:
        SlideError: ``too-damaged`` as soon as more tiles than that have failed.
    """
    allowed = int(max_unreadable * len(table))
    starts = range(0, len(table), batch)
    failed = 0
    with ThreadPoolExecutor(threads) as pool:
        coming = _submit(pool, slide, table, 0, batch) if len(table) else []
        for start in starts:
            read = [future.result() for future in coming]
            failed += sum(tile is None for tile in read)
            if failed > allowed:
                raise _too_damaged(slide, failed, len(table), max_unreadable)
            coming = _submit(pool, slide, table, start + batch, batch)
            yield _stack(start, read, int(table["out_px"].iloc[start]))


def read_tiles(
    slide: Slide, table: pd.DataFrame, *, threads: int = 2, max_unreadable: float = 0.05
) -> tuple[Rgb, NDArray[np.bool_]]:
    """Return all tiles of a table at once; see :func:`iterate_tiles` for large tables.

    Returns:
        The tiles, uint8 (n, out_px, out_px, 3), and which of them are readable, bool (n,).

    Raises:
        SlideError: ``too-damaged``.
    """
    if not len(table):
        return np.zeros((0, 0, 0, 3), np.uint8), np.zeros(0, bool)
    out_px = int(table["out_px"].iloc[0])
    tiles = np.empty((len(table), out_px, out_px, 3), np.uint8)
    readable = np.empty(len(table), bool)
    for part in iterate_tiles(slide, table, threads=threads, max_unreadable=max_unreadable):
        rows = slice(part.start, part.start + len(part.tiles))
        tiles[rows], readable[rows] = part.tiles, part.readable
    return tiles, readable


def _submit(
    pool: ThreadPoolExecutor, slide: Slide, table: pd.DataFrame, start: int, batch: int
) -> list[Future[Rgb | None]]:
    """Start reading one batch."""
    part = table.iloc[start : start + batch]
    fields = (part[name].tolist() for name in ("x0", "y0", "size0", "out_px", "level"))
    return [pool.submit(_read_one, slide, *place) for place in zip(*fields, strict=True)]


def _read_one(slide: Slide, x0: int, y0: int, size0: int, out_px: int, level: int) -> Rgb | None:
    """Return one tile, or None when it is damaged."""
    try:
        return slide.read_at(x0, y0, size0, out_px, level=level)
    except SlideError:
        return None


def _stack(start: int, read: list[Rgb | None], out_px: int) -> TileBatch:
    """Return what was read as one array."""
    blank = np.zeros((out_px, out_px, 3), np.uint8)
    tiles = np.stack([blank if tile is None else tile for tile in read])
    return TileBatch(start, tiles, np.array([tile is not None for tile in read]))


def _too_damaged(slide: Slide, failed: int, total: int, most: float) -> SlideError:
    """Return the error for a slide with too many damaged tiles."""
    return SlideError(
        "too-damaged",
        f"at least {failed} of {total} tiles cannot be decoded, more than {most:.0%}",
        where=str(slide.path),
        remedy="copy the slide again from its source, or leave it out",
    )
