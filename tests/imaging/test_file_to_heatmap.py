"""The whole room on real files: from a slide file to a heatmap."""

from pathlib import Path

import numpy as np
import pytest

from workbench.imaging.features import STATISTIC_NAMES, tile_statistics
from workbench.imaging.heatmap import write_heatmap
from workbench.imaging.slide import open_slide
from workbench.imaging.tiles import TileSettings, read_tiles, tile_table
from workbench.imaging.tissue import find_tissue
from workbench.imaging.writing import write_dicom_slide


def run(path: Path, picture: Path, mpp: float | None = None) -> np.ndarray:
    """Return the statistics of a slide's tiles and write their heatmap."""
    with open_slide(path, mpp=mpp) as slide:
        table = tile_table(slide, find_tissue(slide), TileSettings(0.5, 128))
        tiles, readable = read_tiles(slide, table)
        assert readable.all()
        statistics = tile_statistics(tiles, float(table["mpp"].iloc[0]))
        scores = statistics[:, STATISTIC_NAMES.index("large_dark_share")]
        write_heatmap(picture, slide, table, scores)
    assert np.isfinite(statistics).all()
    assert picture.stat().st_size > 10_000
    return statistics


@pytest.mark.parametrize(
    ("name", "mpp", "least_tiles"),
    [("cmu-1-small-region.svs", None, 120), ("tcga-cr-7395-01a-01-ts1.svs", 0.5, 500)],
)
def test_real_slides(
    shared_data: Path, tmp_path: Path, name: str, mpp: float | None, least_tiles: int
) -> None:
    statistics = run(shared_data / "slides" / name, tmp_path / "a.png", mpp)
    assert len(statistics) >= least_tiles
    hematoxylin = statistics[:, STATISTIC_NAMES.index("hematoxylin_mean")]
    assert 0.1 < np.median(hematoxylin) < 0.7


def test_a_real_section_as_dicom_gives_the_same_statistics(
    shared_data: Path, tmp_path: Path
) -> None:
    source = shared_data / "slides/cmu-1-small-region.svs"
    with open_slide(source) as slide:
        rgb = slide.read(0, 0, 0, *slide.dimensions)
    copy = write_dicom_slide(tmp_path / "dicom" / "a.dcm", rgb, 0.499, quality=95)
    one, two = run(source, tmp_path / "a.png"), run(copy, tmp_path / "b.png")
    assert abs(len(one) - len(two)) <= 3
    names = ("hematoxylin_mean", "eosin_mean", "nuclei_per_mm2", "nuclear_radius_p95_um")
    for name in names:
        k = STATISTIC_NAMES.index(name)
        assert np.median(two[:, k]) == pytest.approx(np.median(one[:, k]), rel=0.05), name
