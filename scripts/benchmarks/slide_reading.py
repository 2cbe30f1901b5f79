"""Tiles a CPU second: our reader beside a plain OpenSlide loop and MONAI's WSIReader.

The same tiles of the same slide are read in turns in one run; CPU seconds count, since wall time
depends on what else the machine does. Also prints the CPU seconds of tissue search and tile table.

    OMP_NUM_THREADS=1 python scripts/benchmarks/slide_reading.py [--slide FILE] [--mpp 0.5]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import openslide
import pandas as pd

from workbench.imaging.slide import Slide, open_slide
from workbench.imaging.tiles import TileSettings, read_tiles, tile_table
from workbench.imaging.tissue import find_tissue
from workbench.imaging.writing import write_slide

SIDE_PX, ROUNDS, TILES = 20_480, 3, 300


def mosaic() -> np.ndarray:
    """A slide-sized image: blocks of noisy tissue on a third of the glass."""
    rng = np.random.default_rng(0)
    block = rng.normal((205, 130, 175), 25, (512, 512, 3))
    block = cv2.GaussianBlur(block, (0, 0), 1.2) + rng.normal(0, 4, block.shape)
    tissue = np.clip(block, 0, 255).astype(np.uint8)
    rgb = np.full((SIDE_PX, SIDE_PX, 3), 243, np.uint8)
    for y in range(2048, 14_336, 512):
        for x in range(2048, 14_336, 512):
            rgb[y : y + 512, x : x + 512] = tissue
    return rgb


def ours(slide: Slide, table: pd.DataFrame) -> np.ndarray:
    return read_tiles(slide, table)[0]


def openslide_loop(slide: Slide, table: pd.DataFrame) -> np.ndarray:
    handle = openslide.OpenSlide(slide.path)
    tiles = []
    for row in table.itertuples():
        side = round(row.size0 / slide.levels[row.level].downsample)
        region = handle.read_region((row.x0, row.y0), row.level, (side, side)).convert("RGB")
        tiles.append(
            np.asarray(region.resize((row.out_px, row.out_px)) if side != row.out_px else region)
        )
    return np.stack(tiles)


def monai_reader(slide: Slide, table: pd.DataFrame) -> np.ndarray:
    from monai.data import WSIReader

    reader = WSIReader("openslide", level=0)
    wsi = reader.read(slide.path)
    tiles = []
    for row in table.itertuples():
        side = round(row.size0 / slide.levels[row.level].downsample)
        image, _ = reader.get_data(wsi, (row.y0, row.x0), (side, side), row.level)
        tile = np.moveaxis(image, 0, -1)
        if side != row.out_px:
            tile = cv2.resize(tile, (row.out_px, row.out_px), interpolation=cv2.INTER_AREA)
        tiles.append(tile)
    return np.stack(tiles)


def compare(slide: Slide, settings: TileSettings) -> None:
    """Print tiles a CPU second of the three readers and how they relate."""
    table = tile_table(slide, find_tissue(slide), settings).head(TILES)
    readers: dict[str, Callable[[Slide, pd.DataFrame], np.ndarray]] = {
        "workbench read_tiles": ours,
        "openslide read_region loop": openslide_loop,
        "MONAI WSIReader(openslide)": monai_reader,
    }
    best = dict.fromkeys(readers, float("inf"))
    for _ in range(ROUNDS):
        for name, read in readers.items():
            started = time.process_time()
            read(slide, table)
            best[name] = min(best[name], time.process_time() - started)
    size0, level = table[["size0", "level"]].iloc[0]
    print(f"\n{len(table)} tiles, {size0} -> {settings.out_px} px, level {level}")
    for name, seconds in best.items():
        ratio = seconds / best["workbench read_tiles"]
        print(f"  {name:28s}{len(table) / seconds:8.0f} tiles/CPU s   {ratio:5.2f} x our time")


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slide", type=Path)
    parser.add_argument("--mpp", type=float)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = given.slide or write_slide(Path(folder) / "bench.svs", mosaic(), 0.25, quality=80)
        with open_slide(path, mpp=given.mpp) as slide:
            own = slide.mpp.value
            started = time.process_time()
            tissue = find_tissue(slide)
            found = time.process_time()
            tile_table(slide, tissue, TileSettings(own, 256))
            print(f"{slide.dimensions[0]}x{slide.dimensions[1]} px, {tissue.fraction:.0%} tissue")
            print(
                f"tissue {found - started:.3f} CPU s, table {time.process_time() - found:.3f} CPU s"
            )
            compare(slide, TileSettings(own, 256))
            compare(slide, TileSettings(own, 256, overlap_px=128))
            compare(slide, TileSettings(2 * own, 256))


if __name__ == "__main__":
    main()
