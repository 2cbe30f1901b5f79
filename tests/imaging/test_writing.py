"""Slides we write are real: OpenSlide opens them, with the same colours and the same pixel size."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import openslide
import pytest

from workbench.errors import DataError, UsageError
from workbench.imaging.writing import write_dicom_slide, write_slide

PINK, PURPLE = (228, 160, 190), (92, 54, 130)


def scene(height: int = 1200, width: int = 1601) -> np.ndarray:
    """White slide with an eosin block and a hematoxylin block whose colours are known."""
    rgb = np.full((height, width, 3), 245, np.uint8)
    rgb[100:600, 100:800] = PINK
    rgb[300:500, 300:600] = PURPLE
    return rgb


WRITERS: dict[str, Callable[[Path], Path]] = {
    "aperio": lambda folder: write_slide(folder / "a.svs", scene(), 0.4990, style="svs"),
    "generic-tiff": lambda folder: write_slide(folder / "a.tif", scene(), 0.4990, style="tiff"),
    "dicom": lambda folder: write_dicom_slide(folder / "a.dcm", scene(), 0.4990),
}


@pytest.mark.parametrize("vendor", WRITERS)
def test_openslide_reads_back_format_size_mpp_and_colours(vendor: str, tmp_path: Path) -> None:
    path = WRITERS[vendor](tmp_path)
    assert openslide.OpenSlide.detect_format(path) == vendor
    slide = openslide.OpenSlide(path)
    assert slide.dimensions == (1601, 1200)
    assert float(slide.properties["openslide.mpp-x"]) == pytest.approx(0.499, rel=1e-4)
    assert float(slide.properties["openslide.mpp-y"]) == pytest.approx(0.499, rel=1e-4)
    for level in range(slide.level_count):
        step = round(slide.level_downsamples[level])
        for (x, y), colour in {
            (160, 160): PINK,
            (400, 400): PURPLE,
            (1400, 1000): (245,) * 3,
        }.items():
            region = slide.read_region((x, y), level, (8 // step + 1, 8 // step + 1)).convert("RGB")
            assert np.abs(np.asarray(region).astype(int) - colour).max() <= 4, (level, x, y)


@pytest.mark.parametrize("vendor", WRITERS)
def test_same_pixels_give_same_bytes(vendor: str, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = (WRITERS[vendor](tmp_path / name).read_bytes() for name in ("one", "two"))
    assert one == two


def test_pyramid_shrinks_by_the_factor_and_stops_when_small(tmp_path: Path) -> None:
    slide = openslide.OpenSlide(write_slide(tmp_path / "a.svs", scene(2400, 3200), 0.25))
    assert slide.level_dimensions == ((3200, 2400), (800, 600), (200, 150))


def test_slide_without_mpp_has_none(tmp_path: Path) -> None:
    for style in ("svs", "tiff"):
        path = write_slide(tmp_path / f"a.{style}", scene(), None, style=style)
        assert "openslide.mpp-x" not in openslide.OpenSlide(path).properties


def test_label_and_macro_are_associated_images_not_levels(tmp_path: Path) -> None:
    label, macro = np.zeros((90, 120, 3), np.uint8), np.full((100, 300, 3), 99, np.uint8)
    path = write_slide(
        tmp_path / "a.svs", scene(), 0.5, associated={"label": label, "macro": macro}
    )
    slide = openslide.OpenSlide(path)
    assert {k: v.size for k, v in slide.associated_images.items()} == {
        "label": (120, 90),
        "macro": (300, 100),
    }
    assert slide.level_count == 2


def test_odd_tile_sizes_and_extras(tmp_path: Path) -> None:
    path = write_slide(tmp_path / "a.svs", scene(), 0.5, tile_px=240, extras={"ScanScope ID": "S9"})
    properties = openslide.OpenSlide(path).properties
    assert properties["openslide.level[0].tile-width"] == "240"
    assert properties["aperio.ScanScope ID"] == "S9"


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"style": "ndpi"}, "style"),
        ({"tile_px": 100}, "tile_px"),
        ({"quality": 0}, "quality"),
        ({"associated": {"name": scene()}}, "associated"),
    ],
)
def test_impossible_settings_are_refused(options: dict, word: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=word):
        write_slide(tmp_path / "a.svs", scene(), 0.5, **options)
    assert not list(tmp_path.iterdir())


def test_wrong_image_kind_and_mpp_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="uint8"):
        write_slide(tmp_path / "a.svs", scene().astype(np.float32), 0.5)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="mpp"):
        write_slide(tmp_path / "a.svs", scene(), -1.0)


def test_unwritable_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="cannot write"):
        write_slide(tmp_path / "file" / "a.svs", scene(), 0.5)
