"""Heatmaps: the right place, the right colour, and a legend."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from workbench.errors import UsageError
from workbench.imaging.heatmap import draw_heatmap, overlay, write_heatmap
from workbench.imaging.slide import open_slide
from workbench.imaging.tiles import TileSettings, tile_table
from workbench.imaging.tissue import find_tissue


def brightness(rgb: np.ndarray) -> float:
    return float(rgb.astype(float).mean())


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame({"x0": [0, 100, 200], "y0": [0, 0, 100], "size0": 100})


def test_colours_lie_where_the_tiles_lie(table: pd.DataFrame) -> None:
    glass = np.full((40, 60, 3), 200, np.uint8)
    picture = overlay(glass, table, [0.2, 0.1, 0.9], step=5.0)
    low, lowest, high = picture[0:20, 0:20], picture[0:20, 20:40], picture[20:40, 40:60]
    for area in (low, lowest, high):
        assert (area == area[0, 0]).all()
    assert brightness(lowest) < brightness(low) < brightness(high)
    rest = picture.copy()
    rest[0:20, 0:40], rest[20:40, 40:60] = 200, 200
    assert (rest == 200).all()


def test_neighbouring_tiles_leave_no_gap(table: pd.DataFrame) -> None:
    """Edges are rounded once for both neighbours, whatever the scale."""
    places = [(x, y) for y in range(0, 1000, 100) for x in range(0, 1000, 100)]
    grid = pd.DataFrame(places, columns=["x0", "y0"]).assign(size0=100)
    for step in (3.3, 7.7, 13.0):
        side = int(1000 / step)
        picture = overlay(np.full((side, side, 3), 200, np.uint8), grid, np.ones(100), step=step)
        assert (picture == picture[0, 0]).all()


def test_attention_shows_ranks_and_probability_shows_values(table: pd.DataFrame) -> None:
    glass = np.full((40, 60, 3), 200, np.uint8)
    small = overlay(glass, table, [1e-6, 2e-6, 3e-6], step=5.0)
    assert np.array_equal(small, overlay(glass, table, [0.1, 0.5, 0.9], step=5.0))
    probable = overlay(glass, table, [0.5, 0.5, 0.5], step=5.0, kind="probability")
    assert np.array_equal(probable[0, 0], probable[30, 50])


def test_unreadable_tiles_stay_uncoloured_and_overlaps_are_averaged(table: pd.DataFrame) -> None:
    glass = np.full((40, 60, 3), 200, np.uint8)
    picture = overlay(glass, table, [0.1, np.nan, 0.9], step=5.0)
    assert (picture[0:20, 20:40] == 200).all()
    stacked = pd.DataFrame({"x0": [0, 0], "y0": [0, 0], "size0": 100})
    both = overlay(glass, stacked, [0.0, 1.0], step=5.0, kind="probability")
    middle = overlay(glass, stacked, [0.5, 0.5], step=5.0, kind="probability")
    assert np.array_equal(both, middle)


def test_wrong_scores_are_named(table: pd.DataFrame) -> None:
    glass = np.full((40, 60, 3), 200, np.uint8)
    with pytest.raises(UsageError, match="one score a tile"):
        overlay(glass, table, [0.1], step=5.0)
    with pytest.raises(UsageError, match=r"0\.\.1"):
        overlay(glass, table, [0.1, 0.2, 1.5], step=5.0, kind="probability")


def test_a_png_of_a_slide_with_legend(scene_slide: Path, tmp_path: Path) -> None:
    with open_slide(scene_slide) as slide:
        tiles = tile_table(slide, find_tissue(slide), TileSettings(0.5, 256))
        scores = np.linspace(0, 1, len(tiles))
        path = write_heatmap(tmp_path / "a.png", slide, tiles, scores, max_px=600)
        again = write_heatmap(tmp_path / "b.png", slide, tiles, scores, max_px=600)
        bare = draw_heatmap(slide, tiles, scores, max_px=600)
    picture = np.asarray(Image.open(path))
    assert path.read_bytes() == again.read_bytes()
    assert np.array_equal(picture, bare)
    assert picture.shape == (400, 600 + 110, 3)
    legend = picture[:, 600:]
    assert len(np.unique(legend[34:154, 15].reshape(-1, 3), axis=0)) > 60
    assert (legend == 0).all(axis=2).any()


def test_one_tile_has_a_colour(scene_slide: Path) -> None:
    with open_slide(scene_slide) as slide:
        tiles = tile_table(slide, find_tissue(slide), TileSettings(0.5, 256)).iloc[:1]
        assert draw_heatmap(slide, tiles, [0.3]).shape[2] == 3
