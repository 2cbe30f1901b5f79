"""One corrupt tile costs one tile; a slide with too many is refused; nothing is painted white."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tifffile

from workbench.imaging.overview import read_overview
from workbench.imaging.slide import open_slide
from workbench.imaging.slide_error import SlideError
from workbench.imaging.tiles import read_tiles


def corrupt(source: Path, target: Path, tiles: list[int], level: int = 0) -> Path:
    """Copy a slide and wipe the start of some JPEG tiles of one level."""
    shutil.copy(source, target)
    with tifffile.TiffFile(source) as tiff:
        offsets = [tiff.pages[level].dataoffsets[tile] for tile in tiles]
    with target.open("r+b") as handle:
        for offset in offsets:
            handle.seek(offset)
            handle.write(b"\0" * 64)
    return target


def native_table(width: int = 3072, height: int = 2048) -> pd.DataFrame:
    """All 256-px tiles of level 0, in the order the file stores them."""
    places = [(x, y) for y in range(0, height, 256) for x in range(0, width, 256)]
    table = pd.DataFrame(places, columns=["x0", "y0"])
    return table.assign(size0=256, out_px=256, level=0)


@pytest.mark.parametrize("threads", [1, 4])
def test_exactly_the_corrupt_tile_is_lost(scene_slide: Path, tmp_path: Path, threads: int) -> None:
    path = corrupt(scene_slide, tmp_path / "a.svs", [41])
    with open_slide(scene_slide) as sound:
        expected, _ = read_tiles(sound, native_table())
    for _ in range(3):
        with open_slide(path) as slide:
            tiles, readable = read_tiles(slide, native_table(), threads=threads)
        assert np.flatnonzero(~readable).tolist() == [41]
        assert np.array_equal(tiles[readable], expected[readable])


def test_too_many_corrupt_tiles_refuse_the_slide(scene_slide: Path, tmp_path: Path) -> None:
    path = corrupt(scene_slide, tmp_path / "a.svs", list(range(0, 96, 8)))
    with open_slide(path) as slide:
        with pytest.raises(SlideError) as refusal:
            read_tiles(slide, native_table())
        assert refusal.value.code == "too-damaged"
        _, readable = read_tiles(slide, native_table(), max_unreadable=0.2)
        assert (~readable).sum() == 12


def test_the_handle_recovers_for_single_reads(scene_slide: Path, tmp_path: Path) -> None:
    with open_slide(corrupt(scene_slide, tmp_path / "a.svs", [0])) as slide:
        with pytest.raises(SlideError, match="unreadable-region"):
            slide.read(10, 10, 0, 20, 20)
        assert slide.read(300, 300, 0, 20, 20).shape == (20, 20, 3)


def test_overview_goes_around_damage_and_reports_its_share(
    scene_slide: Path, tmp_path: Path
) -> None:
    with open_slide(corrupt(scene_slide, tmp_path / "a.svs", [1], level=1)) as slide:
        overview = read_overview(slide, 4.0)
        lost = 256 * 256 / (768 * 512)
        assert lost <= overview.damaged <= 1.25 * lost
    with open_slide(scene_slide) as slide:
        sound = read_overview(slide, 4.0)
        assert sound.damaged == 0
    same = np.ones(sound.rgb.shape[:2], bool)
    same[:320, 192:576] = False
    assert np.array_equal(overview.rgb[same], sound.rgb[same])


def test_a_slide_file_that_vanishes_while_open_is_an_error_with_a_name(
    scene_slide: Path, tmp_path: Path
) -> None:
    path = corrupt(scene_slide, tmp_path / "a.svs", list(range(96)))
    with open_slide(path) as slide:
        path.unlink()
        with pytest.raises(SlideError):
            slide.read(0, 0, 0, 64, 64)
