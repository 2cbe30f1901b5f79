"""The tile table: geometry, choice and refusals, independent of what reads the pixels."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import UsageError
from workbench.imaging.mpp import Mpp
from workbench.imaging.slide import Level, Slide, open_slide
from workbench.imaging.slide_error import SlideError
from workbench.imaging.tiles import COLUMNS, TileSettings, iterate_tiles, read_tiles, tile_table
from workbench.imaging.tissue import TissueMask, find_tissue


def bare_slide(
    width: int, height: int, mpp: float, downsamples: tuple[float, ...] = (1.0,)
) -> Slide:
    """A slide that has geometry but no pixels: a table must not need any."""
    levels = tuple(Level(int(width // d), int(height // d), d) for d in downsamples)
    return Slide(Path("bare.svs"), "bare", "aperio", levels, Mpp(mpp, "property"), reader=None)  # type: ignore[arg-type]


def full_mask(width: int, height: int, step: float = 16.0) -> TissueMask:
    shape = (int(np.ceil(height / step)), int(np.ceil(width / step)))
    blank = np.zeros((*shape, 3), np.uint8)
    return TissueMask(np.ones(shape, bool), step, 8.0, 1.0, {}, (), blank)


def test_the_table_of_a_scene(scene_slide: Path) -> None:
    with open_slide(scene_slide) as slide:
        table = tile_table(slide, find_tissue(slide), TileSettings(0.5, 256))
    assert tuple(table.columns) == COLUMNS
    assert len(table) == 24  # the tissue, x 512..2048 and y 512..1536, is 6 x 4 tiles
    assert (table[["x0", "y0"]].min().tolist(), table["x0"].max()) == ([512, 512], 1792)
    assert (table["tissue_fraction"] > 0.9).all()
    assert table["tile"].tolist() == sorted(table["y0"] // 256 * 12 + table["x0"] // 256)
    assert table.attrs["counts"] == {"grid": 96, "tissue": 24, "kept": 24}
    assert table[["size0", "level", "mpp", "mpp_source"]].iloc[0].tolist() == [
        256,
        0,
        0.5,
        "property",
    ]


@settings(max_examples=60, deadline=None)
@given(
    width=st.integers(300, 9000),
    height=st.integers(300, 9000),
    mpp=st.floats(0.2, 0.55),
    out_px=st.sampled_from([64, 128, 224, 256]),
    overlap=st.integers(0, 32),
)
def test_tiles_lie_inside_on_a_regular_grid(
    width: int, height: int, mpp: float, out_px: int, overlap: int
) -> None:
    slide = bare_slide(width, height, mpp, (1.0, 4.0, 16.0))
    wanted = TileSettings(0.5, out_px, overlap)
    try:
        table = tile_table(slide, full_mask(width, height), wanted)
    except SlideError as refusal:
        assert refusal.code == "no-tiles"
        assert min(width, height) < round(out_px * 0.5 / mpp) + 1
        return
    size0 = int(table["size0"].iloc[0])
    assert (table["x0"] >= 0).all()
    assert (table["x0"] + size0 <= width).all()
    assert (table["y0"] + size0 <= height).all()
    assert table["tile"].is_unique
    assert (table["tissue_fraction"] > 0.999).all()
    assert size0 == pytest.approx(out_px * 0.5 / mpp, rel=0.03, abs=1)
    assert table["mpp"].iloc[0] == pytest.approx(mpp * size0 / out_px)
    steps = np.diff(np.unique(table["x0"]))
    assert len(np.unique(steps)) <= 1


def test_a_near_native_resolution_is_taken_as_it_is() -> None:
    slide = bare_slide(4000, 4000, 0.499, (1.0, 4.0))
    table = tile_table(slide, full_mask(4000, 4000), TileSettings(0.5, 256))
    assert table["size0"].iloc[0] == 256
    assert table["mpp"].iloc[0] == 0.499
    exact = tile_table(slide, full_mask(4000, 4000), TileSettings(0.5, 256, snap=0.0))
    assert exact["size0"].iloc[0] == 257


@pytest.mark.parametrize(("mpp", "level"), [(0.5, 0), (0.25, 0), (0.125, 1), (0.03125, 2)])
def test_the_best_level_is_named(mpp: float, level: int) -> None:
    slide = bare_slide(20_000, 20_000, mpp, (1.0, 4.0, 16.0))
    table = tile_table(slide, full_mask(20_000, 20_000, 64.0), TileSettings(0.5, 128))
    assert (table["level"] == level).all()


def test_enlarging_by_more_than_a_tenth_is_refused(shared_data: Path) -> None:
    path = shared_data / "slides/multiframe_camelyon_challenge_image.dcm"
    with open_slide(path) as slide, pytest.raises(SlideError) as refusal:
        tile_table(slide, find_tissue(slide), TileSettings(0.5, 128))
    assert refusal.value.code == "too-coarse"
    almost = bare_slide(2000, 2000, 0.54)
    assert len(tile_table(almost, full_mask(2000, 2000), TileSettings(0.5, 128)))


def test_a_slide_smaller_than_a_tile_has_no_tiles() -> None:
    with pytest.raises(SlideError) as refusal:
        tile_table(bare_slide(100, 100, 0.5), full_mask(100, 100), TileSettings(0.5, 256))
    assert refusal.value.code == "no-tiles"


def test_tissue_fraction_is_the_exact_area() -> None:
    tissue = full_mask(1600, 1600)
    tissue.mask[:, 50:] = False  # tissue ends at x = 800
    table = tile_table(bare_slide(1600, 1600, 0.5), tissue, TileSettings(0.5, 150, min_tissue=0.0))
    expected = ((800 - table["x0"]) / 150).clip(0, 1)
    assert np.allclose(table["tissue_fraction"], expected[expected > 0], atol=1e-6)


def test_the_draw_is_seeded_by_slide_and_independent_of_the_batch() -> None:
    slide, tissue = bare_slide(8000, 8000, 0.5), full_mask(8000, 8000)
    chosen = TileSettings(0.5, 128, max_tiles=50, seed=3)
    one, two = (tile_table(slide, tissue, chosen) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    assert len(one) == 50
    assert one["tile"].is_monotonic_increasing
    assert one.attrs["counts"] == {"grid": 3844, "tissue": 3844, "kept": 50}
    slide.slide_id = "another"
    assert tile_table(slide, tissue, chosen)["tile"].tolist() != one["tile"].tolist()


@pytest.mark.parametrize(
    "wrong",
    [{"target_mpp": 0}, {"out_px": 0}, {"overlap_px": 256}, {"min_tissue": 2}, {"max_tiles": 0}],
)
def test_impossible_settings_are_named(wrong: dict) -> None:
    with pytest.raises(UsageError, match=next(iter(wrong))):
        TileSettings(**wrong)


def test_pixels_are_those_of_the_scene_in_the_order_of_the_table(
    scene_slide: Path, scene: np.ndarray
) -> None:
    with open_slide(scene_slide) as slide:
        table = tile_table(slide, find_tissue(slide), TileSettings(0.5, 256))
        one, readable = read_tiles(slide, table, threads=1)
        four, _ = read_tiles(slide, table, threads=4)
    assert readable.all()
    assert np.array_equal(one, four)
    for tile, row in zip(one, table.itertuples(), strict=True):
        truth = scene[row.y0 : row.y0 + 256, row.x0 : row.x0 + 256]
        assert np.abs(tile.astype(int) - truth).mean() < 6  # JPEG of quality 85


def test_batches_cover_the_table_once(scene_slide: Path) -> None:
    with open_slide(scene_slide) as slide:
        table = tile_table(slide, find_tissue(slide), TileSettings(0.5, 128))
        whole, _ = read_tiles(slide, table)
        parts = list(iterate_tiles(slide, table, batch=7))
    assert [part.start for part in parts] == list(range(0, len(table), 7))
    assert np.array_equal(np.concatenate([part.tiles for part in parts]), whole)


def test_no_rows_give_no_tiles(scene_slide: Path) -> None:
    with open_slide(scene_slide) as slide:
        table = tile_table(slide, find_tissue(slide), TileSettings(0.5, 128))
        tiles, readable = read_tiles(slide, table.iloc[:0])
    assert len(tiles) == len(readable) == 0


def test_the_same_scene_in_other_formats_gives_the_same_coordinates(
    scene_slide: Path, scene: np.ndarray, slide_of: Callable[..., Path]
) -> None:
    tables = []
    for path in (scene_slide, slide_of(scene, 0.5, name="scene.tif", smallest_px=256)):
        with open_slide(path, slide_id="s") as slide:
            tables.append(tile_table(slide, find_tissue(slide), TileSettings(0.5, 128)))
    columns = ["slide_id", "tile", "x0", "y0", "size0", "level"]
    pd.testing.assert_frame_equal(tables[0][columns], tables[1][columns])
